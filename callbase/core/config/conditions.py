"""Conditions that rules are written with: on the caller, the call, the time and the state of queues (ACD-1).

A condition is `All`, `AnyOf` or `Not` of others, or one `Comparison` of a field with a value. Fields:

| field | value |
|---|---|
| `caller_number`, `called_number`, `trunk`, `trunk_group`, `language` | text |
| `caller_list` | id of the caller list the number stands in; "" where in none |
| `customer.level`, `customer.name`, `customer.company` | text; "" before or without a match |
| `data.KEY` | attached data, text; "" where not set |
| `calendar.ID` | "open" or "closed" now |
| `time` | "HH:MM" in the tenant's zone |
| `weekday` | 1 (Monday) … 7 |
| `wait_s`, `priority` | of this interaction: seconds in the present queue; its priority |
| `queue.waiting`, `queue.signed_in`, `queue.ready` | callers on the line and agents now, of the interaction's own queue |
| `queue.longest_wait_s`, `queue.average_wait_s`, `queue.expected_wait_s` | seconds, likewise |
| `queue.service_level` | 0…1, likewise |
| `queue.ID.waiting` … | the same of another queue |

`average_wait_s` and `service_level` are over the queue's `measure_over_s`; `expected_wait_s` is for one who comes now. In all
three those who wait now count as well (`stats/measures.py`).
"""

from __future__ import annotations

from typing import Literal

from callbase.core.config.document import Document

Operator = Literal["eq", "ne", "lt", "le", "gt", "ge", "in", "starts_with"]


class Condition(Document, frozen=True, tag_field="type"):
    """Base of all conditions."""


class Comparison(Condition, frozen=True, tag="is"):
    """`value` is text, a number, or, for `in`, several texts. A field without a value compares as "" or never, if a number."""

    field: str
    operator: Operator
    value: str | float | tuple[str, ...]


class All(Condition, frozen=True, tag="all"):
    of: tuple[AnyCondition, ...]


class AnyOf(Condition, frozen=True, tag="any"):
    of: tuple[AnyCondition, ...]


class Not(Condition, frozen=True, tag="not"):
    of: AnyCondition


AnyCondition = Comparison | All | AnyOf | Not
