"""Waiting: music, the place in line, what changes it, and what of it is counted."""

from __future__ import annotations

import msgspec

from callbase.core.commands import Play, StartMusic
from callbase.core.config import WaitingTreatment
from callbase.core.core import SHOWN_POSITIONS
from callbase.core.events import SetReady, SignIn
from tests.core.centre import MAIN, STRAIGHT, Centre, tenant


def test_who_waits_hears_music_and_after_five_seconds_the_place_in_line() -> None:
    centre = Centre()
    centre.call()
    second = centre.call(caller="2")
    assert centre.switch.legs[second].music == "default"
    centre.run_for(4999)
    assert centre.switch.legs[second].playback is None
    centre.run_for(1)
    assert centre.said(second) == "您前面还有 1 位，请稍候。"
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
    assert centre.said(behind) == "You are number 2 in line."


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
    treatment = WaitingTreatment(music="jazz", announce_position=False)
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
