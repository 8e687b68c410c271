"""Waiting: music, the place in line, what changes it, and what of it is counted."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.commands import Play, StartMusic
from callbase.core.config import Say, WaitingStep, WaitingTreatment
from callbase.core.core import SHOWN_POSITIONS
from callbase.core.events import ConfigPublished, FinishWrapUp, SetReady, SignIn
from callbase.core.facts import SegmentStarted
from callbase.core.flow.numbers import in_words
from callbase.core.flow.speech import expected_wait
from tests.core.centre import MAIN, STRAIGHT, Centre, config, tenant, text


def test_who_waits_hears_music_and_after_five_seconds_the_place_in_line() -> None:
    centre = Centre()
    centre.call()
    second = centre.call(caller="2")
    assert centre.switch.legs[second].music == "default"
    centre.run_for(4999)
    assert centre.switch.legs[second].playback is None
    centre.run_for(1)
    assert centre.said(second) == "您前面还有一位，请稍候。"
    assert centre.switch.legs[second].music is None
    centre.run_for(1000)
    assert centre.switch.legs[second].music == "default"


def test_the_place_is_told_again_every_half_minute() -> None:
    centre = Centre()
    centre.call()
    centre.run_for(5000)
    assert len(centre.did(Play)) == 1
    centre.run_for(60_000)
    assert len(centre.did(Play)) == 3


def test_the_first_in_line_is_told_so_in_its_language() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "92")
    centre.run_for(1000)
    assert centre.interaction(leg).queue == "support"
    centre.run_for(5000)
    assert centre.said(leg) == "You are next in line."
    behind = centre.call(MAIN)
    centre.press(behind, "92")
    centre.run_for(6000)
    assert centre.said(behind) == "You are number two in line."


def test_an_announcement_never_holds_up_an_agent() -> None:
    centre = Centre()
    leg = centre.call()
    centre.run_for(5100)
    assert centre.switch.legs[leg].playback is not None
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(150)
    assert centre.interaction(leg).phase == "talk"
    assert centre.switch.legs[leg].playback is None
    assert centre.switch.legs[leg].music is None


def test_a_queue_may_be_silent_about_places() -> None:
    whole = tenant()
    treatment = WaitingTreatment(music="jazz", steps=())
    sales = msgspec.structs.replace(whole.queues["sales"], waiting=treatment)
    centre = Centre(queues={**whole.queues, "sales": sales})
    centre.call()
    centre.run_for(60_000)
    assert not centre.did(Play)
    assert centre.did(StartMusic)[0].music == "jazz"


def test_all_move_up_when_one_leaves() -> None:
    centre = Centre()
    legs = [centre.call(caller=str(n)) for n in range(4)]
    assert [centre.interaction(leg).position for leg in legs] == [1, 2, 3, 4]
    centre.hang_up(legs[1])
    assert [centre.interaction(leg).position for leg in (legs[0], legs[2], legs[3])] == [1, 2, 3]


def test_places_beyond_the_hundredth_are_not_shown() -> None:
    centre = Centre()
    legs = [centre.call(caller=str(n)) for n in range(SHOWN_POSITIONS + 2)]
    assert centre.interaction(legs[SHOWN_POSITIONS - 1]).position == SHOWN_POSITIONS
    assert centre.interaction(legs[SHOWN_POSITIONS]).position is None
    assert centre.queue().waiting == SHOWN_POSITIONS + 2
    centre.hang_up(legs[0])
    assert centre.interaction(legs[SHOWN_POSITIONS]).position == SHOWN_POSITIONS


def test_priority_of_number_node_and_queue_add_up_and_go_before_age() -> None:
    whole = tenant()
    dids = {**whole.dids, "vip": msgspec.structs.replace(whole.dids[STRAIGHT], number="vip", priority=5)}
    centre = Centre(dids=dids)
    plain = centre.call()
    centre.run_for(1000)
    important = centre.call("vip", caller="2")
    assert centre.interaction(important).priority == 5
    assert (centre.interaction(important).position, centre.interaction(plain).position) == (1, 2)
    centre.staff("1001")
    assert centre.agent("1001").interaction == centre.interaction(important).interaction


def test_the_board_shows_the_queue() -> None:
    centre = Centre()
    centre.act(SignIn(agent="1003"))
    centre.staff("1001")
    began = centre.now_ms
    centre.call()
    centre.run_for(10)
    centre.call(caller="2")
    board = centre.queue()
    assert (board.waiting, board.oldest_since_ms) == (2, began)
    assert (board.signed_in, board.ready, board.busy, board.not_ready) == (2, 0, 1, 1)
    assert board.offered_today == 2


def test_answers_within_the_service_level_are_counted() -> None:
    centre = Centre()
    centre.staff("1001", answers_after_ms=100)
    first = centre.call()
    centre.run_for(500)
    second = centre.call(caller="2")
    centre.run_for(25_000)
    centre.hang_up(first)
    centre.act(SetReady(agent="1001"))
    centre.run_for(200)
    assert centre.interaction(second).phase == "talk"
    board = centre.queue()
    assert (board.answered_today, board.within_service_level_today, board.abandoned_today) == (2, 1, 0)


def test_counters_begin_anew_at_the_tenants_midnight() -> None:
    centre = Centre()
    leg = centre.call()
    centre.hang_up(leg)
    assert centre.queue().abandoned_today == 1
    centre.run_for(8 * 3600 * 1000 - 1)
    assert centre.queue().abandoned_today == 1, "it is 23:59:59.999 in Shanghai"
    centre.run_for(1)
    assert centre.queue().abandoned_today == 0
    leg = centre.call()
    centre.hang_up(leg)
    centre.run_for(24 * 3600 * 1000)
    assert centre.queue().abandoned_today == 0


def waiting(*steps: WaitingStep, music: str = "default") -> dict[str, Any]:
    """The centre's queues, with that heard in sales."""
    queues = tenant().queues
    treatment = WaitingTreatment(music=music, steps=steps)
    return {"queues": {**queues, "sales": msgspec.structs.replace(queues["sales"], waiting=treatment)}}


