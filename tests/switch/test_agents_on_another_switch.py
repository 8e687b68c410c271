"""Callers wait on another maker's switch and our own rules send them to agents there. A second callbase is that switch."""

from __future__ import annotations

from callbase.core.events import AnswerCall, ClearCall, HoldCall, RejectCall, RetrieveCall
from callbase.core.facts import InteractionEnded, RoutingExplained, SegmentEnded
from tests.csta.pbx import NUMBER, PbxCentre
from tests.switch.own_centre import CALLER, OwnCentre, own_centre, rings, talks


async def test_a_caller_is_routed_by_our_rules_answered_held_retrieved_and_cleared(centre: OwnCentre, pbx: PbxCentre) -> None:
    pbx.call(NUMBER, caller=CALLER)
    await rings(centre, pbx)
    assert centre.told(RoutingExplained)[-1].chosen == "1001"
    assert centre.calls[0].caller_number == CALLER
    centre.act(AnswerCall(agent="1001"))
    await centre.until(lambda: centre.agent("1001").connection == "connected")
    centre.act(HoldCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection == "hold")
    centre.act(RetrieveCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection == "connected")
    centre.act(ClearCall(agent="1001"))
    await centre.until(lambda: not pbx.view.interactions)
    (ended,) = centre.told(InteractionEnded)
    assert (ended.reason, ended.queue, ended.agent) == ("agent_hung_up", "sales", "1001")
    assert [fact.kind for fact in centre.told(SegmentEnded)] == ["flow", "offer", "queue", "talk", "hold", "talk"]


async def test_a_caller_who_hangs_up_ends_the_call(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await talks(centre, pbx)
    pbx.hang_up(caller)
    await centre.until(lambda: centre.told(InteractionEnded))
    assert centre.told(InteractionEnded)[0].reason == "customer_hung_up"
    assert centre.agent("1001").state == "working_after_call"


async def test_a_caller_who_gives_up_while_waiting_has_abandoned(pbx: PbxCentre) -> None:
    async with own_centre(pbx) as centre:
        caller = pbx.call(NUMBER, caller=CALLER)
        await centre.until(lambda: centre.calls and centre.calls[0].phase == "queue")
        pbx.hang_up(caller)
        await centre.until(lambda: centre.told(InteractionEnded))
        assert centre.told(InteractionEnded)[0].reason == "abandoned"


async def test_who_declines_loses_the_caller_to_the_next_agent(centre: OwnCentre, pbx: PbxCentre) -> None:
    pbx.call(NUMBER, caller=CALLER)
    await rings(centre, pbx)
    centre.act(RejectCall(agent="1001"))
    await rings(centre, pbx, "1002")
    assert not pbx.ringing("1001")
    assert pbx.agent("1001").state == "ready"
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")


async def test_the_telephones_own_hold_button_is_seen(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    pbx.act(HoldCall(agent="1001"))
    await centre.until(lambda: centre.agent("1001").connection == "hold")
    assert centre.calls[0].phase == "hold"
    pbx.act(RetrieveCall(agent="1001"))
    await centre.until(lambda: centre.calls[0].phase == "talk")
    assert pbx.agent("1001").connection == "connected"


async def test_while_the_link_is_lost_talks_go_on_and_what_was_missed_is_made_up_for(centre: OwnCentre, pbx: PbxCentre) -> None:
    first = await talks(centre, pbx)
    second = pbx.call(NUMBER, caller="13900139002")
    await rings(centre, pbx, "1002")
    await pbx.cut()
    await centre.until(lambda: not centre.view.switch_online)
    pbx.answer("1002")
    pbx.hang_up(first)
    pbx.call(NUMBER, caller="13900139003")
    await pbx.offer_csta()
    await centre.until(lambda: centre.view.switch_online)
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    assert [fact.reason for fact in centre.told(InteractionEnded)] == ["switch_lost"]
    there = {("13900139002", "talk"), ("13900139003", "queue")}
    await centre.until(lambda: {(one.caller_number, one.phase) for one in centre.calls if one.phase != "wrap_up"} == there)
    pbx.hang_up(second)
    await centre.until(lambda: len(centre.told(InteractionEnded)) == 2)


async def test_another_run_of_the_driver_knows_the_calls_again(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    pbx.call(NUMBER, caller="13900139002")
    await rings(centre, pbx, "1002")
    await centre.restart()
    await centre.until(lambda: centre.view.switch_online)
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    assert centre.agent("1001").connection == "connected"
    assert not centre.told(InteractionEnded)
    centre.act(HoldCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection == "hold")
