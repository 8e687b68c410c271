"""GET /healthz: 200 only while calls can be taken, else 503; either way with what each part says of itself.

Answered from memory when asked again within a second. A part that misses one question, as happens under load, is asked again; one
that misses both of ATTEMPTS_S counts as failing.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

import aiohttp
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, JsonResponse

from callbase.platform import servers
from callbase.platform.backup import state_of
from callbase.platform.environment import read_environment
from callbase.platform.runtime import NotRunning, read_runtime

OK = "ok"
CACHED_S = 1.0
ATTEMPTS_S = (0.4, 1.0)
"""Time for each answer; together less than monitors wait for ours, about two seconds."""
WORKER_SILENT_S = 10.0
ENGINE_ANSWERS_S = 0.3
"""One that hangs must not make the other one's answer late."""
WAITS_WITHOUT_HARM = {"worker", "standby", "backup", "nodes", "replica", "trunks"}
"""Parts that no call needs: what they do is done later, or by another."""

Check = Callable[[], Awaitable[Mapping[str, str]]]
"""Says of one or more parts: "ok", or what is wrong."""


@dataclass(frozen=True, slots=True)
class Health:
    parts: dict[str, str]
    details: dict[str, Any]
    """For administrators."""

    @property
    def status(self) -> Literal["ok", "degraded", "failing"]:
        """`degraded`: calls can be taken, and other work waits."""
        unwell = {part for part, state in self.parts.items() if state != OK}
        return "failing" if unwell - WAITS_WITHOUT_HARM else "degraded" if unwell else "ok"


class HealthCheck:
    """Asks all parts at once. Those who ask while it is asking share the answer."""

    def __init__(self, checks: Mapping[tuple[str, ...], Check]) -> None:
        """`checks`: the parts each check speaks for."""
        self._checks = checks
        self._known: tuple[float, Health] | None = None
        self._asking = asyncio.Lock()

    async def health(self) -> Health:
        async with self._asking:
            if self._known is None or time.monotonic() - self._known[0] >= CACHED_S:
                self._known = (time.monotonic(), await self._look())
            return self._known[1]

    async def _look(self) -> Health:
        started = time.monotonic()
        answers = await asyncio.gather(*(self._ask(names, check) for names, check in self._checks.items()))
        parts = {name: state for answer in answers for name, state in answer.items()}
        return Health(parts, {"checked_in_ms": round((time.monotonic() - started) * 1000, 1)})

    async def _ask(self, names: tuple[str, ...], check: Check) -> Mapping[str, str]:
        for timeout_s in ATTEMPTS_S:
            with suppress(TimeoutError):
                async with asyncio.timeout(timeout_s):
                    return await check()
        return dict.fromkeys(names, f"no answer within {sum(ATTEMPTS_S):.1f} s")


async def check_database_and_worker() -> Mapping[str, str]:
    try:
        silent_s = await sync_to_async(_worker_silent_s, thread_sensitive=False)()
    except DatabaseError as error:
        return {"database": _first_line(error), "worker": "unknown while the database is away"}
    if silent_s is None:
        return {"database": OK, "worker": "not running"}
    return {"database": OK, "worker": OK if silent_s < WORKER_SILENT_S else f"silent for {silent_s:.0f} s"}


def _worker_silent_s() -> float | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat))::float FROM procrastinate_workers")
            row = cursor.fetchone()
            return None if row is None else row[0]
    finally:
        connection.close()


async def check_engine_and_switch() -> Mapping[str, str]:
    """The leading engine says of itself whether it and its switch nodes are well, others whether they could lead now
    (`callbase.engine.health`)."""
    try:
        links = read_runtime(read_environment().home).links()
    except NotRunning as error:
        return {"engine": str(error), "switch": "unknown"}
    answers = await _ask_engines(links)
    told = [answer for answer in answers if not isinstance(answer, str)]
    leaders = [answer for answer in told if answer.get("role") == "leader"]
    if leaders:
        parts = dict(engine_parts(leaders[0]))
    elif told:
        parts = {"engine": f"none leads: {told[0].get('database')}", "switch": "unknown while no engine leads"}
    else:
        parts = {"engine": f"not answering: {answers[0]}", "switch": "unknown while the engine is away"}
    return {**parts, "standby": standby_part(answers)} if len(links) > 1 else parts


