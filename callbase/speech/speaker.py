"""Text as sound files: rendered once, kept by the hash of what was said, found by path."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterator
from pathlib import Path

import structlog

from callbase.core.config import Config, Language, Say, Tenant
from callbase.core.flow.speech import STANDING, named_to_agents, spoken_while_waiting
from callbase.speech.espeak import WORDS_PER_MINUTE, SpeechFailed, speak, voice_of

__all__ = ["Speaker", "SpeechFailed"]

log = structlog.get_logger(__name__)

_FORM = "1"
"""Part of every hash: raised when the way texts are rendered changes."""


class Speaker:
    """Gives each text a file under CALLBASE_HOME/prompts/tts."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._folder = home / "prompts" / "tts"
        self._rendering: dict[Path, asyncio.Task[None]] = {}

    def path_of(self, text: str, language: Language) -> Path:
        """Where the text's file is or will be, with its extension."""
        content = "\0".join((_FORM, voice_of(language), str(WORDS_PER_MINUTE), text))
        return self._folder / f"{hashlib.sha256(content.encode()).hexdigest()[:32]}.wav"

    async def render(self, text: str, language: Language) -> Path:
        """The file that says it, without extension; rendered first if need be, once however many ask. Raises SpeechFailed."""
        file = self.path_of(text, language)
        if not file.exists():
            task = self._rendering.get(file)
            if task is None:
                task = self._rendering[file] = asyncio.create_task(self._render(text, language, file))
                task.add_done_callback(lambda _: self._rendering.pop(file, None))
            await asyncio.shield(task)
        return file.with_suffix("")

    async def stop(self) -> None:
        """Drops what is being rendered, whoever waits for it, and returns when no speech engine runs any more."""
        tasks = tuple(self._rendering.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    async def _render(text: str, language: Language, file: Path) -> None:
        from callbase.speech import wav  # numpy is slow to import, and every text is rendered only once

        sound = await speak(text, language)
        try:
            await asyncio.to_thread(lambda: wav.write(file, wav.telephone_samples(sound)))
        except (OSError, ValueError) as problem:
            raise SpeechFailed(f"the speech could not be written: {problem}") from problem

    def recorded(self, file: str) -> Path:
        """An uploaded recording's path without extension. Raises SpeechFailed where there is none or it lies elsewhere."""
        path = (self._home / file).resolve()
        if not path.is_relative_to(self._home.resolve()) or not path.with_name(f"{path.name}.wav").exists():
            raise SpeechFailed(f"no such recording: {file}")
        return path

    async def prepare(self, config: Config) -> None:
        """Renders every text of the configuration that has no file yet, so that no caller waits for it."""
        for tenant in config.tenants.values():
            for text, language in sorted(set(_texts(tenant))):
                try:
                    await self.render(text, language)
                except SpeechFailed as problem:
                    log.error("prompt_not_rendered", tenant=tenant.id, language=language, text=text[:40], reason=str(problem))


def _texts(tenant: Tenant) -> Iterator[tuple[str, Language]]:
    for prompt in tenant.prompts.values():
        for language, text in prompt.text.items():
            if text and language not in prompt.files:
                yield text, language
    for name, own in STANDING.items():
        if name not in tenant.prompts:
            yield from ((own.text[language], language) for language in tenant.languages if language in own.text)
    yield from named_to_agents(tenant)
    for language in tenant.languages if tenant.queues else ():
        yield from ((text, language) for text in spoken_while_waiting(language))
    said = [
        getattr(node, field, None)
        for flow in tenant.flows.values()
        for node in flow.nodes.values()
        for field in ("say", "invalid")
    ]
    waiting = [step.say for queue in tenant.queues.values() for step in queue.waiting.steps]
    for say in (*said, *waiting, tenant.unknown_did):
        if isinstance(say, Say) and say.text:
            for language, text in say.text.items():
                if text:
                    yield text, language
