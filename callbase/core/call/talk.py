"""Talking: customer and peer in one bridge; hold; an agent lost and found again."""

from __future__ import annotations

from callbase.core.agent.states import leave_call, lost, must_go, not_ready, on_browser, reachable, sign_out
from callbase.core.call.audio import hold_music, quiet
from callbase.core.call.ending import drop_consultation, end, leave, say_goodbye
from callbase.core.call.legs import add_leg, release
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.commands import Connect, Disconnect, Originate
from callbase.core.core import Core
from callbase.core.flow.speech import APOLOGY, standing
from callbase.core.queue import waiting
from callbase.core.recording.policy import start_recording
from callbase.core.routing import preference
from callbase.core.state import Agent, Interaction, Peer


def begin(core: Core, interaction: Interaction, leg: str, agent: str | None, *, number: str = "", result: str = "ended") -> None:
    """The peer, an agent or who is at that number, has answered: both hear one another. `result`: how the customer's segment
    until now ended."""
    talks = agent if agent is not None else interaction.caller_agent
    quiet(core, interaction)
    interaction.peer = Peer(leg=leg, agent=agent, number=number, connection="connected")
    connect(core, interaction)
    start_recording(core, interaction)
    if agent is not None and interaction.direction != "internal":
        preference.remember(core, interaction, agent)
    if talks is not None:
        interaction.agent = talks
        if interaction.answered_ms is None:
            interaction.answered_ms = core.now_ms
    next_segment(core, interaction, "talk", result=result, queue=interaction.queue, agent=talks)
    advance(core, interaction, "answered")


def connect(core: Core, interaction: Interaction) -> None:
    assert interaction.peer is not None
    interaction.bridged = True
    core.do(Connect(bridge=interaction.id, node=interaction.node, legs=(interaction.leg, interaction.peer.leg)))


def hold(core: Core, interaction: Interaction) -> None:
    """The customer hears music; so that it can be played, the customer leaves the bridge too."""
    peer = interaction.peer
    assert peer is not None
    peer.connection = "hold"
    part(core, interaction, peer)
    next_segment(core, interaction, "hold", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "held")


def retrieve(core: Core, interaction: Interaction) -> None:
    peer = interaction.peer
    assert peer is not None
    peer.connection = "connected"
    quiet(core, interaction)
    connect(core, interaction)
    next_segment(core, interaction, "talk", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "retrieved")


# --- an agent lost -------------------------------------------------------------------------------------------------


def lose_agent(core: Core, interaction: Interaction) -> None:
    """The agent's telephone has gone without hanging up: the customer is held until it comes back, or the grace is over."""
    peer, tenant = interaction.peer, core.tenant(interaction.tenant)
    if peer is None or peer.agent is None or peer.connection == "reconnecting":
        return
    drop_consultation(core, interaction, "ended", "ended")
    was_held = peer.connection == "hold"
    peer.connection = "reconnecting"
    if not was_held:
        part(core, interaction, peer)
        next_segment(core, interaction, "hold", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "agent_lost")
    grace_s = tenant.device_grace_s if tenant is not None else 0.0
    interaction.reconnect_timer = core.set_timer("reconnect", interaction.tenant, interaction.id, int(grace_s * 1000))


def find_agent(core: Core, interaction: Interaction) -> None:
    """The agent's telephone may be there again: takes the old leg if it lives and is the same telephone's, else calls it."""
    peer = interaction.peer
    if peer is None or peer.connection != "reconnecting":
        return
    agent = core.agent(interaction.tenant, peer.agent)
    if agent is None or not reachable(core, agent) or agent.device is None or not core.node_online(interaction.node):
        return
    leg = core.live_leg(peer.leg)
    if leg is not None and leg.device == agent.device and leg.contact == core.state.devices[agent.device]:
        if leg.up:
            agent_found(core, interaction)
        return
    release(core, peer.leg)
    _call_again(core, interaction, peer, agent)


