"""How long from `callbase up` to the first call it could take: on a home never used, and on one used before.

The Asterisk tree is there and the console is built, as `make run` leaves them; no peer does the same, so there is none beside.
"""

from __future__ import annotations

from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.installation import Installation
from callbase.platform.asterisk import cache_dir, find_or_make_tree

NAME = "start_up"
_LATER_STARTS = 3


def run(context: Context) -> list[Figure]:
    find_or_make_tree(cache_dir(), context.say)
    installation = Installation(context.work / "home")
    taken_s = []
    for _ in range(1 + _LATER_STARTS):
        installation.start()
        try:
            taken_s.append(installation.wait_ready())
        finally:
            installation.stop()
        context.say(f"ready after {taken_s[-1]:.2f} s")
    later = sorted(taken_s[1:])
    return [
        figure(NAME, "s", taken_s[0], start="first: database made, demo centre installed"),
        figure(
            NAME, "s", later[len(later) // 2], start="later", all=[round(value, 3) for value in taken_s[1:]], middle_of=len(later)
        ),
    ]
