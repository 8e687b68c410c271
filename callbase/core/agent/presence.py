"""Whether an agent's telephone and browser are there, and what follows when they go and come."""

from __future__ import annotations

from callbase.core.agent.states import come_back, lost, on_browser, reachable
from callbase.core.call.legs import beyond_reach
from callbase.core.call.lost import find, lose_agent, telephone_of
from callbase.core.call.offer import offer_failed, offer_to
from callbase.core.core import Core
from callbase.core.state import Agent, Leg
from callbase.core.supervision import joined
from callbase.core.supervision.find import supervision_by

TALKING_GRACE_MS = 2_000
"""A reloaded tab is back sooner; after this the customer hears music."""
IDLE_GRACE_MS = 5_000


def device_registered(core: Core, device: str, contact: str, node: str) -> None:
    core.state.devices[device] = contact
    if node:
        core.state.device_nodes[device] = node
    core.freed.add(core.index.devices.get(device, ""))
    agent = _agent_of(core, device)
    if agent is None:
        return
    core.touch_agent(agent)
    if agent.device != device:
        return
    joined.another_telephone(core, agent, contact)
    leg = core.live_leg(telephone_of(core, agent) or "")
    if leg is not None and leg.device == device and on_browser(core, agent) and _lost_with(core, leg, contact):
        lose_agent(core, agent)
    recover(core, agent)


def _lost_with(core: Core, leg: Leg, contact: str) -> bool:
    """Whether who is registered now has another page than the leg's, or was called by way of a node that is gone."""
    return bool(contact and leg.contact and leg.contact != contact) or beyond_reach(core, leg)


def device_unregistered(core: Core, device: str, node: str) -> None:
    """At another node than where it registered last that is of no matter."""
    registered_at = core.state.device_nodes.get(device, node)
    if device not in core.state.devices or (node and registered_at != node):
        return
    del core.state.devices[device]
    core.state.device_nodes.pop(device, None)
    agent = _agent_of(core, device)
    if agent is None:
        return
    core.touch_agent(agent)
    if agent.device == device:
        _unreachable(core, agent, talking=False)


def console_lost(core: Core, agent: Agent) -> None:
    """The grace begins; a telephone that is not the browser works on without it."""
    agent.console = "lost"
    core.touch_agent(agent)
    core.cancel_timer(agent.console_timer)
    agent.console_timer = None
    if agent.state == "logged_off" or not on_browser(core, agent):
        return
    grace_ms = TALKING_GRACE_MS if agent.state in ("reserved", "busy") else IDLE_GRACE_MS
    agent.console_timer = core.set_timer("console", agent.tenant, agent.id, grace_ms)


def console_back(core: Core, agent: Agent) -> None:
    agent.console = "online"
    agent.away = False
    core.cancel_timer(agent.console_timer)
    agent.console_timer = None
    core.touch_agent(agent)
    recover(core, agent)


def console_grace_over(core: Core, agent: Agent) -> None:
    agent.console_timer = None
    if agent.console == "lost" and on_browser(core, agent):
        agent.away = True
        if agent.state == "not_ready" and agent.reason == "device_lost" and agent.comes_back:
            lost(core, agent)
        _unreachable(core, agent, talking=True)


def recover(core: Core, agent: Agent) -> None:
    """Something of the agent's came back: what was waiting for it goes on."""
    come_back(core, agent)
    find(core, agent)


def check(core: Core, agent: Agent) -> None:
    """A ready agent whose telephone is not (or no longer) to be reached cannot stay ready."""
    if agent.state == "ready" and not reachable(core, agent):
        lost(core, agent)


def _unreachable(core: Core, agent: Agent, *, talking: bool) -> None:
    """`talking`: a talk is lost with it. (A browser whose registration lapsed may well go on talking.)"""
    check(core, agent)
    supervises = supervision_by(core, agent)
    if supervises is not None and talking:
        joined.end(core, supervises, "hung_up")
    interaction = core.state.interactions.get(agent.interaction) if agent.interaction is not None else None
    if interaction is None:
        return
    offer = offer_to(interaction, agent.id)
    if agent.state == "reserved" and offer is not None and on_browser(core, agent):
        offer_failed(core, interaction, offer, "unreachable")
    elif talking and on_browser(core, agent):
        lose_agent(core, agent)


def _agent_of(core: Core, device: str) -> Agent | None:
    tenant_id = core.index.devices.get(device)
    tenant = core.tenant(tenant_id) if tenant_id is not None else None
    config = tenant.devices.get(device) if tenant is not None else None
    if tenant_id is None or config is None:
        return None
    return core.agent(tenant_id, config.agent)
