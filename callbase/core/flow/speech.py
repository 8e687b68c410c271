"""Turns what a flow wants said into speech in the right languages, and holds the platform's own few sentences."""

from __future__ import annotations

import msgspec

from callbase.core.commands import Speech
from callbase.core.config import Language, LocalizedText, Prompt, Say, Tenant
from callbase.core.flow.numbers import in_words
from callbase.core.state import Interaction

APOLOGY = Prompt(
    id="apology",
    text={
        "zh-CN": "非常抱歉，现在无法为您接通，请稍后再拨。",
        "en-US": "We are sorry, we cannot take your call right now. Please call again later.",
    },
)
HANG_UP = Prompt(id="hang_up", text={"zh-CN": "感谢您的来电，再见。", "en-US": "Thank you for calling. Goodbye."})
CLOSED = Prompt(
    id="closed",
    text={
        "zh-CN": "您好，现在是非工作时间，请在工作时间再拨。再见。",
        "en-US": "We are closed at the moment. Please call again during our opening hours. Goodbye.",
    },
)
CALLBACK_QUESTION = Prompt(
    id="callback_question",
    text={
        "zh-CN": "我们可以在轮到您时按您的来电号码回拨，您的排队位置会保留。需要回拨请按一，继续等待请按二。",
        "en-US": "We can call you back at this number when it is your turn, and you keep your place. "
        "To be called back, press one. To go on waiting, press two.",
    },
)
CALLBACK_AGREED = Prompt(
    id="callback_agreed",
    text={
        "zh-CN": "好的，轮到您时我们会回拨给您，现在可以挂机了，再见。",
        "en-US": "We will call you back when it is your turn. You may hang up now. Goodbye.",
    },
)
CALLBACK_IMPOSSIBLE = Prompt(
    id="callback_impossible",
    text={
        "zh-CN": "抱歉，我们无法回拨您的号码，请继续等待。",
        "en-US": "We are sorry, we cannot call your number back. Please go on waiting.",
    },
)
CALLING_BACK = Prompt(id="calling_back", text={"zh-CN": "回拨，正在呼叫客户。", "en-US": "Callback. Calling the customer."})
VOICEMAIL_QUESTION = Prompt(
    id="voicemail_question",
    text={
        "zh-CN": "留言请按一，继续等待请按二。",
        "en-US": "To leave a message, press one. To go on waiting, press two.",
    },
)
VOICEMAIL_GREETING = Prompt(
    id="voicemail_greeting",
    text={
        "zh-CN": "请在提示音后留言，结束请按井号键。",
        "en-US": "Please leave a message after the tone. Press the hash key when you are done.",
    },
)
MESSAGE_KEPT = Prompt(id="message_kept", text={"zh-CN": "留言已保存，再见。", "en-US": "Your message has been kept. Goodbye."})
FROM_QUEUE = Prompt(
    id="call_from_queue",
    text={
        "zh-CN": "{queue}来电，接听请按一。",
        "en-US": "A call from the queue {queue}. To take it, press one.",
    },
)
TAKE_CALL = Prompt(
    id="call_for_agent",
    text={
        "zh-CN": "呼叫中心来电，接听请按一。",
        "en-US": "A call from the contact centre. To take it, press one.",
    },
)
GO_ON = Prompt(
    id="own_call_of_agent",
    text={
        "zh-CN": "这是您发起的通话，继续请按一。",
        "en-US": "This is the call you asked for. To go on, press one.",
    },
)
STANDING = {
    prompt.id: prompt
    for prompt in (
        APOLOGY,
        HANG_UP,
        CLOSED,
        CALLBACK_QUESTION,
        CALLBACK_AGREED,
        CALLBACK_IMPOSSIBLE,
        CALLING_BACK,
        VOICEMAIL_QUESTION,
        VOICEMAIL_GREETING,
        MESSAGE_KEPT,
        TAKE_CALL,
        GO_ON,
    )
}
"""The platform's own sentences, said unless the tenant has a prompt of the same id."""

NEXT_IN_LINE: LocalizedText = {"zh-CN": "您是下一位，请稍候。", "en-US": "You are next in line."}
PLACE_IN_LINE: LocalizedText = {
    "zh-CN": "您前面还有{ahead}位，请稍候。",
    "en-US": "You are number {place} in line.",
}
UNDER_A_MINUTE: LocalizedText = {"zh-CN": "预计等待不到一分钟。", "en-US": "The expected wait is less than a minute."}
ABOUT_A_MINUTE: LocalizedText = {"zh-CN": "预计等待大约一分钟。", "en-US": "The expected wait is about one minute."}
SOME_MINUTES: LocalizedText = {
    "zh-CN": "预计等待大约{minutes}分钟。",
    "en-US": "The expected wait is about {minutes} minutes.",
}
OVER_AN_HOUR: LocalizedText = {"zh-CN": "预计等待超过一小时。", "en-US": "The expected wait is more than an hour."}


