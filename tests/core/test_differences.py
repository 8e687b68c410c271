"""After a gap each difference between switch and core is mended by its rule and stated as a fact, once; and only those are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from callbase.core import events as e
from callbase.core.commands import DestroyBridge, Release, StopPlay, StopRecording
from callbase.core.config import ToAgent
from callbase.core.engine import Engine
from callbase.core.facts import Discrepancy, InteractionEnded
from tests.core.centre import MAIN, Centre
from tests.core.test_after_a_gap import back, engine_dies, gap
from tests.core.test_transfers import hear_one_another, with_customer
from tests.core.test_while_nobody_listened import hangs_up, mended, nobody_listens, picks_up, ringing

TO_1002 = ToAgent(agent="1002")


def told(centre: Centre) -> list[tuple[str, str, str | None, str]]:
    return [(fact.what, fact.mended_by, fact.interaction, fact.leg) for fact in centre.facts(Discrepancy)]


@contextmanager
def deaf(centre: Centre) -> Iterator[None]:
    """What the core asks for meanwhile the switch does not hear; then the core hears what the switch has."""
    centre.switch.leave(centre.now_ms)
    centre.switch.execute, heard = lambda command, now_ms: None, centre.switch.execute  # type: ignore[method-assign]
    yield
    centre.switch.execute = heard  # type: ignore[method-assign]
    back(centre)


def talking(centre: Centre) -> None:
    centre.talk()


def on_hold(centre: Centre) -> None:
    centre.talk()
    centre.act(e.HoldCall(agent="1001"))


def consulting(centre: Centre) -> None:
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    centre.talk()
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))
    centre.answer("1002")


def alternating(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.AlternateCall(agent="1001"))


def conferring(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.ConferenceCall(agent="1001"))


def one_aside(centre: Centre) -> None:
    conferring(centre)
    centre.act(e.HoldCall(agent="1002"))


def all_aside(centre: Centre) -> None:
    one_aside(centre)
    centre.act(e.HoldCall(agent="1001"))


def parked(centre: Centre) -> None:
    centre.talk()
    centre.act(e.ParkCall(agent="1001"))


def waiting(centre: Centre) -> None:
    centre.call()


def in_the_menu(centre: Centre) -> None:
    centre.call(MAIN)
    centre.run_for(1500)


ANYWHERE = [talking, on_hold, consulting, alternating, conferring, one_aside, all_aside, parked, waiting, in_the_menu]


@pytest.mark.parametrize("where", ANYWHERE)
def test_where_the_switch_is_as_the_core_believes_nothing_is_stated(where: Callable[[Centre], None]) -> None:
    centre = Centre()
    where(centre)
    gap(centre)
    back(centre)
    engine_dies(centre, 100)
    back(centre)
    assert not centre.facts(Discrepancy)


@pytest.mark.parametrize("who", ["customer", "agent"])
def test_what_the_end_of_a_call_leads_to_is_no_other_difference(who: str) -> None:
    centre = Centre()
    customer, agent = centre.talk()
    with nobody_listens(centre, comes_back_after_ms=2000):
        hangs_up(centre, customer if who == "customer" else agent)
    assert mended(centre) == [("leg_gone", "ended at its moment")]
    (interaction,) = [fact.interaction for fact in centre.facts(InteractionEnded)]
    assert len(centre.did(DestroyBridge, bridge=interaction)) == 1
    assert len(centre.did(Release, leg=agent)) <= 1


def test_nor_is_the_hold_of_a_customer_whose_agent_is_lost() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    with nobody_listens(centre, comes_back_after_ms=2000):
        hangs_up(centre, agent, "unreachable")
    assert mended(centre) == [("leg_gone", "ended at its moment")]
    assert customer in centre.switch.legs


def test_nor_that_those_are_connected_of_whom_one_had_answered() -> None:
    centre = Centre()
    _, agent = ringing(centre)
    with nobody_listens(centre, comes_back_after_ms=2000):
        picks_up(centre, agent)
    assert mended(centre) == [("leg_answered", "answered at its moment")]
    assert with_customer(centre, "1001")


# --- each difference -----------------------------------------------------------------------------------------------------


def test_a_telephone_that_was_answered_in_a_moment_in_which_nothing_is_noted_is_so_now() -> None:
    centre = Centre()
    _, agent = ringing(centre)
    engine_dies(centre, 1000)
    centre.switch.legs[agent].up = True
    back(centre)
    assert told(centre) == [("leg_answered", "answered", centre.only().interaction, agent)]
    assert with_customer(centre, "1001")


def test_a_release_that_got_lost_is_repeated() -> None:
    centre = Centre()
    leg = centre.call()
    interaction = centre.only().interaction
    with deaf(centre):
        centre.act(e.ReleaseInteraction(interaction=interaction))
    assert leg not in centre.switch.legs
    assert told(centre) == [("leg_remains", "released again", interaction, leg)]


def test_so_are_hold_and_its_end() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    interaction = centre.only().interaction
    with deaf(centre):
        centre.act(e.HoldCall(agent="1001"))
    assert told(centre) == [("leg_connected", "disconnected", interaction, leg) for leg in (customer, agent)]
    assert [centre.switch.legs[leg].bridge for leg in (customer, agent)] == [None, None]
    assert centre.switch.legs[customer].music
    with deaf(centre):
        centre.act(e.RetrieveCall(agent="1001"))
    assert told(centre)[2:] == [("leg_alone", "connected again", interaction, customer)]
    assert with_customer(centre, "1001")


def test_who_has_stepped_aside_from_a_conference_hears_the_others_no_more() -> None:
    centre = Centre()
    conferring(centre)
    with deaf(centre):
        centre.act(e.HoldCall(agent="1002"))
    assert mended(centre) == [("leg_connected", "disconnected")]
    assert centre.switch.legs[centre.agent_leg("1002")].bridge is None


def test_of_who_is_parked_the_agent_is_released_again_and_the_customer_hears_music() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    with deaf(centre):
        centre.act(e.ParkCall(agent="1001"))
    assert set(mended(centre)) == {("leg_remains", "released again"), ("leg_connected", "disconnected")}
    assert agent not in centre.switch.legs
    assert (centre.switch.legs[customer].bridge, bool(centre.switch.legs[customer].music)) == (None, True)


def test_who_is_consulted_is_connected_again_and_no_longer_once_it_is_over() -> None:
    centre = Centre()
    consulting(centre)
    interaction, consulted = centre.only().interaction, centre.agent_leg("1002")
    (bridge,) = {centre.switch.legs[consulted].bridge}
    gap(centre)
    centre.switch.legs[consulted].bridge = None
    back(centre)
    assert told(centre) == [("leg_alone", "connected again", interaction, consulted)]
    assert hear_one_another(centre, "1001", "1002")
    with deaf(centre):
        centre.act(e.AlternateCall(agent="1001"))
    assert ("bridge_remains", "destroyed again", interaction, bridge) in told(centre)
    assert centre.switch.legs[consulted].bridge is None


def test_a_bridge_of_a_call_that_is_over_names_the_call_while_the_agent_works_after_it() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    interaction = centre.only().interaction
    centre.hang_up(customer)
    assert centre.agent("1001").state == "working_after_call"
    gap(centre)
    centre.switch.bridges[interaction] = set()
    back(centre)
    assert told(centre) == [("bridge_remains", "destroyed again", interaction, interaction)]
    assert interaction not in centre.switch.bridges


def test_a_recording_nobody_knows_of_is_stopped() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    gap(centre)
    recordings = centre.switch.legs[customer].recordings
    assert recordings is not None
    recordings["stray"] = False
    back(centre)
    assert centre.did(StopRecording) == [StopRecording(leg=customer, recording="stray")]
    assert told(centre) == [("recording_unknown", "stopped", centre.only().interaction, customer)]


def test_of_what_is_said_nothing_is_known_so_it_is_ended_and_begun_anew_without_a_word() -> None:
    centre = Centre()
    in_the_menu(centre)
    before = len(centre.did(StopPlay))
    engine_dies(centre, 100)
    back(centre)
    assert len(centre.did(StopPlay)) == before + 1
    assert not centre.facts(Discrepancy)


def test_a_replay_states_the_same() -> None:
    centre = Centre()
    centre.talk()
    snapshot = centre.engine.snapshot()
    connected = e.SwitchConnected(
        node="a",
        legs=tuple(e.LiveLeg(leg=leg, up=True, recordings=("r2", "r1")) for leg in ("stray", *centre.switch.legs)),
        bridges=("b2", "b1"),
        devices=("1001",),
    )
    live, again = (Engine.restore(snapshot).receive(connected, centre.now_ms) for _ in range(2))
    assert live.facts == again.facts
    assert {fact.what for fact in live.facts if isinstance(fact, Discrepancy)} == {
        "leg_unknown",
        "leg_alone",
        "bridge_unknown",
        "recording_missing",
        "recording_unknown",
    }
