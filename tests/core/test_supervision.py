"""Supervisors at agents' calls: they listen, whisper, barge in and take over, and the call never suffers from it."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core.engine import Engine
from callbase.core.events import (
    ClearCall,
    ConfigPublished,
    ConsoleBack,
    ConsoleLost,
    EngineStarted,
    HoldCall,
    RetrieveCall,
    SetReady,
    SignIn,
    SignOut,
    StopSupervising,
    Supervise,
    SupervisionMode,
)
from callbase.core.facts import RecordingBegan, RecordingFinished, SegmentEnded, SupervisionEnded, SupervisionStarted
from tests.core.centre import Centre, config
from tests.core.invariants import check

BOSS = "1011"
"""Serves another queue, and supervises."""


class Supervised(Centre):
    """1001 talks with a customer; the boss is at its telephone, which answers by itself."""

    def __init__(self, **changes: Any) -> None:
        super().__init__(**changes)
        self.staff(BOSS, device="{}-web")
        self.customer, self.own = self.talk("1001")

    def supervise(self, mode: SupervisionMode = "listen", agent: str = "1001", supervisor: str = BOSS) -> str:
        """The supervisor's leg, answered."""
        self.act(Supervise(agent=agent, supervisor=supervisor, mode=mode))
        self.run_for(100)
        return self.agent_leg(supervisor)

    def talk_goes_on(self) -> bool:
        """Customer and agent are in one bridge, and nobody else is."""
        return self.switch.bridges == {self.only().interaction: {self.customer, self.own}}


def results(centre: Centre) -> list[tuple[str, str]]:
    check(centre.engine)
    return [(fact.mode, fact.result) for fact in centre.facts(SupervisionEnded)]


def test_listening_puts_the_supervisors_telephone_to_the_agents_leg_and_leaves_the_call_as_it_is() -> None:
    centre = Supervised()
    leg = centre.supervise()
    assert centre.switch.legs[leg].supervises == (centre.own, "listen")
    assert centre.talk_goes_on()
    view = centre.agent(BOSS)
    assert view.supervises is not None
    assert (view.state, view.interaction, view.supervises.agent) == ("busy", None, "1001")
    assert (view.supervises.mode, view.supervises.connected) == ("listen", True)
    assert [one.supervisor for one in centre.agent("1001").supervised_by] == [BOSS]
    assert centre.facts(SupervisionStarted)[0].actor == "test"
    check(centre.engine)


def test_until_its_telephone_answers_nobody_is_heard_and_nothing_is_told_to_have_begun() -> None:
    centre = Supervised()
    centre.act(Supervise(agent="1001", supervisor=BOSS))
    view = centre.agent(BOSS).supervises
    assert view is not None
    assert not view.connected
    assert not centre.facts(SupervisionStarted)


def test_it_changes_between_listening_whispering_and_barging_on_one_call_of_its_telephone() -> None:
    centre = Supervised()
    leg = centre.supervise("listen")
    for mode in ("whisper", "barge", "listen"):
        assert centre.supervise(mode) == leg
        assert centre.switch.legs[leg].supervises == (centre.own, mode)
    assert [fact.mode for fact in centre.facts(SupervisionStarted)] == ["listen", "whisper", "barge", "listen"]
    assert results(centre) == [("listen", "changed"), ("whisper", "changed"), ("barge", "changed")]
    assert centre.talk_goes_on()


def test_asking_for_what_is_already_so_changes_nothing() -> None:
    centre = Supervised()
    centre.supervise("whisper")
    centre.supervise("whisper")
    assert len(centre.facts(SupervisionStarted)) == 1


@pytest.mark.parametrize("how", ["asked", "hangs up", "clears its call"])
def test_who_stops_is_what_it_was_before_and_the_call_goes_on(how: str) -> None:
    centre = Supervised()
    leg = centre.supervise()
    if how == "asked":
        centre.act(StopSupervising(agent="1001", supervisor=BOSS))
    elif how == "hangs up":
        centre.hang_up(leg)
    else:
        centre.act(ClearCall(agent=BOSS))
    assert centre.agent(BOSS).state == "ready"
    assert centre.agent(BOSS).supervises is None
    assert centre.agent("1001").supervised_by == ()
    assert leg not in centre.switch.legs
    assert centre.talk_goes_on()
    assert results(centre) == [("listen", "hung_up" if how == "hangs up" else "stopped")]


