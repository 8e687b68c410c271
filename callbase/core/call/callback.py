"""Callback: who asked for one keeps the place in line without the telephone, and is called when the turn comes.

With the agent first, the agent's telephone rings as for any caller, and once it is answered the customer is called. With the
customer first, an agent is reserved by the offer while the customer is called, and rings when the customer is there. A customer
who does not answer is tried again later and then stands where the arrival puts it; who calls in meanwhile takes the place over.
Only what the customer's side did is an attempt: no line, a lost switch or an agent who hangs up costs none. Nor does a network
that fails, but one that does so `NETWORK_FAILURES` times on end has the last word. Without a line nobody is called, and whatever
frees one puts those who wait for it in line again. Nor is anybody while the own queue is closed: no attempt begins then.
"""

from __future__ import annotations

from callbase.core.agent.states import at_outside_number, free, move
from callbase.core.call import talk
from callbase.core.call.audio import quiet
from callbase.core.call.dial import Target, can_ring, resolve_number
from callbase.core.call.ending import drop_dial, end, withdraw_offers
from callbase.core.call.legs import release, trunk_has_room
from callbase.core.call.phases import advance, touch_agents
from callbase.core.call.ringing import EXPIRY_MARGIN_MS, ring, ring_ms
from callbase.core.call.segments import close_segment, next_segment, open_segment
from callbase.core.call.telephone import call
from callbase.core.commands import DestroyBridge, Originate, Play
from callbase.core.config import Callback as Rules
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.facts import CallbackTried
from callbase.core.flow.speech import CALLING_BACK, standing
from callbase.core.queue import places, treatment, waiting
from callbase.core.rules.hours import opens_again_ms
from callbase.core.state import Agent, Callback, Dial, Interaction, Offer, Peer
from callbase.numbers import caller_key

NETWORK_FAILURES = 10
"""So many on end, and the customer will not be reached."""

FAR_END: frozenset[Cause] = frozenset(
    {
        "normal",
        "busy",
        "no_user_responding",
        "no_answer",
        "rejected",
        "unallocated",
        "invalid_number",
        "unreachable",
        "cancelled",
    }
)
"""Why a call fails by the customer's side (cancelled: rang until its time was over)."""
NETWORK: frozenset[Cause] = frozenset({"congestion", "error"})
"""Why it fails by the network's."""


def can_call_back(core: Core, interaction: Interaction) -> bool:
    """Whether there is a number to call, and something that could ever call it."""
    tenant = core.tenant(interaction.tenant)
    number = interaction.caller_number
    if tenant is None or interaction.direction != "inbound" or not number.lstrip("+").isdigit():
        return False
    return bool(tenant.trunks) or resolve_number(core, interaction.tenant, number) is not None


def agree(core: Core, interaction: Interaction) -> None:
    """While waiting: the caller may hang up now and keeps the place. Until then an agent may still answer."""
    interaction.callback = Callback(number=interaction.caller_number)
    core.index.called_back.add(interaction.id)
    core.touch(interaction)


def part(core: Core, interaction: Interaction) -> None:
    """The caller's telephone goes; the place stays."""
    callback = interaction.callback
    assert callback is not None
    callback.parting = False
    quiet(core, interaction)
    treatment.stop(core, interaction)
    release(core, interaction.leg)
    interaction.leg = ""
    if interaction.bridged:  # had talked, with an agent who was lost
        interaction.bridged = False
        core.do(DestroyBridge(bridge=interaction.id, node=interaction.node))
    next_segment(core, interaction, "callback", result="callback", queue=interaction.queue)
    core.index.add_callback(interaction)
    touch_agents(core, interaction)
    merge(core, interaction)


# --- the turn has come ---------------------------------------------------------------------------------------------------


def put_off(core: Core, interaction: Interaction) -> bool:
    """Before an agent is asked: one who is to be called back and cannot be now, as the queue is closed or for want of a line,
    lets others go first."""
    if interaction.leg:
        return False
    queue = core.queue(interaction.tenant, interaction.queue)
    opens_ms = opens_again_ms(core, interaction.tenant, queue.calendar) if queue is not None else None
    if opens_ms is not None:
        _put_off_until_open(core, interaction, opens_ms)
        return True
    if line_now(core, interaction) is not None:
        return False
    _put_off(core, interaction, None)
    return True


def call_customer_first(core: Core, interaction: Interaction, queue: str, agent: Agent) -> None:
    """Reserves the agent and calls the customer."""
    places.step_out(core, interaction)
    agent.interaction = interaction.id
    move(core, agent, "offer")
    segment = open_segment(core, interaction, "offer", queue=queue, agent=agent.id)
    after_ms = int(_rules(core, interaction).ring_s * 1000) + 2 * EXPIRY_MARGIN_MS
    timer = core.set_timer("offer", interaction.tenant, interaction.id, after_ms)
    interaction.offers = [Offer(agent=agent.id, queue=queue, leg="", segment=segment, timer=timer)]
    advance(core, interaction, "offered")
    _call(core, interaction)


