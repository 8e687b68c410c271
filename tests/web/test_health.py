"""/healthz: 200 only while calls can be taken, and otherwise which part is not well and why."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import AsyncClient

from callbase.apps.organization.models import Role
from callbase.platform import ports
from callbase.platform.postgres import EmbeddedPostgres
from callbase.web import health
from callbase.web.health import Health, HealthCheck, check_database_and_worker, engine_parts
from tests.web.centre import Call, Centre, body, execute

FINE = {"database": "ok", "switch": {"a": "ok"}, "journal_backlog": 0, "config_version": 3}


@pytest.mark.parametrize(
    ("told", "engine", "switch"),
    [
        ({}, "ok", "ok"),
        ({"switch": {"a": "not connected"}}, "ok", "node a: not connected"),
        ({"switch": {}}, "ok", "no node"),
        ({"database": "away for 3 s"}, "database: away for 3 s", "ok"),
        ({"core": "3 events failed"}, "3 events failed", "ok"),
        ({"config_version": 0}, "no configuration was ever published", "ok"),
    ],
)
def test_what_the_engine_says_of_itself_is_told(told: Mapping[str, object], engine: str, switch: str) -> None:
    assert engine_parts({**FINE, **told}) == {"engine": engine, "switch": switch}


@pytest.mark.parametrize(
    ("b", "switch", "nodes", "status"),
    [
        ("ok", "ok", "ok", "ok"),
        ("not connected", "ok", "node b: not connected", "degraded"),
    ],
)
def test_one_of_several_nodes_is_enough_to_take_calls(b: str, switch: str, nodes: str, status: str) -> None:
    parts = dict(engine_parts({**FINE, "switch": {"a": "ok", "b": b}}))
    assert (parts["switch"], parts["nodes"], Health(parts, {}).status) == (switch, nodes, status)
    none = engine_parts({**FINE, "switch": {"a": "not connected", "b": "not connected"}})
    assert none["switch"] == "node a: not connected, node b: not connected"


async def test_all_parts_well_is_200_and_one_that_calls_need_missing_is_503_with_the_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    states = {"database": "ok", "engine": "ok", "switch": "ok", "worker": "ok"}

    async def check() -> Mapping[str, str]:
        return dict(states)

    monkeypatch.setattr(health, "check", HealthCheck({tuple(states): check}))
    response = await AsyncClient().get("/healthz")
    assert (response.status_code, body(response)) == (200, {"status": "ok", "parts": states})

    states["worker"] = "not running"
    monkeypatch.setattr(health, "check", HealthCheck({tuple(states): check}))
    response = await AsyncClient().get("/healthz")
    assert (response.status_code, body(response)) == (200, {"status": "degraded", "parts": states})

    states["switch"] = "node a: away"
    monkeypatch.setattr(health, "check", HealthCheck({tuple(states): check}))
    response = await AsyncClient().get("/healthz")
    assert (response.status_code, body(response)) == (503, {"status": "failing", "parts": states})


async def test_a_replica_is_a_part_where_there_is_to_be_one_and_calls_do_not_need_it(
    monkeypatch: pytest.MonkeyPatch, postgres: EmbeddedPostgres
) -> None:
    monkeypatch.setenv("CALLBASE_DATABASE_URL", postgres.url)
    assert await health.check_replica() == {}
    silent = f"127.0.0.1:{ports.pick()}"
    pair = f"{postgres.url.removesuffix('/callbase')},{silent}/callbase?target_session_attrs=read-write"
    monkeypatch.setenv("CALLBASE_DATABASE_URL", pair)
    found = await HealthCheck({("replica",): health.check_replica}).health()
    assert found.parts["replica"].startswith(silent)
    assert found.status == "degraded"


async def test_a_part_that_does_not_answer_keeps_nobody_waiting() -> None:
    async def silent() -> Mapping[str, str]:
        await asyncio.sleep(60)
        return {}

    started = time.monotonic()
    found = await HealthCheck({("engine", "switch"): silent}).health()

    assert time.monotonic() - started < 30, "it would be silent for a minute"
    assert found.parts["engine"] == "no answer within 1.4 s"
    assert found.status == "failing"


async def test_a_part_that_misses_one_question_under_load_is_not_failing() -> None:
    asked = 0

    async def busy_once() -> Mapping[str, str]:
        nonlocal asked
        asked += 1
        if asked == 1:
            await asyncio.sleep(60)
        return {"engine": "ok"}

    found = await HealthCheck({("engine",): busy_once}).health()

    assert (asked, found.status, found.parts) == (2, "ok", {"engine": "ok"})


async def test_many_who_ask_at_once_cost_one_look() -> None:
    looks = 0

    async def check() -> Mapping[str, str]:
        nonlocal looks
        looks += 1
        return {"database": "ok"}

    asked = HealthCheck({("database",): check})
    await asyncio.gather(*(asked.health() for _ in range(50)))

    assert looks == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("heartbeat", "worker"), [(None, "not running"), ("now()", "ok"), ("now() - interval '40 s'", "silent for 40 s")]
)
def test_a_worker_is_well_while_its_heart_beats(heartbeat: str | None, worker: str) -> None:
    execute("DELETE FROM procrastinate_workers")
    if heartbeat is not None:
        execute(f"INSERT INTO procrastinate_workers (last_heartbeat) VALUES ({heartbeat})")

    assert async_to_sync(check_database_and_worker)() == {"database": "ok", "worker": worker}


async def test_an_engine_that_is_not_there_is_said_to_be_away(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLBASE_HOME", str(tmp_path))

    parts = await health.check_engine_and_switch()

    assert "has not been prepared" in parts["engine"]
    assert parts["switch"] == "unknown"


@pytest.mark.parametrize(
    ("other", "standby"),
    [
        ({"role": "standby", "database": "ok", "armed": True, "followed_to": 7}, "ok"),
        ({"role": "standby", "database": "ok", "armed": False, "followed_to": 7}, "not ready to take over"),
        ({"role": "standby", "database": "no route", "armed": False, "followed_to": 7}, "database: no route"),
        ("refused", "not answering: refused"),
        ({"role": "leader"}, "none stands by"),
    ],
)
def test_a_pair_that_is_none_is_said_so(other: Any, standby: str) -> None:
    assert health.standby_part([{"role": "leader", **FINE}, other]) == standby


@pytest.mark.django_db
def test_administrators_and_nobody_else_are_told_more(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("CALLBASE_HOME", str(tmp_path))

    async def check() -> Mapping[str, str]:
        return {"database": "ok", "engine": "not answering"}

    monkeypatch.setattr(health, "check", HealthCheck({("database", "engine"): check}))
    centre = Centre("acme")
    Call("acme", datetime(2026, 11, 23, tzinfo=UTC)).recorded()
    assert centre.client("2001").get("/api/system/health").status_code == 403

    centre.people["2001"].roles.add(Role.objects.create(tenant_id="acme", key="administrator", permissions=["people.manage"]))
    told = body(centre.client("2001").get("/api/system/health"))

    assert (told["status"], told["parts"]["engine"]) == ("failing", "not answering")
    assert told["recordings"]["to_encode"] == 1
    assert told["disk_free_bytes"] > 0
