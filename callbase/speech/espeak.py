"""Text to speech by espeak-ng."""

from __future__ import annotations

import asyncio

WORDS_PER_MINUTE = 160
TIMEOUT_S = 20.0

_VOICES = {"zh": "cmn", "en": "en-us"}


class SpeechFailed(Exception):
    """The text could not be made heard; the message says why."""


def voice_of(language: str) -> str:
    """espeak-ng's voice for a BCP 47 tag; English where there is none."""
    return _VOICES.get(language.partition("-")[0].lower(), "en-us")


async def speak(text: str, language: str) -> bytes:
    """The text as a WAV of espeak-ng's own rate (22.05 kHz). Raises SpeechFailed."""
    try:
        process = await asyncio.create_subprocess_exec(
            "espeak-ng", "-v", voice_of(language), "-s", str(WORDS_PER_MINUTE), "-b", "1", "--stdin", "--stdout",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
    except FileNotFoundError as problem:
        raise SpeechFailed("espeak-ng is not installed (apt install espeak-ng)") from problem
    try:
        async with asyncio.timeout(TIMEOUT_S):
            output, errors = await process.communicate(text.encode())
    except TimeoutError as problem:
        raise SpeechFailed(f"espeak-ng took longer than {TIMEOUT_S:.0f} s") from problem
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()  # to the ends of its pipes: only then is nothing of it left in the event loop
    if process.returncode or not output:
        raise SpeechFailed(f"espeak-ng failed: {errors.decode(errors='replace').strip()[:200]}")
    return output
