"""The end of an interaction: everything it holds is let go of, once, whatever phase it was in."""

from __future__ import annotations

from callbase.core.agent.states import free, move
from callbase.core.call.audio import ringback, speak
from callbase.core.call.consultation_states import ConsultationEvent, apart, step
from callbase.core.call.legs import ReleaseCause, release
from callbase.core.call.phases import advance
from callbase.core.call.segments import close_present, close_segment, open_segment
from callbase.core.commands import DestroyBridge, Disconnect, Speech, StopMusic
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.facts import EndReason, InteractionEnded
from callbase.core.queue import beside, waiting
from callbase.core.recording.policy import expect_end
from callbase.core.state import Agent, Closing, Consultation, Interaction, Peer
from callbase.core.stats.today import count_abandoned

RELEASE_CAUSES: dict[Cause, ReleaseCause] = {
    "busy": "busy",
    "rejected": "rejected",
    "unallocated": "unallocated",
    "invalid_number": "unallocated",
    "congestion": "congestion",
    "unreachable": "congestion",
    "no_answer": "no_answer",
    "no_user_responding": "no_answer",
}
"""How a release tells the customer's network why. Others: normal."""


CALLBACK_RESULTS: dict[EndReason, str] = {"callback_failed": "given_up", "merged": "merged", "abandoned": "abandoned"}
"""How the waiting for a callback ended, after why the interaction did. Others: left."""


def end(core: Core, interaction: Interaction, reason: EndReason, cause: Cause = "normal") -> None:
    """The customer's part is over, by whoever's doing. An agent who talked goes on to wrap-up."""
    waited = interaction.phase in ("queue", "offer")
    called_back = interaction.segment is not None and interaction.segment.kind == "callback"
    withdraw_offers(core, interaction)
    drop_consultation(core, interaction, "ended", "ended")
    result = "ended"
    if waited:
        result = "abandoned" if reason in ("abandoned", "switch_lost") else "left"
        if result == "abandoned" and not called_back:
            count_abandoned(core, interaction)
        waiting.leave(core, interaction)
    if called_back:
        result = CALLBACK_RESULTS.get(reason, "left")
    core.index.drop_callback(interaction)
    close_present(core, interaction, result)
    _let_go(core, interaction, RELEASE_CAUSES.get(cause, "normal"))
    core.note(
        InteractionEnded(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            reason=reason,
            cause=cause,
            started_ms=interaction.started_ms,
            answered_ms=interaction.answered_ms,
            queue=interaction.queue,
            agent=interaction.agent,
            language=interaction.language,
            queue_ms=interaction.queue_ms,
            talk_ms=interaction.talk_ms,
            hold_ms=interaction.hold_ms,
        )
    )
    talked = [interaction.peer, *interaction.others]
    interaction.peer, interaction.others = None, []
    over: list[Agent] = []
    there = [interaction.caller_agent, *(party.agent for party in talked if party is not None)]
    interaction.caller_agent = None
    for name in there:
        agent = core.agent(interaction.tenant, name)
        if agent is not None and not _wrap_up(core, interaction, agent):
            over.append(agent)
    if interaction.wrap_ups:
        advance(core, interaction, "wrapped_up")
    else:
        del core.state.interactions[interaction.id]
        core.touch(interaction)
    for agent in over:
        free(core, agent)


def withdraw_offers(core: Core, interaction: Interaction) -> None:
    """The caller is gone or goes elsewhere: what rings for it stops ringing, and the agents keep their turn."""
    offers, interaction.offers = interaction.offers, []
    if offers:
        drop_dial(core, interaction)  # a customer who is called back while an agent is kept for it
    for offer in offers:
        core.cancel_timer(offer.timer)
        release(core, offer.leg)
        close_segment(core, interaction, offer.segment, "withdrawn")
        agent = core.agent(interaction.tenant, offer.agent)
        if agent is not None:
            free(core, agent, withdrawn=True)


def say_goodbye(
    core: Core, interaction: Interaction, speech: tuple[Speech, ...], reason: EndReason, cause: Cause = "normal"
) -> None:
    """Speaks the last words (if any), then ends."""
    interaction.closing = Closing(reason=reason, cause=cause)
    if not speak(core, interaction, speech):
        said_goodbye(core, interaction)


def said_goodbye(core: Core, interaction: Interaction) -> None:
    closing = interaction.closing
    assert closing is not None
    end(core, interaction, closing.reason, closing.cause)


def finish_wrap_up(core: Core, agent: Agent, *, actor: str) -> None:
    """Work after the call is over, by the agent or by its time."""
    core.cancel_timer(agent.wrap_up_timer)
    agent.wrap_up_timer = agent.wrap_up_until_ms = None
    interaction = core.state.interactions.get(agent.interaction) if agent.interaction is not None else None
    if interaction is not None:
        _wrapped_up(core, interaction, agent)
    free(core, agent, actor=actor)


def _wrapped_up(core: Core, interaction: Interaction, agent: Agent) -> None:
    for segment in [segment for segment in interaction.wrap_ups if segment.agent == agent.id]:
        close_segment(core, interaction, segment, "ended")
        interaction.wrap_ups.remove(segment)
    if interaction.phase == "wrap_up" and not interaction.wrap_ups:
        del core.state.interactions[interaction.id]
    core.touch(interaction)


