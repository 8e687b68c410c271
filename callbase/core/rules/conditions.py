"""Whether a condition holds, and why: every comparison made on the way, with the value found.

Evaluation is total: a field nobody knows does not hold and is reported as unknown; a number where there is none (the average
wait when nobody was answered) never holds, whatever it is compared with. Text that is compared with a number is read as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from callbase.core.config import All, AnyCondition, AnyOf, Comparison, Not
from callbase.core.facts import Check

Reading = str | float | None
"""What a field says now: text, a number, or None for a number that there is none of."""


class UnknownField(Exception):
    """Raised by a reader for a field there is no such thing as."""


Read = Callable[[str], Reading]


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    holds: bool
    checks: tuple[Check, ...]
    """In the order they were made; what could no longer change the verdict was not looked at."""

    @property
    def measured(self) -> dict[str, str]:
        return {check.field: check.found for check in self.checks}


def evaluate(condition: AnyCondition | None, read: Read) -> Verdict:
    """No condition always holds."""
    checks: list[Check] = []
    return Verdict(holds=condition is None or _holds(condition, read, checks), checks=tuple(checks))


def fields(condition: AnyCondition | None) -> Iterator[str]:
    """Every field a condition looks at."""
    match condition:
        case Comparison():
            yield condition.field
        case All() | AnyOf():
            for part in condition.of:
                yield from fields(part)
        case Not():
            yield from fields(condition.of)
        case None:
            return


def _holds(condition: AnyCondition, read: Read, checks: list[Check]) -> bool:
    match condition:
        case All():
            return all(_holds(part, read, checks) for part in condition.of)
        case AnyOf():
            return any(_holds(part, read, checks) for part in condition.of)
        case Not():
            return not _holds(condition.of, read, checks)
        case Comparison():
            return _compare(condition, read, checks)


def _compare(comparison: Comparison, read: Read, checks: list[Check]) -> bool:
    known = True
    try:
        found = read(comparison.field)
    except UnknownField:
        found, known = None, False
    holds = known and found is not None and _matches(comparison, found)
    checks.append(
        Check(
            field=comparison.field,
            operator=comparison.operator,
            value=shown(comparison.value),
            found=shown(found) if found is not None else "",
            holds=holds,
            known=known,
        )
    )
    return holds


def _matches(comparison: Comparison, found: str | float) -> bool:
    operator, value = comparison.operator, comparison.value
    if operator == "in":
        return any(_ordered("eq", found, one) for one in (value if isinstance(value, tuple) else (value,)))
    if isinstance(value, tuple):
        return False
    if operator == "starts_with":
        return isinstance(found, str) and bool(shown(value)) and found.startswith(shown(value))
    return _ordered(operator, found, value)


def _ordered(operator: str, found: str | float, value: str | float) -> bool:
    if isinstance(found, float) or isinstance(value, float):
        left, right = _number(found), _number(value)
        if left is None or right is None:
            return operator == "ne"
        return ORDERS[operator](left, right)
    return ORDERS[operator](found, value)


ORDERS: dict[str, Callable[[str | float, str | float], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "lt": lambda left, right: left < right,  # type: ignore[operator]
    "le": lambda left, right: left <= right,  # type: ignore[operator]
    "gt": lambda left, right: left > right,  # type: ignore[operator]
    "ge": lambda left, right: left >= right,  # type: ignore[operator]
}


def _number(value: str | float) -> float | None:
    if isinstance(value, float):
        return value
    try:
        return float(value)
    except ValueError:
        return None


def shown(value: str | float | tuple[str, ...]) -> str:
    """A value as text: a whole number without its point, several with commas."""
    if isinstance(value, tuple):
        return ", ".join(value)
    return value if isinstance(value, str) else f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"