async def drained_nodes() -> Mapping[str, int]:
    """Switch nodes that take no new calls, as the leading engine says; none while none leads."""
    try:
        answers = await _ask_engines(read_runtime(read_environment().home).links())
    except NotRunning:
        return {}
    leader = next((answer for answer in answers if not isinstance(answer, str) and answer.get("role") == "leader"), {})
    drained: Mapping[str, int] = leader.get("draining", {})
    return drained


async def _ask_engines(links: Sequence[tuple[str, int]]) -> list[Mapping[str, Any] | str]:
    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(_ask_engine(session, host, port) for host, port in links))


async def _ask_engine(session: aiohttp.ClientSession, host: str, port: int) -> Mapping[str, Any] | str:
    """Its account of itself, or why there is none."""
    try:
        async with session.get(f"http://{host}:{port}/healthz", timeout=aiohttp.ClientTimeout(ENGINE_ANSWERS_S)) as response:
            told: Mapping[str, Any] = await response.json(content_type=None)
            return told
    except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
        return _first_line(error)


def standby_part(answers: Sequence[Mapping[str, Any] | str]) -> str:
    """Of those that do not lead, in the words of /healthz."""
    waiting = [answer for answer in answers if isinstance(answer, str) or answer.get("role") != "leader"]
    for answer in waiting:
        if isinstance(answer, str):
            return f"not answering: {answer}"
        if answer.get("database") != OK:
            return f"database: {answer.get('database')}"
        if not answer.get("armed") or not answer.get("followed_to"):
            return "not ready to take over"
    return OK if waiting else "none stands by"


def engine_parts(told: Mapping[str, Any]) -> Mapping[str, str]:
    """The engine's account of itself in the words of /healthz."""
    nodes = told.get("switch", {})
    if told.get("database", OK) != OK:
        engine = f"database: {told['database']}"
    elif told.get("core", OK) != OK:
        engine = str(told["core"])
    else:
        engine = OK if told.get("config_version", 0) > 0 else "no configuration was ever published"
    unwell = ", ".join(f"node {node}: {state}" for node, state in nodes.items() if state != OK)
    told_trunks = told.get("trunks", {})
    down = "; ".join(f"{trunk} is {state}" for trunk, state in told_trunks.items() if state != OK)
    trunks = {"trunks": down or OK} if told_trunks else {}
    if len(nodes) > 1:
        return {"engine": engine, "switch": OK if OK in nodes.values() else unwell, "nodes": unwell or OK, **trunks}
    return {"engine": engine, "switch": unwell or (OK if nodes else "no node"), **trunks}


async def check_backup() -> Mapping[str, str]:
    """A part only where backups are wanted."""
    environment = read_environment()
    return {"backup": state_of(environment, time.time())} if environment.backup_to is not None else {}


async def check_replica() -> Mapping[str, str]:
    """A part only where there are several servers."""
    environment = read_environment()
    try:
        url = environment.database_url or read_runtime(environment.home).database_url
    except NotRunning:
        return {}
    return {"replica": servers.state_of(await servers.look(url))} if len(servers.each(url)) > 1 else {}


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


check = HealthCheck(
    {
        ("database", "worker"): check_database_and_worker,
        ("engine", "switch"): check_engine_and_switch,
        ("backup",): check_backup,
        ("replica",): check_replica,
    }
)


async def healthz(request: HttpRequest) -> JsonResponse:
    found = await check.health()
    response = JsonResponse(
        {"status": found.status, "parts": found.parts},
        status=503 if found.status == "failing" else 200,
        headers={"Cache-Control": "no-store"},
    )
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django's own mark: a 503 here is an answer, not an error to log
    return response
