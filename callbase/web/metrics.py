"""GET /metrics: all of the installation in one answer, what other processes say of themselves included.

For programs on this machine, and for those with CALLBASE_METRICS_TOKEN. Each metric is told in docs/monitoring.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

import aiohttp
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from callbase.apps.alarms.queries import open_by_severity
from callbase.apps.interactions.sql import rows
from callbase.apps.recordings.queries import backlog
from callbase.platform import servers
from callbase.platform.backup.make import read_last
from callbase.platform.environment import Environment, read_environment
from callbase.platform.runtime import NotRunning, Runtime, read_runtime
from callbase.platform.scraping import CONTENT_TYPE, may_scrape
from callbase.web import health
from callbase.web.gateway import application as gateway

PROCESS_ANSWERS_S = 1.0
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded")
"""A request with any of these came by a proxy, and so perhaps from elsewhere."""


async def metrics(request: HttpRequest) -> HttpResponse:
    environment = read_environment()
    address = "" if any(name in request.headers for name in FORWARDED) else str(request.META.get("REMOTE_ADDR", ""))
    if not may_scrape(address, request.headers.get("Authorization", ""), [environment.metrics_token]):
        return HttpResponse(
            "Metrics are for this machine, or with CALLBASE_METRICS_TOKEN.\n", status=403, content_type="text/plain"
        )
    try:
        runtime = read_runtime(environment.home)
    except NotRunning:
        runtime = None
    merged = Merged()
    merged.add("web", REGISTRY.collect())
    answers = await asyncio.gather(
        _parts(), _servers(environment, runtime), sync_to_async(_stored, thread_sensitive=False)(), *_processes(runtime)
    )
    for families in (*answers[:3], _live(), _backup(environment)):
        merged.add("", families)
    for name, text in answers[3:]:
        merged.add(name, text_string_to_metric_families(text))
    response = HttpResponse(generate_latest(merged), content_type=CONTENT_TYPE)
    response["Cache-Control"] = "no-store"
    return response


class Merged:
    """Metrics of several processes, each with its `process`."""

    def __init__(self) -> None:
        self._families: dict[str, Metric] = {}

    def add(self, process: str, families: Iterable[Metric]) -> None:
        """`process` empty: of none."""
        for family in families:
            of_all = self._families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            for sample in family.samples:
                labels = {**sample.labels, **({"process": process} if process else {})}
                of_all.samples.append(sample._replace(labels=labels))

    def collect(self) -> Iterator[Metric]:
        yield from self._families.values()


def _processes(runtime: Runtime | None) -> list[Any]:
    """Each with metrics of its own, asked: its name, and what it says; nothing where it does not."""
    if runtime is None:
        return []
    links = [(f"engine-{number}" if number > 1 else "engine", *link) for number, link in enumerate(runtime.links(), start=1)]
    if runtime.csta_metrics_port:
        links.append(("csta", "127.0.0.1", runtime.csta_metrics_port))
    return [_ask(name, f"http://{host}:{port}/metrics", runtime.internal_token) for name, host, port in links]


async def _ask(name: str, url: str, token: str) -> tuple[str, str]:
    timeout = aiohttp.ClientTimeout(PROCESS_ANSWERS_S)
    session = aiohttp.ClientSession(timeout=timeout, headers={"Authorization": f"Bearer {token}"})
    with suppress(aiohttp.ClientError, OSError, ValueError):  # TimeoutError is an OSError
        async with session, session.get(url) as response:
            if response.status == 200:
                return name, await response.text()
    return name, ""


def gauge(name: str, what: str, values: Iterable[tuple[tuple[str, ...], float]], labels: tuple[str, ...] = ()) -> Metric:
    family = GaugeMetricFamily(name, what, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


async def _parts() -> list[Metric]:
    found = await health.check.health()
    states = [((part,), float(state == health.OK)) for part, state in found.parts.items()]
    return [
        gauge("callbase_up", "1 where calls can be taken", [((), float(found.status != "failing"))]),
        gauge("callbase_part_up", "1 where the part is well, as /healthz names it", states, ("part",)),
    ]


async def _servers(environment: Environment, runtime: Runtime | None) -> list[Metric]:
    url = environment.database_url or (runtime.database_url if runtime else "")
    if not url:
        return []
    found = await servers.look(url)
    primary = next((server for server in found if server.primary), None)
    lags = [
        ((server.name,), servers.lag_s(server, primary))
        for server in found
        if primary and not server.primary and not server.failure
    ]
    return [
        gauge(
            "callbase_postgres_up",
            "1 where the server answers",
            [((it.name,), float(not it.failure)) for it in found],
            ("server",),
        ),
        gauge(
            "callbase_postgres_primary", "1 where it takes writes", [((it.name,), float(it.primary)) for it in found], ("server",)
        ),
        gauge("callbase_postgres_replication_lag_seconds", "How far a replica is behind", lags, ("server",)),
    ]


def _stored() -> list[Metric]:
    """What the database knows; nothing while it is away."""
    try:
        return list(_read())
    except DatabaseError:
        return []
    finally:
        connection.close()


def _read() -> Iterator[Metric]:
    states = rows(
        "SELECT coalesce(state, 'background') AS state, count(*) AS n FROM pg_stat_activity "
        "WHERE datname = current_database() GROUP BY 1",
        {},
    )
    (size,) = rows(
        "SELECT pg_database_size(current_database()) AS bytes, current_setting('max_connections')::int AS most, "
        "xact_commit, xact_rollback, deadlocks FROM pg_stat_database WHERE datname = current_database()",
        {},
    )
    counted = [((it["state"],), it["n"]) for it in states]
    yield gauge("callbase_postgres_connections", "Connections to the database, by what they are at", counted, ("state",))
    yield gauge("callbase_postgres_connections_most", "Connections the server takes", [((), size["most"])])
    yield gauge("callbase_postgres_size_bytes", "Size of the database", [((), size["bytes"])])
    yield gauge(
        "callbase_postgres_commits", "Transactions committed since the server's statistics began", [((), size["xact_commit"])]
    )
    yield gauge("callbase_postgres_rollbacks", "Transactions rolled back since then", [((), size["xact_rollback"])])
    yield gauge("callbase_postgres_deadlocks", "Deadlocks since then", [((), size["deadlocks"])])
    yield from _work()
    yield gauge(
        "callbase_alarms_open",
        "Alarms that are raised now",
        [((severity,), count) for severity, count in open_by_severity().items()],
        ("severity",),
    )


def _work() -> Iterator[Metric]:
    """What the worker has to do."""
    jobs = rows("SELECT status::text, count(*) AS n FROM procrastinate_jobs GROUP BY 1", {})
    counts = {"todo": 0, "doing": 0, "failed": 0} | {it["status"]: it["n"] for it in jobs}
    yield gauge("callbase_worker_jobs", "Jobs by their state", [((state,), n) for state, n in counts.items()], ("state",))
    (job,) = rows(
        "SELECT extract(epoch FROM max(now() - greatest(event.at, job.scheduled_at)))::float AS oldest_s "
        "FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id AND event.type = 'deferred' "
        "WHERE job.status = 'todo' AND coalesce(job.scheduled_at <= now(), true)",
        {},
    )
    yield gauge("callbase_worker_oldest_job_seconds", "How long the oldest job has been due", [((), job["oldest_s"] or 0.0)])
    (worker,) = rows("SELECT extract(epoch FROM now() - max(last_heartbeat))::float AS silent_s FROM procrastinate_workers", {})
    if worker["silent_s"] is not None:
        yield gauge("callbase_worker_silent_seconds", "Time since a worker last showed that it lives", [((), worker["silent_s"])])
    recordings = backlog()
    yield gauge("callbase_recordings_to_encode", "Recordings that wait to be encoded", [((), recordings.to_encode)])
    yield gauge("callbase_recordings_failed", "Recordings that could not be kept", [((), recordings.failed)])
    yield gauge("callbase_recordings_oldest_seconds", "How long the oldest of those that wait has", [((), recordings.oldest_s)])


def _live() -> Iterator[Metric]:
    """What the engine shows of calls and agents."""
    views = dict(gateway.hub.views) if gateway.hub is not None else {}
    agents: dict[tuple[str, ...], float] = {}
    calls: dict[tuple[str, ...], float] = {}
    waiting = []
    for tenant, view in views.items():
        for agent in view.agents.values():
            agents[tenant, agent.state] = agents.get((tenant, agent.state), 0) + 1
        for interaction in view.interactions.values():
            calls[tenant, interaction.phase] = calls.get((tenant, interaction.phase), 0) + 1
        waiting += [((tenant, queue.queue), float(queue.waiting)) for queue in view.queues.values()]
    yield gauge("callbase_agents", "Agents by their state", agents.items(), ("tenant", "state"))
    yield gauge("callbase_interactions", "Interactions alive, by phase", calls.items(), ("tenant", "phase"))
    yield gauge("callbase_queue_waiting", "Callers waiting in a queue", waiting, ("tenant", "queue"))


def _backup(environment: Environment) -> Iterator[Metric]:
    last = read_last(environment)
    if environment.backup_to is None or last is None:
        return
    yield gauge("callbase_backup_failed", "1 where the last backup failed", [((), float(bool(last.failed)))])
    if last.whole_at is not None:
        yield gauge("callbase_backup_age_seconds", "Time since the last whole backup began", [((), time.time() - last.whole_at)])
