"""A recording from two wav files to the listener's ear."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile
from django.db import connection

from callbase.apps.audit.models import AuditEntry
from callbase.apps.recordings import actions
from callbase.apps.recordings.actions import DiskFull, do_encode_next, do_end_forgotten, do_remove_left
from callbase.apps.recordings.encoded import EncodingFailed, peaks_path
from callbase.apps.recordings.encoding import encode
from callbase.apps.recordings.queries import backlog
from callbase.apps.recordings.ranges import Unsatisfiable, requested_range
from callbase.platform.environment import Environment, read_environment
from tests.web.centre import Call, Centre, body, execute, streamed

RATE = 8_000
BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CALLBASE_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def environment(home: Path) -> Environment:
    return read_environment()


@pytest.fixture
def centre(db: None, home: Path) -> Centre:
    return Centre("acme")


def tone(path: Path, hertz: float, seconds: float, rate: int = RATE) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate), rate, subtype="PCM_16")
    return path


def strength(samples: np.ndarray, hertz: float, rate: int) -> float:
    """Amplitude of one frequency (Goertzel)."""
    at = np.arange(len(samples)) / rate
    return float(2 * abs(np.sum(samples * np.exp(-2j * np.pi * hertz * at))) / len(samples))


def recorded(home: Path, *, customer: bool = True, agent: bool = True, seconds: float = 3) -> str:
    """An ended recording of the tenant acme; the customer says 440 Hz, the agent 1000 Hz."""
    call = Call("acme", BEGUN).queued("sales", 0, 5, "answered").talked("1001", 5, 60, "sales")
    recording = call.recorded()
    base = home / f"recordings/acme/2026-11-23/{recording}"
    if customer:
        tone(base.with_name(f"{recording}-r.wav"), 440, seconds)
    if agent:
        tone(base.with_name(f"{recording}-t.wav"), 1000, seconds)
    return recording


def row(recording: str) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, file, bytes, duration_ms, error, attempts FROM recording WHERE id = %s", [recording])
        return dict(zip(("state", "file", "bytes", "duration_ms", "error", "attempts"), cursor.fetchone(), strict=True))


def make_due(recording: str) -> None:
    execute("UPDATE recording SET next_attempt_at = now() - interval '1 minute' WHERE id = %(id)s", id=recording)


# --- encoding ------------------------------------------------------------------------------------------------------


def test_each_voice_is_on_its_own_channel(tmp_path: Path) -> None:
    encoded = encode(tone(tmp_path / "x-r.wav", 440, 5), tone(tmp_path / "x-t.wav", 1000, 5), tmp_path / "x.mp3")

    samples, rate = soundfile.read(encoded.file)
    assert samples.shape[1] == 2
    assert strength(samples[:, 0], 440, rate) > 0.4
    assert strength(samples[:, 0], 1000, rate) < 0.01
    assert strength(samples[:, 1], 1000, rate) > 0.4
    assert strength(samples[:, 1], 440, rate) < 0.01
    assert encoded.duration_ms == 5000
    assert encoded.bytes < 20_000


def test_a_shorter_side_is_silent_to_the_end(tmp_path: Path) -> None:
    encode(tone(tmp_path / "x-r.wav", 440, 4), tone(tmp_path / "x-t.wav", 1000, 1), tmp_path / "x.mp3")

    samples, rate = soundfile.read(tmp_path / "x.mp3")
    assert strength(samples[3 * rate :, 0], 440, rate) > 0.3
    assert np.abs(samples[2 * rate :, 1]).max() < 0.01


def test_the_waveform_shows_where_each_side_is_loud(tmp_path: Path) -> None:
    import json

    encode(tone(tmp_path / "x-r.wav", 440, 2), tone(tmp_path / "x-t.wav", 1000, 1), tmp_path / "x.mp3")

    waveform = json.loads(peaks_path(tmp_path / "x.mp3").read_bytes())
    assert (waveform["duration_ms"], waveform["channels"], waveform["per_second"]) == (2000, 2, 20)
    customer, agent = waveform["peaks"]
    assert len(customer) == len(agent) == 40
    assert min(customer) > 0.4
    assert min(agent[:20]) > 0.4
    assert max(agent[20:]) == 0


def test_a_wav_whose_writer_was_killed_is_read_to_its_end(tmp_path: Path) -> None:
    """Its header still says that there is nothing."""
    content = bytearray(tone(tmp_path / "x-r.wav", 440, 3).read_bytes())
    content[4:8] = content[40:44] = bytes(4)
    (tmp_path / "x-r.wav").write_bytes(content)

    assert encode(tmp_path / "x-r.wav", tmp_path / "x-t.wav", tmp_path / "x.mp3").duration_ms in range(2_990, 3_010)


@pytest.mark.parametrize("content", [b"", b"RIFF", b"rubbish" * 100])
def test_what_is_no_sound_is_a_clear_error_and_leaves_nothing_behind(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x-r.wav").write_bytes(content)

    with pytest.raises(EncodingFailed):
        encode(tmp_path / "x-r.wav", tmp_path / "x-t.wav", tmp_path / "x.mp3")

    assert [path.name for path in tmp_path.iterdir()] == ["x-r.wav"]


# --- the worker's part ---------------------------------------------------------------------------------------------


def test_an_ended_recording_is_stored_and_its_wavs_are_gone(centre: Centre, home: Path, environment: Environment) -> None:
    recording = recorded(home)

    assert do_encode_next(environment)

    after = row(recording)
    assert after["state"] == "stored"
    assert after["file"] == f"recordings/acme/2026-11-23/{recording}.mp3"
    assert after["duration_ms"] == 3000
    assert after["bytes"] == (home / str(after["file"])).stat().st_size
    assert sorted(path.name for path in (home / "recordings/acme/2026-11-23").iterdir()) == [
        f"{recording}.mp3",
        f"{recording}.peaks.json",
    ]
    assert not do_encode_next(environment)


def test_wavs_left_of_a_stored_recording_are_removed_and_those_of_others_stay(
    centre: Centre, home: Path, environment: Environment
) -> None:
    stored = recorded(home)
    assert do_encode_next(environment)
    waiting = recorded(home)
    day = home / "recordings/acme/2026-11-23"
    for left in (f"{stored}-r.wav", f"{stored}-t.wav", f"{waiting}.mp3"):  # a worker was killed: before removing, before storing
        (day / left).touch()

    assert do_remove_left(environment) == [f"recordings/acme/2026-11-23/{stored}"]

    assert {path.name for path in day.glob("*.wav")} == {f"{waiting}-r.wav", f"{waiting}-t.wav"}
    assert do_remove_left(environment) == []


def test_one_that_has_just_ended_may_still_be_written_and_waits_a_moment(
    centre: Centre, home: Path, environment: Environment
) -> None:
    recording = recorded(home)
    execute("UPDATE recording SET ended_at = now() WHERE id = %(id)s", id=recording)

    assert not do_encode_next(environment)


def test_a_missing_file_is_tried_again_later_and_at_last_given_up_with_the_reason(
    centre: Centre,
    home: Path,
    environment: Environment,
) -> None:
    recording = recorded(home, customer=False, agent=False)

    for attempt in range(1, len(actions.BACK_OFF_S) + 1):
        assert do_encode_next(environment)
        assert (row(recording)["state"], row(recording)["attempts"]) == ("ended", attempt)
        assert not do_encode_next(environment), "not before the pause is over"
        make_due(recording)
    do_encode_next(environment)

    assert row(recording)["state"] == "failed"
    assert "any sound" in str(row(recording)["error"])


def test_a_recording_into_which_no_audio_came_is_empty_after_half_a_minute_and_no_failure(
    centre: Centre, home: Path, environment: Environment
) -> None:
    """Asterisk leaves a head in each file."""
    recording = recorded(home, seconds=0)
    for _ in range(actions.EMPTY_AT_ATTEMPT - 1):
        assert do_encode_next(environment)
        assert row(recording)["state"] == "ended"
        make_due(recording)
    assert sum(actions.BACK_OFF_S[: actions.EMPTY_AT_ATTEMPT - 1]) >= 30

    assert do_encode_next(environment)

    assert (row(recording)["state"], row(recording)["error"]) == ("empty", "")
    assert (backlog().to_encode, backlog().failed) == (0, 0)
    make_due(recording)
    assert not do_encode_next(environment)


def test_audio_that_a_switch_which_was_stopped_writes_late_is_kept(centre: Centre, home: Path, environment: Environment) -> None:
    recording = recorded(home, seconds=0)
    assert do_encode_next(environment)
    tone(home / f"recordings/acme/2026-11-23/{recording}-r.wav", 440, 3)
    make_due(recording)

    assert do_encode_next(environment)

    assert row(recording)["state"] == "stored"


def test_a_file_of_which_not_even_the_head_was_written_is_tried_again(
    centre: Centre, home: Path, environment: Environment
) -> None:
    recording = recorded(home, agent=False, seconds=0)
    (home / f"recordings/acme/2026-11-23/{recording}-t.wav").touch()

    do_encode_next(environment)

    assert row(recording)["state"] == "ended"


def test_one_that_was_encoded_after_its_row_was_written_is_taken_as_it_is(
    centre: Centre, home: Path, environment: Environment
) -> None:
    """So a backup has it, whose rows are a little older than its files."""
    recording = recorded(home)
    assert do_encode_next(environment)
    stored = row(recording)
    execute("UPDATE recording SET state = 'ended', file = '', bytes = NULL, duration_ms = NULL WHERE id = %(id)s", id=recording)
    make_due(recording)

    assert do_encode_next(environment)

    assert {**row(recording), "attempts": 0} == {**stored, "attempts": 0}


def test_what_was_missing_and_comes_is_stored_after_all(centre: Centre, home: Path, environment: Environment) -> None:
    recording = recorded(home, customer=False, agent=False)
    do_encode_next(environment)
    tone(home / f"recordings/acme/2026-11-23/{recording}-r.wav", 440, 2)
    make_due(recording)

    do_encode_next(environment)

    assert (row(recording)["state"], row(recording)["error"]) == ("stored", "")


def test_what_was_recorded_until_the_disk_was_full_is_stored_and_says_so(
    centre: Centre, home: Path, environment: Environment
) -> None:
    recording = recorded(home)
    execute("UPDATE recording SET cut_short = 'disk full: 3 MB left, 50 MB wanted' WHERE id = %(id)s", id=recording)
    do_encode_next(environment)

    with connection.cursor() as cursor:
        cursor.execute("SELECT interaction FROM recording WHERE id = %s", [recording])
        (interaction,) = cursor.fetchone()
    client = centre.client("2001")
    (shown,) = client.get(f"/api/interactions/{interaction}").json()["recordings"]
    assert (shown["state"], shown["error"], shown["cut_short"]) == ("stored", "", "disk full: 3 MB left, 50 MB wanted")
    assert client.get(f"/api/recordings/{recording}/audio").status_code == 200


def test_a_full_disk_loses_nothing_and_costs_no_attempt(
    centre: Centre, home: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = recorded(home)
    full = replace_free(shutil.disk_usage(home), 1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)

    with pytest.raises(DiskFull):
        do_encode_next(environment)
    assert (row(recording)["state"], row(recording)["attempts"]) == ("ended", 0)

    monkeypatch.undo()
    assert do_encode_next(replace(environment, home=home))
    assert row(recording)["state"] == "stored"


def test_a_disk_that_fills_up_while_encoding_leaves_the_wavs(
    centre: Centre, home: Path, environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = recorded(home)

    def full(handle: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    do_encode_next(environment)

    assert row(recording)["state"] == "ended"
    assert "No space left" in str(row(recording)["error"])
    assert sorted(path.name for path in (home / "recordings/acme/2026-11-23").iterdir()) == [
        f"{recording}-r.wav",
        f"{recording}-t.wav",
    ]


def test_a_forgotten_recording_is_ended_when_its_call_was_over_long_ago(centre: Centre) -> None:
    over = Call("acme", BEGUN).ended(60)
    forgotten, going_on = over.recorded(state="recording"), Call("acme", BEGUN).recorded(state="recording")

    assert do_end_forgotten() == [forgotten]
    assert (row(forgotten)["state"], row(going_on)["state"]) == ("ended", "recording")


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_work_and_neither_does_it_twice(home: Path, environment: Environment) -> None:
    Centre("acme")
    recordings = [recorded(home) for _ in range(6)]

    def work() -> None:
        try:
            while do_encode_next(environment):
                pass
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [(row(one)["state"], row(one)["attempts"]) for one in recordings] == [("stored", 1)] * 6


# --- listening -----------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(centre: Centre, home: Path, environment: Environment) -> str:
    recording = recorded(home)
    do_encode_next(environment)
    return recording


def test_a_recording_is_heard_whole_and_the_listening_is_audited(centre: Centre, home: Path, stored: str) -> None:
    response = centre.client("2001").get(f"/api/recordings/{stored}/audio")

    assert response.status_code == 200
    assert response["Content-Type"] == "audio/mpeg"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Content-Disposition"] == "inline"
    assert streamed(response) == (home / str(row(stored)["file"])).read_bytes()
    assert AuditEntry.objects.get(action="recording.listen").object_id == stored


def test_a_player_fetches_parts_and_that_is_one_listening(centre: Centre, home: Path, stored: str) -> None:
    client, content = centre.client("2001"), (home / str(row(stored)["file"])).read_bytes()

    for first, last in ((100, 199), (200, 299)):
        response = client.get(f"/api/recordings/{stored}/audio", headers={"Range": f"bytes={first}-{last}"})
        assert response.status_code == 206
        assert response["Content-Range"] == f"bytes {first}-{last}/{len(content)}"
        assert response["Content-Length"] == "100"
        assert streamed(response) == content[first : last + 1]

    assert AuditEntry.objects.filter(action="recording.listen").count() == 1


def test_head_tells_the_size_without_the_sound(centre: Centre, home: Path, stored: str) -> None:
    response = centre.client("2001").head(f"/api/recordings/{stored}/audio")

    assert response.status_code == 200
    assert int(response["Content-Length"]) == row(stored)["bytes"]
    assert not AuditEntry.objects.filter(action="recording.listen").exists()


def test_a_part_of_other_content_is_answered_with_the_whole(centre: Centre, stored: str) -> None:
    client = centre.client("2001")
    tag = client.head(f"/api/recordings/{stored}/audio")["ETag"]

    same = client.get(f"/api/recordings/{stored}/audio", headers={"Range": "bytes=0-9", "If-Range": tag})
    other = client.get(f"/api/recordings/{stored}/audio", headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    known = client.get(f"/api/recordings/{stored}/audio", headers={"If-None-Match": tag})

    assert (same.status_code, other.status_code, known.status_code) == (206, 200, 304)
    streamed(same)
    streamed(other)


def test_a_range_beyond_the_end_is_told_the_size(centre: Centre, stored: str) -> None:
    response = centre.client("2001").get(f"/api/recordings/{stored}/audio", headers={"Range": "bytes=9999999-"})

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{row(stored)['bytes']}"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-200", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
    ],
)
def test_ranges_are_read_as_rfc_9110_says(header: str, expected: tuple[int, int] | None) -> None:
    assert requested_range(header, 100) == expected


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=-0"])
def test_a_range_outside_the_file_is_unsatisfiable(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        requested_range(header, 100)


def test_the_waveform_is_served(centre: Centre, stored: str) -> None:
    waveform = body(centre.client("2001").get(f"/api/recordings/{stored}/peaks"))

    assert (waveform["duration_ms"], waveform["channels"]) == (3000, 2)


def test_agents_hear_their_own_calls_and_no_others(centre: Centre, stored: str) -> None:
    assert centre.client("1001").get(f"/api/recordings/{stored}/audio").status_code == 200
    assert centre.client("1002").get(f"/api/recordings/{stored}/audio").status_code == 404


def test_another_tenant_does_not_learn_that_it_exists(centre: Centre, stored: str) -> None:
    assert Centre("other").client("2001").get(f"/api/recordings/{stored}/audio").status_code == 404


@pytest.mark.parametrize(
    ("state", "status", "code"),
    [
        ("recording", 404, "recording_not_ready"),
        ("ended", 409, "recording_not_ready"),
        ("empty", 409, "recording_empty"),
        ("failed", 409, "recording_failed"),
    ],
)
def test_one_that_is_not_there_yet_says_so(centre: Centre, state: str, status: int, code: str) -> None:
    recording = Call("acme", BEGUN).recorded(state=state)

    response = centre.client("2001").get(f"/api/recordings/{recording}/audio")

    assert (response.status_code, body(response)["error"]["code"]) == (status, code)


@pytest.mark.parametrize("path", ["../../etc/passwd", "/etc/passwd", "recordings/../run/runtime.json", "recordings/link/passwd"])
def test_no_path_leads_out_of_the_recordings(centre: Centre, home: Path, path: str) -> None:
    (home / "recordings").mkdir()
    (home / "run").mkdir()
    (home / "run/runtime.json").write_text("secret")
    (home / "recordings/link").symlink_to("/etc")
    recording = Call("acme", BEGUN).recorded(state="stored", file=path)

    assert centre.client("2001").get(f"/api/recordings/{recording}/audio").status_code == 404


def replace_free(usage: object, free: int) -> object:
    return usage._replace(free=free)  # type: ignore[attr-defined]