def resolve(tenant: Tenant, interaction: Interaction, say: Say | None) -> tuple[Speech, ...]:
    """What is to be played; empty where there is nothing. A language without a text of its own takes the tenant's default."""
    if say is None:
        return ()
    prompt = tenant.prompts.get(say.prompt) or STANDING.get(say.prompt) if say.prompt is not None else None
    texts = say.text if say.text is not None else prompt.text if prompt is not None else {}
    files = prompt.files if prompt is not None and say.text is None else {}
    spoken = [_in_language(tenant, texts, files, language) for language in say.languages or (interaction.language,)]
    return tuple(speech for speech in spoken if speech is not None)


def standing(tenant: Tenant, interaction: Interaction, prompt: Prompt) -> tuple[Speech, ...]:
    """One of the platform's own sentences, or what the tenant put in its place."""
    prompt = tenant.prompts.get(prompt.id, prompt)
    speech = _in_language(tenant, prompt.text, prompt.files, interaction.language)
    return () if speech is None else (speech,)


def said_to_agent(tenant: Tenant, agent: str, prompt: Prompt, queue: str | None) -> tuple[Speech, ...]:
    """What an agent hears at an outside number, in its own language or else in all of the tenant's; `queue` by its name."""
    found = tenant.agents.get(agent)
    prompt = tenant.prompts.get(prompt.id, prompt)
    languages = (found.language,) if found is not None and found.language else tenant.languages
    spoken = (_in_language(tenant, prompt.text, prompt.files, language) for language in languages)
    return tuple(_naming(tenant, speech, queue) for speech in dict.fromkeys(spoken) if speech is not None)


def _naming(tenant: Tenant, speech: Speech, queue: str | None) -> Speech:
    found = tenant.queues.get(queue or "")
    name = _in_language(tenant, found.name, {}, speech.language) if found is not None else None
    return msgspec.structs.replace(speech, text=speech.text.replace("{queue}", name.text if name is not None else ""))


def named_to_agents(tenant: Tenant) -> list[tuple[str, Language]]:
    """What is said of the tenant's queues at outside numbers, with its language, to be rendered before it is needed."""
    if not any(device.kind == "outside" for device in tenant.devices.values()):
        return []
    prompt = tenant.prompts.get(FROM_QUEUE.id, FROM_QUEUE)
    spoken = (_in_language(tenant, prompt.text, prompt.files, language) for language in tenant.languages)
    named = [_naming(tenant, speech, queue) for speech in spoken if speech is not None for queue in tenant.queues]
    return [(speech.text, speech.language) for speech in named if speech.text and not speech.file]


def place_in_line(tenant: Tenant, interaction: Interaction, place: int) -> tuple[Speech, ...]:
    if place == 1:
        return _filled(tenant, interaction, NEXT_IN_LINE)
    return _filled(tenant, interaction, PLACE_IN_LINE, ahead=place - 1, place=place)


def expected_wait(tenant: Tenant, interaction: Interaction, wait_ms: int) -> tuple[Speech, ...]:
    """In round words: minutes up to ten, then fives, never less than it is by more than half a minute."""
    minutes = round(wait_ms / 60_000)
    if minutes > 10:
        minutes = -(-minutes // 5) * 5
    if wait_ms < 45_000:
        return _filled(tenant, interaction, UNDER_A_MINUTE)
    if minutes <= 1:
        return _filled(tenant, interaction, ABOUT_A_MINUTE)
    if minutes > 60:
        return _filled(tenant, interaction, OVER_AN_HOUR)
    return _filled(tenant, interaction, SOME_MINUTES, minutes=minutes)


def spoken_while_waiting(language: Language) -> list[str]:
    """The platform's own sentences that waiting callers hear most, to be rendered before they are needed."""
    if language not in NEXT_IN_LINE:
        return []
    places = [PLACE_IN_LINE[language].format(ahead=in_words(n - 1, language), place=in_words(n, language)) for n in range(2, 21)]
    waits = [SOME_MINUTES[language].format(minutes=in_words(n, language)) for n in (*range(2, 11), *range(15, 61, 5))]
    return [NEXT_IN_LINE[language], UNDER_A_MINUTE[language], ABOUT_A_MINUTE[language], OVER_AN_HOUR[language], *places, *waits]


def _filled(tenant: Tenant, interaction: Interaction, template: LocalizedText, **numbers: int) -> tuple[Speech, ...]:
    """A sentence of the platform's with numbers in words."""
    speech = _in_language(tenant, template, {}, interaction.language)
    if speech is None:
        return ()
    words = {name: in_words(number, speech.language) for name, number in numbers.items()}
    return (Speech(language=speech.language, text=speech.text.format(**words)),)


def _in_language(tenant: Tenant, texts: LocalizedText, files: dict[Language, str], language: Language) -> Speech | None:
    for candidate in (language, *tenant.languages, *sorted(texts)):
        if candidate in files or candidate in texts:
            return Speech(language=candidate, text=texts.get(candidate, ""), file=files.get(candidate, ""))
    return None