def agent_found(core: Core, interaction: Interaction) -> None:
    """The lost agent's telephone has answered."""
    peer = interaction.peer
    assert peer is not None
    core.cancel_timer(interaction.reconnect_timer)
    interaction.reconnect_timer = None
    peer.connection = "connected"
    quiet(core, interaction)
    connect(core, interaction)
    next_segment(core, interaction, "talk", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "agent_back")


def give_up_agent(core: Core, interaction: Interaction) -> None:
    """The grace is over: the caller goes back to the head of the queue; the agent is not ready until its telephone returns."""
    peer = interaction.peer
    assert peer is not None
    interaction.reconnect_timer = None
    agent = core.agent(interaction.tenant, peer.agent)
    if interaction.queue is None:
        end(core, interaction, "failed", "unreachable")
        return
    release(core, peer.leg)
    interaction.peer = None
    interaction.returned = True
    if agent is not None:
        _leave_lost(core, agent)
    if not waiting.enter(core, interaction, interaction.queue, how="returned"):
        apologise(core, interaction)


def give_back(core: Core, interaction: Interaction) -> None:
    """The agent is taken out of the call: its customer goes to the head of the queue; a call of no queue ends."""
    peer = interaction.peer
    assert peer is not None
    if core.queue(interaction.tenant, interaction.queue) is None:
        end(core, interaction, "agent_hung_up")
        return
    drop_consultation(core, interaction, "ended", "ended")
    core.cancel_timer(interaction.reconnect_timer)
    interaction.reconnect_timer = None
    part(core, interaction, peer)
    interaction.peer = None
    interaction.returned = True
    next_segment(core, interaction, "flow")
    advance(core, interaction, "left")
    leave(core, interaction, peer)
    waiting.enter(core, interaction, interaction.queue or "")


def apologise(core: Core, interaction: Interaction) -> None:
    """There is nowhere to go (any more) for who waits, would again, or was to be sent on: last words, then the end."""
    tenant = core.tenant(interaction.tenant)
    if interaction.phase != "flow":
        next_segment(core, interaction, "flow", result="left" if interaction.phase == "queue" else "ended")
        advance(core, interaction, "left")
    say_goodbye(core, interaction, standing(tenant, interaction, APOLOGY) if tenant is not None else (), "failed")


def _leave_lost(core: Core, agent: Agent) -> None:
    wanted, reason = agent.next_state, agent.next_reason
    leave_call(core, agent)
    agent.next_state = agent.next_reason = agent.resume_state = agent.resume_reason = None
    if wanted == "logged_off" or must_go(core, agent):
        sign_out(core, agent, reason=reason if wanted == "logged_off" else "forced")
    elif wanted == "not_ready":
        not_ready(core, agent, reason)
    else:
        lost(core, agent)


def part(core: Core, interaction: Interaction, peer: Peer) -> None:
    """Both leave the bridge; the customer hears music."""
    for leg in (peer.leg, interaction.leg):
        if core.live_leg(leg) is not None:
            core.do(Disconnect(bridge=interaction.id, leg=leg))
    hold_music(core, interaction)


def _call_again(core: Core, interaction: Interaction, peer: Peer, agent: Agent) -> None:
    tenant = core.tenant(interaction.tenant)
    peer.leg = core.new_id()
    core.touch(interaction)
    add_leg(core, interaction, peer.leg, device=agent.device)
    core.do(
        Originate(
            leg=peer.leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=agent.device,
            caller_number=interaction.caller_number,
            caller_name=interaction.caller_name,
            timeout_ms=int((tenant.device_grace_s if tenant is not None else 30.0) * 1000),
            auto_answer=True,
            partner=interaction.leg,
            headers={"X-Callbase-Interaction": interaction.id},
        )
    )


def lost_by_console(core: Core, agent: Agent) -> Interaction | None:
    """The interaction in which the agent talks by a telephone that is its browser."""
    if agent.state != "busy" or agent.interaction is None or not on_browser(core, agent):
        return None
    interaction = core.state.interactions.get(agent.interaction)
    if interaction is None or interaction.peer is None or interaction.peer.agent != agent.id:
        return None
    return interaction if interaction.phase not in ("callback", "dialing", "conference") else None
