"""Python's garbage collection where nothing may stand still: a tenth of a process's time otherwise, some of it at a stretch."""

from __future__ import annotations

import gc

GARBAGE_OBJECTS = 20_000
"""So many more objects made than freed, and the youngest are looked through."""


def collect() -> None:
    """Looks through everything, which holds up all else: before there is anything to hold up."""
    gc.collect()
    keep_what_is_there()


def keep_what_is_there() -> None:
    """What a start leaves behind is no longer looked at, and the rest seldom: a call's objects are freed by reference counts."""
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 20, 50)
