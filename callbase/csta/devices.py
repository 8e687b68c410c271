"""Which of a tenant's devices a name means."""

from __future__ import annotations

from collections.abc import Iterator

from callbase.core.views import AgentView, InteractionView, TenantView
from callbase.csta import failures
from callbase.csta.document import Document
from callbase.csta.model import PARK, Call, Calls, Party, calls_of
from callbase.csta.parts import UNKNOWN


def device_named(view: TenantView, name: str) -> Party:
    """An agent by its id, its telephone's or its outside number, a queue by its id, a number that calls come in by. Raises
    Failure."""
    if name in view.agents:
        return Party("agent", name)
    if name in view.queues:
        return Party("queue", name)
    by_telephone = (
        agent
        for agent in view.agents.values()
        if name and (name in (agent.device, agent.device_number) or name in agent.devices_online)
    )
    agent = next(by_telephone, None)
    if agent is not None:
        return Party("agent", agent.agent)
    if name in view.numbers or any(one.called_number == name for one in view.interactions.values()):
        return Party("flow", name)
    if name == PARK.device:
        return PARK
    raise failures.operation("invalidDeviceID")


def agent_named(view: TenantView, name: str) -> AgentView:
    """Raises Failure."""
    party = device_named(view, name)
    if party.kind != "agent":
        raise failures.operation("requestIncompatibleWithDevice")
    return view.agents[party.device]


def call_named(view: TenantView, call: str) -> Call:
    """Raises Failure."""
    one = view.interactions.get(call) or next((one for one in view.interactions.values() if _consults(one, call)), None)
    for found in calls_now(view, one) if one is not None else ():
        if found is not None and found.id == call:
            return found
    raise failures.operation("invalidCallID")


def interaction_of(view: TenantView, call: Call) -> InteractionView:
    """Of a consultation that of the call it is beside. Raises Failure."""
    found = view.interactions.get(call.id) or next((one for one in view.interactions.values() if _consults(one, call.id)), None)
    if found is None:
        raise failures.operation("invalidCallID")
    return found


def _consults(one: InteractionView, call: str) -> bool:
    return one.consultation_id == call


def connection_named(view: TenantView, asked: Document | None) -> tuple[Call, Party]:
    """The call, and whose connection in it. Raises Failure."""
    if asked is None:
        raise failures.operation("atLeastOneConditionalParameterNotProvided")
    name = asked.value("deviceID")
    call = call_named(view, asked.value("callID")) if asked.value("callID") else _only_call(view, name)
    meant = [party for party in call.parties if name in (party.device or UNKNOWN, *_telephone(view, party))]
    if not meant:
        raise failures.operation("invalidConnectionID")
    return call, min(meant, key=lambda party: party.kind != "agent")


def calls_at(view: TenantView, party: Party) -> Iterator[Call]:
    at = view.agents[party.device].interaction if party.kind == "agent" and party.device in view.agents else None
    only = [view.interactions[at]] if at is not None and at in view.interactions else []
    for one in view.interactions.values() if party.kind != "agent" else only:
        for call in calls_now(view, one):
            if call is not None and party in call.parties:
                yield call


def calls_now(view: TenantView, one: InteractionView) -> Calls:
    return calls_of(one, [agent for agent in view.agents.values() if agent.interaction == one.interaction])


def _only_call(view: TenantView, name: str) -> Call:
    """A connection without a call means the one the device has, of two the one that is not on hold."""
    party = Party("agent", agent_named(view, name).agent)
    calls = sorted(calls_at(view, party), key=lambda call: call.parties[party] == "hold")
    if not calls:
        raise failures.state("noActiveCall")
    return calls[0]


def _telephone(view: TenantView, party: Party) -> tuple[str, ...]:
    """What an agent's is called besides, as it is now."""
    agent = view.agents.get(party.device or "") if party.kind == "agent" else None
    return tuple(filter(None, (agent.device, agent.device_number))) if agent is not None else ()
