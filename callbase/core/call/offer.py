"""An offer: an agent's telephone rings for a waiting caller, for a time that always ends. Where all ring at once, a caller has
several offers: the first to answer has it, and the moment the core hears of that the others are over."""

from __future__ import annotations

from callbase.core.agent.states import SYSTEM, fail_offer, free, move
from callbase.core.call import callback, talk
from callbase.core.call.ending import drop_dial, withdraw_offers
from callbase.core.call.legs import ReleaseCause, release
from callbase.core.call.phases import advance
from callbase.core.call.ringing import EXPIRY_MARGIN_MS, ring, ring_ms
from callbase.core.call.segments import close_segment, open_segment
from callbase.core.call.telephone import cause_of
from callbase.core.call.unreached import Unanswered
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.queue import places, waiting
from callbase.core.routing import preference
from callbase.core.state import Agent, Interaction, Leg, Offer
from callbase.core.stats.today import count_answered

RESULTS: dict[Cause, Unanswered] = {
    "normal": "rejected",
    "rejected": "rejected",
    "busy": "busy",
    "no_answer": "no_answer",
    "no_user_responding": "no_answer",
    "cancelled": "no_answer",
}
"""How an offer ended, after why its leg did. Others: unreachable."""


def result_of(core: Core, leg: Leg, cause: Cause) -> Unanswered:
    """At an outside number the network may have no line, as our own trunks may."""
    if leg.asks and cause_of(core, leg, cause) == "congestion":
        return "no_line"
    return RESULTS.get(cause, "unreachable")


def make_offers(core: Core, interaction: Interaction, queue_id: str, agents: list[Agent]) -> None:
    """Reserves the agents and makes their telephones ring. Facts and changes come first: the screen knows before the bell."""
    queue = core.queue(interaction.tenant, queue_id)
    assert queue is not None
    if not interaction.leg and queue.callback.first == "customer":
        callback.call_customer_first(core, interaction, queue_id, agents[0])
        return
    after_ms = ring_ms(core, interaction, queue_id) + EXPIRY_MARGIN_MS
    places.step_out(core, interaction)
    for agent in agents:
        agent.interaction = interaction.id
        move(core, agent, "offer")
        segment = open_segment(core, interaction, "offer", queue=queue_id, agent=agent.id)
        timer = core.set_timer("offer", interaction.tenant, interaction.id, after_ms)
        interaction.offers.append(Offer(agent=agent.id, queue=queue_id, leg=core.new_id(), segment=segment, timer=timer))
    advance(core, interaction, "offered")
    for offer in interaction.offers:
        ring(core, interaction, offer)


def offer_answered(core: Core, interaction: Interaction, offer: Offer) -> None:
    """The others that rang keep their turn."""
    offers, interaction.offers = interaction.offers, []
    for other in offers:
        core.cancel_timer(other.timer)
        if other is not offer:
            release(core, other.leg, "answered_elsewhere")
            close_segment(core, interaction, other.segment, "answered_elsewhere")
    if interaction.leg:
        _begin_talk(core, interaction, offer)
    else:
        callback.agent_answered(core, interaction, offer)
    for other in offers:
        rang = core.agent(interaction.tenant, other.agent) if other is not offer else None
        if rang is not None:
            free(core, rang, withdrawn=True)


def _begin_talk(core: Core, interaction: Interaction, offer: Offer) -> None:
    if interaction.callback is not None and interaction.callback.parting:
        interaction.callback = None
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        move(core, agent, "answer")
    waiting.leave(core, interaction, answered_by=offer.queue)
    close_segment(core, interaction, offer.segment, "answered")
    if interaction.callback is None:
        count_answered(core, interaction)
    interaction.queue = offer.queue
    talk.begin(core, interaction, offer.leg, offer.agent, result="answered")


def offer_failed(
    core: Core, interaction: Interaction, offer: Offer, result: str, *, cause: ReleaseCause = "normal", actor: str = SYSTEM
) -> None:
    """The agent did not take it: not ready, for that reason. With the last one that rang, the caller takes its place again and
    goes to the next."""
    interaction.offers.remove(offer)
    core.cancel_timer(offer.timer)
    drop_dial(core, interaction)
    release(core, offer.leg, cause)
    close_segment(core, interaction, offer.segment, result)
    core.touch(interaction)
    if not interaction.offers:
        not_taken(core, interaction, offer.agent)
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        fail_offer(core, agent, result, actor=actor)


def withdraw_offer(core: Core, interaction: Interaction, offer: Offer) -> None:
    """That one only: the agent keeps its turn, and the caller, if no other telephone rings, its place."""
    interaction.offers.remove(offer)
    core.cancel_timer(offer.timer)
    drop_dial(core, interaction)
    release(core, offer.leg)
    close_segment(core, interaction, offer.segment, "withdrawn")
    core.touch(interaction)
    if not interaction.offers:
        not_taken(core, interaction)
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        free(core, agent, withdrawn=True)


def offer_on(interaction: Interaction, leg: str) -> Offer | None:
    return next((offer for offer in interaction.offers if offer.leg == leg), None)


def offer_to(interaction: Interaction | None, agent: str) -> Offer | None:
    offers = interaction.offers if interaction is not None else ()
    return next((offer for offer in offers if offer.agent == agent), None)


def not_taken(core: Core, interaction: Interaction, agent: str | None = None) -> None:
    """No telephone rings for it any more: stands where it stood. `agent`: who was asked for and did not take it."""
    advance(core, interaction, "not_taken")
    waiting.go_on(core, interaction)
    preferred = interaction.preferred
    if preferred is not None and preferred.agent == agent and not preferred.only:
        preference.let_go(core, interaction, "not_taken")


def take_back(core: Core, interaction: Interaction) -> None:
    """Goes elsewhere while telephones ring, as caller or supervisor decided: in line again, and the agents keep their turn."""
    withdraw_offers(core, interaction)
    advance(core, interaction, "not_taken")
    places.step_in(core, interaction)