def test_while_supervising_no_call_is_offered_to_it() -> None:
    centre = Supervised()
    centre.supervise()
    leg = centre.call("4008001234")
    centre.press(leg, "2")
    assert centre.interaction(leg).phase == "queue"
    centre.act(StopSupervising(agent="1001", supervisor=BOSS))
    assert centre.interaction(leg).agent == BOSS


@pytest.mark.parametrize("who", ["customer", "own"])
def test_once_the_call_is_over_so_is_its_supervision(who: str) -> None:
    centre = Supervised()
    leg = centre.supervise("barge")
    centre.hang_up(getattr(centre, who))
    assert leg not in centre.switch.legs
    assert centre.agent(BOSS).state == "ready"
    assert centre.agent("1001").state == "working_after_call"
    assert results(centre) == [("barge", "call_over")]


def test_the_call_may_end_while_the_supervisors_telephone_still_rings() -> None:
    centre = Supervised()
    centre.act(Supervise(agent="1001", supervisor=BOSS))
    centre.hang_up(centre.customer)
    centre.run_for(100)
    assert centre.agent(BOSS).state == "ready"
    assert not [leg for leg in centre.switch.legs.values() if leg.device == f"{BOSS}-web"]
    assert results(centre) == []


def test_a_telephone_that_does_not_answer_ends_it_and_the_call_goes_on() -> None:
    centre = Supervised()
    centre.switch.telephones[f"{BOSS}-web"].answers_when_told = False
    centre.act(Supervise(agent="1001", supervisor=BOSS))
    centre.run_for(25_000)
    assert centre.agent(BOSS).state == "ready"
    assert centre.talk_goes_on()
    assert results(centre) == []


def test_it_stays_while_the_customer_is_on_hold() -> None:
    centre = Supervised()
    leg = centre.supervise("whisper")
    centre.act(HoldCall(agent="1001"))
    assert centre.switch.legs[leg].supervises == (centre.own, "whisper")
    assert centre.switch.legs[centre.customer].music is not None
    centre.act(RetrieveCall(agent="1001"))
    assert centre.switch.legs[leg].supervises == (centre.own, "whisper")
    assert centre.talk_goes_on()


def test_it_goes_with_the_agent_to_the_leg_of_a_telephone_that_was_lost_and_is_back() -> None:
    centre = Supervised()
    leg = centre.supervise("barge")
    centre.hang_up(centre.own, "media_lost")
    centre.run_for(100)
    again = centre.answer("1001")
    assert again != centre.own
    assert centre.switch.legs[leg].supervises == (again, "barge")
    assert len(centre.facts(SupervisionStarted)) == 1


def test_an_agent_lost_for_good_takes_its_supervision_with_it_and_the_customer_waits_again() -> None:
    centre = Supervised()
    centre.supervise()
    centre.switch.unregister("1001", centre.now_ms)
    centre.hang_up(centre.own, "media_lost")
    centre.run_for(31_000)
    assert centre.interaction(centre.customer).phase == "queue"
    assert centre.agent(BOSS).state == "ready"
    assert results(centre) == [("listen", "call_over")]


def test_two_supervisors_at_one_call_do_not_know_of_each_other() -> None:
    centre = Supervised()
    centre.staff("1002")
    first, second = centre.supervise("listen"), centre.supervise("whisper", supervisor="1002")
    assert [one.supervisor for one in centre.agent("1001").supervised_by] == [BOSS, "1002"]
    centre.hang_up(first)
    assert centre.switch.legs[second].supervises == (centre.own, "whisper")
    assert centre.talk_goes_on()


def test_a_supervisor_goes_from_one_agent_to_another_on_one_call_of_its_telephone() -> None:
    centre = Supervised()
    _, other = centre.talk("1002", caller="2")
    leg = centre.supervise("listen")
    assert centre.supervise("whisper", agent="1002") == leg
    assert centre.switch.legs[leg].supervises == (other, "whisper")
    assert centre.agent("1001").supervised_by == ()
    assert results(centre) == [("listen", "changed")]


