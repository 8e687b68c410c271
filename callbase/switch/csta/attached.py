"""What the switch has attached to a call, as it says itself in events and snapshots. Our mark is with it, and no data."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from callbase.csta.data import items_in, octets_in, text_of
from callbase.csta.document import Document
from callbase.csta.parts import CORRELATOR

MARK = "callbase"
"""The key of our mark, on a switch that keeps private data of ours."""
SIGN = "callbase1"
"""What our mark begins with; on another switch it is the correlator data, if no program there has set that."""


class Attached(NamedTuple):
    data: dict[str, str]
    mark: str
    whole: bool
    """There is no more than this; else a message may tell of a part."""


def attached_to(told: Document) -> Attached:
    """Octets that are no text are left out."""
    data: dict[str, str] = {}
    for key, octets in octets_in(told).items():
        with suppress(ValueError):
            data[key] = text_of(octets or "")
    items = items_in(told)
    data |= items or {}
    marks = [data.pop(MARK, "")]
    if data.get(CORRELATOR, "").startswith(SIGN):
        marks.append(data.pop(CORRELATOR))
    return Attached({key: value for key, value in data.items() if value}, next(filter(None, marks), ""), items is not None)
