"""Agents on another maker's switch consult, transfer, confer, park and call: what they ask for here comes about there."""

from __future__ import annotations

from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AlternateCall,
    ClearCall,
    ClearConnection,
    ConferenceCall,
    ConsultationCall,
    DirectedPickupCall,
    GenerateDigits,
    HoldCall,
    MakeCall,
    ParkCall,
    ReconnectCall,
    RetrieveCall,
    SetNotReady,
    SetReady,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    Supervise,
    TransferCall,
)
from callbase.core.facts import InteractionEnded, SegmentEnded
from tests.csta.pbx import PbxCentre
from tests.switch.own_centre import OwnCentre, rings, talks

OUTSIDE = "02155556666"


async def consults(centre: OwnCentre, pbx: PbxCentre) -> str:
    """1001 speaks with 1002 while the caller is on hold; the caller's leg on the switch."""
    caller = await talks(centre, pbx)
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    pbx.answer("1002")
    await centre.until(lambda: centre.calls[0].consultation == "connected")
    assert pbx.only().consultation == "connected"
    return caller


async def test_whom_one_consulted_gets_the_caller(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await consults(centre, pbx)
    centre.act(TransferCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection is None and pbx.agent("1002").connection == "connected")
    await centre.until(lambda: centre.agent("1001").state == "working_after_call")
    assert centre.agent("1002").connection == "connected"
    pbx.hang_up(caller)
    await centre.until(lambda: centre.told(InteractionEnded))
    (ended,) = centre.told(InteractionEnded)
    assert (ended.reason, ended.agent) == ("customer_hung_up", "1002")
    assert centre.told(SegmentEnded, kind="consult")[0].result == "transferred"


async def test_one_changes_between_the_two_and_takes_the_caller_back(centre: OwnCentre, pbx: PbxCentre) -> None:
    await consults(centre, pbx)
    for state in ("held", "connected"):
        centre.act(AlternateCall(agent="1001"))
        await centre.until(lambda state=state: pbx.only().consultation == state)  # type: ignore[misc]
    centre.act(ReconnectCall(agent="1001"))
    await centre.until(lambda: pbx.only().consultation is None and pbx.agent("1001").connection == "connected")
    await centre.until(lambda: centre.agent("1002").state == "ready")
    assert not pbx.legs_of("1002")


async def test_who_does_not_answer_leaves_the_agent_with_the_caller(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    pbx.hang_up(pbx.agent_leg("1002"), "rejected")
    await centre.until(lambda: centre.calls[0].phase == "talk" and pbx.agent("1001").connection == "connected")
    assert centre.calls[0].consultation is None


async def test_the_caller_is_left_to_whom_still_rings(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    centre.act(TransferCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection is None)
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    assert centre.calls[0].phase == "talk"


async def test_three_talk_and_the_agent_leaves_them(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await consults(centre, pbx)
    centre.act(ConferenceCall(agent="1001"))
    await centre.until(lambda: pbx.only().phase == "conference")
    centre.act(ClearConnection(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection is None)
    await centre.until(lambda: centre.calls[0].phase == "talk")
    assert caller in pbx.switch.legs
    assert centre.agent("1002").connection == "connected"


async def test_a_third_is_asked_to_join(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    pbx.answer("1002")
    await centre.until(lambda: centre.calls[0].phase == "conference" and pbx.only().phase == "conference")


async def test_a_caller_is_sent_to_a_colleague_by_way_of_where_callers_wait(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await talks(centre, pbx)
    centre.act(SingleStepTransferCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002") and pbx.agent("1001").connection is None)
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    assert caller in pbx.switch.legs


async def test_a_caller_is_sent_to_an_outside_number(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await talks(centre, pbx)
    centre.act(SingleStepTransferCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    await centre.until(lambda: outside_legs(pbx))
    pbx.switch.answer(outside_legs(pbx)[0], pbx.now_ms)
    await centre.until(lambda: centre.calls[0].phase == "talk")
    pbx.hang_up(caller)
    await centre.until(lambda: centre.told(InteractionEnded))
    assert not outside_legs(pbx)


async def test_back_in_our_queue_a_caller_waits_there_for_whoever_is_ready(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(SetNotReady(agent="1002"))
    centre.act(SingleStepTransferCall(agent="1001", to=ToQueues(queues=("sales",))))
    await centre.until(lambda: pbx.agent("1001").connection is None)
    assert (centre.calls[0].phase, pbx.only().phase) == ("queue", "queue")
    centre.act(SetReady(agent="1002"))
    await rings(centre, pbx, "1002")


async def test_a_parked_caller_is_fetched_by_a_colleague(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(ParkCall(agent="1001"))
    await centre.until(lambda: pbx.agent("1001").connection is None)
    centre.act(DirectedPickupCall(agent="1002", interaction=centre.calls[0].interaction))
    await centre.until(lambda: centre.agent("1002").connection == "connected" == pbx.agent("1002").connection)


async def test_an_agent_calls_an_outside_number(centre: OwnCentre, pbx: PbxCentre) -> None:
    centre.act(MakeCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    await centre.until(lambda: outside_legs(pbx))
    pbx.switch.answer(outside_legs(pbx)[0], pbx.now_ms)
    await centre.until(lambda: centre.calls[0].phase == "talk" and pbx.agent("1001").connection == "connected")
    for action, connection in ((HoldCall, "hold"), (RetrieveCall, "connected")):
        centre.act(action(agent="1001"))
        await centre.until(lambda connection=connection: pbx.agent("1001").connection == connection)  # type: ignore[misc]
    pbx.hang_up(outside_legs(pbx)[0])
    await centre.until(lambda: centre.told(InteractionEnded))
    assert centre.told(InteractionEnded)[0].reason == "customer_hung_up"


async def test_an_agent_calls_a_colleague(centre: OwnCentre, pbx: PbxCentre) -> None:
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    centre.act(ClearCall(agent="1002"))
    await centre.until(lambda: centre.told(InteractionEnded) and not pbx.view.interactions)


async def test_keys_go_to_the_caller(centre: OwnCentre, pbx: PbxCentre) -> None:
    caller = await talks(centre, pbx)
    centre.act(GenerateDigits(agent="1001", digits="12#"))
    await centre.until(lambda: pbx.switch.legs[caller].digits_sent == "12#")


async def test_who_would_listen_is_let_go_of_and_the_call_goes_on(centre: OwnCentre, pbx: PbxCentre) -> None:
    await talks(centre, pbx)
    centre.act(Supervise(agent="1001", supervisor="1002"))
    await centre.until(lambda: centre.agent("1002").state == "ready")
    assert centre.calls[0].phase == "talk"
    assert not pbx.legs_of("1002")


def outside_legs(pbx: PbxCentre) -> list[str]:
    return [leg.id for leg in pbx.switch.legs.values() if leg.called_number == OUTSIDE]


async def test_of_two_agents_who_consults_holds_the_other_whoever_called(centre: OwnCentre, pbx: PbxCentre) -> None:
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    await centre.until(lambda: pbx.ringing("1002"))
    pbx.answer("1002")
    await centre.until(lambda: centre.agent("1002").connection == "connected")
    centre.act(ConsultationCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    await centre.until(lambda: outside_legs(pbx))
    pbx.switch.answer(outside_legs(pbx)[0], pbx.now_ms)
    await centre.until(lambda: centre.calls[0].consultation == "connected" == pbx.only().consultation)
    centre.act(ReconnectCall(agent="1001"))
    await centre.until(lambda: centre.calls[0].phase == "talk" and pbx.only().phase == "talk")
    assert not outside_legs(pbx)
