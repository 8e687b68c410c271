"""Conditions that can never hold: a share above one, a weekday eight, more than five and fewer than three at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from callbase.apps.configuration.condition_fields import NUMERIC, field_of
from callbase.core import config

RANGES: dict[str, tuple[float, float]] = {
    "service_level": (0.0, 1.0),
    "weekday": (1.0, 7.0),
    "priority": (-math.inf, math.inf),
}
"""What a measure can be; all others from 0 on."""


def never(when: config.AnyCondition | None) -> str | None:
    """The field that keeps the condition from ever holding; None where it can hold."""
    match when:
        case config.Comparison():
            return _conflict([when])
        case config.All():
            return next((found for one in when.of if (found := never(one))), None) or _conflict(list(_together(when)))
        case config.AnyOf():
            impossible = [never(one) for one in when.of]
            return impossible[0] if impossible and all(impossible) else None
    return None


def _together(when: config.All) -> Iterator[config.Comparison]:
    """The comparisons that must all hold at once."""
    for one in when.of:
        if isinstance(one, config.Comparison):
            yield one
        elif isinstance(one, config.All):
            yield from _together(one)


def _conflict(comparisons: Sequence[config.Comparison]) -> str | None:
    for name in dict.fromkeys(one.field for one in comparisons):
        field = field_of(name)
        of_field = [one for one in comparisons if one.field == name]
        if field is None:
            continue
        if field.kind in NUMERIC:
            if _empty(of_field, *RANGES.get(field.measure, (0.0, math.inf))):
                return name
        elif len({one.value for one in of_field if one.operator == "eq"}) > 1:
            return name
    return None


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
