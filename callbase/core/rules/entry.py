"""The door of a queue: its opening hours, overflow of those who enter, and the special treatment its entry rules give (ACD-10).

Whoever waited already (an agent lost, a number that did not answer, a deleted queue's heir) does not come through this door.
"""

from __future__ import annotations

from callbase.core.call.audio import speak
from callbase.core.call.talk import apologise
from callbase.core.config import AnyTarget, Queue, Say, Tenant, ToFlow
from callbase.core.core import Core
from callbase.core.flow.speech import resolve
from callbase.core.queue import waiting
from callbase.core.routing import preference
from callbase.core.rules import hours, overflow
from callbase.core.rules.conditions import evaluate
from callbase.core.rules.fields import reader
from callbase.core.rules.priority import add_priority
from callbase.core.rules.targets import send
from callbase.core.rules.why import Why
from callbase.core.state import Interaction


def enter(core: Core, interaction: Interaction, queue_id: str) -> bool:
    """From a flow or another line into this one, or to where its rules send it instead. False where there is no such queue.
    Afterwards the interaction may have ended."""
    tenant, queue = core.tenant(interaction.tenant), core.queue(interaction.tenant, queue_id)
    if tenant is None or queue is None:
        return False
    if interaction.entering == queue_id:
        _treat(core, interaction, tenant, queue, interaction.entry_rule, interaction.entry_says)
        return True
    if hours.turned_away(core, interaction, queue.calendar, queue.closed, queue=queue_id):
        return True
    if overflow.diverted(core, interaction, queue_id):
        return True
    _treat(core, interaction, tenant, queue, 0, ())
    return True


def flow_over(core: Core, interaction: Interaction) -> bool:
    """The flow has ended; where it was one walked on entering a queue, its caller stands in line now. False where it was not."""
    queue = interaction.entering
    if queue is None:
        return False
    if not enter(core, interaction, queue):
        interaction.entering = None
        apologise(core, interaction)
    return True


def _treat(core: Core, interaction: Interaction, tenant: Tenant, queue: Queue, first: int | None, says: tuple[Say, ...]) -> None:
    """All rules that hold, in order, from that one on (None: none), and then into the line; unless one sends the caller
    elsewhere, or into a flow, after which it goes on with the next."""
    for place, rule in enumerate(queue.entry):
        if first is None or place < first:
            continue
        verdict = evaluate(rule.when, reader(core, tenant, interaction, queue.id))
        if not verdict.holds:
            continue
        add_priority(core, interaction, "entry", queue.id, rule.priority)
        why = Why(by="entry", rule=queue.id, queue=queue.id, measured=verdict.measured)
        if rule.target is not None and _divert(core, interaction, rule.target, why, place + 1, says):
            return
        says += (rule.say,) if rule.say is not None else ()
        if rule.flow is not None and _walk(core, interaction, queue.id, rule.flow, why, place + 1, says):
            return
    _stand(core, interaction, queue.id, says)


def _divert(core: Core, interaction: Interaction, target: AnyTarget, why: Why, following: int, says: tuple[Say, ...]) -> bool:
    """It enters no queue then: a flow it goes to does not lead back here when it ends. Where somebody is rung who does not
    answer, it goes on with the rules from `following` on."""
    entering, interaction.entering = interaction.entering, None
    if send(core, interaction, target, why):
        if interaction.dial is not None and interaction.entering == why.queue:
            interaction.entry_rule, interaction.entry_says = following, says
        return True
    interaction.entering = entering
    return False


def _walk(core: Core, interaction: Interaction, queue: str, flow: str, why: Why, following: int, says: tuple[Say, ...]) -> bool:
    """The place is taken by the moment of arrival: who comes meanwhile stands behind. Afterwards the rules from `following`
    on are looked at, which may go by what the flow has learned."""
    before = interaction.arrival_ms, interaction.entering, interaction.entry_rule, interaction.entry_says
    interaction.arrival_ms = interaction.arrival_ms or core.now_ms - interaction.kept_ms
    interaction.entering, interaction.entry_rule, interaction.entry_says = queue, following, says
    if send(core, interaction, ToFlow(flow=flow), why):
        return True
    interaction.arrival_ms, interaction.entering, interaction.entry_rule, interaction.entry_says = before
    return False


def _stand(core: Core, interaction: Interaction, queue: str, says: tuple[Say, ...]) -> None:
    """The words are in the language the caller has by now."""
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    wish, interaction.wish = interaction.wish, None
    preference.prefer(core, interaction, queue, wish)
    waiting.enter(core, interaction, queue, result="left" if waited else "ended")
    tenant = core.tenant(interaction.tenant)
    speech = tuple(speech for say in says if tenant is not None for speech in resolve(tenant, interaction, say))
    if speech:
        interaction.steps_until_ms = -1
        speak(core, interaction, speech)
    overflow.stand_besides(core, interaction)