def agent_answered(core: Core, interaction: Interaction, offer: Offer) -> None:
    """Agent first: the customer is called now."""
    tenant = core.tenant(interaction.tenant)
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        move(core, agent, "answer")
    waiting.leave(core, interaction, answered_by=offer.queue)
    if interaction.callback is not None and interaction.queue != offer.queue:
        interaction.callback.queue = interaction.queue
    interaction.queue = offer.queue
    close_segment(core, interaction, offer.segment, "answered")
    interaction.peer = Peer(leg=offer.leg, agent=offer.agent, connection="connected")
    advance(core, interaction, "called")
    if _call(core, interaction):
        speech = standing(tenant, interaction, CALLING_BACK) if tenant is not None else ()
        core.do(Play(leg=offer.leg, playback=core.new_id(), speech=speech))


def _call(core: Core, interaction: Interaction) -> bool:
    """Calls the customer; where there is no line any more, that is put off and the agent is free."""
    callback, line = interaction.callback, line_now(core, interaction)
    assert callback is not None
    if line is None:
        agent = core.agent(interaction.tenant, interaction.peer.agent) if interaction.peer is not None else None
        has_the_last = agent is not None and at_outside_number(core, agent)  # which is free again once it is let go
        _put_off(core, interaction, _retry_ms(_rules(core, interaction)) if has_the_last else None)
        return False
    timeout_ms = max(1000, int(_rules(core, interaction).ring_s * 1000))
    leg = core.new_id()
    timer = core.set_timer("dial", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS)
    interaction.dial = Dial(leg=leg, timer=timer, number=callback.number)
    call(
        core,
        interaction,
        Originate(
            leg=leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=line.device,
            trunk=line.trunk,
            number=callback.number,
            caller_number=interaction.called_number,
            timeout_ms=timeout_ms,
            partner=interaction.peer.leg if interaction.peer is not None else "",
            headers={"X-Callbase-Interaction": interaction.id},
        ),
    )
    return True


def reached(core: Core, interaction: Interaction) -> None:
    """The customer has answered."""
    dial, callback = interaction.dial, interaction.callback
    assert dial is not None
    assert callback is not None
    core.cancel_timer(dial.timer)
    interaction.dial = None
    core.index.drop_callback(interaction)
    interaction.leg = dial.leg
    callback.attempts += 1
    _tried(core, interaction, callback.attempts, "answered")
    if interaction.peer is not None:
        talk.begin(core, interaction, interaction.peer.leg, interaction.peer.agent, result="answered")
    else:
        treatment.begin(core, interaction)
        for offer in interaction.offers:
            ring_agent(core, interaction, offer)


def ring_agent(core: Core, interaction: Interaction, offer: Offer) -> None:
    """Customer first: the customer is there, the reserved agent's telephone rings."""
    agent = core.agent(interaction.tenant, offer.agent)
    after_ms = ring_ms(core, interaction, offer.queue) + EXPIRY_MARGIN_MS
    core.cancel_timer(offer.timer)
    offer.timer = core.set_timer("offer", interaction.tenant, interaction.id, after_ms)
    offer.leg = core.new_id()
    core.touch(interaction)
    if agent is not None:
        core.touch_agent(agent)
    ring(core, interaction, offer)


# --- not reached -----------------------------------------------------------------------------------------------------------


def not_reached(core: Core, interaction: Interaction, cause: Cause) -> None:
    """The call to the customer failed: the agent is free again, and the customer is tried again later, or given up."""
    callback, rules = interaction.callback, _rules(core, interaction)
    assert callback is not None
    attempt = callback.attempts + 1
    _tried(core, interaction, attempt, "no_answer" if cause == "cancelled" else cause)
    if cause in FAR_END:
        callback.attempts, callback.failures = attempt, 0
    elif cause in NETWORK:
        callback.failures += 1
    if callback.attempts >= rules.attempts or callback.failures >= NETWORK_FAILURES:
        stop_calling(core, interaction)
        end(core, interaction, "callback_failed", cause)
    else:
        _put_off(core, interaction, _retry_ms(rules))


def agent_gone(core: Core, interaction: Interaction, cause: Cause) -> None:
    """Agent first: the agent hung up, or was lost, while the customer was called."""
    callback = interaction.callback
    assert callback is not None
    _tried(core, interaction, callback.attempts + 1, "switch_lost" if cause == "switch_lost" else "cancelled")
    _put_off(core, interaction, _retry_ms(_rules(core, interaction)))


def _put_off(core: Core, interaction: Interaction, after_ms: int | None) -> None:
    """Nobody is called now; in line again after that time, or, None, once there is a line to call by."""
    callback = interaction.callback
    assert callback is not None
    stop_calling(core, interaction)
    own, callback.queue = callback.queue, None
    if own is not None and core.queue(interaction.tenant, own) is not None:
        interaction.queue = own
    if after_ms is None:
        callback.lineless = True
        core.index.wait_for_line(interaction)
    else:
        callback.retry_timer = core.set_timer("callback", interaction.tenant, interaction.id, after_ms)
    core.touch(interaction)


