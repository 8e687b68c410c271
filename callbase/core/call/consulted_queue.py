"""Somebody of a queue is to be consulted, or to join: its agents ring one after the other, each chosen as for a caller of that
queue with the call's requirements. While nobody is free it waits by the turn the call itself would have there, and the agent who
asked hears music; not for ever: then the agent has the customer back, as when it gives up."""

from __future__ import annotations

from callbase.core.agent.states import fail_offer
from callbase.core.call.audio import ringback
from callbase.core.call.consultation_states import step
from callbase.core.call.dial import Target, engage, originate
from callbase.core.call.legs import release
from callbase.core.call.phases import present_agents, touch_agents
from callbase.core.call.ringing import EXPIRY_MARGIN_MS, ring_ms
from callbase.core.call.segments import open_segment
from callbase.core.commands import StartMusic, StopMusic
from callbase.core.config import ToQueues
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.queue import beside
from callbase.core.rules.hours import is_open
from callbase.core.state import Agent, Consultation, Interaction

ASKED_FOR_MS = 120_000
"""So long a queue's agents are asked, from one to the next."""


def meant(core: Core, interaction: Interaction, to: ToQueues) -> str:
    """The first of them that is open and has anybody signed in to wait for. Raises RequestRefused."""
    known = [queue for queue in to.queues if core.queue(interaction.tenant, queue) is not None]
    if not known:
        raise RequestRefused("queue_unknown", "to", queue=", ".join(to.queues))
    staffed = [queue for queue in known if _staffed(core, interaction, queue)]
    if not staffed:
        raise RequestRefused("nobody_ready", "to", queue=known[0])
    return next((queue for queue in staffed if _open(core, interaction, queue)), staffed[0])


def wait(core: Core, interaction: Interaction, queue: str, *, joining: bool) -> None:
    """From now on; whoever is ready rings at once, when the event is done."""
    peer = interaction.peer
    assert peer is not None
    interaction.consultation = Consultation(
        id=core.new_id(),
        leg="",
        state="waiting",
        number=queue,
        agent=None,
        segment=open_segment(core, interaction, "consult", queue=queue, agent=peer.agent),
        timer=core.set_timer("consultation", interaction.tenant, interaction.id, ASKED_FOR_MS),
        joining=joining,
        queue=queue,
        until_ms=core.now_ms + ASKED_FOR_MS,
    )
    beside.take(core, interaction)
    beside.stand(core, interaction)
    music(core, interaction)
    touch_agents(core, interaction)


def ring(core: Core, interaction: Interaction, agent: Agent) -> None:
    """Routing has chosen this one."""
    found, peer = interaction.consultation, interaction.peer
    assert found is not None
    assert found.queue is not None
    assert peer is not None
    beside.step_out(core, interaction)
    core.cancel_timer(found.timer)
    timeout_ms = ring_ms(core, interaction, found.queue)
    found.leg, found.agent, found.number = core.new_id(), agent.id, agent.id
    found.segment.party = agent.id
    found.timer = core.set_timer("consultation", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS)
    step(found, "asked" if found.joining else "offered")
    engage(core, agent, interaction)
    touch_agents(core, interaction)
    line = Target(device=agent.device, agent=agent.id)
    originate(core, interaction, found.leg, line, agent.id, timeout_ms, partner=peer.leg)
    if not found.joining and peer.connection != "reconnecting":
        core.do(StopMusic(leg=peer.leg))
        ringback(core, peer.leg, on=True)


def not_taken(core: Core, interaction: Interaction, result: str) -> bool:
    """The agent who rang does not take it, and is not ready for that, as with an offer. The next is asked; False where the time
    for that is over."""
    found, peer = interaction.consultation, interaction.peer
    assert found is not None
    assert peer is not None
    if found.queue is None or found.state not in ("alerting", "joining"):
        return False
    rang = core.agent(interaction.tenant, found.agent)
    release(core, found.leg, "no_answer")
    core.cancel_timer(found.timer)
    if not found.joining:
        ringback(core, peer.leg, on=False)
    step(found, "not_taken")
    found.leg, found.agent, found.number = "", None, found.queue
    found.timer = core.set_timer("consultation", interaction.tenant, interaction.id, found.until_ms - core.now_ms)
    core.touch(interaction)
    if rang is not None:
        fail_offer(core, rang, result)
    beside.stand(core, interaction)
    music(core, interaction)
    touch_agents(core, interaction)
    return core.now_ms < found.until_ms and core.queue(interaction.tenant, found.queue) is not None


def music(core: Core, interaction: Interaction) -> None:
    """What the agent who waits hears; the talk goes on where somebody is to join."""
    found = interaction.consultation
    queue = core.queue(interaction.tenant, found.queue) if found is not None else None
    leg = _who_waits(core, interaction)
    if leg is not None and queue is not None:
        core.do(StartMusic(leg=leg, tenant=interaction.tenant, music=queue.waiting.music))


def _who_waits(core: Core, interaction: Interaction) -> str | None:
    """The agent's leg, if it is there and away from the talk."""
    found, peer = interaction.consultation, interaction.peer
    away = found is not None and not found.joining and peer is not None and peer.connection != "reconnecting"
    return peer.leg if away and peer is not None and core.live_leg(peer.leg) is not None else None


def _staffed(core: Core, interaction: Interaction, queue: str) -> bool:
    """Whether anybody serves it now but those who are in the call."""
    index = core.index.queues[interaction.tenant, queue]
    signed_in = sum(count for state, count in index.counts.items() if state != "logged_off")
    return signed_in > sum(agent in index for agent in set(present_agents(interaction)))


def _open(core: Core, interaction: Interaction, queue: str) -> bool:
    found = core.queue(interaction.tenant, queue)
    return found is not None and is_open(core, interaction.tenant, found.calendar)
