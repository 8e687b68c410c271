"""Conditions that can never hold: a share above one, a weekday eight, more than five and fewer than three at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import msgspec

from callbase.apps.configuration.condition_fields import NUMERIC, field_of
from callbase.core import config
from callbase.core.config.conditions import Operator

RANGES: dict[str, tuple[float, float]] = {
    "service_level": (0.0, 1.0),
    "weekday": (1.0, 7.0),
    "priority": (-math.inf, math.inf),
}
"""What a measure can be; all others from 0 on."""


MAYBE_NOTHING = ("average_wait_s", "expected_wait_s", "service_level")
"""What there may be no figure of: then neither a comparison holds nor its opposite."""
OPPOSITES: dict[Operator, Operator] = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}


def never(when: config.AnyCondition | None, *, entering: bool = False) -> str | None:
    """The field that keeps the condition from ever holding; None where it can hold. `entering`: asked of those who have not
    waited yet."""
    match when:
        case config.Comparison():
            return _conflict([when], entering)
        case config.All():
            one_never = next((found for one in when.of if (found := never(one, entering=entering))), None)
            return one_never or _conflict(list(_together(when)), entering)
        case config.AnyOf():
            impossible = [never(one, entering=entering) for one in when.of]
            return impossible[0] if impossible and all(impossible) else None
        case config.Not():
            opposite = opposite_of(when.of)
            return never(opposite, entering=entering) if opposite is not None else None
    return None


def opposite_of(when: config.AnyCondition) -> config.AnyCondition | None:
    """What holds whenever this does not; None where that cannot be said by comparisons."""
    match when:
        case config.Comparison():
            field, operator = field_of(when.field), OPPOSITES.get(when.operator)
            if field is None or operator is None or field.measure in MAYBE_NOTHING:
                return None
            return config.Comparison(field=when.field, operator=operator, value=when.value)
        case config.Not():
            return when.of
        case config.All() | config.AnyOf():
            parts = [opposite_of(one) for one in when.of]
            known = tuple(one for one in parts if one is not None)
            if len(known) < len(parts):
                return None
            return config.AnyOf(of=known) if isinstance(when, config.All) else config.All(of=known)


def _together(when: config.All) -> Iterator[config.Comparison]:
    """The comparisons that must all hold at once."""
    for one in when.of:
        if isinstance(one, config.Comparison):
            yield one
        elif isinstance(one, config.All):
            yield from _together(one)


def _conflict(comparisons: Sequence[config.Comparison], entering: bool) -> str | None:
    for name in dict.fromkeys(one.field for one in comparisons):
        field = field_of(name)
        of_field = [one for one in comparisons if one.field == name]
        if field is None:
            continue
        if field.kind in NUMERIC:
            possible = (0.0, 0.0) if entering and name == "wait_s" else RANGES.get(field.measure, (0.0, math.inf))
            if _empty(of_field, *possible):
                return name
        elif field.kind == "time":
            if _empty([_minutes(one) for one in of_field], 0.0, LAST_MINUTE):
                return name
        elif len({one.value for one in of_field if one.operator == "eq"}) > 1:
            return name
    return None


LAST_MINUTE = 24 * 60 - 1


def _minutes(comparison: config.Comparison) -> config.Comparison:
    """ "18:30" as minutes of the day."""
    hours, colon, minutes = str(comparison.value).partition(":")
    if not (colon and hours.isdecimal() and minutes.isdecimal()):
        return comparison
    return msgspec.structs.replace(comparison, value=float(int(hours) * 60 + int(minutes)))


def _empty(comparisons: Sequence[config.Comparison], low: float, high: float) -> bool:
    """Whether no number from `low` to `high` passes them all."""
    low_open = high_open = False
    for one in comparisons:
        if not isinstance(one.value, int | float):
            continue
        value = float(one.value)
        if one.operator in ("gt", "ge", "eq") and (value, one.operator == "gt") > (low, low_open):
            low, low_open = value, one.operator == "gt"
        if one.operator in ("lt", "le", "eq") and (value, one.operator != "lt") < (high, not high_open):
            high, high_open = value, one.operator == "lt"
    return low > high or (low == high and (low_open or high_open))
