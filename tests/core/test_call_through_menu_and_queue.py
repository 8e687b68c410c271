"""The path of a call: answered, greeted, through the menu, in line, offered, talked with, ended, wrapped up."""

from __future__ import annotations

import msgspec
import pytest

from callbase.core.call.arrivals import LOOKUP_MS
from callbase.core.commands import Answer, Connect, LookUpCustomer, Originate, Play, StartRecording, StopMusic
from callbase.core.events import (
    CallOffered,
    DigitPressed,
    FinishWrapUp,
    HoldCall,
    LegAnswered,
    RecordingEnded,
    RetrieveCall,
    SetOutcome,
)
from callbase.core.facts import (
    CustomerIdentified,
    FlowStep,
    InteractionEnded,
    InteractionStarted,
    OutcomeSet,
    RecordingBegan,
    RecordingFinished,
    SegmentEnded,
)
from tests.core.centre import MAIN, STRAIGHT, Centre, tenant


def test_a_call_is_answered_and_greeted_in_both_languages() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    assert centre.did(Answer, leg=leg)
    assert centre.said(leg) == "欢迎致电 Welcome"
    assert [speech.language for speech in centre.did(Play)[0].speech] == ["zh-CN", "en-US"]
    centre.run_for(1000)
    assert centre.said(leg) == "销售请按一"


def test_the_customer_is_looked_up_at_once_and_shown() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    assert centre.did(LookUpCustomer)[0].number == "13900139000"
    assert centre.interaction(leg).customer is not None
    assert centre.facts(CustomerIdentified)[0].customer.name == "Wang"


def test_nobody_is_offered_a_call_before_it_is_known_who_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    centre.staff("1001")
    asked: list[LookUpCustomer] = []
    monkeypatch.setattr(centre, "_look_up", asked.append)
    leg = centre.call(STRAIGHT)
    assert centre.did(Answer, leg=leg)
    assert not centre.did(Originate)
    monkeypatch.undo()
    centre._look_up(asked[0])
    assert centre.did(Originate)[0].caller_name == "Wang"
    assert centre.interaction(leg).customer is not None


def test_a_database_that_does_not_say_who_calls_holds_up_a_call_for_half_a_second_only(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    centre.staff("1001")
    asked: list[LookUpCustomer] = []
    monkeypatch.setattr(centre, "_look_up", asked.append)
    leg = centre.call(STRAIGHT)
    centre.run_for(LOOKUP_MS)
    assert centre.did(Originate)[0].device == "1001"
    monkeypatch.undo()
    centre._look_up(asked[0])
    assert centre.interaction(leg).customer is not None
    assert len(centre.did(Originate)) == 1


def test_who_hangs_up_before_it_is_known_who_called_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = Centre()
    centre.staff("1001")
    asked: list[LookUpCustomer] = []
    monkeypatch.setattr(centre, "_look_up", asked.append)
    centre.hang_up(centre.call(STRAIGHT))
    monkeypatch.undo()
    centre._look_up(asked[0])
    centre.run_for(LOOKUP_MS)
    assert not centre.did(Originate)
    assert not centre.view.interactions


def test_one_leads_to_sales_where_the_longest_idle_agent_rings() -> None:
    centre = Centre()
    centre.staff("1002", "1001")
    leg = centre.call(MAIN)
    centre.run_for(1500)
    centre.press(leg, "1")
    assert centre.agent("1002").state == "reserved"
    assert centre.agent("1002").connection == "alerting"
    assert centre.agent("1001").state == "ready"
    assert centre.interaction(leg).phase == "offer"
    (originate,) = centre.did(Originate)
    assert (originate.device, originate.caller_number, originate.caller_name) == ("1002", "13900139000", "Wang")
    assert originate.headers["X-Callbase-Interaction"] == centre.interaction(leg).interaction


def test_answering_connects_both_and_records_the_customer() -> None:
    centre = Centre()
    customer, agent = centre.talk("1001")
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge == centre.only().interaction
    assert centre.switch.legs[customer].music is None
    assert centre.switch.legs[customer].recordings == {centre.only().recording: False}
    assert centre.agent("1001").state == "busy"
    assert centre.agent("1001").connection == "connected"
    assert centre.only().phase == "talk"
    kinds = [type(c) for c in centre.output.commands]
    assert kinds.index(StopMusic) < kinds.index(Connect) < kinds.index(StartRecording)


def test_the_recording_is_filed_by_tenant_and_day() -> None:
    centre = Centre()
    centre.talk("1001")
    (start,) = centre.did(StartRecording)
    assert start.path == f"recordings/demo/2026-01-05/{start.recording}"


def test_after_the_customer_hangs_up_the_agent_chooses_an_outcome_and_finishes() -> None:
    centre = Centre()
    customer, agent = centre.talk("1001")
    centre.run_for(60_000)
    centre.hang_up(customer)
    assert agent not in centre.switch.legs
    assert centre.agent("1001").state == "working_after_call"
    assert centre.only().phase == "wrap_up"
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.queue, ended.agent, ended.talk_ms) == ("customer_hung_up", "sales", "1001", 60_000)
    interaction = centre.only().interaction
    centre.act(SetOutcome(agent="1001", interaction=interaction, outcome="sold", note="two"))
    assert centre.only().outcome == "sold"
    assert centre.facts(OutcomeSet)[0].note == "two"
    centre.run_for(5000)
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "ready"
    assert not centre.view.interactions
    wrap_up = centre.facts(SegmentEnded, kind="wrap_up")[0]
    assert wrap_up.at_ms - wrap_up.started_ms == 5000
    assert not centre.switch.bridges


