"""Prompts: texts in every language, and recordings in their place."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from callbase.apps.configuration.queries import build
from callbase.apps.flows.audio import RATE, AudioUnreadable, telephone_audio
from tests.web.conftest import Person, fields


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import dataclasses

    monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, home=tmp_path))
    return tmp_path


def sound(tone_hz: float, rate: int, form: str, seconds: float = 1.0, channels: int = 2) -> bytes:
    wave = 0.5 * numpy.sin(2 * numpy.pi * tone_hz * numpy.arange(int(seconds * rate)) / rate)
    file = io.BytesIO()
    soundfile.write(file, numpy.repeat(wave[:, None], channels, axis=1), rate, format=form)
    return file.getvalue()


def upload(person: Person, path: str, content: bytes) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile("prompt.bin", content)})
    return person.http.put(path, body, content_type=MULTIPART_CONTENT, headers={"X-CSRFToken": person.csrf})


def loudest_hz(samples: Any) -> float:
    spectrum = numpy.abs(numpy.fft.rfft(samples))
    return float(numpy.argmax(spectrum) * RATE / len(samples))


@pytest.mark.parametrize(("rate", "form"), [(8000, "WAV"), (44100, "WAV"), (48000, "MP3"), (22050, "MP3")])
def test_any_wav_or_mp3_becomes_telephone_audio_with_its_tone_intact(rate: int, form: str) -> None:
    samples = telephone_audio(sound(1000, rate, form))
    assert samples.dtype == numpy.int16
    assert abs(len(samples) - RATE) < RATE * 0.15
    assert abs(loudest_hz(samples) - 1000) < 5


def test_what_a_telephone_cannot_carry_does_not_fold_into_the_voice() -> None:
    samples = telephone_audio(sound(7000, 44100, "WAV"))  # would fold to 1000 Hz
    assert numpy.abs(samples[200:-200]).max() < 300


@pytest.mark.parametrize("content", [b"", b"RIFF", b"not audio at all" * 100, sound(440, 8000, "FLAC")])
def test_what_is_no_wav_or_mp3_is_refused(content: bytes) -> None:
    with pytest.raises(AudioUnreadable):
        telephone_audio(content)


def test_an_uploaded_recording_takes_the_speech_engines_place_until_it_is_deleted(admin: Person, home: Path) -> None:
    answer = upload(admin, "/api/prompts/welcome/recording/zh-CN", sound(440, 44100, "MP3"))
    assert answer.status_code == 200, answer.content
    assert answer.json()["files"] == {"zh-CN": True, "en-US": False}
    path = build(0).tenants["demo"].prompts["welcome"].files["zh-CN"]
    heard = admin.get("/api/prompts/welcome/audio/zh-CN")
    assert heard.headers["Content-Type"] == "audio/wav"
    assert heard.content == (home / f"{path}.wav").read_bytes()
    deleted = admin.delete("/api/prompts/welcome/recording/zh-CN")
    assert deleted.json()["files"]["zh-CN"] is False
    assert build(0).tenants["demo"].prompts["welcome"].files == {}


def test_a_faulty_upload_is_named(admin: Person) -> None:
    assert list(fields(upload(admin, "/api/prompts/welcome/recording/zh-CN", b"rubbish"))) == ["file"]
    assert list(fields(upload(admin, "/api/prompts/welcome/recording/fr-FR", sound(440, 8000, "WAV")))) == ["language"]
    assert upload(admin, "/api/prompts/absent/recording/zh-CN", sound(440, 8000, "WAV")).status_code == 404


def test_without_a_recording_one_hears_what_the_caller_hears(admin: Person) -> None:
    heard = admin.get("/api/prompts/welcome/audio/en-US")
    samples, rate = soundfile.read(io.BytesIO(heard.content))
    assert rate == RATE
    assert len(samples) > RATE


def test_a_prompt_needs_its_text_in_every_language(admin: Person) -> None:
    assert list(fields(admin.post("/api/prompts", {"id": "new", "text": {"zh-CN": "新"}}))) == ["text.en-US"]
    assert admin.post("/api/prompts", {"id": "new", "text": {"zh-CN": "新", "en-US": "New"}}).status_code == 201
    assert list(fields(admin.patch("/api/prompts/new", {"text": {"zh-CN": " ", "en-US": "New"}}))) == ["text.zh-CN"]
    assert admin.delete("/api/prompts/new").status_code == 204


def test_a_prompt_a_flow_speaks_is_not_deleted(admin: Person) -> None:
    refused = admin.delete("/api/prompts/welcome")
    assert (refused.status_code, refused.json()["error"]["data"]["users"]) == (409, "main-menu")
