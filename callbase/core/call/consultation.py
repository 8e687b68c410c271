"""A consultation: the agent speaks with somebody while the customer is on hold, and then takes the customer back, connects the
two, or has all talk together. It has a bridge of its own, so the customer hears nothing of it."""

from __future__ import annotations

import msgspec

from callbase.core.call import conference, consulted_queue, talk, unreached
from callbase.core.call import transfer as sending
from callbase.core.call.audio import hold_music, ringback
from callbase.core.call.consultation_states import leads_beside, on_consultation, step
from callbase.core.call.dial import EXPIRY_MARGIN_MS, Target, engage, engaged_by, originate
from callbase.core.call.ending import close_consultation, drop_consultation, hang_up, leave, silence
from callbase.core.call.phases import advance, together, touch_agents
from callbase.core.call.segments import next_segment, open_segment
from callbase.core.call.unreached import Unanswered
from callbase.core.commands import Connect, StartMusic, StopMusic
from callbase.core.config import BUILT_IN_MUSIC, ToQueues
from callbase.core.core import Core
from callbase.core.state import Consultation, Dial, Interaction, Peer, Sent


class Called(msgspec.Struct, frozen=True, kw_only=True):
    """Who is called: by which line, and what the number or agent is named."""

    line: Target
    number: str
    timeout_s: float


def begin(core: Core, interaction: Interaction, called: Called, *, joining: bool = False) -> None:
    """Rings the called party; `joining`: to come into the talk, which goes on meanwhile."""
    peer = _aside(core, interaction, joining=joining)
    timeout_ms = max(1000, int(called.timeout_s * 1000))
    agent = engaged_by(core, interaction, called.line)
    party = agent.id if agent is not None else called.number
    interaction.consultation = Consultation(
        id=core.new_id(),
        leg=core.new_id(),
        state="joining" if joining else "alerting",
        number=called.number,
        agent=agent.id if agent is not None else None,
        segment=open_segment(core, interaction, "consult", queue=interaction.queue, agent=peer.agent, party=party),
        timer=core.set_timer("consultation", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS),
        joining=joining,
    )
    if agent is not None:
        engage(core, agent, interaction)
    touch_agents(core, interaction)
    originate(core, interaction, interaction.consultation.leg, called.line, called.number, timeout_ms, partner=peer.leg)
    if not joining:
        ringback(core, peer.leg, on=True)


def begin_in_queue(core: Core, interaction: Interaction, queue: str, *, joining: bool = False) -> None:
    """Whoever of that queue is free first is called."""
    _aside(core, interaction, joining=joining)
    consulted_queue.wait(core, interaction, queue, joining=joining)


def _aside(core: Core, interaction: Interaction, *, joining: bool) -> Peer:
    """The customer is on hold, unless the talk goes on meanwhile."""
    if not joining:
        _leave_customer(core, interaction)
    assert interaction.peer is not None
    return interaction.peer


def _leave_customer(core: Core, interaction: Interaction) -> None:
    peer = interaction.peer
    if interaction.phase == "talk":
        talk.hold(core, interaction)
    elif interaction.phase == "conference" and peer is not None and peer.connection == "connected":
        conference.step_aside(core, interaction, peer)


def answered(core: Core, interaction: Interaction) -> None:
    consultation = interaction.consultation
    assert consultation is not None
    core.cancel_timer(consultation.timer)
    consultation.timer = consultation.place = None
    if consultation.state == "joining":
        join(core, interaction)
    else:
        step(consultation, "answered")
        assert interaction.peer is not None
        ringback(core, interaction.peer.leg, on=False)
        connect(core, interaction)
        touch_agents(core, interaction)


def connect(core: Core, interaction: Interaction) -> None:
    """Agent and consulted party hear one another, and nobody else does; while one is lost the other hears music."""
    consultation, peer = interaction.consultation, interaction.peer
    assert consultation is not None
    assert peer is not None
    if peer.connection == "reconnecting":
        hold_consulted(core, interaction)
        return
    if consultation.lost:
        _music(core, interaction, peer.leg)
        return
    together(core, interaction, peer.agent, consultation.agent)
    core.do(Connect(bridge=consultation.id, node=interaction.node, legs=(peer.leg, consultation.leg), mixed=True))


def failed(core: Core, interaction: Interaction, result: Unanswered) -> None:
    """The called party did not answer: another of the queue is asked, else the agent has the customer back."""
    if consulted_queue.not_taken(core, interaction, result):
        return
    called, peer = interaction.consultation, interaction.peer
    if called is not None and peer is not None:
        unreached.tell(core, interaction, peer.agent, called.number, "congestion" if result == "no_line" else result)
    away = on_consultation(interaction)
    drop_consultation(core, interaction, "failed", result)
    if away:
        _take_back(core, interaction)


def ended(core: Core, interaction: Interaction) -> None:
    """The consulted party hung up."""
    away = on_consultation(interaction)
    drop_consultation(core, interaction, "ended", "ended")
    if away:
        _take_back(core, interaction)


def reconnect(core: Core, interaction: Interaction) -> None:
    back = leads_beside(interaction)
    drop_consultation(core, interaction, "reconnected", "cancelled")
    if back:
        _take_back(core, interaction)


