"""The hours that the journal's cost and the replay's speed are measured with."""

from __future__ import annotations

from benchmarks.busy_centre import SEATS, play
from callbase.core.engine import Engine
from callbase.core.facts import RecordingBegan, RoutingExplained


def test_the_centre_is_busy_and_what_it_did_can_be_replayed() -> None:
    played = play(0.25)
    assert played.talked > SEATS
    stated = [fact for one in played.happened for fact in one.facts]
    assert any(isinstance(fact, RoutingExplained) and fact.chosen is None for fact in stated), "nobody had to wait"
    assert sum(isinstance(fact, RecordingBegan) for fact in stated) == played.talked
    again = Engine()
    assert [fact for one in played.happened for fact in again.receive(one.event, one.at_ms).facts] == stated
    assert again.snapshot() == played.snapshots[-1][1]
