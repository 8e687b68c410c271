"""All writes of recordings: what the worker makes of them, and the trail of who listened.

The `recording` row itself is the queue of work: state `ended` means "to be encoded". So nothing can be lost between two queues, a
worker killed at any moment leaves the row as it was, and any number of workers share the work by locking rows.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import structlog
from django.db import connection, transaction

from callbase.apps.audit.actions import record
from callbase.apps.audit.models import AuditEntry
from callbase.apps.organization.access import Access
from callbase.apps.recordings.encoded import Encoded, EncodingFailed, NoAudio, Peaks, peaks_path
from callbase.platform.environment import Environment

log = structlog.get_logger(__name__)

BACK_OFF_S = (5, 30, 120, 600, 1_800, 3_600)
"""Pause after each failed attempt; after the last one the recording counts as failed."""
EMPTY_AT_ATTEMPT = 3
"""Half a minute on it is believed that no audio came: a switch that was stopped in the middle writes the rest once it goes on."""
SETTLE_S = 1.0
"""Nothing is done before it has been due for so long: the switch may still be writing the last of what it says has ended."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)
FORGOTTEN_S = 600
LOOKED_AT_DAYS = 3
DELETED_AT_ONCE = 1_000
DISK_RESERVE_BYTES = 50 * 1024 * 1024
LISTENING = timedelta(minutes=10)
"""A player fetches a recording in many parts; those within this time are one listening."""


class DiskFull(Exception):
    """Too little room to encode. The recording waits, unchanged, until there is room: this is no attempt."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One recording that this worker encodes now."""

    id: str
    path: str
    attempts: int
    """This one included."""
    due_at: datetime


def do_note_listening(access: Access, recording: str) -> None:
    """One audit row a listening."""
    lately = AuditEntry.objects.filter(
        tenant=access.tenant.id,
        actor=access.actor,
        action="recording.listen",
        object_type="recording",
        object_id=recording,
        ip=access.ip,
        at__gte=datetime.now(UTC) - LISTENING,
    )
    if not lately.exists():
        record(
            access.tenant.id,
            actor=access.actor,
            action="recording.listen",
            object_type="recording",
            object_id=recording,
            ip=access.ip,
        )


def do_encode_next(environment: Environment, since: datetime = LONG_AGO) -> datetime | None:
    """Encodes the recording that has been due for longest, of those due at `since` or later; when it was due. None where there is
    none. Raises DiskFull.

    The attempt is counted before it begins: a file that kills its worker is tried at growing distances like any other failure.
    """
    _check_room(environment, since)
    claim = _claim(since)
    if claim is None:
        return None
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM recording WHERE id = %s AND state = 'ended' FOR UPDATE SKIP LOCKED", [claim.id])
        if cursor.fetchone() is None:
            return claim.due_at  # another worker is slower than its pause, but alive
        try:
            encoded = _encode(environment.home, claim.path)
        except EncodingFailed as failure:
            if isinstance(failure, NoAudio) and claim.attempts >= EMPTY_AT_ATTEMPT:
                _note_empty(claim)
            else:
                _note_failure(claim, str(failure))
            return claim.due_at
        _note_stored(environment.home, claim, encoded)
    for wav in _wavs(environment.home, claim.path):
        wav.unlink(missing_ok=True)
    log.info("recording stored", recording=claim.id, bytes=encoded.bytes, duration_ms=encoded.duration_ms)
    return claim.due_at


def do_remove_left(environment: Environment) -> list[str]:
    """Removes wav files of stored recordings, which a worker leaves that is killed between the one and the other. Their paths."""
    left = {str(wav.relative_to(environment.home))[: -len("-r.wav")] for wav in _latest_wavs(environment.recordings_dir)}
    if not left:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT path FROM recording WHERE state = 'stored' AND path = ANY(%s)", [list(left)])
        stored = [str(row[0]) for row in cursor.fetchall()]
    for path in stored:
        for wav in _wavs(environment.home, path):
            wav.unlink(missing_ok=True)
    return stored


def do_delete_before(home: Path, before: datetime) -> int:
    """Files first: rows without files are deleted the next time, files without rows would stay for ever. How many."""
    deleted = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, path, file FROM recording WHERE started_at < %s LIMIT %s", [before, DELETED_AT_ONCE])
            old = cursor.fetchall()
        for _, path, file in old:
            encoded = home / (file or f"{path}.mp3")
            for each in (encoded, peaks_path(encoded), *_wavs(home, path)):
                each.unlink(missing_ok=True)
        ids = [id for id, _, _ in old]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM voicemail_handling WHERE recording = ANY(%s)", [ids])
            cursor.execute("DELETE FROM recording WHERE id = ANY(%s)", [ids])
        deleted += len(old)
        if len(old) < DELETED_AT_ONCE:
            return deleted


