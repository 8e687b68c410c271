"""The door of a queue: its opening hours, overflow of those who enter, and the special treatment its entry rules give (ACD-10).

Whoever waited already (an agent lost, a number that did not answer, a deleted queue's heir) does not come through this door.
"""

from __future__ import annotations

from callbase.core.call.audio import speak
from callbase.core.call.talk import apologise
from callbase.core.commands import Speech
from callbase.core.config import Queue, Tenant, ToFlow
from callbase.core.core import Core
from callbase.core.flow.speech import resolve
from callbase.core.queue import waiting
from callbase.core.routing import preference
from callbase.core.rules import hours, overflow
from callbase.core.rules.conditions import Verdict, evaluate
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
        _stand(core, interaction, queue_id, ())
        return True
    if hours.turned_away(core, interaction, queue.calendar, queue.closed, queue=queue_id):
        return True
    if overflow.diverted(core, interaction, queue_id):
        return True
    speech, sent = _treat(core, interaction, tenant, queue)
    if not sent:
        _stand(core, interaction, queue_id, speech)
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


def _treat(core: Core, interaction: Interaction, tenant: Tenant, queue: Queue) -> tuple[tuple[Speech, ...], bool]:
    """All rules that hold, in order: what is to be heard, and whether one has sent the caller elsewhere for now."""
    speech: tuple[Speech, ...] = ()
    for rule in queue.entry:
        verdict = evaluate(rule.when, reader(core, tenant, interaction, queue.id))
        if not verdict.holds:
            continue
        add_priority(core, interaction, "entry", queue.id, rule.priority)
        why = _why(queue, verdict)
        if rule.target is not None and send(core, interaction, rule.target, why):
            return (), True
        speech += resolve(tenant, interaction, rule.say)
        if rule.flow is not None and _walk(core, interaction, queue.id, rule.flow, why):
            return (), True
    return speech, False


def _walk(core: Core, interaction: Interaction, queue: str, flow: str, why: Why) -> bool:
    """The place is taken by the moment of arrival: who comes meanwhile stands behind."""
    arrival_ms, interaction.arrival_ms = interaction.arrival_ms, interaction.arrival_ms or core.now_ms
    interaction.entering = queue
    if send(core, interaction, ToFlow(flow=flow), why):
        return True
    interaction.arrival_ms, interaction.entering = arrival_ms, None
    return False


def _stand(core: Core, interaction: Interaction, queue: str, speech: tuple[Speech, ...]) -> None:
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    wish, interaction.wish = interaction.wish, None
    preference.prefer(core, interaction, queue, wish)
    waiting.enter(core, interaction, queue, result="left" if waited else "ended")
    if speech:
        interaction.steps_until_ms = -1
        speak(core, interaction, speech)
    overflow.stand_besides(core, interaction)


def _why(queue: Queue, verdict: Verdict) -> Why:
    return Why(by="entry", rule=queue.id, queue=queue.id, measured=verdict.measured)
