"""Agents sign in and out, and say what they are (ECMA-269 §22)."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.core.events import AnyAction, SetNotReady, SetReady, SignIn, SignOut
from callbase.core.views import AgentView
from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import agent_named, device_named
from callbase.csta.document import OWN, Document, Part

_STATE: Mapping[str, str] = {
    "logged_off": "agentNull",
    "not_ready": "agentNotReady",
    "ready": "agentReady",
    "reserved": "agentReady",
    "busy": "agentBusy",
    "working_after_call": "agentWorkingAfterCall",
}
_PENDING: Mapping[str, str] = {"ready": "agentReady", "not_ready": "agentNotReady", "logged_off": "agentNull"}


async def get_agent_state(desk: Desk, asked: Document) -> Part:
    """Of one agent, or of all who serve a queue: by `acdGroup`, or a queue as the device."""
    view, name = desk.view, asked.value("acdGroup") or asked.value("device")
    party = device_named(view, name)
    if party.kind == "queue":
        agents = [agent for agent in view.agents.values() if party.device in agent.queues]
    else:
        agents = [agent_named(view, name)]
    return ("GetAgentStateResponse", [("agentStateList", [_entry(agent) for agent in agents])])


async def set_agent_state(desk: Desk, asked: Document) -> Part:
    device = asked.value("device")
    agent = agent_named(desk.view, asked.value("agentID") or device).agent
    await desk.ask(_action(asked, agent, device))
    pending = desk.view.agents[agent].next_state if agent in desk.view.agents else None
    return ("SetAgentStateResponse", [("pendingAgentState", _PENDING[pending])] if pending is not None else [])


def _action(asked: Document, agent: str, device: str) -> AnyAction:
    match asked.value("requestedAgentState"):
        case "loggedOn":
            return SignIn(agent=agent, device=device if device != agent else None)
        case "loggedOff":
            return SignOut(agent=agent)
        case "ready":
            return SetReady(agent=agent)
        case "notReady":
            return SetNotReady(agent=agent, reason=_reason(asked))
        case "workingAfterCall":
            raise failures.operation("agentStateNotSupported")
        case _:
            raise failures.operation("invalidAgentState")


def _reason(asked: Document) -> str | None:
    """As private data of ours, or of another namespace's element of that name."""
    named = [one for one in asked.every("reason") if one.namespace in (OWN, "")]
    found = [item.text for one in named for item in one.every("item") if item.attribute("key") == "id"]
    plain = [one.text for one in named if one.text]
    return next(iter([*found, *plain]), None)


def _entry(agent: AgentView) -> Part:
    state: list[Part] = [("agentState", _STATE[agent.state])]
    if agent.next_state is not None:
        state.append(("pendingAgentState", _PENDING[agent.next_state]))
    groups: list[Part] = [("agentInfoItem", [("acdGroup", queue), *state]) for queue in agent.queues]
    return (
        "agentStateEntry",
        [
            ("agentID", agent.agent),
            ("loggedOnState", "true" if agent.state != "logged_off" else "false"),
            ("agentInfo", groups or [("agentInfoItem", state)]),
        ],
    )
