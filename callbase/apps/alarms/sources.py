"""What alarms are raised about besides the parts of /healthz: each says "ok", or what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from asgiref.sync import sync_to_async
from cryptography import x509
from django.db import Error as DatabaseError
from django.db import connection

from callbase.apps.interactions.sql import rows
from callbase.apps.recordings.queries import backlog
from callbase.platform.environment import Environment
from callbase.platform.machines import machines
from callbase.platform.runtime import NotRunning, read_runtime

if TYPE_CHECKING:
    from callbase.core.views import TenantView

OK = "ok"
UNKNOWN = "unknown while the database is away"
DISK_RESERVE_MB = 200
FEWEST_TELEPHONES, SHARE_OF_TELEPHONES = 3, 0.2
"""So many agents on duty, and this share of them, must be without one."""
RECORDINGS_LATE_S = 900
JOBS_LATE_S = 600
CERTIFICATE_DAYS = 14
CLOCK_TOLERANCE_S = 2.0
OF_A_MACHINE = ("disk", "certificate", "clock")
"""What is told of the machine that tells it."""


def by_machine(states: Mapping[str, str], machine: str) -> dict[str, str]:
    """With the machine's address in the names of what is told of it alone; empty: there is no other."""
    return {f"{source}@{machine}" if machine and source in OF_A_MACHINE else source: text for source, text in states.items()}


def own_machine(environment: Environment) -> str:
    """Its address, where the installation has several."""
    try:
        own, *others = machines(read_runtime(environment.home))
    except NotRunning:
        return ""
    return own if others else ""


def disk(environment: Environment) -> str:
    home = environment.home
    free_mb = shutil.disk_usage(home).free // 2**20 if home.exists() else 0
    low = free_mb <= environment.recording_min_free_mb + DISK_RESERVE_MB
    return f"{free_mb} MB free: calls are no longer recorded soon" if low else OK


def telephones(views: Iterable[TenantView]) -> str:
    """Agents who are signed in at a telephone that is not registered."""
    on_duty = [agent for view in views for agent in view.agents.values() if agent.state != "logged_off" and agent.device]
    gone = sum(not agent.device_online for agent in on_duty)
    many = gone >= FEWEST_TELEPHONES and gone >= SHARE_OF_TELEPHONES * len(on_duty)
    return f"{gone} of {len(on_duty)} agents on duty have no telephone" if many else OK


def certificates(files: Iterable[Path], now: datetime) -> str:
    """The one that ends first."""
    worst: tuple[int, str] | None = None
    for file in files:
        try:
            chain = x509.load_pem_x509_certificates(file.read_bytes())
        except (OSError, ValueError) as problem:
            return f"{file} cannot be read: {problem}"
        days = min((certificate.not_valid_after_utc - now).days for certificate in chain[:1])
        if days < CERTIFICATE_DAYS and (worst is None or days < worst[0]):
            worst = days, f"{file} has ended" if days < 0 else f"{file} ends in {days} days"
    return worst[1] if worst else OK


def engine_clock(ahead_s: float) -> str:
    return f"{abs(ahead_s):.1f} s apart from the engine's" if abs(ahead_s) > CLOCK_TOLERANCE_S else OK


@sync_to_async(thread_sensitive=False)
def stored() -> Mapping[str, str]:
    """What the database tells."""
    try:
        return {"recordings": _recordings(), "jobs": _jobs(), "clock": _clock()}
    except DatabaseError:
        return dict.fromkeys(("recordings", "jobs", "clock"), UNKNOWN)
    finally:
        connection.close()


def _recordings() -> str:
    found = backlog()
    if found.failed_lately:
        return f"{found.failed_lately} recordings could not be kept in the last day"
    late = found.oldest_s > RECORDINGS_LATE_S
    return f"recordings have waited for {found.oldest_s // 60:.0f} minutes to be encoded" if late else OK


def _jobs() -> str:
    (found,) = rows(
        "SELECT (SELECT count(*) FROM procrastinate_events WHERE type = 'failed' AND at > now() - interval '1 hour') AS failed, "
        "(SELECT extract(epoch FROM max(now() - greatest(event.at, job.scheduled_at)))::float FROM procrastinate_jobs job "
        "JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred' "
        "WHERE job.status = 'todo' AND coalesce(job.scheduled_at <= now(), true)) AS late_s",
        {},
    )
    late_s = found["late_s"] or 0.0
    if late_s > JOBS_LATE_S:
        return f"jobs have been due for {late_s // 60:.0f} minutes"
    return f"{found['failed']} jobs failed in the last hour" if found["failed"] else OK


def _clock() -> str:
    (there,) = rows("SELECT clock_timestamp() AS now", {})
    apart_s = abs((datetime.now(UTC) - there["now"]).total_seconds())
    return f"{apart_s:.1f} s apart from the database's" if apart_s > CLOCK_TOLERANCE_S else OK