def alternate(core: Core, interaction: Interaction) -> None:
    consultation = interaction.consultation
    assert consultation is not None
    was = consultation.state
    step(consultation, "alternated")
    if was == "connected" and consultation.lost:
        assert interaction.peer is not None
        core.do(StopMusic(leg=interaction.peer.leg))
        _take_back(core, interaction)
    elif was == "connected":
        hang_up(core, interaction, consultation)
        hold_consulted(core, interaction)
        _take_back(core, interaction)
    else:
        _leave_customer(core, interaction)
        if core.live_leg(consultation.leg) is not None:
            core.do(StopMusic(leg=consultation.leg))
        connect(core, interaction)
    touch_agents(core, interaction)


def hold_consulted(core: Core, interaction: Interaction) -> None:
    """Who is consulted hears music while the agent is with the customer."""
    assert interaction.consultation is not None
    _music(core, interaction, interaction.consultation.leg)


def _music(core: Core, interaction: Interaction, leg: str) -> None:
    queue = core.queue(interaction.tenant, interaction.queue)
    if core.live_leg(leg) is not None:
        music = queue.waiting.music if queue is not None else BUILT_IN_MUSIC
        core.do(StartMusic(leg=leg, tenant=interaction.tenant, music=music))


def resume(core: Core, interaction: Interaction) -> None:
    """What agent and consulted party should hear now, begun again."""
    found, peer = interaction.consultation, interaction.peer
    if found is not None and found.state == "connected":
        connect(core, interaction)
    elif found is not None and found.state == "held":
        hold_consulted(core, interaction)
    elif found is not None and found.state == "waiting":
        consulted_queue.music(core, interaction)
    elif found is not None and found.state == "alerting" and peer is not None and peer.connection != "reconnecting":
        ringback(core, peer.leg, on=True)


def join(core: Core, interaction: Interaction) -> None:
    """The consulted party, or who was asked to join and has answered, comes into the talk."""
    consultation = close_consultation(core, interaction, "joined", "conference")
    conference.join(core, interaction, _party(consultation), with_lead=not consultation.joining)


def _party(consultation: Consultation) -> Peer:
    return Peer(leg=consultation.leg, agent=consultation.agent, number=consultation.number, connection="connected")


def transfer(core: Core, interaction: Interaction) -> None:
    """The consulted party has the customer, or, ringing still, has as soon as it answers; the agent leaves. While it waits in a
    queue's line the customer takes its own place there."""
    consultation, peer = interaction.consultation, interaction.peer
    assert consultation is not None
    assert peer is not None
    if interaction.phase == "conference":
        _leave_conference(core, interaction, consultation, peer)
        return
    if consultation.state == "waiting":
        _send_to_queue(core, interaction, consultation, peer)
        return
    alerting = consultation.state == "alerting"
    interaction.sent = Sent(by=peer.agent or "", how="transferred")
    close_consultation(core, interaction, "transferred", "transferred")
    if alerting:
        interaction.peer = None
        next_segment(core, interaction, "flow", result="transferred")
        advance(core, interaction, "left")
        interaction.dial = _wait_for(core, interaction, consultation, peer.agent)
        hold_music(core, interaction)
    else:
        talk.part(core, interaction, peer)
        talk.begin(core, interaction, consultation.leg, consultation.agent, number=consultation.number, result="transferred")
    leave(core, interaction, peer)
    touch_agents(core, interaction)


def _leave_conference(core: Core, interaction: Interaction, consultation: Consultation, peer: Peer) -> None:
    """Who is consulted comes to the others in the agent's place; who rings still, with its answer."""
    if consultation.state in ("waiting", "alerting"):
        silence(core, interaction, consultation)
        consultation.joining = True
        if consultation.state == "alerting":
            step(consultation, "left")
    else:
        close_consultation(core, interaction, "transferred", "transferred")
        interaction.others.insert(0, _party(consultation))
        conference.connect(core, interaction)
    conference.left(core, interaction, peer)


def _send_to_queue(core: Core, interaction: Interaction, waiting: Consultation, peer: Peer) -> None:
    to = ToQueues(queues=(waiting.queue or "",))
    close_consultation(core, interaction, "transferred", "transferred")
    way = sending.way_to(core, interaction, to, peer.agent or "")
    if way is None:
        sending.nowhere(core, interaction)
    else:
        sending.send(core, interaction, to, peer.agent or "", way)


def _wait_for(core: Core, interaction: Interaction, ringing: Consultation, by: str | None) -> Dial:
    """If it does not answer: back to the agent, or, where a queue was asked, on to that queue's others."""
    timer = core.set_timer("dial", interaction.tenant, interaction.id, RINGS_ON_MS)
    back, asked_first = (interaction.queue, by) if ringing.queue is None else (ringing.queue, None)
    return Dial(leg=ringing.leg, timer=timer, number=ringing.number, agent=ringing.agent, back=back, by=asked_first)


RINGS_ON_MS = 30_000
"""So long a party that rang when the agent left is waited for at most; the switch ends the ringing earlier."""


def _take_back(core: Core, interaction: Interaction) -> None:
    peer = interaction.peer
    if interaction.phase == "hold":
        talk.retrieve(core, interaction)
    elif interaction.phase == "conference" and peer is not None and peer.connection == "hold":
        conference.come_back(core, interaction, peer)