def _put_off_until_open(core: Core, interaction: Interaction, opens_ms: int) -> None:
    callback, queue = interaction.callback, interaction.queue
    assert callback is not None
    assert queue is not None
    _put_off(core, interaction, opens_ms - core.now_ms)
    callback.until_open = True
    places.note_change(core, interaction, queue, "closed", {})


def due(core: Core, interaction: Interaction) -> None:
    """Its time has come; where that is its queue's opening, all who waited for it stand in line before anybody is called."""
    callback = interaction.callback
    assert callback is not None
    if not callback.until_open:
        turn_again(core, interaction)
        return
    for other in sorted(core.index.called_back):
        found = core.state.interactions[other]
        waits = found.callback is not None and found.callback.until_open
        if waits and (found.tenant, found.queue) == (interaction.tenant, interaction.queue):
            turn_again(core, found)


def find_lines(core: Core) -> None:
    """Where a line may have come free: whoever waits for one that is there now is in line again."""
    for tenant in sorted(core.freed):
        for waiting_for in sorted(core.index.lineless.get(tenant, ())):
            interaction = core.state.interactions[waiting_for]
            if core.queue(tenant, interaction.queue) is None or line_now(core, interaction) is not None:
                turn_again(core, interaction)
    core.freed.clear()


def stop_calling(core: Core, interaction: Interaction) -> None:
    """Lets go of agent and customer; the interaction is in no line then."""
    drop_dial(core, interaction, "no_answer")
    if interaction.offers:
        withdraw_offers(core, interaction)
        advance(core, interaction, "not_taken")
    peer, interaction.peer = interaction.peer, None
    if peer is not None:
        release(core, peer.leg)
        agent = core.agent(interaction.tenant, peer.agent)
        if agent is not None:
            free(core, agent)
    places.give_up_all(core, interaction)
    if interaction.phase == "queue":
        advance(core, interaction, "called")


def turn_again(core: Core, interaction: Interaction) -> None:
    """Time for another attempt: stands in line again, where its arrival puts it."""
    callback = interaction.callback
    assert callback is not None
    core.cancel_timer(callback.retry_timer)
    callback.retry_timer, callback.lineless, callback.until_open = None, False, False
    core.index.wait_for_line_no_more(interaction)
    if core.queue(interaction.tenant, interaction.queue) is None:
        end(core, interaction, "callback_failed")
        return
    advance(core, interaction, "turn_again")
    places.take(core, interaction, interaction.queue or "")


# --- who calls in again ------------------------------------------------------------------------------------------------------


def merge_entered(core: Core) -> None:
    """Of those who came to wait in this event: who has a callback waiting in the same queue takes its place over."""
    for entered in core.entered:
        interaction = core.state.interactions.get(entered)
        if interaction is not None and interaction.phase == "queue":
            merge(core, interaction)


def merge(core: Core, interaction: Interaction) -> None:
    """An older callback of the same number in the same queue ends; this one stands where that stood."""
    if not core.index.callbacks:
        return
    older = core.index.callbacks.get((interaction.tenant, caller_key(interaction.caller_number)), ())
    for other in sorted(older):
        found = core.state.interactions[other]
        if found is interaction or found.queue != interaction.queue or found.arrival_ms is None:
            continue
        stop_calling(core, found)
        if interaction.phase == "queue":
            places.step_out(core, interaction)
        interaction.arrival_ms = min(found.arrival_ms, interaction.arrival_ms or core.now_ms)
        if interaction.phase == "queue":
            places.step_in(core, interaction)
        end(core, found, "merged")


def _rules(core: Core, interaction: Interaction) -> Rules:
    own = interaction.callback.queue if interaction.callback is not None else None
    queue = core.queue(interaction.tenant, own or interaction.queue)
    return queue.callback if queue is not None else Rules()


def _retry_ms(rules: Rules) -> int:
    return max(1000, int(rules.retry_after_s * 1000))


def line_now(core: Core, interaction: Interaction) -> Target | None:
    """By which the customer can be called now."""
    tenant, callback, rules = core.tenant(interaction.tenant), interaction.callback, _rules(core, interaction)
    if tenant is None or callback is None:
        return None
    if rules.trunk is not None and rules.trunk in tenant.trunks:
        room = trunk_has_room(core, interaction.tenant, tenant.trunks[rules.trunk])
        return Target(trunk=rules.trunk) if room else None
    line = resolve_number(core, interaction.tenant, callback.number)
    return line if line is not None and can_ring(core, interaction, line) else None


def _tried(core: Core, interaction: Interaction, attempt: int, result: str) -> None:
    callback = interaction.callback
    assert callback is not None
    core.note(
        CallbackTried(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            queue=interaction.queue,
            number=callback.number,
            attempt=attempt,
            result=result,
        )
    )