def spoken(centre: Centre) -> list[str]:
    return [play.speech[0].text for play in centre.did(Play)]


ADVERTISEMENT = Say(text=text("新品上市", "New this week"))


def test_an_advertisement_is_heard_when_its_time_has_come_and_the_music_goes_on() -> None:
    centre = Centre(**waiting(WaitingStep(at_s=8, what="say", say=ADVERTISEMENT, every_s=20)))
    leg = centre.call()
    centre.run_for(7_999)
    assert spoken(centre) == []
    centre.run_for(1)
    assert centre.said(leg) == "新品上市"
    centre.run_for(1_000)
    assert centre.switch.legs[leg].music == "default"
    centre.run_for(40_000)
    assert spoken(centre) == ["新品上市"] * 3


def test_steps_of_one_moment_are_heard_one_after_the_other() -> None:
    centre = Centre(**waiting(WaitingStep(at_s=5, what="place"), WaitingStep(at_s=5, what="say", say=ADVERTISEMENT)))
    leg = centre.call()
    centre.run_for(5_000)
    assert centre.said(leg) == "您是下一位，请稍候。 新品上市"


def test_a_step_due_while_another_is_spoken_is_heard_after_it() -> None:
    later = WaitingStep(at_s=5.5, what="say", say=ADVERTISEMENT)
    centre = Centre(**waiting(WaitingStep(at_s=5, what="place"), later))
    leg = centre.call()
    centre.run_for(5_900)
    assert centre.said(leg) == "您是下一位，请稍候。"
    centre.run_for(200)
    assert centre.said(leg) == "新品上市"
    assert spoken(centre) == ["您是下一位，请稍候。", "新品上市"]


def test_what_fell_due_while_a_telephone_rang_is_heard_if_it_was_not_answered() -> None:
    centre = Centre(**waiting(WaitingStep(at_s=5, what="say", say=ADVERTISEMENT)))
    centre.staff("1001")
    leg = centre.call()
    centre.run_for(19_000)
    assert centre.interaction(leg).phase == "offer"
    assert spoken(centre) == []
    centre.run_for(1_500)
    assert centre.interaction(leg).phase == "queue"
    assert spoken(centre) == ["新品上市"]


def test_the_music_changes_when_the_timeline_says_so_and_stays_changed_after_an_announcement() -> None:
    centre = Centre(**waiting(WaitingStep(at_s=10, what="music", music="jazz"), WaitingStep(at_s=20, what="place"), music="calm"))
    leg = centre.call()
    assert centre.switch.legs[leg].music == "calm"
    centre.run_for(10_000)
    assert centre.switch.legs[leg].music == "jazz"
    centre.run_for(12_000)
    assert spoken(centre) == ["您是下一位，请稍候。"]
    assert centre.switch.legs[leg].music == "jazz"


