"""Control of calls (ECMA-269 §17.1, §18.1)."""

from __future__ import annotations

from callbase.core.config import ToQueues
from callbase.core.events import (
    AnswerCall,
    ClearCall,
    DeflectCall,
    HoldCall,
    RejectCall,
    ReleaseInteraction,
    Reroute,
    RetrieveCall,
    SetData,
)
from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import call_named, connection_named, device_named
from callbase.csta.document import OWN, Document, Part
from callbase.csta.model import State
from callbase.csta.parts import CORRELATOR

_OCTETS = ("accountCode", "authCode", "callQualifyingData")


async def answer_call(desk: Desk, asked: Document) -> Part:
    agent = _agents(desk, asked.find("callToBeAnswered"), "alerting", otherwise="noCallToAnswer")
    await desk.ask(AnswerCall(agent=agent))
    return ("AnswerCallResponse", [])


async def hold_call(desk: Desk, asked: Document) -> Part:
    agent = _agents(desk, asked.find("callToBeHeld"), "connected", otherwise="invalidConnectionState")
    await desk.ask(HoldCall(agent=agent))
    return ("HoldCallResponse", [])


async def retrieve_call(desk: Desk, asked: Document) -> Part:
    agent = _agents(desk, asked.find("callToBeRetrieved"), "hold", otherwise="noHeldCall")
    await desk.ask(RetrieveCall(agent=agent))
    return ("RetrieveCallResponse", [])


async def clear_connection(desk: Desk, asked: Document) -> Part:
    """Of a ringing agent: the call is declined; of one who talks: it ends; of the caller: it is released."""
    call, party = connection_named(desk.view, asked.find("connectionToBeCleared"))
    if party.kind != "agent":
        await desk.ask(ReleaseInteraction(interaction=call.id))
    elif call.parties[party] == "alerting":
        await desk.ask(RejectCall(agent=party.device))
    else:
        await desk.ask(ClearCall(agent=party.device))
    return ("ClearConnectionResponse", [])


async def clear_call(desk: Desk, asked: Document) -> Part:
    call = call_named(desk.view, asked.value("callToBeCleared", "callID"))
    talking = [party.device for party, state in call.parties.items() if party.kind == "agent" and state != "alerting"]
    await desk.ask(ClearCall(agent=talking[-1]) if talking else ReleaseInteraction(interaction=call.id))
    return ("ClearCallResponse", [])


async def deflect_call(desk: Desk, asked: Document) -> Part:
    """Of a call that waits in a queue: to another queue, where its age counts, or to wait for one agent. Of one that rings at an
    agent: to a queue."""
    call, party = connection_named(desk.view, asked.find("callToBeDiverted"))
    to = device_named(desk.view, asked.value("newDestination", "device"))
    if party.kind == "agent" and call.parties[party] == "alerting" and to.kind == "queue":
        await desk.ask(DeflectCall(agent=party.device, to=ToQueues(queues=(to.device,))))
        return ("DeflectCallResponse", [])
    if party.kind != "queue":
        raise failures.state("invalidConnectionState")
    if to.kind == "queue":
        await desk.ask(Reroute(interaction=call.id, queue=to.device))
    elif to.kind == "agent":
        await desk.ask(Reroute(interaction=call.id, agent=to.device))
    else:
        raise failures.operation("requestIncompatibleWithDestinationDevice")
    return ("DeflectCallResponse", [])


async def associate_data(desk: Desk, asked: Document) -> Part:
    """Codes and correlator data under their names, and private data of ours item by item; an item that is empty is removed."""
    call = call_named(desk.view, asked.value("existingCall", "callID"))
    data: dict[str, str | None] = {}
    for name in _OCTETS:
        if asked.find(name) is not None:
            data[name] = _text(asked.value(name)) or None
    if asked.find("correlatorData") is not None:
        data[CORRELATOR] = _text(asked.value("correlatorData", "string")) or None
    for one in asked.every("data"):
        if one.namespace == OWN:
            data |= {item.attribute("key"): item.text or None for item in one.every("item")}
    if not data:
        raise failures.operation("atLeastOneConditionalParameterNotProvided")
    await desk.ask(SetData(interaction=call.id, data=data))
    return ("AssociateDataResponse", [])


def _agents(desk: Desk, asked: Document | None, state: State, *, otherwise: str) -> str:
    """The agent whose connection it is, which must be in the state. Raises Failure."""
    call, party = connection_named(desk.view, asked)
    if party.kind != "agent":
        raise failures.operation("requestIncompatibleWithConnection")
    if call.parties[party] != state:
        raise failures.state(otherwise)
    return party.device


def _text(octets: str) -> str:
    """Raises Failure where they are not hexadecimal UTF-8."""
    try:
        return bytes.fromhex(octets).decode()
    except ValueError as error:
        raise failures.operation("invalidParameterValue") from error
