"""The calls of a tenant in CSTA's words, derived from what the link shows: which devices take part, and how each is connected.

One device an agent: its telephone, whichever that is now, under the agent's id. A queue is an ACD device under its own id, the
number a caller dialled the device of the flow, and who is outside is known by the number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from callbase.core.views import AgentView, InteractionView, TenantView

Kind = Literal["agent", "queue", "flow", "outside"]
State = Literal["alerting", "connected", "hold", "queued"]
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


@dataclass(frozen=True, slots=True)
class Call:
    id: str
    parties: Mapping[Party, State]
    calling: Party
    called: str
    queue: str | None
    """Which it waits in, or came to an agent by."""
    position: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)


def call_of(one: InteractionView, agents: Iterable[AgentView]) -> Call | None:
    """`agents`: those whose interaction it is. None where nobody is on the line: a callback that waits, or wrap-up."""
    there = [agent for agent in agents if agent.connection is not None]
    present = {agent.agent: _AT_AN_AGENT[agent.connection] for agent in there if agent.connection is not None}
    parties: dict[Party, State] = {}
    calling = _calling(one, there)
    if calling.kind == "outside" and one.phase not in ("callback", "wrap_up"):
        parties[calling] = "connected"
    if calling.kind == "agent":
        parties[calling] = present.pop(calling.device, "connected")
    parties |= {Party("agent", agent): state for agent, state in present.items()}
    other = _other_side(one, bool(present), calling)
    if other is not None:
        parties[other[0]] = other[1]
    if not parties or one.phase == "wrap_up":
        return None
    return Call(one.interaction, parties, calling, one.called_number, one.queue, one.position, one.data)


def calls_of(view: TenantView) -> dict[str, Call]:
    at: dict[str, list[AgentView]] = {}
    for agent in view.agents.values():
        if agent.interaction is not None:
            at.setdefault(agent.interaction, []).append(agent)
    found = {name: call_of(one, at.get(name, ())) for name, one in view.interactions.items()}
    return {name: call for name, call in found.items() if call is not None}


def _calling(one: InteractionView, there: Sequence[AgentView]) -> Party:
    """An agent who calls is never one who rings or who was called; one whose telephone nobody is signed in at is outside."""
    if one.direction != "inbound":
        may = [
            agent for agent in there if agent.connection != "alerting" and one.called_number not in (agent.agent, agent.device)
        ]
        for agent in sorted(may, key=lambda agent: agent.agent == one.agent):
            return Party("agent", agent.agent)
    return Party("outside", one.caller_number)


def _other_side(one: InteractionView, agents_present: bool, calling: Party) -> tuple[Party, State] | None:
    """What the caller is connected with that is no agent."""
    if agents_present or one.phase in ("callback", "wrap_up"):
        return None
    if one.phase in ("queue", "offer"):
        return (Party("queue", one.queue), "queued") if one.queue is not None else None
    if calling.kind == "outside":
        return Party("flow", one.called_number), "connected"
    answered = one.phase in ("talk", "hold", "reconnecting", "voicemail")
    return Party("outside", one.called_number), "connected" if answered else "alerting"
