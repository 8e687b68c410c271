"""The journal, read again, gives the same state to the byte, and the same facts; so does going on from any snapshot."""

from __future__ import annotations

import msgspec

from callbase.core.engine import Engine
from callbase.core.events import AnyEvent, ConsoleLost, FinishWrapUp, HoldCall, RetrieveCall, SetNotReady
from tests.core.centre import MAIN, Centre, config

EVENT = msgspec.json.Decoder(AnyEvent)


def a_busy_half_hour() -> Centre:
    centre = Centre()
    centre.staff("1001", "1002", answers_after_ms=3000)
    centre.staff("1011", device="{}-web", answers_after_ms=1000)
    legs = []
    for number in range(12):
        legs.append(centre.call(MAIN, caller=f"1390000{number:04}"))
        centre.press(legs[-1], ["1", "2", "92", "9", "3", "71"][number % 6])
        centre.run_for(7000)
        if number % 3 == 0:
            centre.hang_up(legs[number // 2])
    for action in (HoldCall(agent="1001"), SetNotReady(agent="1002"), ConsoleLost(agent="1011"), RetrieveCall(agent="1001")):
        centre.ask(action)
        centre.run_for(3000)
    centre.switch.disconnect(centre.now_ms)
    centre.run_for(2000)
    centre.switch.connect(centre.now_ms)
    centre.run_for(60_000)
    centre.ask(FinishWrapUp(agent="1001"))
    for leg in legs:
        centre.hang_up(leg)
    centre.run_for(600_000)
    return centre


def test_a_replay_is_the_same_to_the_byte() -> None:
    centre = a_busy_half_hour()
    journal = [(now_ms, msgspec.json.encode(event)) for now_ms, event in centre.journal]
    replayed, facts = Engine(), []
    for now_ms, line in journal:
        facts += replayed.receive(EVENT.decode(line), now_ms).facts
    assert replayed.snapshot() == centre.engine.snapshot()
    assert facts == centre.output.facts
    assert len(facts) > 150


def test_two_simulations_of_the_same_day_are_the_same() -> None:
    one, other = a_busy_half_hour(), a_busy_half_hour()
    assert one.output == other.output
    assert one.engine.snapshot() == other.engine.snapshot()


def test_an_engine_restored_in_the_middle_goes_on_just_the_same() -> None:
    journal = a_busy_half_hour().journal
    engine = Engine()
    for now_ms, event in journal[: len(journal) // 2]:
        engine.receive(event, now_ms)
    restored = Engine.restore(engine.snapshot())
    for now_ms, event in journal[len(journal) // 2 :]:
        assert restored.next_timer() == engine.next_timer()
        assert restored.receive(event, now_ms) == engine.receive(event, now_ms)
    assert restored.snapshot() == engine.snapshot()
    assert restored.view("demo") == engine.view("demo")


def test_a_clock_that_goes_back_is_not_followed() -> None:
    centre = Centre()
    centre.talk()
    later = centre.now_ms
    centre.now_ms -= 3_600_000
    centre.ask(HoldCall(agent="1001"))
    assert all(fact.at_ms <= later for fact in centre.output.facts)
    assert centre.output.facts[-1].at_ms == later


def test_configuration_as_the_journal_writes_it_is_the_same_configuration() -> None:
    whole = config()
    assert msgspec.json.decode(msgspec.json.encode(whole), type=type(whole)) == whole
