"""Every reason that health can give is told in Chinese, by message as in the console, which has the same list to go by."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from callbase.apps.alarms import sources
from callbase.apps.alarms.words import SOURCES, part, state
from callbase.core.views import TenantView
from callbase.engine.runner import FAILING_EVENTS, FAILING_WITHIN_S
from callbase.platform.backup.make import LastBackup, _note, state_of
from callbase.platform.environment import read_environment
from callbase.platform.machines import with_machine
from callbase.platform.runtime import NotRunning, Runtime, read_runtime, write_runtime
from callbase.platform.servers import Server
from callbase.platform.servers import state_of as state_of_servers
from callbase.web.health import check, engine_parts, standby_part

REASONS: Mapping[str, str] = json.loads((Path(__file__).parents[2] / "frontend/src/admin/reasons.json").read_text())
NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("reason", "told"), REASONS.items())
def test_it_is_told_in_both_languages(reason: str, told: str) -> None:
    assert state(reason, "zh-CN") == told
    in_english = state(reason, "en-US")
    assert in_english and not re.search(r"[{}\u4e00-\u9fff]", in_english)


def test_of_which_machine_it_is_is_told_where_there_are_several(tmp_path: Path) -> None:
    environment = replace(read_environment(), home=tmp_path, bind="10.0.0.1", database_url="postgresql://u:p@10.0.0.9/centre")
    assert sources.own_machine(environment) == ""
    alone = Runtime(database_url="", link_port=1, internal_token="-", secret_key="-", ari_port=2, ari_password="-", ami_port=3)
    write_runtime(tmp_path, alone)
    assert sources.own_machine(environment) == ""
    write_runtime(tmp_path, with_machine(environment, alone, "10.0.0.2"))
    assert sources.own_machine(environment) == "10.0.0.1"
    states = {"disk": "ok", "engine": "ok"}
    assert sources.by_machine(states, "") == states
    assert sources.by_machine(states, "10.0.0.1") == {"disk@10.0.0.1": "ok", "engine": "ok"}
    assert [part("disk@10.0.0.1", language) for language in ("zh-CN", "en-US")] == ["磁盘（10.0.0.1）", "Disk (10.0.0.1)"]


def test_what_nobody_foresaw_stays_as_it_was_said() -> None:
    assert state("something new", "zh-CN") == "something new"


def said_by_health(home: Path) -> Iterator[str]:
    """By all that gives reasons without a database."""
    well = {"database": "ok", "core": "ok", "config_version": 1, "switch": {"a": "ok"}}
    failing = f"{FAILING_EVENTS} events failed within {FAILING_WITHIN_S} s; the log says why"
    told: Mapping[str, Any]
    for told in (
        {**well, "database": "no answer within 1.4 s"},
        {**well, "core": failing},
        {**well, "config_version": 0},
        {**well, "switch": {}},
        {**well, "switch": {"a": "not connected"}},
        {**well, "switch": {"a": "not connected", "b": "not connected"}},
        {**well, "trunks": {"demo/carrier": "rejected at the carrier", "demo/other": "stopped at the carrier"}},
    ):
        yield from engine_parts(told).values()
    yield standby_part([{"role": "leader"}])
    yield standby_part([{"role": "standby", "database": "ok", "armed": False}])
    yield standby_part([{"role": "standby", "database": "not running"}])
    yield standby_part(["no answer within 1.4 s"])
    primary, replica = Server("a:5432", primary=True, position=9), Server("b:5432", replayed_ago_s=15.0)
    for servers in (
        [primary, replica],
        [primary, replica, replace(replica, name="c:5432")],
        [primary, replace(primary, name="b:5432")],
        [replica],
        [primary, Server("b:5432", failure="no answer within 2 s")],
    ):
        yield state_of_servers(servers)
    environment = replace(read_environment(), home=home)
    try:
        read_runtime(home)
    except NotRunning as problem:
        yield str(problem)
    yield state_of(environment, 0.0)
    environment.run_dir.mkdir(parents=True)
    for failed in ("", "no answer within 1.4 s"):
        _note(environment, LastBackup(id="", began_at=0.0, ended_at=0.0, failed=failed))
        yield state_of(replace(environment, backup_at=NOW.time()), 30 * 3600.0)
    yield sources.disk(replace(environment, recording_min_free_mb=10**9))
    agents = {str(number): SimpleNamespace(state="ready", device="d", device_online=False) for number in range(4)}
    yield sources.telephones([cast(TenantView, SimpleNamespace(agents=agents))])
    yield sources.engine_clock(3.0)
    (home / "rubbish.pem").write_text("rubbish")
    yield sources.certificates([home / "rubbish.pem"], NOW).partition(": ")[0] + ": not running"


def test_all_that_health_says_is_foreseen(tmp_path: Path) -> None:
    said = {reason for reason in said_by_health(tmp_path / "home") if reason != "ok"}
    assert len(said) > 20
    for reason in said:
        told = state(reason, "zh-CN")
        english = re.findall(r"[A-Za-z]{2,}", re.sub(r"\S*[/:]\S*|callbase up|MB", "", told))
        assert english == [], (reason, told)


def test_each_part_has_a_name_in_both_languages() -> None:
    parts = {name for names in check._checks for name in names} | {"standby", "nodes", "trunks"}
    assert parts | {"disk", "telephones", "recordings", "jobs", "certificate", "clock"} <= SOURCES.keys()
    i18n = Path(__file__).parents[2] / "frontend/src/i18n"
    for language in ("zh-CN", "en-US"):
        named = json.loads((i18n / f"{language}.json").read_text())["health"]["part"]
        assert named == {source: texts[language] for source, texts in SOURCES.items() if source != "test"}
