"""The alert rules that docs/monitoring gives: quiet while all is well, however many web processes are scraped, and heard else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml

from tests.docs.promql import Sample, evaluate

ROOT = Path(__file__).resolve().parents[2]
ALERTS = ROOT / "docs" / "monitoring" / "alerts.yml"
DASHBOARD = ROOT / "docs" / "monitoring" / "dashboard.json"
RULES: dict[str, str] = {
    rule["alert"]: rule["expr"] for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]
}
WEB_PROCESSES = ("calls.example.com:8080", "calls.example.com:8081")
"""Each gives all of the installation's."""
WELL = (
    Sample("up", 1, {"job": "callbase"}),
    Sample("callbase_up", 1),
    Sample("callbase_part_up", 1, {"part": "engine"}),
    Sample("callbase_part_up", 1, {"part": "worker"}),
    Sample("callbase_engine_leading", 1, {"process": "engine"}),
    Sample("callbase_engine_leading", 0, {"process": "engine-2"}),
    Sample("callbase_engine_node_online", 1, {"process": "engine", "node": "a"}),
    Sample("callbase_engine_node_online", 1, {"process": "engine", "node": "b"}),
    Sample("callbase_switch_trunk_up", 1, {"process": "engine", "tenant": "demo", "trunk": "carrier"}),
    Sample("callbase_switch_telephones_registered", 40, {"process": "engine", "node": "a"}),
    Sample("callbase_engine_journal_lag_seconds", 0.2, {"process": "engine"}),
    Sample("callbase_engine_failures_total", 0, {"process": "engine"}),
    Sample("callbase_switch_command_seconds_bucket", 10, {"process": "engine", "type": "Answer", "le": "1"}),
    Sample("callbase_postgres_replication_lag_seconds", 0.1, {"server": "db2:5432"}),
    Sample("callbase_postgres_primary", 1, {"server": "db1:5432"}),
    Sample("callbase_postgres_primary", 0, {"server": "db2:5432"}),
    Sample("callbase_postgres_connections", 50, {"state": "idle"}),
    Sample("callbase_postgres_connections", 10, {"state": "active"}),
    Sample("callbase_postgres_connections_most", 120),
    Sample("callbase_worker_oldest_job_seconds", 0),
    Sample("callbase_recordings_oldest_seconds", 3),
    Sample("callbase_worker_jobs", 0, {"state": "failed"}),
    Sample("callbase_recordings_failed", 0),
    Sample("callbase_backup_age_seconds", 3600),
    Sample("callbase_backup_failed", 0),
    Sample("callbase_alarms_open", 0, {"severity": "critical"}),
    Sample("callbase_interactions", 3, {"tenant": "demo", "phase": "talking"}),
    Sample("callbase_interactions", 4, {"tenant": "other", "phase": "talking"}),
    Sample("callbase_agents", 20, {"tenant": "demo", "state": "ready"}),
)
NAMES = {sample.name for sample in WELL}


def scraped(samples: Iterable[Sample], processes: tuple[str, ...] = WEB_PROCESSES) -> list[Sample]:
    return [
        Sample(sample.name, sample.value, {**sample.labels, "instance": process}) for sample in samples for process in processes
    ]


def with_changed(name: str, value: float | None, **labels: str) -> list[Sample]:
    """`value` None: it is not there."""
    changed = [sample for sample in WELL if sample.name == name and labels.items() <= sample.labels.items()]
    assert changed
    others = [sample for sample in WELL if sample not in changed]
    return [*others, *(Sample(name, value, sample.labels) for sample in changed if value is not None)]


@pytest.mark.parametrize("processes", [WEB_PROCESSES[:1], WEB_PROCESSES])
@pytest.mark.parametrize("alert", RULES)
def test_none_fires_while_all_is_well(alert: str, processes: tuple[str, ...]) -> None:
    assert set(re.findall(r"\b(?:callbase_\w+|up)\b", RULES[alert])) <= NAMES
    assert evaluate(RULES[alert], scraped(WELL, processes)) == {}


@pytest.mark.parametrize(("metric", "of_two_tenants"), [("callbase_interactions", 7), ("callbase_agents", 20)])
def test_the_dashboard_counts_nothing_twice(metric: str, of_two_tenants: int) -> None:
    targets = [target for panel in json.loads(DASHBOARD.read_text())["panels"] for target in panel.get("targets", ())]
    (expression,) = (target["expr"] for target in targets if metric in target["expr"])
    assert list(evaluate(expression, scraped(WELL)).values()) == [of_two_tenants]


@pytest.mark.parametrize("processes", [WEB_PROCESSES[:1], WEB_PROCESSES])
@pytest.mark.parametrize(
    ("alert", "samples"),
    [
        ("CallbaseNotAnswering", with_changed("up", 0)),
        ("CallbaseTakesNoCalls", with_changed("callbase_up", 0)),
        ("CallbasePartUnwell", with_changed("callbase_part_up", 0, part="worker")),
        ("CallbaseNobodyLeads", with_changed("callbase_engine_leading", 0)),
        ("CallbaseNobodyLeads", with_changed("callbase_engine_leading", 1)),
        ("CallbaseNobodyLeads", with_changed("callbase_engine_leading", None)),
        ("CallbaseSwitchLost", with_changed("callbase_engine_node_online", 0, node="b")),
        ("CallbaseTrunkDown", with_changed("callbase_switch_trunk_up", 0)),
        ("CallbaseJournalBehind", with_changed("callbase_engine_journal_lag_seconds", 11)),
        ("CallbaseReplicaBehind", with_changed("callbase_postgres_replication_lag_seconds", 11)),
        ("CallbaseTwoPrimaries", with_changed("callbase_postgres_primary", 1)),
        ("CallbaseDatabaseConnections", with_changed("callbase_postgres_connections", 100, state="active")),
        ("CallbaseWorkerBehind", with_changed("callbase_worker_oldest_job_seconds", 601)),
        ("CallbaseWorkerBehind", with_changed("callbase_recordings_oldest_seconds", 901)),
        ("CallbaseJobsFailed", with_changed("callbase_worker_jobs", 1)),
        ("CallbaseBackupOld", with_changed("callbase_backup_failed", 1)),
        ("CallbaseAlarms", with_changed("callbase_alarms_open", 1)),
    ],
)
def test_it_fires_where_something_is_wrong(alert: str, samples: list[Sample], processes: tuple[str, ...]) -> None:
    assert evaluate(RULES[alert], scraped(samples, processes)) != {}


@pytest.mark.parametrize(
    ("expression", "selected"),
    [
        ("sum(a) != 1", 1),
        ("sum(max by (x) (a)) != 1", 0),
        ("sum(gone) != 1", 0),
        ("sum(gone) != 1 or absent(gone)", 1),
        ("sum(a) > 0.9 * scalar(b)", 0),
        ('a{x="1"} == 1 and a > 0', 2),
    ],
)
def test_the_rules_are_read_as_prometheus_reads_them(expression: str, selected: int) -> None:
    samples = scraped([Sample("a", 1, {"x": "1"}), Sample("a", 0, {"x": "2"}), Sample("b", 1)])
    assert len(evaluate(expression, samples)) == selected
