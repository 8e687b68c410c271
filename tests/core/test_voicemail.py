"""Voicemail: greeting, tone, message; whatever ends it, what was said is kept."""

from __future__ import annotations

from callbase.core.commands import RecordMessage
from callbase.core.config import Flow, Say, SendTo, ToVoicemail
from callbase.core.facts import InteractionEnded, RecordingBegan, RecordingFinished, SegmentEnded
from tests.core.centre import STRAIGHT, Centre, tenant, text
from tests.core.test_keys_while_waiting import centre_with


def messages(centre: Centre) -> list[tuple[str, int | None]]:
    return [(fact.failed, fact.spoken_ms) for fact in centre.facts(RecordingFinished, kind="voicemail")]


def leaving(centre: Centre) -> str:
    """A caller after the tone."""
    leg = centre.call()
    centre.press(leg, "21")
    assert centre.said(leg).startswith("请在提示音后留言")
    assert centre.interaction(leg).phase == "voicemail"
    centre.run_for(1_000)
    assert centre.did(RecordMessage)
    return leg


def test_after_the_message_and_a_silence_the_caller_is_thanked_and_released() -> None:
    centre = centre_with()
    leg = leaving(centre)
    (begun,) = centre.facts(RecordingBegan, kind="voicemail")
    assert (begun.queue, begun.path.split("/")[:2]) == ("sales", ["recordings", "demo"])
    centre.run_for(10_000)
    assert centre.said(leg) == "留言已保存，再见。"
    centre.run_for(1_000)
    assert leg not in centre.switch.legs
    assert messages(centre) == [("", 5_000)]
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["voicemail"]
    assert [fact.kind for fact in centre.facts(SegmentEnded)][-2:] == ["queue", "voicemail"]


def test_the_hash_key_ends_the_message() -> None:
    centre = centre_with()
    leg = leaving(centre)
    centre.run_for(2_000)
    centre.press(leg, "#")
    assert centre.said(leg) == "留言已保存，再见。"
    assert messages(centre) == [("", 2_000)]


def test_who_hangs_up_has_left_a_message_all_the_same() -> None:
    centre = centre_with()
    leg = leaving(centre)
    centre.run_for(3_000)
    centre.hang_up(leg)
    assert messages(centre) == [("", 3_000)]
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["voicemail"]
    assert centre.queue().abandoned_today == 0


def test_who_hangs_up_during_the_greeting_leaves_nothing() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "21")
    centre.hang_up(leg)
    assert messages(centre) == []
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["customer_hung_up"]


def test_a_switch_that_never_says_that_it_ended_does_not_keep_the_caller() -> None:
    centre = centre_with()
    leg = leaving(centre)
    centre.switch.legs[leg].message = None
    centre.run_for(210_000)
    assert leg not in centre.switch.legs
    assert [failed for failed, _ in messages(centre)] == [""]


def test_after_a_gap_the_message_goes_on_being_recorded() -> None:
    centre = centre_with()
    leg = leaving(centre)
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.interaction(leg).phase == "voicemail"
    centre.run_for(10_000)
    assert messages(centre) == [("", 5_000)]


def test_a_flow_can_lead_to_a_queues_voicemail_with_a_greeting_of_its_own() -> None:
    target = ToVoicemail(say=Say(text=text("已下班", "We are closed")), queue="support")
    flows = {**tenant().flows, "straight": Flow(id="straight", version=2, start="a", nodes={"a": SendTo(target=target)})}
    centre = Centre(flows=flows)
    leg = centre.call(STRAIGHT)
    assert centre.said(leg).startswith("已下班")
    centre.run_for(1_000)
    assert [fact.queue for fact in centre.facts(RecordingBegan)] == ["support"]