def test_a_browser_that_vanishes_ends_it_and_the_call_goes_on() -> None:
    centre = Supervised()
    centre.act(ConsoleBack(agent=BOSS))
    leg = centre.supervise("barge")
    centre.act(ConsoleLost(agent=BOSS))
    centre.run_for(2_500)
    assert leg not in centre.switch.legs
    assert centre.agent(BOSS).state == "not_ready"
    assert centre.talk_goes_on()
    centre.act(ConsoleBack(agent=BOSS))
    assert centre.agent(BOSS).state == "ready"


def test_a_page_reloaded_is_another_telephone_whose_old_call_is_dead() -> None:
    centre = Supervised()
    leg = centre.supervise()
    centre.switch.register(f"{BOSS}-web", centre.now_ms, "sip:another@far.end")
    centre.settle()
    assert leg not in centre.switch.legs
    assert centre.agent(BOSS).state == "ready"
    assert results(centre) == [("listen", "hung_up")]


# --- taking over -----------------------------------------------------------------------------------------------------


def test_after_taking_over_the_supervisor_talks_with_the_customer_and_the_agent_is_free() -> None:
    centre = Supervised()
    leg = centre.supervise("listen")
    centre.act(Supervise(agent="1001", supervisor=BOSS, mode="take_over"))
    call = centre.interaction(centre.customer)
    assert centre.switch.bridges == {call.interaction: {centre.customer, leg}}
    assert centre.own not in centre.switch.legs
    assert (call.phase, call.agent) == ("talk", BOSS)
    assert (centre.agent(BOSS).connection, centre.agent(BOSS).interaction) == ("connected", call.interaction)
    assert centre.agent("1001").state == "ready"
    assert results(centre) == [("listen", "changed"), ("take_over", "taken_over")]
    centre.hang_up(leg)
    assert centre.customer not in centre.switch.legs
    assert [fact.agent for fact in centre.facts(SegmentEnded, kind="talk")] == ["1001", BOSS]
    assert centre.agent(BOSS).state == "working_after_call"
    check(centre.engine)


def test_it_may_be_asked_for_at_once_and_happens_when_the_telephone_answers() -> None:
    centre = Supervised()
    centre.act(Supervise(agent="1001", supervisor=BOSS, mode="take_over"))
    assert centre.talk_goes_on()
    centre.run_for(100)
    assert centre.interaction(centre.customer).agent == BOSS


def test_a_customer_on_hold_is_taken_off_it_by_who_takes_over() -> None:
    centre = Supervised()
    centre.act(HoldCall(agent="1001"))
    leg = centre.supervise("take_over")
    assert centre.switch.legs[centre.customer].music is None
    assert centre.switch.legs[centre.customer].bridge == centre.switch.legs[leg].bridge == centre.only().interaction
    assert centre.only().phase == "talk"


def test_a_customer_whose_agent_is_lost_is_taken_over_at_once() -> None:
    centre = Supervised()
    centre.hang_up(centre.own, "media_lost")
    leg = centre.supervise("take_over")
    assert centre.interaction(centre.customer).phase == "talk"
    assert centre.switch.legs[leg].bridge == centre.only().interaction
    assert centre.agent("1001").state == "ready"


def test_the_recording_goes_on_over_a_take_over() -> None:
    centre = Supervised()
    centre.supervise("take_over")
    assert len(centre.facts(RecordingBegan)) == 1
    assert not centre.facts(RecordingFinished)
    assert centre.switch.legs[centre.customer].recordings == {centre.only().recording: False}


def test_another_supervisor_at_the_call_is_let_go_when_one_takes_it_over() -> None:
    centre = Supervised()
    centre.staff("1002")
    other = centre.supervise("listen", supervisor="1002")
    centre.supervise("take_over")
    assert other not in centre.switch.legs
    assert centre.agent("1002").state == "ready"
    assert results(centre) == [("take_over", "taken_over"), ("listen", "call_over")]


