"""What monitoring reads, at the real endpoints: each metric that is told of, alerted on or drawn is there."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections.abc import Iterator

import pytest
import yaml

from benchmarks.installation import Installation
from callbase.platform.environment import ROOT

pytestmark = [pytest.mark.telephony, pytest.mark.slow]

TOLD = ROOT / "docs" / "monitoring.md"
ALERTS = ROOT / "docs" / "monitoring" / "alerts.yml"
DASHBOARD = ROOT / "docs" / "monitoring" / "dashboard.json"
NAME = re.compile(r"\b(?:callbase|process)_[a-z0-9_]+\b")
SERIES = re.compile(r"^(?P<name>[a-z_0-9]+)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$", re.MULTILINE)
STARTED_WITHIN_S = 60.0
ONLY_WITH = {
    "callbase_postgres_replication_lag_seconds": "a replica",
    "callbase_switch_trunk_up": "a trunk that registers",
    "callbase_backup_failed": "backups",
    "callbase_backup_age_seconds": "backups",
}
"""Told of nothing where there is none of what they are about; the document says so."""


@pytest.fixture(scope="module")
def scraped(installation: Installation) -> str:
    """Once all parts are there."""
    deadline = time.monotonic() + STARTED_WITHIN_S
    while True:
        status, body = get(installation)
        assert status == 200
        if ('process="csta"' in body and 'callbase_part_up{part="worker"} 1.0' in body) or time.monotonic() > deadline:
            return body
        time.sleep(0.5)


def get(installation: Installation, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", installation.http_port, timeout=10)
    connection.request("GET", "/metrics", headers=headers)
    response = connection.getresponse()
    return response.status, response.read().decode()


def there(scraped: str) -> set[str]:
    """Names of families, and of samples, with or without any of them yet."""
    families = set(re.findall(r"^# TYPE (\S+) ", scraped, re.MULTILINE))
    return families | {found["name"] for found in SERIES.finditer(scraped)}


def expressions() -> Iterator[str]:
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            assert rule["annotations"]["summary"] and rule["labels"]["severity"] in ("critical", "major")
            yield rule["expr"]
    for panel in json.loads(DASHBOARD.read_text())["panels"]:
        for target in panel.get("targets", ()):
            yield target["expr"]


def test_each_metric_told_of_or_used_is_at_the_endpoint_and_each_of_ours_is_told_of(scraped: str) -> None:
    known = there(scraped)
    histograms = set(re.findall(r"^# TYPE (\S+) histogram$", scraped, re.MULTILINE))
    used = {name for expression in expressions() for name in NAME.findall(expression)}
    used = {bare if (bare := name.removesuffix("_bucket")) in histograms else name for name in used}
    told = set(NAME.findall(TOLD.read_text()))
    assert len(used) > 15
    assert used <= told
    assert told - known - ONLY_WITH.keys() == set()
    ours = set(re.findall(r"^# TYPE (callbase_\S+) ", scraped, re.MULTILINE))
    assert ours - told == set()


def test_every_part_says_something_of_itself(scraped: str) -> None:
    for process in ("web", "engine", "csta"):
        assert f'process_resident_memory_bytes{{process="{process}"}}' in scraped
    assert "callbase_up 1.0" in scraped
    assert 'callbase_part_up{part="worker"} 1.0' in scraped
    assert 'callbase_engine_leading{process="engine"} 1.0' in scraped
    assert 'callbase_engine_node_online{node="a",process="engine"} 1.0' in scraped
    assert re.search(r'^callbase_switch_channels\{node="a",process="engine"\} \d', scraped, re.MULTILINE)
    assert re.search(r'^callbase_agents\{state="logged_off",tenant="demo"\} [1-9]', scraped, re.MULTILINE)
    assert re.search(r"^callbase_worker_silent_seconds \d", scraped, re.MULTILINE)
    assert re.search(r'^callbase_postgres_connections\{state="idle"\} [1-9]', scraped, re.MULTILINE)


def test_who_comes_by_a_proxy_needs_the_token(installation: Installation) -> None:
    status, body = get(installation, **{"X-Forwarded-For": "10.0.0.7"})
    assert (status, "callbase_up" in body) == (403, False)
    assert get(installation, **{"X-Forwarded-Proto": "https"})[0] == 403
