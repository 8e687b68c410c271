"""Keys pressed while waiting (ACD-7). The place in line is kept until the caller has decided: a callback or a message is asked
about first, and a flow is walked while standing in line; an agent who answers meanwhile ends either."""

from __future__ import annotations

from callbase.core.call.audio import speak
from callbase.core.call.callback import can_call_back
from callbase.core.call.offer import take_back
from callbase.core.commands import Speech
from callbase.core.config import AnyTarget, Tenant, ToCallback, ToFlow, ToVoicemail
from callbase.core.core import Core
from callbase.core.flow import interpreter
from callbase.core.flow.speech import CALLBACK_IMPOSSIBLE, CALLBACK_QUESTION, VOICEMAIL_QUESTION, standing
from callbase.core.queue import treatment
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import FlowRun, Interaction, Question

YES = "1"
ANSWER_MS = 6_000
"""After the question was spoken; later the caller goes on waiting."""


def pressed(core: Core, interaction: Interaction, digit: str) -> None:
    """A key while standing in line or while an agent's telephone rings."""
    question = interaction.question
    if interaction.callback is not None and interaction.callback.parting:
        return
    if question is not None:
        _forget(core, interaction)
        if digit == YES:
            _take(core, interaction, question.target, question.key)
        else:
            treatment.resume(core, interaction)
    elif interaction.flow is not None:
        interpreter.digit_pressed(core, interaction, digit)
    else:
        queue = core.queue(interaction.tenant, interaction.queue)
        target = queue.waiting.keys.get(digit) if queue is not None else None
        tenant = core.tenant(interaction.tenant)
        if target is not None and tenant is not None:
            _consider(core, interaction, tenant, target, digit)


def asked(core: Core, interaction: Interaction) -> None:
    """The question was spoken: a while for the answer."""
    question = interaction.question
    assert question is not None
    question.timer = core.set_timer("question", interaction.tenant, interaction.id, ANSWER_MS)


def unanswered(core: Core, interaction: Interaction) -> None:
    _forget(core, interaction)
    treatment.resume(core, interaction)


def _consider(core: Core, interaction: Interaction, tenant: Tenant, target: AnyTarget, key: str) -> None:
    if isinstance(target, ToFlow):
        if target.flow in tenant.flows:
            targets.note(core, interaction, target, target.flow, Why(by="key", rule=key, queue=interaction.queue))
            interaction.flow = FlowRun(flow=target.flow, version=0, node="")
            interpreter.start(core, interaction, target.flow)
    elif isinstance(target, ToCallback) and not can_call_back(core, interaction):
        speak(core, interaction, standing(tenant, interaction, CALLBACK_IMPOSSIBLE))
    elif isinstance(target, ToCallback | ToVoicemail):
        prompt = CALLBACK_QUESTION if isinstance(target, ToCallback) else VOICEMAIL_QUESTION
        _ask(core, interaction, Question(target=target, key=key), standing(tenant, interaction, prompt))
    else:
        _take(core, interaction, target, key)


def _ask(core: Core, interaction: Interaction, question: Question, speech: tuple[Speech, ...]) -> None:
    interaction.question = question
    if not speak(core, interaction, speech):
        asked(core, interaction)


def _take(core: Core, interaction: Interaction, target: AnyTarget, key: str) -> None:
    """Goes there; where that cannot be, the caller goes on waiting."""
    if interaction.offers:
        take_back(core, interaction)
    sent = targets.send(core, interaction, target, Why(by="key", rule=key, queue=interaction.queue))
    if not sent and interaction.playback is None and interaction.music is None:
        treatment.resume(core, interaction)


def _forget(core: Core, interaction: Interaction) -> None:
    if interaction.question is not None:
        core.cancel_timer(interaction.question.timer)
        interaction.question = None
