"""The calls of a tenant in CSTA's words, derived from what the link shows: which devices take part, and how each is connected.

One device an agent: its telephone, whichever that is now, under the agent's id. A queue is an ACD device under its own id, the
number a caller dialled the device of the flow, who is parked is at the device `park`, who is outside is known by the number.
A consultation is a call of its own beside the one on hold, as agents and programs know it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from callbase.core.views import AgentView, InteractionView, PartyView, TenantView

Kind = Literal["agent", "queue", "flow", "park", "outside"]
State = Literal["initiated", "alerting", "connected", "hold", "queued"]
"""Of a connection (ECMA-269 §6.1.5); one that is null is not there."""

_AT_AN_AGENT: Mapping[str, State] = {
    "alerting": "alerting",
    "connected": "connected",
    "hold": "hold",
    "reconnecting": "hold",  # the caller hears music meanwhile, as on hold
}


class Party(NamedTuple):
    kind: Kind
    device: str
    """Empty: outside, and the number is not known."""


PARK = Party("park", "park")


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    parties: Mapping[Party, State]
    calling: Party
    called: str
    queue: str | None
    """Which it waits in, or came to an agent by."""
    phase: str = ""
    """Of the interaction."""
    internal: bool = False
    """Within the house: who is outside of the agents is at one of its telephones."""
    position: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)


class Calls(NamedTuple):
    """What an interaction is: a call, and the consultation beside it."""

    main: Call | None = None
    beside: Call | None = None


def calls_of(one: InteractionView, agents: Iterable[AgentView]) -> Calls:
    """`agents`: those whose interaction it is. Nothing where nobody is on the line: a callback that waits, or wrap-up."""
    if one.phase == "wrap_up":
        return Calls()
    beside = _consultation(one)
    return Calls(_main(one, agents, consulted=None if beside is None else _consulted(one)), beside)


def calls_in(view: TenantView) -> dict[str, Call]:
    """All calls there are, by their ids."""
    at: dict[str, list[AgentView]] = {}
    for agent in view.agents.values():
        if agent.interaction is not None:
            at.setdefault(agent.interaction, []).append(agent)
    found = (call for one in view.interactions.values() for call in calls_of(one, at.get(one.interaction, ())))
    return {call.id: call for call in found if call is not None}


def _main(one: InteractionView, agents: Iterable[AgentView], consulted: PartyView | None) -> Call | None:
    present = [party for party in one.parties if party is not consulted]
    parties = {_party(one, party): _state(one, party) for party in present}
    calling = _calling(one, present)
    for agent in agents:
        rings = Party("agent", agent.agent)
        beside = consulted is not None and consulted.agent == agent.agent
        if agent.connection == "alerting" and rings not in parties and not beside:
            parties[rings] = "alerting"
    other = _other_side(one, parties, calling)
    if other is not None:
        parties[other[0]] = other[1]
    if not parties:
        return None
    internal = one.direction == "internal"
    called = one.called_number
    return Call(one.interaction, parties, calling, called, one.queue, one.phase, internal, one.position, one.data)


def _consulted(one: InteractionView) -> PartyView | None:
    return next((party for party in one.parties if party.consulted), None)


def _consultation(one: InteractionView) -> Call | None:
    """The call by which somebody is consulted; who is asked to join rings in the call itself."""
    called = _consulted(one)
    leader = next((party for party in one.parties[1:] if party.agent is not None and not party.consulted), None)
    if called is None or leader is None or one.consultation in (None, "joining"):
        return None
    calling, other = _party(one, leader), _party(one, called)
    parties: dict[Party, State] = {
        calling: "hold" if one.consultation == "held" else "connected",
        other: "alerting" if one.consultation == "alerting" else "connected",
    }
    return Call(called.party, parties, calling, other.device, None, "consultation", data=one.data)


def _party(one: InteractionView, party: PartyView) -> Party:
    if party.agent is not None:
        return Party("agent", party.agent)
    return Party("outside", party.number if party.kind == "number" else _customer(one))


def _customer(one: InteractionView) -> str:
    """The number of who is there without an agent: of a call made for an agent the called party, else who called."""
    if one.direction != "outbound":
        return one.caller_number
    others = [one.dialled if one.phase != "dialing" else None, *(party.number for party in one.parties if party.kind == "number")]
    return one.caller_number if one.called_number in others else one.called_number


def _state(one: InteractionView, party: PartyView) -> State:
    first = bool(one.parties) and party is one.parties[0]
    if party.connection == "alerting" and not party.consulted and (first or one.phase == "dialing"):
        return "initiated"  # its own telephone rings, for the call it makes
    if party.agent is None or first:
        return "alerting" if party.connection == "alerting" else "connected"  # on hold is who holds it
    return _AT_AN_AGENT[party.connection]


def _calling(one: InteractionView, present: list[PartyView]) -> Party:
    """Who calls: of a call made to the outside the agent who leads it."""
    if one.direction == "inbound" or not present:
        return Party("outside", one.caller_number)
    made = one.direction == "outbound" and present[0].kind == "customer"
    leader = next((party for party in present if party.agent is not None), None) if made else None
    return _party(one, leader or present[0])


def _other_side(one: InteractionView, parties: Mapping[Party, State], calling: Party) -> tuple[Party, State] | None:
    """What the caller is connected with that is neither an agent nor a party of its own."""
    if any(party != calling for party in parties) or one.phase == "callback" or "initiated" in parties.values():
        return None
    if one.phase in ("queue", "offer"):
        return (Party("queue", one.queue), "queued") if one.queue is not None and parties else None
    if one.phase == "parked":
        return PARK, "queued"
    if one.dialled is not None:
        return Party("outside", one.dialled), "alerting"
    if calling.kind == "outside" and parties:
        return Party("flow", one.called_number), "connected"
    if one.phase == "voicemail":
        return Party("outside", one.called_number), "connected"
    return None