def test_wrap_up_ends_by_itself() -> None:
    centre = Centre()
    customer, _ = centre.talk("1001")
    centre.hang_up(customer)
    assert centre.agent("1001").wrap_up_until_ms == centre.now_ms + 30_000
    centre.run_for(30_000)
    assert centre.agent("1001").state == "ready"


def test_the_segments_tell_the_whole_story() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    centre.press(leg, "1")
    centre.run_for(3000)
    centre.staff("1001")
    centre.run_for(1999)
    centre.answer("1001")
    centre.run_for(10_000)
    centre.hang_up(leg)
    centre.act(FinishWrapUp(agent="1001"))
    told = [(s.kind, s.result, s.at_ms - s.started_ms) for s in centre.facts(SegmentEnded)]
    assert told == [
        ("flow", "ended", 1500),
        ("offer", "answered", 2000),
        ("queue", "answered", 5000),
        ("talk", "ended", 10_000),
        ("wrap_up", "ended", 0),
    ]


def test_a_key_pressed_while_greeted_cuts_the_greeting_short_and_is_told_once() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "1")
    assert centre.interaction(leg).phase == "queue"
    assert [(step.node, step.digit) for step in centre.facts(FlowStep) if step.digit] == [("menu", "1")]


def test_keys_pressed_before_the_menu_speaks_count() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "2")
    assert centre.said(leg) == "欢迎致电 Welcome"
    centre.run_for(1000)
    assert centre.interaction(leg).queue == "support"
    assert centre.interaction(leg).priority == 2


def test_a_key_pressed_before_we_have_heard_of_the_answer_counts() -> None:
    """The answer and the key reach the engine by different ways, and may come in either order."""
    centre = Centre()
    centre.run_for(1)
    centre.give(CallOffered(leg="a-1", node="a", caller_number="13900139000", called_number=MAIN, trunk="demo-trunk"))
    centre.give(DigitPressed(leg="a-1", digit="2"))
    centre.give(LegAnswered(leg="a-1"))
    centre.run_for(1000)
    assert centre.interaction("a-1").queue == "support"
    pressed = [(fact.node, fact.digit) for fact in centre.facts(FlowStep) if fact.digit]
    assert pressed == [("menu", "2")]


def test_a_key_pressed_while_the_menu_speaks_cuts_it_short() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1200)
    centre.press(leg, "2")
    assert centre.interaction(leg).phase == "queue"
    steps = [(f.node, f.digit, f.port) for f in centre.facts(FlowStep)]
    assert steps == [("welcome", None, None), ("menu", None, None), ("menu", "2", "2"), ("support", None, None)]


