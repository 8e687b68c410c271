"""Prompts: text becomes a file a telephone can play, once."""

from __future__ import annotations

import asyncio
import os
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from callbase.core.config import Config, Flow, Greet, Prompt, Say, Tenant
from callbase.speech import espeak, speaker, wav
from callbase.speech.espeak import SpeechFailed
from callbase.speech.speaker import Speaker
from tests.system.audio import has_tone, tone


def samples_of(path: Path) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    with wave.open(f"{path}.wav") as source:
        assert (source.getframerate(), source.getnchannels(), source.getsampwidth()) == (8000, 1, 2)
        return np.frombuffer(source.readframes(source.getnframes()), dtype="<i2")


@pytest.mark.parametrize(("text", "language"), [("欢迎致电，请稍候。", "zh-CN"), ("Welcome. Please hold.", "en-US")])
async def test_both_languages_become_telephone_sound(tmp_path: Path, text: str, language: str) -> None:
    path = await Speaker(tmp_path).render(text, language)
    samples = samples_of(path)
    assert path.is_relative_to(tmp_path / "prompts")
    assert 0.8 < len(samples) / 8000 < 5
    assert abs(samples.astype(int)).max() > 3000


async def test_the_same_text_is_rendered_once_however_many_ask_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken = []

    async def speak(text: str, language: str) -> bytes:
        spoken.append(text)
        return await espeak.speak(text, language)

    monkeypatch.setattr(speaker, "speak", speak)
    one = Speaker(tmp_path)
    paths = await asyncio.gather(*(one.render("Hello", "en-US") for _ in range(5)))
    assert len(set(paths)) == 1
    await Speaker(tmp_path).render("Hello", "en-US")
    assert spoken == ["Hello"]
    assert await one.render("Hello", "zh-CN") != paths[0]


async def test_two_who_write_the_same_text_at_a_time_are_not_in_each_others_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the drivers of two nodes do, of one machine or of two that share the folder."""
    replace, both_have_written = Path.replace, threading.Barrier(2, timeout=10)

    def replace_after_the_other_wrote(self: Path, target: Path) -> Path:
        both_have_written.wait()
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", replace_after_the_other_wrote)
    rendered = await asyncio.gather(*(Speaker(tmp_path).render("你好", "zh-CN") for _ in range(2)))
    (file,) = (tmp_path / "prompts" / "tts").iterdir()
    assert [path.with_suffix(".wav") for path in rendered] == [file, file]
    assert len(samples_of(rendered[0])) > 0


async def test_every_text_of_the_configuration_is_ready_before_the_first_call(tmp_path: Path) -> None:
    tenant = Tenant(
        id="demo",
        name="Demo",
        prompts={"welcome": Prompt(id="welcome", text={"zh-CN": "欢迎", "en-US": "Welcome"}, files={"en-US": "prompts/mine"})},
        flows={"main": Flow(id="main", version=1, start="a", nodes={"a": Greet(say=Say(text={"en-US": "Good morning"}))})},
        unknown_did=Say(text={"en-US": "No such number"}),
    )
    one = Speaker(tmp_path)
    await one.prepare(Config(version=1, tenants={"demo": tenant}))
    for text, language in (("欢迎", "zh-CN"), ("Good morning", "en-US"), ("No such number", "en-US")):
        assert one.path_of(text, language).exists()
    assert not one.path_of("Welcome", "en-US").exists()


async def test_a_missing_espeak_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SpeechFailed, match="apt install espeak-ng"):
        await Speaker(tmp_path).render("Hello", "en-US")


@pytest.fixture
def slow_espeak(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A speech engine that never gets done stands first on PATH; the file in which it writes its pid."""
    started = tmp_path / "started"
    engine = tmp_path / "bin" / "espeak-ng"
    engine.parent.mkdir()
    engine.write_text(f'#!/bin/sh\necho $$ >"{started}.new"; mv "{started}.new" "{started}"; exec sleep 60\n')
    engine.chmod(0o755)
    monkeypatch.setenv("PATH", str(engine.parent), prepend=os.pathsep)
    return started


async def pid_in(file: Path) -> int:
    async with asyncio.timeout(5):
        while not file.exists():
            await asyncio.sleep(0.01)
    return int(file.read_text())


async def test_a_speaker_that_is_stopped_leaves_no_speech_engine_behind(tmp_path: Path, slow_espeak: Path) -> None:
    one = Speaker(tmp_path)
    caller = asyncio.create_task(one.render("Hello", "en-US"))
    engine = await pid_in(slow_espeak)
    caller.cancel()  # the others who asked for the same text would still want it
    await asyncio.wait({caller})
    os.kill(engine, 0)
    await one.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(engine, 0)


async def test_a_speech_engine_that_takes_too_long_is_ended(
    tmp_path: Path, slow_espeak: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(espeak, "TIMEOUT_S", 0.5)
    with pytest.raises(SpeechFailed, match="took longer"):
        await Speaker(tmp_path).render("Hello", "en-US")
    with pytest.raises(ProcessLookupError):
        os.kill(await pid_in(slow_espeak), 0)


def test_an_uploaded_recording_is_found_and_nothing_outside_the_home(tmp_path: Path) -> None:
    home = tmp_path / "home"
    wav.write(home / "prompts" / "mine.wav", np.zeros(8, dtype=np.int16))
    wav.write(tmp_path / "secret.wav", np.zeros(8, dtype=np.int16))
    assert Speaker(home).recorded("prompts/mine") == home / "prompts" / "mine"
    for bad in ("prompts/none", "../secret", "/etc/passwd"):
        with pytest.raises(SpeechFailed, match="no such recording"):
            Speaker(home).recorded(bad)


@pytest.mark.parametrize("rate_hz", [8000, 16000, 22050, 44100])
def test_resampling_keeps_pitch_length_and_loudness(tmp_path: Path, rate_hz: int) -> None:
    file = tmp_path / "a.wav"
    sound = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(rate_hz) / rate_hz)
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes((sound * 32767).astype("<i2").tobytes())
    samples = wav.telephone_samples(file.read_bytes()) / 32768
    assert len(samples) == 8000
    assert has_tone(samples, 1000)
    assert abs(np.sqrt(np.mean(samples**2)) - np.sqrt(np.mean(tone(1000, 1.0, 0.5) ** 2))) < 0.01


@pytest.mark.parametrize("data", [b"", b"RIFF", b"not a wave file at all, by no means"])
def test_what_is_no_sound_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a WAV"):
        wav.telephone_samples(data)
