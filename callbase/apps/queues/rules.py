"""Checks of a queue's rules, apart from any database: every number within its limits, every name known.

A problem is found under the dotted path of its field ("overflow.0.when.of.1.field"), so that the screen can show it where it is.
"""

from __future__ import annotations

from callbase.apps.configuration.checks import DAY_S, Found, condition, named, requirements, rising, said, target, within
from callbase.apps.configuration.known import Known
from callbase.core import config
from callbase.web.errors import FieldProblem

MOST = 50
"""Rules, steps or rings a queue may have of a kind."""


def problems(queue: config.Queue, known: Known) -> dict[str, list[FieldProblem]]:
    """Path → what is wrong; empty where the queue can be published."""
    found: dict[str, list[FieldProblem]] = {}
    for path, problem in _checked(queue, known):
        found.setdefault(path, []).append(problem)
    return found


def _checked(queue: config.Queue, known: Known) -> Found:
    yield from named("calendar", queue.calendar, known.calendars)
    yield from target("closed", queue.closed, known)
    for name in ("requires", "rings", "entry", "overflow"):
        if len(getattr(queue, name)) > MOST:
            yield name, FieldProblem("too_long", limit=str(MOST))
    yield from requirements("requires", queue.requires, known)
    yield from rising("rings", [ring.after_s for ring in queue.rings])
    for place, ring in enumerate(queue.rings):
        yield from within(f"rings.{place}.priority", ring.priority, 1, 100)
        yield from within(f"rings.{place}.level", ring.level, 0, 100)
    for place, rule in enumerate(queue.entry):
        yield from _entry(f"entry.{place}", rule, known)
    yield from _overflow(queue, known)
    yield from _callback(queue.callback, known)


def _entry(path: str, rule: config.EntryRule, known: Known) -> Found:
    yield from condition(f"{path}.when", rule.when, known)
    yield from said(f"{path}.say", rule.say, known)
    yield from named(f"{path}.flow", rule.flow, known.flows)
    yield from within(f"{path}.priority", rule.priority, -1000, 1000)
    yield from target(f"{path}.target", rule.target, known)
    if rule.say is None and rule.flow is None and rule.target is None and not rule.priority:
        yield path, FieldProblem("rule_empty")


def _overflow(queue: config.Queue, known: Known) -> Found:
    seen: set[str] = set()
    for place, rule in enumerate(queue.overflow):
        path = f"overflow.{place}"
        if not rule.id.strip() or len(rule.id) > 40:
            yield f"{path}.id", FieldProblem("pattern")
        if rule.id in seen:
            yield f"{path}.id", FieldProblem("twice", value=rule.id)
        seen.add(rule.id)
        yield from condition(f"{path}.when", rule.when, known)
        yield from condition(f"{path}.until", rule.until, known, of_callers=False)
        yield from within(f"{path}.hold_s", rule.hold_s, 0, DAY_S)
        yield from target(f"{path}.target", rule.target, known)
        if isinstance(rule.target, config.ToQueues) and queue.id in rule.target.queues:
            yield f"{path}.target.queues", FieldProblem("itself")


def _callback(callback: config.Callback, known: Known) -> Found:
    yield from within("callback.attempts", callback.attempts, 1, 20)
    yield from within("callback.retry_after_s", callback.retry_after_s, 10, DAY_S)
    yield from within("callback.ring_s", callback.ring_s, 5, 300)
    yield from named("callback.trunk", callback.trunk, known.trunks)
