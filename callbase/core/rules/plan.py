"""A queue's overflow rules, read once per configuration: which are about the queue, which about each caller, what they need."""

from __future__ import annotations

import msgspec

from callbase.core.config import All, AnyCondition, AnyOf, Comparison, OverflowRule, Queue, ToCallback
from callbase.core.rules.conditions import fields

PERSONAL = ("caller_number", "called_number", "trunk", "trunk_group", "language", "caller_list", "wait_s", "priority")
PASSES = ("longest_wait_s", "average_wait_s", "expected_wait_s", "service_level")
"""Measures that change by time alone."""


class RulePlan(msgspec.Struct, frozen=True, kw_only=True):
    """`personal`: about the caller, so decided for each; `timed`: may begin to hold though nothing happens; `least_wait_s`: it
    cannot hold for who has waited for less; `by_own_wait`: has those called back who are to wait so long in its queue."""

    rule: OverflowRule
    personal: bool
    timed: bool
    least_wait_s: float
    by_own_wait: bool

    @property
    def entering(self) -> bool:
        return self.rule.concerns != "waiting"

    @property
    def waiting(self) -> bool:
        return self.rule.concerns != "entering"


class QueuePlan(msgspec.Struct, frozen=True, kw_only=True):
    rules: tuple[RulePlan, ...]
    looks_at: frozenset[str]
    """Queues whose measures its rules look at."""


def of_caller(field: str) -> bool:
    """Whether a field says something of one caller, and nothing of the queue or the time."""
    return field in PERSONAL or field.startswith(("customer.", "data."))


def plan_of(queue: Queue) -> QueuePlan:
    looked_at = {field for rule in queue.overflow for condition in (rule.when, rule.until) for field in fields(condition)}
    others = {field.split(".", 1)[1].rpartition(".")[0] for field in looked_at if field.startswith("queue.")}
    return QueuePlan(
        rules=tuple(_plan(rule, queue.id) for rule in queue.overflow), looks_at=frozenset({queue.id, *others} - {""})
    )


def _plan(rule: OverflowRule, queue: str) -> RulePlan:
    looked_at = {*fields(rule.when), *fields(rule.until)}
    personal = any(map(of_caller, fields(rule.when)))
    timed = any(
        field in ("time", "weekday") or field.startswith("calendar.") or field.rpartition(".")[2] in PASSES for field in looked_at
    )
    by_own_wait = isinstance(rule.target, ToCallback) and not expected_wait_of(queue).isdisjoint(fields(rule.when))
    return RulePlan(
        rule=rule,
        personal=personal,
        timed=timed or personal,
        least_wait_s=least_wait_s(rule.when),
        by_own_wait=by_own_wait,
    )


def expected_wait_of(queue: str) -> frozenset[str]:
    """The fields that name it in that queue's own rules."""
    return frozenset({"queue.expected_wait_s", f"queue.{queue}.expected_wait_s"})


def least_wait_s(condition: AnyCondition) -> float:
    """A bound from below; nought where nothing is known."""
    match condition:
        case Comparison(field="wait_s", operator="ge" | "gt" | "eq", value=float() as value):
            return max(value, 0.0)
        case All():
            return max(map(least_wait_s, condition.of), default=0.0)
        case AnyOf():
            return min(map(least_wait_s, condition.of), default=0.0)
        case _:
            return 0.0
