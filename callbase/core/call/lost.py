"""An agent's telephone has gone without hanging up. Until the grace is over its part in the call is kept for it, and it is called
again by itself when it is back: who talks, confers or is consulted alike. The others talk on; who would be alone hears music.

Afterwards: the customer of an agent alone goes to the head of the queue, or on as `remaining.py` says; a conference goes on
without that one, and of a consultation the agent who asked has the customer back.
"""

from __future__ import annotations

from callbase.core.agent.states import leave_call, must_go, not_ready, reachable, sign_out
from callbase.core.agent.states import lost as not_reachable
from callbase.core.call import conference, consultation, house, remaining, talk
from callbase.core.call.audio import quiet
from callbase.core.call.consultation_states import apart, on_consultation
from callbase.core.call.ending import drop_consultation, hang_up, silence
from callbase.core.call.legs import beyond_reach, release
from callbase.core.call.phases import advance, touch_agents
from callbase.core.call.segments import next_segment
from callbase.core.call.telephone import call
from callbase.core.commands import Originate, StopMusic
from callbase.core.core import Core
from callbase.core.state import Agent, Consultation, Interaction, Peer


def part_of(core: Core, agent: Agent | None) -> tuple[Interaction, Peer | Consultation] | None:
    """The call the agent talks in, or is consulted in, and as what."""
    if agent is None or agent.state != "busy" or agent.interaction is None:
        return None
    interaction = core.state.interactions.get(agent.interaction)
    if interaction is None or interaction.phase in ("callback", "dialing"):
        return None
    for party in (interaction.peer, *interaction.others):
        if party is not None and party.agent == agent.id:
            return interaction, party
    asked = interaction.consultation
    consulted = asked is not None and asked.agent == agent.id and asked.state in ("connected", "held")
    return (interaction, asked) if asked is not None and consulted else None


def telephone_of(core: Core, agent: Agent) -> str | None:
    """The agent's leg in a call that waits for it should it be lost."""
    found = part_of(core, agent)
    caller = _called_and_talks(core, agent)
    return found[1].leg if found is not None else caller.leg if caller is not None else None


def lose_agent(core: Core, agent: Agent) -> None:
    """Its telephone is lost to the call it is in, if it is in one that waits for it."""
    found, caller = part_of(core, agent), _called_and_talks(core, agent)
    if found is not None:
        lose(core, *found)
    elif caller is not None:
        lose(core, caller, lead(core, caller, agent))


def lead(core: Core, interaction: Interaction, agent: Agent) -> Peer:
    """Who called within the house, or out from its telephone, has its part kept as whom it called has."""
    house.lead(core, interaction, agent.id)
    assert interaction.peer is not None
    return interaction.peer


def _called_and_talks(core: Core, agent: Agent) -> Interaction | None:
    interaction = core.state.interactions.get(agent.interaction or "")
    called = interaction is not None and interaction.phase == "talk" and interaction.caller_agent == agent.id
    return interaction if called else None


def is_lost(part: Peer | Consultation) -> bool:
    return part.lost if isinstance(part, Consultation) else part.connection == "reconnecting"


def lose(core: Core, interaction: Interaction, part: Peer | Consultation) -> None:
    """The grace begins."""
    if is_lost(part):
        return
    if isinstance(part, Consultation):
        _lose_consulted(core, interaction, part)
        return
    if part is interaction.peer:
        _leave_consulted(core, interaction)
    if interaction.phase == "conference":
        part.timer = _grace(core, interaction)
        conference.step_aside(core, interaction, part, "reconnecting")
    else:
        _lose_agent(core, interaction, part)


def find(core: Core, agent: Agent | None) -> None:
    """The agent's telephone may be there again: takes the old leg if it lives and is the same telephone's, else calls it."""
    found = part_of(core, agent)
    if agent is None or found is None or not is_lost(found[1]):
        return
    interaction, part = found
    if not reachable(core, agent) or agent.device is None or not core.node_online(interaction.node):
        return
    leg = core.live_leg(part.leg)
    same = leg is not None and leg.device == agent.device and leg.contact == core.state.devices.get(agent.device, "")
    if leg is not None and same and not beyond_reach(core, leg):
        if leg.up:
            back(core, interaction, part)
        return
    release(core, part.leg)
    _call_again(core, interaction, part, agent)


def find_all(core: Core, interaction: Interaction) -> None:
    """The switch is there again."""
    for part in (interaction.peer, *interaction.others, interaction.consultation):
        if part is not None and is_lost(part):
            find(core, core.agent(interaction.tenant, part.agent))


def back(core: Core, interaction: Interaction, part: Peer | Consultation) -> None:
    """The lost agent's telephone has answered."""
    if isinstance(part, Consultation):
        _consulted_back(core, interaction, part)
        return
    core.cancel_timer(part.timer)
    part.timer = None
    aside = part is interaction.peer and on_consultation(interaction)
    part.connection = "hold" if aside else "connected"
    if interaction.phase == "conference":
        if not aside:
            conference.come_back(core, interaction, part)
    else:
        _agent_back(core, interaction, part, aside=aside)
    touch_agents(core, interaction)
    if part is interaction.peer:
        _return_to_consulted(core, interaction)


