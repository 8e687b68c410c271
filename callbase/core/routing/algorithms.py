"""The algorithms (ACD-3): what ready agents of a queue are ranked by, and which of them is taken. The lowest rank is asked first,
among equals the longest idle. Before all algorithms comes the member's priority.

A rank is worked out when an agent becomes ready and changes only by events (a bucket of the rolling window ends, midnight), so
taking the next is reading the top of a sorted list. Who has no figure yet (no call, no idle time) is asked first.

To the average idle time the present stretch is added, which grows for all who are ready alike, so that their order stays: of
finished stretches alone the average of who is not asked never changes, and at a light load one agent had one call in four hours.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from callbase.core.config import Algorithm
from callbase.core.routing.needs import Need, skill_level
from callbase.core.routing.seat import Seat
from callbase.core.state import Tally

FIRST = -(1 << 62)


class Strategy(msgspec.Struct, frozen=True, kw_only=True):
    """`figures_rank` of a seat, by the agent's figures in the queue's window; `idle_counts`: so does since when it is idle;
    `later`: why who is behind by rank is; `figure`: the name of the figure a rank is made of, as the explanation gives it, and
    its value."""

    figures_rank: Callable[[Seat, Tally, Need], int]
    idle_counts: bool = False
    later: str = "less_idle"
    figure: Callable[[Seat, Tally, Need], dict[str, str]]

    def rank(self, seat: Seat, tally: Tally, need: Need, idle_since_ms: int) -> int:
        rank = self.figures_rank(seat, tally, need)
        return rank + idle_since_ms if self.idle_counts and rank != FIRST else rank


def average_idle_ms(tally: Tally) -> int | None:
    return tally.idle_ms // tally.idles if tally.idles else None


def average_talk_ms(tally: Tally) -> int | None:
    return tally.talk_ms // tally.calls if tally.calls else None


def _none(seat: Seat, tally: Tally, need: Need) -> int:
    return 0


def _longest_average_idle(seat: Seat, tally: Tally, need: Need) -> int:
    average_ms = average_idle_ms(tally)
    return FIRST if average_ms is None else -average_ms


def _least_average_talk_time(seat: Seat, tally: Tally, need: Need) -> int:
    average_ms = average_talk_ms(tally)
    return FIRST if average_ms is None else average_ms


def _no_figure(seat: Seat, tally: Tally, need: Need) -> dict[str, str]:
    return {}


def _averages(seat: Seat, tally: Tally, need: Need) -> dict[str, str]:
    average_ms = average_idle_ms(tally)
    return {} if average_ms is None else {"average_idle_ms": str(average_ms)}


def _talk_averages(seat: Seat, tally: Tally, need: Need) -> dict[str, str]:
    average_ms = average_talk_ms(tally)
    return {} if average_ms is None else {"average_talk_ms": str(average_ms)}


def _order(seat: Seat, tally: Tally, need: Need) -> dict[str, str]:
    return {"place": str(seat.order + 1)}


def _level(seat: Seat, tally: Tally, need: Need) -> dict[str, str]:
    return {"level": str(skill_level(need, seat))}


STRATEGIES: dict[Algorithm, Strategy] = {
    "longest_idle": Strategy(figures_rank=_none, figure=_no_figure),
    "longest_average_idle": Strategy(
        figures_rank=_longest_average_idle, idle_counts=True, later="less_average_idle", figure=_averages
    ),
    "least_talk_time": Strategy(
        figures_rank=lambda seat, tally, need: tally.talk_ms,
        later="more_talk_time",
        figure=lambda seat, tally, need: {"talk_ms": str(tally.talk_ms)},
    ),
    "least_average_talk_time": Strategy(
        figures_rank=_least_average_talk_time, later="more_average_talk_time", figure=_talk_averages
    ),
    "fewest_calls": Strategy(
        figures_rank=lambda seat, tally, need: tally.calls,
        later="more_calls",
        figure=lambda seat, tally, need: {"calls": str(tally.calls)},
    ),
    "highest_skill": Strategy(
        figures_rank=lambda seat, tally, need: -skill_level(need, seat), later="lower_skill", figure=_level
    ),
    "lowest_skill": Strategy(figures_rank=lambda seat, tally, need: skill_level(need, seat), later="higher_skill", figure=_level),
    "fixed_order": Strategy(figures_rank=lambda seat, tally, need: seat.order, later="later_in_order", figure=_order),
    "round_robin": Strategy(figures_rank=lambda seat, tally, need: seat.order, later="not_its_turn", figure=_order),
    "ring_all": Strategy(figures_rank=_none, later="too_many_ringing", figure=_no_figure),
    "last_served": Strategy(figures_rank=_none, figure=_no_figure),
    "weighted_random": Strategy(
        figures_rank=lambda seat, tally, need: seat.order,
        later="not_drawn",
        figure=lambda seat, tally, need: {"weight": str(seat.weight)},
    ),
}
