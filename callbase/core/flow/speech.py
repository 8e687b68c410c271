"""Turns what a flow wants said into speech in the right languages, and holds the platform's own few sentences."""

from __future__ import annotations

from callbase.core.commands import Speech
from callbase.core.config import Language, LocalizedText, Prompt, Say, Tenant
from callbase.core.state import Interaction

APOLOGY = Prompt(
    id="apology",
    text={
        "zh-CN": "非常抱歉，现在无法为您接通，请稍后再拨。",
        "en-US": "We are sorry, we cannot take your call right now. Please call again later.",
    },
)
HANG_UP = Prompt(id="hang_up", text={"zh-CN": "感谢您的来电，再见。", "en-US": "Thank you for calling. Goodbye."})
"""Said unless the tenant has a prompt of the same id."""

NEXT_IN_LINE: LocalizedText = {"zh-CN": "您是下一位，请稍候。", "en-US": "You are next in line."}
PLACE_IN_LINE: LocalizedText = {
    "zh-CN": "您前面还有 {ahead} 位，请稍候。",
    "en-US": "You are number {place} in line.",
}


def resolve(tenant: Tenant, interaction: Interaction, say: Say | None) -> tuple[Speech, ...]:
    """What is to be played; empty where there is nothing. A language without a text of its own takes the tenant's default."""
    if say is None:
        return ()
    prompt = tenant.prompts.get(say.prompt) if say.prompt is not None else None
    texts = say.text if say.text is not None else prompt.text if prompt is not None else {}
    files = prompt.files if prompt is not None and say.text is None else {}
    spoken = [_in_language(tenant, texts, files, language) for language in say.languages or (interaction.language,)]
    return tuple(speech for speech in spoken if speech is not None)


def standing(tenant: Tenant, interaction: Interaction, prompt: Prompt) -> tuple[Speech, ...]:
    """One of the platform's own sentences, or what the tenant put in its place."""
    prompt = tenant.prompts.get(prompt.id, prompt)
    speech = _in_language(tenant, prompt.text, prompt.files, interaction.language)
    return () if speech is None else (speech,)


def place_in_line(tenant: Tenant, interaction: Interaction, place: int) -> tuple[Speech, ...]:
    template = NEXT_IN_LINE if place == 1 else PLACE_IN_LINE
    speech = _in_language(tenant, template, {}, interaction.language)
    if speech is None:
        return ()
    text = speech.text.replace("{ahead}", str(place - 1)).replace("{place}", str(place))
    return (Speech(language=speech.language, text=text),)


def _in_language(tenant: Tenant, texts: LocalizedText, files: dict[Language, str], language: Language) -> Speech | None:
    for candidate in (language, *tenant.languages, *sorted(texts)):
        if candidate in files or candidate in texts:
            return Speech(language=candidate, text=texts.get(candidate, ""), file=files.get(candidate, ""))
    return None
