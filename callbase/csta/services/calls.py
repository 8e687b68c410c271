"""Control of calls (ECMA-269 §17.1, §18.1)."""

from __future__ import annotations

from callbase.core.events import (
    AnswerCall,
    ClearCall,
    ClearConnection,
    DeflectCall,
    HoldCall,
    ReconnectCall,
    RejectCall,
    ReleaseInteraction,
    Reroute,
    RetrieveCall,
)
from callbase.core.views import InteractionView
from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import call_named, connection_named, interaction_of
from callbase.csta.document import Document, Part
from callbase.csta.model import Party, State
from callbase.csta.services.data import data_of
from callbase.csta.services.functions import destination


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
    """Of a ringing agent: the call is declined; of one in a conference: it leaves; of one who talks: the call ends; of the
    caller: it is released."""
    call, party = connection_named(desk.view, asked.find("connectionToBeCleared"))
    one = interaction_of(desk.view, call)
    conference = one.phase == "conference"
    if party.kind == "agent" and call.parties[party] == "alerting":
        await desk.ask(RejectCall(agent=party.device))
    elif party.kind == "agent":
        await desk.ask((ClearConnection if conference else ClearCall)(agent=party.device))
    elif call.id != one.interaction:
        await desk.ask(ReconnectCall(agent=call.calling.device))
    elif (added := _added(one, party)) is not None:
        await desk.ask(ClearConnection(agent=one.agent or "", party=added))
    else:
        await desk.ask(ReleaseInteraction(interaction=call.id))
    return ("ClearConnectionResponse", [])


def _added(one: InteractionView, party: Party) -> str | None:
    """Who is in a conference by a number."""
    if one.phase != "conference":
        return None
    return next((found.party for found in one.parties if found.kind == "number" and found.number == party.device), None)


async def clear_call(desk: Desk, asked: Document) -> Part:
    """Of a consultation: the agent has the other call back."""
    call = call_named(desk.view, asked.value("callToBeCleared", "callID"))
    talking = [party.device for party, state in call.parties.items() if party.kind == "agent" and state != "alerting"]
    one = interaction_of(desk.view, call)
    if call.id != one.interaction:
        await desk.ask(ReconnectCall(agent=call.calling.device))
    elif talking and one.phase != "conference":
        await desk.ask(ClearCall(agent=talking[-1]))
    else:
        await desk.ask(ClearCall(agent=one.agent) if one.agent in talking else ReleaseInteraction(interaction=call.id))
    return ("ClearCallResponse", [])


async def deflect_call(desk: Desk, asked: Document) -> Part:
    """Of what rings at an agent: anywhere. Of a call that waits in a queue: to another, where its age counts, to wait for one
    agent, or to a number of ours or outside."""
    call, party = connection_named(desk.view, asked.find("callToBeDiverted"))
    to = destination(desk.view, asked.value("newDestination", "device"))
    if party.kind == "agent" and call.parties[party] == "alerting":
        await desk.ask(DeflectCall(agent=party.device, to=to))
    elif party.kind != "queue":
        raise failures.state("invalidConnectionState")
    else:
        await desk.ask(Reroute(interaction=call.id, to=to))
    return ("DeflectCallResponse", [])


async def associate_data(desk: Desk, asked: Document) -> Part:
    """Which the table of services has attached by now, as with any other request."""
    if asked.find("existingCall") is None or not data_of(asked):
        raise failures.operation("atLeastOneConditionalParameterNotProvided")
    return ("AssociateDataResponse", [])


def _agents(desk: Desk, asked: Document | None, state: State, *, otherwise: str) -> str:
    """The agent whose connection it is, which must be in the state. Raises Failure."""
    call, party = connection_named(desk.view, asked)
    if party.kind != "agent":
        raise failures.operation("requestIncompatibleWithConnection")
    if call.parties[party] != state:
        raise failures.state(otherwise)
    return party.device