def _latest_wavs(recordings: Path) -> list[Path]:
    """Of each tenant's last days that have an encoded file beside them; older folders may be many."""
    days = [day for tenant in recordings.glob("*/") for day in sorted(tenant.glob("*/"))[-LOOKED_AT_DAYS:]]
    wavs = [wav for day in days for wav in day.glob("*-[rt].wav")]
    return [wav for wav in wavs if wav.with_name(wav.name[: -len("-r.wav")] + ".mp3").exists()]


def do_end_forgotten() -> list[str]:
    """Ends recordings whose interaction was over long ago though nobody said that they ended (the switch died with them). Ids."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recording r SET state = 'ended', ended_at = i.ended_at FROM interaction i "
            "WHERE r.state = 'recording' AND i.id = r.interaction AND i.ended_at < now() - make_interval(secs => %s) "
            "RETURNING r.id",
            [FORGOTTEN_S],
        )
        return [str(row[0]) for row in cursor.fetchall()]


_DUE_AT = "coalesce(next_attempt_at, ended_at, started_at)"
_DUE = f"state = 'ended' AND {_DUE_AT} BETWEEN %s AND now() - make_interval(secs => %s)"
"""In the words of the index recording_due."""


def _check_room(environment: Environment, since: datetime) -> None:
    """Raises DiskFull where something is due and there is too little."""
    free = shutil.disk_usage(environment.recordings_dir if environment.recordings_dir.is_dir() else environment.home).free
    if free < DISK_RESERVE_BYTES and _is_due(since):
        raise DiskFull(f"{free // 1024**2} MiB free under {environment.recordings_dir}")


def _is_due(since: datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT 1 FROM recording WHERE {_DUE})", [since, SETTLE_S])  # noqa: S608
        return bool(cursor.fetchone()[0])


def _claim(since: datetime) -> Claim | None:
    """Where there is none, nothing is locked and nothing written."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH next AS (
                SELECT id, {_DUE_AT} AS due_at FROM recording WHERE {_DUE} ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED
            )
            UPDATE recording SET attempts = attempts + 1,
                next_attempt_at = now() + make_interval(secs => (%s::int[])[least(attempts + 1, %s)])
            WHERE id = (SELECT id FROM next) RETURNING id, path, attempts, (SELECT due_at FROM next)
            """,  # noqa: S608
            [since, SETTLE_S, list(BACK_OFF_S), len(BACK_OFF_S)],
        )
        found = cursor.fetchone()
    return Claim(str(found[0]), *found[1:]) if found else None


def _wavs(home: Path, path: str) -> tuple[Path, Path]:
    """Of the customer's side and of the agent's."""
    return home / f"{path}-r.wav", home / f"{path}-t.wav"


def _encode(home: Path, path: str) -> Encoded:
    """Raises EncodingFailed also where the switch was still writing, so that nothing is deleted before it is whole."""
    from callbase.apps.recordings.encoding import encode  # numpy and libsndfile: only where there is something to encode

    customer, agent = _wavs(home, path)
    made = home / f"{path}.mp3"
    if made.exists() and not (customer.exists() or agent.exists()):
        return _already_made(made)  # brought back from a backup whose rows are a little older than its files
    before = _sizes(customer, agent)
    encoded = encode(customer, agent, made)
    if _sizes(customer, agent) != before:
        raise EncodingFailed("the switch was still writing it")
    return encoded


def _already_made(file: Path) -> Encoded:
    """Raises EncodingFailed where its waveform is not beside it, or damaged."""
    try:
        peaks = msgspec.json.decode(peaks_path(file).read_bytes(), type=Peaks)
    except (OSError, msgspec.DecodeError) as problem:
        raise EncodingFailed(f"{file.name} has no waveform: {problem}") from problem
    return Encoded(file=file, bytes=file.stat().st_size, duration_ms=peaks.duration_ms)


def _sizes(*paths: Path) -> list[int]:
    return [path.stat().st_size if path.is_file() else 0 for path in paths]


def _note_stored(home: Path, claim: Claim, encoded: Encoded) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recording SET state = 'stored', file = %s, bytes = %s, duration_ms = %s, error = '', next_attempt_at = NULL "
            "WHERE id = %s",
            [str(encoded.file.relative_to(home)), encoded.bytes, encoded.duration_ms, claim.id],
        )


def _note_empty(claim: Claim) -> None:
    """That no audio came is a fact of the call, and nothing was lost: it is not tried for hours, and is no alarm. The files, a
    head each, stay until the recording is deleted."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recording SET state = 'empty', error = '', next_attempt_at = NULL WHERE id = %s", [claim.id])
    log.warning("nothing recorded: no audio came from either side", recording=claim.id)


def _note_failure(claim: Claim, reason: str) -> None:
    final = claim.attempts > len(BACK_OFF_S)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE recording SET error = %s, state = CASE WHEN %s THEN 'failed' ELSE state END WHERE id = %s",
            [reason, final, claim.id],
        )
    if final:
        log.error("ALARM recording could not be kept; its wav files stay where they are", recording=claim.id, reason=reason)
    else:
        log.warning("recording not encoded yet, trying again", recording=claim.id, attempt=claim.attempts, reason=reason)
