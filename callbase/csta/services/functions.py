"""Calls made, consulted on, passed on, put together, parked and fetched (ECMA-269 §17.1)."""

from __future__ import annotations

from callbase.core.call.attached import CallMade
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.events import (
    AlternateCall,
    ConferenceCall,
    ConsultationCall,
    DirectedPickupCall,
    GenerateDigits,
    MakeCall,
    MakePredictiveCall,
    ParkCall,
    ReconnectCall,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.core.events import Party as To
from callbase.core.views import TenantView
from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import agent_named, calls_now, connection_named, device_named, interaction_of
from callbase.csta.document import Document, Part
from callbase.csta.happenings import Link
from callbase.csta.model import PARK, Call, Calls, Party
from callbase.csta.parts import connection, connection_list
from callbase.csta.services.data import attach, checked, data_of

SHORTEST_S, LONGEST_S = 3, 300
"""How long a predictive call may ring, as with any number (`ToNumber`)."""


async def make_call(desk: Desk, asked: Document) -> Part:
    """The answer names the calling agent's connection, which is initiated until its telephone has answered."""
    data = checked(data_of(asked))
    agent = agent_named(desk.view, asked.value("callingDevice")).agent
    await desk.ask(MakeCall(agent=agent, to=destination(desk.view, asked.value("calledDirectoryNumber"))))
    call = desk.view.agents[agent].interaction or ""
    await attach(desk, call, data)
    return ("MakeCallResponse", [connection("callingDevice", call, Party("agent", agent))])


async def make_predictive_call(desk: Desk, asked: Document) -> Part:
    """For a queue, to outside. An agent gets it once it is established, the only condition there is; who has answered, a machine
    or a person, is not found out."""
    data = checked(data_of(asked))
    queue = device_named(desk.view, asked.value("callingDevice"))
    if queue.kind != "queue":
        raise failures.operation("requestIncompatibleWithCallingDevice")
    if asked.value("signallingDetection", "signallingCondition") not in ("", "callEstablished"):
        raise failures.operation("invalidParameterValue")
    if asked.find("destinationDetection") is not None:
        raise failures.operation("invalidDestinationDetect")
    to = destination(desk.view, asked.value("calledDirectoryNumber"))
    if not isinstance(to, ToNumber):
        raise failures.operation("requestIncompatibleWithCalledDevice")
    alert_s = asked.value("alertTime")
    if alert_s and not (alert_s.isascii() and alert_s.isdigit() and SHORTEST_S <= int(alert_s[:9]) <= LONGEST_S):
        raise failures.operation("invalidAlertTime")
    if alert_s:
        to = ToNumber(number=to.number, timeout_s=float(alert_s))
    answer = (await desk.ask(MakePredictiveCall(queue=queue.device, to=to))).answer
    call = answer.interaction if isinstance(answer, CallMade) else ""
    await attach(desk, call, data)
    return ("MakePredictiveCallResponse", [connection("initiatedCall", call, queue)])


async def consultation_call(desk: Desk, asked: Document) -> Part:
    call, agent = _agents_call(desk, asked.find("existingCall"))
    await desk.ask(ConsultationCall(agent=agent.device, to=destination(desk.view, asked.value("consultedDevice"))))
    beside = _calls(desk, call).beside
    return ("ConsultationCallResponse", [connection("initiatedCall", (beside or call).id, agent)])


async def reconnect_call(desk: Desk, asked: Document) -> Part:
    _, agent = _both(desk, asked)
    await desk.ask(ReconnectCall(agent=agent.device))
    return ("ReconnectCallResponse", [])


async def alternate_call(desk: Desk, asked: Document) -> Part:
    _, agent = _both(desk, asked)
    await desk.ask(AlternateCall(agent=agent.device))
    return ("AlternateCallResponse", [])


async def transfer_call(desk: Desk, asked: Document) -> Part:
    calls, agent = _both(desk, asked)
    await desk.ask(TransferCall(agent=agent.device))
    return ("TransferCallResponse", _put_together(desk, calls, "transferredCall"))


async def conference_call(desk: Desk, asked: Document) -> Part:
    calls, agent = _both(desk, asked)
    await desk.ask(ConferenceCall(agent=agent.device))
    return ("ConferenceCallResponse", _put_together(desk, calls, "conferenceCall"))


async def single_step_transfer_call(desk: Desk, asked: Document) -> Part:
    call, agent = _agents_call(desk, asked.find("activeCall"))
    name = asked.value("transferredTo")
    await desk.ask(SingleStepTransferCall(agent=agent.device, to=destination(desk.view, name)))
    return ("SingleStepTransferCallResponse", [connection("transferredCall", call.id, Party("outside", name))])


async def single_step_conference_call(desk: Desk, asked: Document) -> Part:
    """Listening only is for supervisors, by the link."""
    if asked.value("participationType") not in ("", "active"):
        raise failures.operation("invalidParticipationType")
    call, agent = _agents_call(desk, asked.find("activeCall"))
    name = asked.value("deviceToJoin")
    await desk.ask(SingleStepConferenceCall(agent=agent.device, to=destination(desk.view, name)))
    return ("SingleStepConferenceCallResponse", [connection("conferencedCall", call.id, Party("outside", name))])


async def park_call(desk: Desk, asked: Document) -> Part:
    """There is one place to park at, whatever a program calls it: the device `park`, or the agent's own."""
    call, agent = _agents_call(desk, asked.find("parking"))
    if asked.value("parkTo") not in ("", PARK.device, agent.device):
        raise failures.operation("invalidParkToDeviceID")
    await desk.ask(ParkCall(agent=agent.device))
    return ("ParkCallResponse", [connection("parkedTo", call.id, PARK)])


async def directed_pickup_call(desk: Desk, asked: Document) -> Part:
    """Of what rings at a colleague, or is parked."""
    call, party = connection_named(desk.view, asked.find("callToBePickedUp"))
    agent = agent_named(desk.view, asked.value("requestingDevice")).agent
    if party == PARK:
        await desk.ask(DirectedPickupCall(agent=agent, interaction=call.id))
    elif party.kind == "agent" and call.parties[party] == "alerting":
        await desk.ask(DirectedPickupCall(agent=agent, of=party.device))
    else:
        raise failures.state("invalidConnectionState")
    return ("DirectedPickupCallResponse", [connection("pickedCall", call.id, Party("agent", agent))])


async def generate_digits(desk: Desk, asked: Document) -> Part:
    _, agent = _agents_call(desk, asked.find("connectionToSendDigits"))
    if asked.value("digitMode") not in ("", "dtmf", "dTMF"):
        raise failures.operation("digitModeNotSupported")
    await desk.ask(GenerateDigits(agent=agent.device, digits=asked.value("charactersToSend")))
    return ("GenerateDigitsResponse", [])


def destination(view: TenantView, name: str) -> To:
    """An agent, a queue, or whatever number that is: of ours or outside. Raises Failure."""
    number = name.removeprefix("tel:")
    if not number:
        raise failures.operation("invalidDestination")
    try:
        party = device_named(view, number)
    except failures.Failure:
        return ToNumber(number=number)
    if party.kind == "agent":
        return ToAgent(agent=party.device)
    return ToQueues(queues=(party.device,)) if party.kind == "queue" else ToNumber(number=number)


def _agents_call(desk: Desk, asked: Document | None) -> tuple[Call, Party]:
    """An agent's connection. Raises Failure."""
    call, party = connection_named(desk.view, asked)
    if party.kind != "agent":
        raise failures.operation("requestIncompatibleWithConnection")
    return call, party


def _both(desk: Desk, asked: Document) -> tuple[Calls, Party]:
    """The calls of the agent whose connections the active and the held one are; one of them is enough. Raises Failure."""
    held, active = asked.find("heldCall"), asked.find("activeCall")
    call, agent = _agents_call(desk, held or active)
    if held is not None and call.parties[agent] != "hold":
        raise failures.state("noHeldCall")
    if held is not None and active is not None:
        other, party = _agents_call(desk, active)
        if party != agent:
            raise failures.operation("notSameDevice")
        if interaction_of(desk.view, other).interaction != interaction_of(desk.view, call).interaction:
            raise failures.state("invalidConnectionIDForActiveCall")
    return _calls(desk, call), agent


def _calls(desk: Desk, call: Call) -> Calls:
    return calls_now(desk.view, interaction_of(desk.view, call))


def _put_together(desk: Desk, before: Calls, name: str) -> list[Part]:
    """What has become of the two calls."""
    main, beside = before.main, before.beside
    one = desk.view.interactions.get(main.id) if main is not None else None
    after = calls_now(desk.view, one).main if one is not None else None
    if after is None:
        return []  # it was done, and the call has ended since
    links = [Link(party, _old_call(before, party)) for party in after.parties]
    subject = next((party for party in after.parties if beside is not None and party in beside.parties), after.calling)
    return [connection(name, after.id, subject), ("connections", connection_list(after.id, links))]


def _old_call(before: Calls, party: Party) -> str | None:
    return next((call.id for call in before if call is not None and party in call.parties), None)
