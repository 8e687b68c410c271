"""That telephones tell the far end's voice from everything else they may hear."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from benchmarks.sip.tones import FRAME_SAMPLES, OF_AGENTS, OF_CALLERS
from benchmarks.sip.voices import Voices
from tests.system.audio import ALAW, tone


@pytest.fixture
def two() -> Iterator[tuple[Voices, Voices]]:
    with closing(Voices()) as one, closing(Voices()) as other:
        yield one, other


def sdp(voices: Voices) -> bytes:
    return f"c=IN IP4 127.0.0.1\r\nm=audio {voices.port} RTP/AVP 8\r\n".encode()


async def until_heard(*heard: list[float]) -> None:
    async with asyncio.timeout(10):
        while not all(heard):
            await asyncio.sleep(0.01)


async def test_who_is_spoken_to_hears_that_voice_until_it_falls_silent(two: tuple[Voices, Voices]) -> None:
    agents, callers = two
    of_caller: list[float] = []
    of_agent: list[float] = []
    agents.speak("a", sdp(callers), says=OF_AGENTS, hears=OF_CALLERS, heard=of_caller)
    callers.speak("b", sdp(agents), says=OF_CALLERS, hears=OF_AGENTS, heard=of_agent)
    for voices in two:
        voices.start()
    await until_heard(of_caller, of_agent)
    agents.fall_silent("a")
    before = len(of_caller)
    agents.speak("c", sdp(callers), says=OF_AGENTS, hears=OF_CALLERS, heard=(anew := list[float]()))
    await until_heard(anew)
    assert len(of_caller) == before


async def test_a_voice_that_is_not_the_far_ends_is_not_taken_for_it(two: tuple[Voices, Voices]) -> None:
    agents, callers = two
    of_caller: list[float] = []
    of_agent: list[float] = []
    agents.speak("a", sdp(callers), says=OF_AGENTS, hears=OF_CALLERS, heard=of_caller)
    callers.speak("b", sdp(agents), says=OF_AGENTS, hears=OF_AGENTS, heard=of_agent)
    for voices in two:
        voices.start()
    async with asyncio.timeout(10):
        while len(of_agent) < 5:
            await asyncio.sleep(0.01)
    assert of_caller == []


@pytest.mark.parametrize(
    ("sound", "found"),
    [
        (tone(OF_CALLERS.hz, 0.02), True),
        (tone(OF_CALLERS.hz, 0.02, 0.1), True),
        (tone(OF_CALLERS.hz, 0.02) + tone(OF_AGENTS.hz, 0.02, 0.1), True),
        (tone(OF_CALLERS.hz, 0.02, 0.1) + tone(OF_AGENTS.hz, 0.02), False),
        (tone(OF_AGENTS.hz, 0.02), False),
        (np.zeros(FRAME_SAMPLES), False),
        (np.random.default_rng(1).normal(0, 0.1, FRAME_SAMPLES), False),
        (tone(OF_CALLERS.hz, 0.01), False),
    ],
    ids=["tone", "low", "with another", "below another", "another", "silence", "noise", "half a frame"],
)
def test_a_frame_has_the_tone_that_most_of_it_is(sound: np.ndarray, found: bool) -> None:
    assert OF_CALLERS.is_in(ALAW.encode(sound)) is found


def test_tones_are_said_in_the_a_law_that_others_read() -> None:
    for one in (OF_AGENTS, OF_CALLERS):
        assert np.allclose(ALAW.decode(one.frame), tone(one.hz, 0.02, 8000 / 32768), atol=0.02)
