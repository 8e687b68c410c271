"""Music of one's own: uploaded, evened to a voice's loudness, named by queues."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import numpy
import pytest
import soundfile
from django.conf import settings

from callbase.apps.configuration.queries import build
from callbase.apps.flows.audio import LOUDNESS, RATE, evened
from tests.web.conftest import Person, fields
from tests.web.test_prompts import loudest_hz, sound, upload

JAZZ = {"id": "jazz", "name": {"zh-CN": "爵士乐", "en-US": "Jazz"}}
CODES = "music_not_recorded"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "ENVIRONMENT", dataclasses.replace(settings.ENVIRONMENT, home=tmp_path))
    return tmp_path


def play_in_sales(admin: Person, music: str, steps: list[dict[str, Any]] | None = None) -> Any:
    return admin.patch("/api/queues/sales", {"waiting": {"music": music, "steps": steps or []}})


def findings(admin: Person) -> list[tuple[str, str]]:
    found = admin.get("/api/configuration/findings").json()["findings"]
    return [(one["id"], one["field"]) for one in found if one["code"] == CODES]


def test_an_uploaded_music_is_what_the_queue_plays(admin: Person, home: Path) -> None:
    assert admin.post("/api/music", JAZZ).json() == {**JAZZ, "seconds": 0, "uploaded_at": None, "used_by": []}
    assert admin.get("/api/music/jazz/audio").status_code == 404
    answer = upload(admin, "/api/music/jazz/recording", sound(620, 44100, "MP3", seconds=2))
    assert answer.status_code == 200, answer.content
    assert abs(answer.json()["seconds"] - 2) < 0.15
    assert play_in_sales(admin, "jazz").status_code == 200
    assert admin.get("/api/music/jazz").json()["used_by"] == ["sales"]
    file = build(0).tenants["demo"].music["jazz"].file
    heard = admin.get("/api/music/jazz/audio").content
    assert heard == (home / f"{file}.wav").read_bytes()
    assert abs(loudest_hz(soundfile.read(io.BytesIO(heard))[0]) - 620) < 5


def test_another_upload_takes_the_place_of_the_first(admin: Person, home: Path) -> None:
    admin.post("/api/music", JAZZ)
    upload(admin, "/api/music/jazz/recording", sound(620, 8000, "WAV"))
    first = build(0).tenants["demo"].music["jazz"].file
    upload(admin, "/api/music/jazz/recording", sound(720, 8000, "WAV"))
    second = build(0).tenants["demo"].music["jazz"].file
    assert second != first
    assert (home / f"{second}.wav").exists()


def test_what_a_queue_plays_must_exist_and_is_not_deleted(admin: Person) -> None:
    assert fields(play_in_sales(admin, "jazz")).keys() == {"waiting.music"}
    step = {"at_s": 60, "what": "music", "music": "jazz"}
    assert fields(play_in_sales(admin, "default", [step])).keys() == {"waiting.steps.0.music"}
    admin.post("/api/music", JAZZ)
    assert play_in_sales(admin, "default", [step]).status_code == 200
    refused = admin.delete("/api/music/jazz")
    assert refused.status_code == 409
    assert "sales" in refused.content.decode()
    assert play_in_sales(admin, "default").status_code == 200
    assert admin.delete("/api/music/jazz").status_code == 204


def test_a_music_without_a_recording_is_found_before_a_caller_finds_it(admin: Person) -> None:
    admin.post("/api/music", JAZZ)
    play_in_sales(admin, "jazz", [{"at_s": 60, "what": "music", "music": "default"}])
    assert findings(admin) == [("sales", "waiting.music")]
    upload(admin, "/api/music/jazz/recording", sound(620, 8000, "WAV"))
    assert findings(admin) == []


def test_the_built_in_musics_name_is_taken_and_rubbish_is_refused(admin: Person) -> None:
    assert fields(admin.post("/api/music", JAZZ | {"id": "default"})).keys() == {"id"}
    admin.post("/api/music", JAZZ)
    assert fields(admin.post("/api/music", JAZZ)).keys() == {"id"}
    assert fields(admin.patch("/api/music/jazz", {"id": "pop"})).keys() == {"id"}
    assert fields(upload(admin, "/api/music/jazz/recording", b"rubbish")).keys() == {"file"}
    assert build(0).tenants["demo"].music["jazz"].file == ""


@pytest.mark.parametrize("amplitude", [0.02, 0.5, 1.0])
def test_music_is_made_as_loud_as_a_voice(amplitude: float) -> None:
    wave = (amplitude * 32767 * numpy.sin(2 * numpy.pi * 440 * numpy.arange(RATE) / RATE)).astype(numpy.int16)
    power = float(numpy.sqrt(numpy.mean(evened(wave).astype(float) ** 2))) / 32767
    assert power == pytest.approx(LOUDNESS, rel=0.02)


def test_silence_stays_silence_and_no_peak_is_cut_off() -> None:
    assert not evened(numpy.zeros(100, numpy.int16)).any()
    click = numpy.zeros(RATE, numpy.int16)
    click[100] = 20000
    assert 0.9 * 32767 < evened(click).max() < 32767