def leave(core: Core, interaction: Interaction, party: Peer) -> None:
    """Is in the call no longer, which goes on without it: an agent works on after it."""
    release(core, party.leg)
    agent = core.agent(interaction.tenant, party.agent)
    if agent is not None and not _wrap_up(core, interaction, agent):
        free(core, agent)


def _wrap_up(core: Core, interaction: Interaction, agent: Agent) -> bool:
    """Begins work after the call where the queue has it; False where there is none, as for who called within the house."""
    queue = core.queue(interaction.tenant, interaction.queue)
    if queue is None or queue.wrap_up_s <= 0 or agent.removed or interaction.phase == "dialing":
        return False
    if interaction.direction == "internal" and not agent.serving:
        return False
    interaction.wrap_ups.append(open_segment(core, interaction, "wrap_up", queue=interaction.queue, agent=agent.id))
    after_ms = int(queue.wrap_up_s * 1000)
    agent.wrap_up_until_ms = core.now_ms + after_ms
    agent.wrap_up_timer = core.set_timer("wrap_up", agent.tenant, agent.id, after_ms)
    move(core, agent, "wrap_up")
    core.touch(interaction)
    return True


def _let_go(core: Core, interaction: Interaction, cause: ReleaseCause) -> None:
    """Timers, recording, legs and bridge."""
    waits = (interaction.question, interaction.voicemail)
    timers = [wait.timer for wait in waits if wait is not None]
    if interaction.parked is not None:
        timers.append(interaction.parked.timer)
        interaction.parked = None
    if interaction.callback is not None:
        timers.append(interaction.callback.retry_timer)
    for timer in (
        interaction.playback_timer,
        interaction.step_timer,
        interaction.reconnect_timer,
        interaction.own_telephone_timer,
        interaction.lookup_timer,
        *timers,
    ):
        core.cancel_timer(timer)
    interaction.own_telephone_timer = interaction.lookup_timer = None
    interaction.playback_timer = interaction.step_timer = interaction.reconnect_timer = None
    interaction.playback = interaction.music = None
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    expect_end(core, interaction)
    interaction.question = interaction.voicemail = interaction.callback = None
    core.index.called_back.discard(interaction.id)
    release(core, interaction.leg, cause)
    for party in (interaction.peer, *interaction.others):
        if party is not None:
            core.cancel_timer(party.timer)
            release(core, party.leg)
    drop_dial(core, interaction)
    if interaction.bridged:
        interaction.bridged = False
        core.do(DestroyBridge(bridge=interaction.id, node=interaction.node))


def drop_dial(core: Core, interaction: Interaction, cause: ReleaseCause = "normal") -> None:
    """Whoever is being called for it is called no longer."""
    dial, interaction.dial = interaction.dial, None
    if dial is None:
        return
    core.cancel_timer(dial.timer)
    release(core, dial.leg, cause)
    agent = core.agent(interaction.tenant, dial.agent)
    if agent is not None:
        free(core, agent)


def drop_consultation(core: Core, interaction: Interaction, event: ConsultationEvent, result: str) -> None:
    """Who is consulted, or asked to join, is let go of, if there is anybody."""
    if interaction.consultation is None:
        return
    dropped = close_consultation(core, interaction, event, result)
    release(core, dropped.leg)
    agent = core.agent(interaction.tenant, dropped.agent)
    if agent is not None:
        free(core, agent)


def close_consultation(core: Core, interaction: Interaction, event: ConsultationEvent, result: str) -> Consultation:
    """It is over; what becomes of the party's leg is the caller's to say."""
    consultation = interaction.consultation
    assert consultation is not None
    if consultation.state == "waiting":
        beside.step_out(core, interaction)
    waited = apart(interaction)
    interaction.consultation = None
    core.cancel_timer(consultation.timer)
    if consultation.state == "connected" and waited:
        _end_music(core, interaction, consultation)
    elif consultation.state == "connected":
        hang_up(core, interaction, consultation)
    elif not consultation.joining and consultation.state in ("waiting", "alerting"):
        silence(core, interaction, consultation)
    elif consultation.state == "held" and core.live_leg(consultation.leg) is not None:
        core.do(StopMusic(leg=consultation.leg))
    step(consultation, event)
    close_segment(core, interaction, consultation.segment, result)
    core.touch(interaction)
    return consultation


def silence(core: Core, interaction: Interaction, consultation: Consultation) -> None:
    """The agent hears no longer that it waits for somebody."""
    leg = core.live_leg(interaction.peer.leg) if interaction.peer is not None else None
    if leg is not None and consultation.state == "waiting":
        core.do(StopMusic(leg=leg.id))
    elif leg is not None:
        ringback(core, leg.id, on=False)


def _end_music(core: Core, interaction: Interaction, consultation: Consultation) -> None:
    """One of the two is lost, and the other was waiting for it."""
    waits = interaction.peer.leg if consultation.lost and interaction.peer is not None else consultation.leg
    if core.live_leg(waits) is not None:
        core.do(StopMusic(leg=waits))


def hang_up(core: Core, interaction: Interaction, consultation: Consultation) -> None:
    """Agent and consulted party hear one another no longer."""
    for leg in (interaction.peer.leg if interaction.peer is not None else "", consultation.leg):
        if core.live_leg(leg) is not None:
            core.do(Disconnect(bridge=consultation.id, leg=leg))
    core.do(DestroyBridge(bridge=consultation.id, node=interaction.node))
