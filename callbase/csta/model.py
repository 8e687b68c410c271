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
State = Literal["initiated", "alerting", "connected", "hold", "queued", "fail"]
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

    @property
    def caller(self) -> Party:
        """Who is served: who calls, or whom the system called for a queue."""
        return Party("outside", self.called) if self.calling.kind == "queue" else self.calling


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
    parties = {_party(party): _state(one, party) for party in present}
    calling = _calling(one, present)
    caller = Party("outside", one.called_number) if one.called_for is not None else calling
    for agent in agents:
        rings = Party("agent", agent.agent)
        beside = consulted is not None and consulted.agent == agent.agent
        if agent.connection == "alerting" and rings not in parties and not beside:
            parties[rings] = "alerting"
    other = _other_side(one, parties, caller)
    if other is not None:
        parties[other[0]] = other[1]
    if one.called_for is not None and one.phase == "dialing":
        parties[calling] = "connected"
    if not parties:
        return None
    internal = one.direction == "internal"
    called = one.called_number
    return Call(one.interaction, parties, calling, called, one.queue, one.phase, internal, one.position, one.data)


def _consulted(one: InteractionView) -> PartyView | None:
    return next((party for party in one.parties if party.consulted), None)


def _consultation(one: InteractionView) -> Call | None:
    """The call by which somebody is consulted, or waited for; who is asked to join rings in the call itself."""
    leader = next((party for party in one.parties[1:] if party.agent is not None and not party.consulted), None)
    if one.consultation_id is None or leader is None or one.consultation in (None, "joining"):
        return None
    called = _consulted(one)
    calling = _party(leader)
    other = _party(called) if called is not None else Party("queue", one.consultation_queue or "")
    parties: dict[Party, State] = {
        calling: "hold" if one.consultation == "held" else "connected",
        other: _CONSULTED.get(one.consultation, "connected"),
    }
    return Call(one.consultation_id, parties, calling, other.device, None, "consultation", data=one.data)


_CONSULTED: Mapping[str, State] = {"waiting": "queued", "alerting": "alerting"}


def _party(party: PartyView) -> Party:
    return Party("agent", party.agent) if party.agent is not None else Party("outside", party.number)


def _state(one: InteractionView, party: PartyView) -> State:
    first = bool(one.parties) and party is one.parties[0]
    if party.connection == "alerting" and not party.consulted and (first or one.phase == "dialing"):
        return "initiated"  # its own telephone rings, for the call it makes
    if party.agent is None or first:
        return "alerting" if party.connection == "alerting" else "connected"  # on hold is who holds it
    return _AT_AN_AGENT[party.connection]


def _calling(one: InteractionView, present: list[PartyView]) -> Party:
    """Who calls: an agent who leads the call is told after whom it called."""
    if one.called_for is not None:
        return Party("queue", one.called_for)
    if one.direction == "inbound" or not present:
        return Party("outside", one.caller_number)
    first = present[0]
    called_first = (first.agent or first.number) == one.called_number
    leader = next((party for party in present[1:] if party.agent is not None), None) if called_first else None
    return _party(leader or first)


def _other_side(one: InteractionView, parties: Mapping[Party, State], caller: Party) -> tuple[Party, State] | None:
    """What the caller, or whom the system called, is connected with that is neither an agent nor a party of its own."""
    if any(party != caller for party in parties) or one.phase == "callback" or "initiated" in parties.values():
        return None
    if one.phase in ("queue", "offer"):
        return (Party("queue", one.queue), "queued") if one.queue is not None and parties else None
    if one.phase == "parked":
        return PARK, "queued"
    if one.dialled is not None:
        return Party("outside", one.dialled), "alerting"
    if one.called_for is not None and parties:
        return Party("queue", one.called_for), "connected"
    if caller.kind == "outside" and parties:
        return Party("flow", one.called_number), "connected"
    if one.phase == "voicemail":
        return Party("outside", one.called_number), "connected"
    return None