def test_of_an_agents_own_call_the_callers_part_is_taken_over() -> None:
    centre = Centre()
    centre.staff(BOSS, "1001", "1002", answers_after_ms=100)
    calling = centre.call("1002", device="1001", trunk=None)
    centre.run_for(200)
    centre.act(Supervise(agent="1001", supervisor=BOSS, mode="take_over"))
    centre.run_for(200)
    assert calling not in centre.switch.legs
    legs = {leg.device for leg in centre.switch.legs.values() if leg.bridge == centre.only().interaction}
    assert legs == {BOSS, "1002"}
    assert centre.agent("1001").state == "ready"
    check(centre.engine)
    centre.hang_up(centre.agent_leg("1002"))
    assert [centre.agent(agent).state for agent in (BOSS, "1001", "1002")] == ["ready"] * 3


# --- what is refused -------------------------------------------------------------------------------------------------


def test_what_cannot_be_is_refused_and_changes_nothing() -> None:
    centre = Supervised()
    centre.staff("1002")
    centre.act(SignOut(agent="1002"))
    before = centre.view
    for action, code in (
        (Supervise(agent="1001", supervisor="1001"), "value_invalid"),
        (Supervise(agent="1001", supervisor="1002"), "agent_signed_out"),
        (Supervise(agent="1001", supervisor="none"), "agent_unknown"),
        (Supervise(agent="none", supervisor=BOSS), "agent_unknown"),
        (Supervise(agent="1003", supervisor=BOSS), "wrong_state"),
        (StopSupervising(agent="1001", supervisor=BOSS), "wrong_state"),
    ):
        error = centre.ask(action)
        assert error is not None
        assert error.code == code
    assert centre.view == before


def test_who_is_in_a_call_or_has_no_telephone_there_cannot_supervise() -> None:
    centre = Supervised()
    centre.talk("1002", caller="2")
    busy = centre.ask(Supervise(agent="1001", supervisor="1002"))
    assert busy is not None
    assert busy.code == "agent_busy"
    centre.switch.unregister(f"{BOSS}-web", centre.now_ms)
    centre.settle()
    offline = centre.ask(Supervise(agent="1001", supervisor=BOSS))
    assert offline is not None
    assert offline.code == "device_offline"


def test_a_ringing_agent_is_not_in_a_call_yet() -> None:
    centre = Centre()
    centre.staff("1001", BOSS)
    centre.call()
    error = centre.ask(Supervise(agent="1001", supervisor=BOSS))
    assert error is not None
    assert error.code == "wrong_state"


def test_whether_the_agent_is_told_is_the_tenants_choice() -> None:
    centre = Supervised()
    centre.supervise()
    assert not centre.agent("1001").supervised_by[0].shown
    centre.give(ConfigPublished(config=config(2, supervision_shown=True)))
    assert centre.agent("1001").supervised_by[0].shown


# --- the engine and the switch go and come ---------------------------------------------------------------------------


def test_after_a_gap_the_switch_is_told_again_and_what_ended_meanwhile_is_over() -> None:
    centre = Supervised()
    leg = centre.supervise("whisper")
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.act(Supervise(agent="1001", supervisor=BOSS, mode="barge"))
    assert centre.switch.legs[leg].supervises == (centre.own, "whisper")
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].supervises == (centre.own, "barge")
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.switch.hang_up(leg, centre.now_ms)
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.agent(BOSS).state == "ready"
    assert centre.talk_goes_on()
    check(centre.engine)


def test_an_engine_that_dies_finds_its_supervisions_again() -> None:
    centre = Supervised()
    leg = centre.supervise("whisper")
    centre.engine = Engine.restore(centre.engine.snapshot())
    centre.give(EngineStarted(epoch=2))
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].supervises == (centre.own, "whisper")
    assert centre.talk_goes_on()
    centre.hang_up(centre.customer)
    assert not centre.engine._core.state.supervisions
    assert centre.agent(BOSS).state == "ready"


def test_who_asks_to_sign_out_while_supervising_is_signed_out_afterwards() -> None:
    centre = Supervised()
    leg = centre.supervise()
    centre.act(SignOut(agent=BOSS))
    assert centre.agent(BOSS).state == "busy"
    error = centre.ask(SignIn(agent=BOSS, device=BOSS))
    assert error is not None
    assert error.code == "agent_busy"
    centre.act(SignOut(agent=BOSS))
    centre.hang_up(leg)
    assert centre.agent(BOSS).state == "logged_off"
    centre.staff(BOSS)
    centre.act(SetReady(agent=BOSS))
    assert centre.agent(BOSS).state == "ready"
