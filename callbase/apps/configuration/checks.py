"""Checks of the small parts rules are made of: what is said, targets and conditions. Each gives (dotted path, problem)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from callbase.apps.configuration.condition_fields import NUMERIC, Field, field_of
from callbase.apps.configuration.known import Known
from callbase.core import config
from callbase.core.config.targets import RINGS_LEAST_S, RINGS_MOST_S
from callbase.core.rules.plan import of_caller
from callbase.web.errors import FieldProblem

Found = Iterator[tuple[str, FieldProblem]]
NUMBER = re.compile(r"\+?[0-9A-Za-z*#_-]{1,64}")
CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
DAY_S = 86_400.0
DEEPEST = 6
"""So many conditions may stand inside one another."""


def within(field: str, value: float, least: float, most: float) -> Found:
    if not value >= least:
        yield field, FieldProblem("too_small", limit=f"{least:g}")
    elif value > most:
        yield field, FieldProblem("too_big", limit=f"{most:g}")


def named(field: str, value: str | None, known: frozenset[str]) -> Found:
    if value is not None and value not in known:
        yield field, FieldProblem("unknown", value=value[:60])


def said(field: str, say: config.Say | None, known: Known) -> Found:
    if say is None:
        return
    if (say.prompt is None) == (say.text is None):
        yield field, FieldProblem("prompt_or_text")
    yield from named(f"{field}.prompt", say.prompt, known.prompts)
    for language in known.languages if say.text is not None else ():
        if not say.text or not say.text.get(language, "").strip():
            yield f"{field}.text.{language}", FieldProblem("language_missing", language=language)
    for language in set(say.languages) - set(known.languages):
        yield f"{field}.languages", FieldProblem("unknown", value=language[:60])


def target(field: str, where: config.AnyTarget | None, known: Known, *, of_queue: bool = True) -> Found:
    """`of_queue`: whether a call may be in a queue, or about to enter one, when sent there; else a callback names one."""
    match where:
        case config.ToQueues():
            if not where.queues:
                yield f"{field}.queues", FieldProblem("required")
            for place, queue in enumerate(where.queues):
                yield from named(f"{field}.queues.{place}", queue, known.queues)
        case config.ToAgent():
            yield from named(f"{field}.agent", where.agent, known.agents)
        case config.ToFlow():
            yield from named(f"{field}.flow", where.flow, known.flows)
        case config.ToNumber():
            if not NUMBER.fullmatch(where.number):
                yield f"{field}.number", FieldProblem("number_invalid")
            yield from named(f"{field}.trunk", where.trunk, known.trunks)
            yield from within(f"{field}.timeout_s", where.timeout_s, RINGS_LEAST_S, RINGS_MOST_S)
        case config.ToVoicemail():
            yield from said(f"{field}.say", where.say, known)
            yield from named(f"{field}.queue", where.queue, known.queues)
            yield from within(f"{field}.max_s", where.max_s, 5, 600)
            yield from within(f"{field}.silence_s", where.silence_s, 1, 60)
        case config.ToCallback():
            if where.queue is None and not of_queue:
                yield f"{field}.queue", FieldProblem("required")
            yield from named(f"{field}.queue", where.queue, known.queues)
        case config.ToGoodbye():
            yield from said(f"{field}.say", where.say, known)


def requirements(field: str, requires: Iterable[config.Requirement], known: Known) -> Found:
    seen: set[tuple[str, str | None]] = set()
    for place, one in enumerate(requires):
        path = f"{field}.{place}"
        yield from named(f"{path}.skill", one.skill, known.skills)
        if (one.skill, one.language) in seen:
            yield f"{path}.skill", FieldProblem("twice", value=one.skill)
        seen.add((one.skill, one.language))
        yield from within(f"{path}.level", one.level, 1, 100)
        yield from named(f"{path}.language", one.language, frozenset(known.languages))
        yield from rising(f"{path}.relax", [step.after_s for step in one.relax])
        lowest = one.level
        for at, step in enumerate(one.relax):
            yield from within(f"{path}.relax.{at}.level", step.level, 0, max(lowest - 1, 0))
            lowest = step.level


def rising(field: str, after_s: list[float]) -> Found:
    """Steps stand in the order of time."""
    for place, value in enumerate(after_s):
        yield from within(f"{field}.{place}.after_s", value, 0, DAY_S)
        if place and value <= after_s[place - 1]:
            yield f"{field}.{place}.after_s", FieldProblem("not_later", limit=f"{after_s[place - 1]:g}")


def condition(field: str, when: config.AnyCondition | None, known: Known, depth: int = 0, *, of_callers: bool = True) -> Found:
    """`of_callers`: whether it may look at a caller; where it is asked of a queue as a whole there is none."""
    if depth > DEEPEST:
        yield field, FieldProblem("too_deep", limit=str(DEEPEST))
        return
    match when:
        case config.All() | config.AnyOf():
            if not when.of:
                yield f"{field}.of", FieldProblem("required")
            for place, one in enumerate(when.of):
                yield from condition(f"{field}.of.{place}", one, known, depth + 1, of_callers=of_callers)
        case config.Not():
            yield from condition(f"{field}.of", when.of, known, depth + 1, of_callers=of_callers)
        case config.Comparison():
            compared = field_of(when.field)
            if compared is None:
                yield f"{field}.field", FieldProblem("unknown", value=when.field[:60])
            elif not of_callers and of_caller(when.field):
                yield f"{field}.field", FieldProblem("of_caller")
            else:
                yield from _comparison(field, when, compared, known)


def field_named(field: str, name: str, known: Known) -> Found:
    """One of those conditions look at."""
    found = field_of(name)
    if found is None:
        yield field, FieldProblem("unknown", value=name[:60])
    else:
        yield from named(field, found.queue, known.queues)
        yield from named(field, found.calendar, known.calendars)


def _comparison(field: str, when: config.Comparison, compared: Field, known: Known) -> Found:
    yield from named(f"{field}.field", compared.queue, known.queues)
    yield from named(f"{field}.field", compared.calendar, known.calendars)
    if isinstance(when.value, tuple) != (when.operator == "in"):
        yield f"{field}.value", FieldProblem("wrong_type")
        return
    if compared.kind in NUMERIC:
        if when.operator in ("in", "starts_with"):
            yield f"{field}.operator", FieldProblem("not_one_of", choices="eq, ne, lt, le, gt, ge")
        elif not isinstance(when.value, int | float):
            yield f"{field}.value", FieldProblem("wrong_type")
        else:
            yield from within(f"{field}.value", float(when.value), -1e9, 1e9)
        return
    if compared.kind != "time" and when.operator in ("lt", "le", "gt", "ge"):
        yield f"{field}.operator", FieldProblem("not_one_of", choices="eq, ne, in, starts_with")
    for value in when.value if isinstance(when.value, tuple) else (when.value,):
        yield from _text_value(f"{field}.value", value, compared, known)


def _text_value(field: str, value: str | float, compared: Field, known: Known) -> Found:
    if not isinstance(value, str):
        yield field, FieldProblem("wrong_type")
    elif len(value) > 200:
        yield field, FieldProblem("too_long", limit="200")
    elif compared.kind == "time" and not CLOCK.fullmatch(value):
        yield field, FieldProblem("clock")
    elif compared.kind == "open" and value not in ("open", "closed"):
        yield field, FieldProblem("not_one_of", choices="open, closed")
    elif compared.kind == "language" and value not in known.languages:
        yield field, FieldProblem("not_one_of", choices=", ".join(known.languages))
    elif compared.kind == "list" and value:
        yield from named(field, value, known.caller_lists)
    elif compared.kind == "trunk" and value:
        yield from named(field, value, known.trunks)
    elif compared.kind == "trunk_group" and value:
        yield from named(field, value, known.trunk_groups)