def test_nine_changes_the_language_and_asks_again() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1200)
    centre.press(leg, "9")
    assert centre.interaction(leg).language == "en-US"
    assert centre.said(leg) == "For sales press one"
    centre.press(leg, "9")
    assert centre.said(leg) == "销售请按一"


def test_a_wrong_key_is_told_so_and_asked_again_then_released_with_a_goodbye() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1200)
    centre.press(leg, "7")
    assert centre.said(leg) == "输入有误 销售请按一"
    centre.press(leg, "#")
    assert centre.said(leg) == "感谢您的来电，再见。"
    centre.run_for(1000)
    assert leg not in centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "flow_ended"


def test_silence_is_asked_again_and_then_released() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(2000 + 5000)
    assert centre.said(leg) == "销售请按一"
    centre.run_for(1000 + 5000 + 1000)
    assert leg not in centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "flow_ended"


def test_the_flow_can_end_the_call_with_last_words() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "4")
    assert centre.said(leg) == "再见"
    centre.run_for(1000)
    assert not centre.view.interactions
    assert not centre.switch.legs


def test_a_customers_browser_telephone_arrives_like_a_call_from_outside() -> None:
    centre = Centre()
    centre.call(MAIN, caller="whatever", trunk=None, device="demo-customer-1")
    assert centre.only().caller_number == "13800138001"
    assert centre.only().direction == "inbound"
    assert centre.facts(InteractionStarted)[0].trunk is None


@pytest.mark.parametrize("called", [f"+86{MAIN}", f"0086{MAIN}", f"86{MAIN}"])
def test_a_number_is_ours_however_the_carrier_writes_it(called: str) -> None:
    centre = Centre()
    centre.call(called)
    assert centre.only().called_number == MAIN
    assert centre.facts(InteractionStarted)[0].called_number == MAIN
    assert not centre.facts(InteractionEnded)


def test_an_unknown_number_is_told_so_in_all_languages_and_released() -> None:
    centre = Centre()
    leg = centre.call("95599")
    assert centre.said(leg) == "空号 Unknown number"
    centre.run_for(1000)
    assert leg not in centre.switch.legs
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.cause) == ("number_unknown", "unallocated")


def test_without_words_for_it_an_unknown_number_is_refused_unanswered() -> None:
    centre = Centre(unknown_did=None)
    leg = centre.call("95599")
    assert leg not in centre.switch.legs
    assert not centre.did(Answer)
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.cause) == ("number_unknown", "unallocated")


def test_a_call_from_a_trunk_nobody_knows_is_refused_and_leaves_nothing() -> None:
    centre = Centre()
    leg = centre.call(MAIN, trunk="rogue")
    assert leg not in centre.switch.legs
    assert not centre.facts(InteractionStarted)


def test_the_recording_is_finished_when_the_switch_closed_the_files() -> None:
    centre = Centre()
    customer, _ = centre.talk("1001")
    centre.run_for(1000)
    centre.hang_up(customer)
    (finished,) = centre.facts(RecordingFinished)
    assert (finished.failed, finished.at_ms - finished.started_ms) == ("", 1000)


def test_a_recording_that_ends_before_its_call_says_why_and_the_call_goes_on_without_one() -> None:
    centre = Centre()
    customer, agent = centre.talk("1001")
    centre.run_for(1000)
    (began,) = centre.facts(RecordingBegan)
    centre.give(RecordingEnded(leg=customer, recording=began.recording, cut_short="disk full"))
    assert centre.only().phase == "talk"
    centre.act(HoldCall(agent="1001"))
    centre.act(RetrieveCall(agent="1001"))
    centre.run_for(1000)
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge
    centre.hang_up(customer)
    (finished,) = centre.facts(RecordingFinished)
    assert (finished.failed, finished.cut_short, finished.at_ms - finished.started_ms) == ("", "disk full", 1000)
    assert len(centre.did(StartRecording)) == 1


def test_a_queue_without_recording_is_not_recorded() -> None:
    whole = tenant()
    quiet = msgspec.structs.replace(whole.queues["sales"], record=False)
    centre = Centre(queues={**whole.queues, "sales": quiet})
    centre.talk("1001")
    assert not centre.did(StartRecording)
    assert centre.only().recording is None