def test_a_new_timeline_takes_over_for_those_who_wait() -> None:
    centre = Centre(**waiting())
    leg = centre.call()
    centre.run_for(20_000)
    changed = waiting(WaitingStep(at_s=5, what="place"), WaitingStep(at_s=30, what="say", say=ADVERTISEMENT))
    centre.give(ConfigPublished(config=config(2, **changed)))
    centre.run_for(10_000)
    assert spoken(centre) == ["新品上市"], "what was due before is over"
    assert centre.switch.legs[leg].playback is not None


def test_the_expected_wait_is_not_spoken_while_it_is_not_known() -> None:
    centre = Centre(**waiting(WaitingStep(at_s=5, what="expected_wait", every_s=10)))
    leg = centre.call()
    centre.run_for(60_000)
    assert spoken(centre) == []
    assert centre.switch.legs[leg].music == "default"


def test_the_expected_wait_is_spoken_in_the_callers_language_and_changes_as_it_changes() -> None:
    """One agent, three minutes a call: the third in line waits about nine minutes, and less and less."""
    centre = Centre(**waiting(WaitingStep(at_s=30, what="expected_wait", every_s=180)))
    centre.staff("1001", answers_after_ms=100)
    legs = [centre.call(caller=str(n)) for n in range(8)]
    for leg in legs[:5]:
        centre.run_for(180_000)
        centre.hang_up(leg)
        centre.act(FinishWrapUp(agent="1001"))
    centre.run_for(1_000)
    last = centre.call(MAIN, caller="last")
    centre.press(last, "91")
    centre.run_for(31_000)
    assert centre.said(last) == "The expected wait is about nine minutes."
    centre.run_for(149_000)
    centre.hang_up(legs[5])
    centre.act(FinishWrapUp(agent="1001"))
    centre.run_for(31_500)
    assert centre.said(last) == "The expected wait is about six minutes."


def test_the_wait_foretold_on_entering_is_kept_with_the_segment() -> None:
    centre = Centre()
    centre.staff("1001", answers_after_ms=100)
    legs = [centre.call(caller=str(n)) for n in range(6)]
    assert [fact.expected_ms for fact in centre.facts(SegmentStarted, kind="queue")] == [0, None, None, None, None, None]
    for leg in legs[:5]:
        centre.run_for(60_000)
        centre.hang_up(leg)
        centre.act(FinishWrapUp(agent="1001"))
    centre.call(caller="late")
    assert abs(centre.facts(SegmentStarted, kind="queue")[-1].expected_ms - 60_000) < 1_000


@pytest.mark.parametrize(
    ("minutes", "chinese", "english"),
    [
        (0.5, "不到一分钟", "less than a minute"),
        (1.2, "大约一分钟", "about one minute"),
        (2.4, "大约两分钟", "about two minutes"),
        (10, "大约十分钟", "about ten minutes"),
        (12, "大约十五分钟", "about fifteen minutes"),
        (22, "大约二十五分钟", "about twenty-five minutes"),
        (90, "超过一小时", "more than an hour"),
    ],
)
def test_waits_are_told_in_round_words(minutes: float, chinese: str, english: str) -> None:
    centre = Centre()
    leg = centre.call()
    interaction = centre.engine._core.state.interactions[centre.interaction(leg).interaction]
    for language, words in (("zh-CN", chinese), ("en-US", english)):
        interaction.language = language
        (speech,) = expected_wait(tenant(), interaction, int(minutes * 60_000))
        assert words in speech.text


@pytest.mark.parametrize(
    ("number", "chinese", "english"),
    [
        (0, "零", "zero"),
        (2, "两", "two"),
        (10, "十", "ten"),
        (12, "十二", "twelve"),
        (21, "二十一", "twenty-one"),
        (105, "一百零五", "one hundred and five"),
        (110, "一百一十", "one hundred and ten"),
        (1008, "一千零八", "one thousand and eight"),
        (2340, "二千三百四十", "two thousand three hundred and forty"),
        (12345, "12345", "12345"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, chinese: str, english: str) -> None:
    assert (in_words(number, "zh-CN"), in_words(number, "en-US")) == (chinese, english)
