"""An hour of a little centre, callers at random: every call is accounted for, and the counters are those of the facts."""

from __future__ import annotations

import msgspec

from callbase.core.facts import InteractionEnded, RoutingExplained, SegmentEnded
from callbase.core.state import State
from callbase.switch.simulated import Crowd
from tests.core.centre import MAIN, Centre
from tests.core.invariants import Book, check

HOUR_MS = 3_600_000


def an_hour(seed: int) -> tuple[Centre, Crowd]:
    centre = Centre()
    centre.staff("1001", "1002", "1003", answers_after_ms=3000)
    crowd = Crowd(centre.switch, MAIN, "demo-trunk", seed=seed, calls_per_hour=90, keys=("1", "1", "1", "91"))
    crowd.come(centre.now_ms, centre.now_ms + HOUR_MS)
    centre.run_for(HOUR_MS)
    check(centre.engine)
    centre.run_for(HOUR_MS)
    return centre, crowd


def test_every_call_of_an_hour_is_accounted_for() -> None:
    centre, crowd = an_hour(seed=7)
    ended = centre.facts(InteractionEnded)
    assert len(ended) == crowd.came > 60
    talked = [fact for fact in ended if fact.agent is not None]
    assert len(talked) == len(crowd.talked) > 30
    board = centre.queue()
    assert board.answered_today == len(talked)
    assert board.offered_today == board.answered_today + board.abandoned_today
    assert board.abandoned_today == sum(fact.reason == "abandoned" for fact in ended) > 0
    assert not centre.switch.legs
    assert {centre.agent(agent).state for agent in ("1001", "1002", "1003")} == {"ready"}
    book = Book()
    book.read(centre.output)
    book.check_closed()


def test_waiting_callers_are_served_in_order() -> None:
    centre, _ = an_hour(seed=8)
    starts = {fact.interaction: fact.started_ms for fact in centre.facts(SegmentEnded, kind="queue")}
    served = [starts[fact.interaction] for fact in centre.facts(RoutingExplained) if fact.chosen is not None]
    assert served == sorted(served)


def test_nothing_is_kept_of_calls_that_are_over() -> None:
    centre, crowd = an_hour(seed=10)
    assert crowd.came > 60
    state = msgspec.msgpack.decode(centre.engine.snapshot(), type=State)
    assert (state.interactions, state.legs, state.recordings) == ({}, {}, {})
    assert [timer.kind for _, timer in state.timers] == ["midnight"]


def test_the_same_seed_makes_the_same_hour() -> None:
    assert an_hour(seed=9)[0].engine.snapshot() == an_hour(seed=9)[0].engine.snapshot()