def grace_over(core: Core, interaction: Interaction, timer: int) -> None:
    if interaction.reconnect_timer == timer:
        _give_up_agent(core, interaction)
        return
    for party in conference.parties(interaction):
        if party.timer == timer:
            conference.left(core, interaction, party)
            return


def _grace(core: Core, interaction: Interaction) -> int:
    return core.set_timer("reconnect", interaction.tenant, interaction.id, _grace_ms(core, interaction))


def _grace_ms(core: Core, interaction: Interaction) -> int:
    tenant = core.tenant(interaction.tenant)
    return int(tenant.device_grace_s * 1000) if tenant is not None else 0


# --- of two who talk -----------------------------------------------------------------------------------------------------


def _lose_agent(core: Core, interaction: Interaction, peer: Peer) -> None:
    was_held = peer.connection == "hold"
    peer.connection = "reconnecting"
    if not was_held:
        talk.part(core, interaction, peer)
        next_segment(core, interaction, "hold", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "agent_lost")
    interaction.reconnect_timer = _grace(core, interaction)


def _agent_back(core: Core, interaction: Interaction, peer: Peer, *, aside: bool) -> None:
    core.cancel_timer(interaction.reconnect_timer)
    interaction.reconnect_timer = None
    if aside:
        advance(core, interaction, "agent_back_aside")
        return
    quiet(core, interaction)
    talk.connect(core, interaction)
    next_segment(core, interaction, "talk", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "agent_back")


def _give_up_agent(core: Core, interaction: Interaction) -> None:
    """The caller goes on without the agent, who is not ready until its telephone returns."""
    peer = interaction.peer
    assert peer is not None
    interaction.reconnect_timer = None
    agent = core.agent(interaction.tenant, peer.agent)
    queue = remaining.goes_to(core, interaction, agent)
    drop_consultation(core, interaction, "ended", "ended")
    release(core, peer.leg)
    interaction.peer = None
    if agent is not None:
        _leave_lost(core, agent)
    remaining.go_on(core, interaction, queue)


def _leave_lost(core: Core, agent: Agent) -> None:
    wanted, reason = agent.next_state, agent.next_reason
    leave_call(core, agent)
    agent.next_state = agent.next_reason = agent.resume_state = agent.resume_reason = None
    if wanted == "logged_off" or must_go(core, agent):
        sign_out(core, agent, reason=reason if wanted == "logged_off" else "forced")
    elif wanted == "not_ready":
        not_ready(core, agent, reason)
    else:
        not_reachable(core, agent)


# --- of a consultation ---------------------------------------------------------------------------------------------------


def _lose_consulted(core: Core, interaction: Interaction, asked: Consultation) -> None:
    if asked.state == "connected" and not apart(interaction):
        hang_up(core, interaction, asked)
    asked.lost = True
    asked.timer = core.set_timer("consultation", interaction.tenant, interaction.id, _grace_ms(core, interaction))
    if asked.state == "connected":
        consultation.connect(core, interaction)
    touch_agents(core, interaction)


def _consulted_back(core: Core, interaction: Interaction, asked: Consultation) -> None:
    core.cancel_timer(asked.timer)
    asked.timer = None
    asked.lost = False
    if asked.state == "held":
        consultation.hold_consulted(core, interaction)
    elif interaction.peer is not None:
        if core.live_leg(interaction.peer.leg) is not None:
            core.do(StopMusic(leg=interaction.peer.leg))
        consultation.connect(core, interaction)
    touch_agents(core, interaction)


def _leave_consulted(core: Core, interaction: Interaction) -> None:
    """The agent who asked is lost: who is consulted hears music meanwhile, who rings does so on."""
    asked = interaction.consultation
    if asked is None or asked.joining:
        return
    if asked.state in ("waiting", "alerting"):
        silence(core, interaction, asked)
    elif asked.state == "connected" and not asked.lost:
        hang_up(core, interaction, asked)
        consultation.hold_consulted(core, interaction)


def _return_to_consulted(core: Core, interaction: Interaction) -> None:
    asked = interaction.consultation
    if asked is not None and asked.state == "connected" and core.live_leg(asked.leg) is not None:
        core.do(StopMusic(leg=asked.leg))
    consultation.resume(core, interaction)


# --- calling again -------------------------------------------------------------------------------------------------------


def _call_again(core: Core, interaction: Interaction, part: Peer | Consultation, agent: Agent) -> None:
    part.leg = core.new_id()
    core.touch(interaction)
    asks = interaction.peer.leg if isinstance(part, Consultation) and interaction.peer is not None else None
    call(
        core,
        interaction,
        Originate(
            leg=part.leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=agent.device,
            caller_number=interaction.caller_number,
            caller_name=interaction.caller_name,
            timeout_ms=_grace_ms(core, interaction),
            auto_answer=True,
            partner=asks or interaction.leg,
            headers={"X-Callbase-Interaction": interaction.id},
        ),
    )
