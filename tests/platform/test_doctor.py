from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from callbase.platform import ports
from callbase.platform.doctor import doctor, examine, machine, network, services, storage
from callbase.platform.doctor.finding import Finding, Level
from callbase.platform.doctor.patient import Patient
from callbase.platform.environment import Environment
from callbase.platform.lock import HomeLock
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.prepare import prepare_runtime
from callbase.platform.runtime import SwitchNode


@pytest.fixture
def patient(environment: Environment) -> Patient:
    """An installation that was never started, on free ports."""
    return Patient(replace(environment, http_port=ports.pick(), sip_port=ports.pick()), None, None)


def levels(findings: Iterable[Finding]) -> list[Level]:
    return [finding.level for finding in findings]


def worst(findings: Iterable[Finding]) -> Finding:
    order = [Level.OK, Level.WARNING, Level.ERROR]
    return max(findings, key=lambda finding: order.index(finding.level))


def with_environment(patient: Patient, **settings: object) -> Patient:
    return replace(patient, environment=replace(patient.environment, **settings))  # type: ignore[arg-type]


def test_every_finding_that_is_not_well_says_what_to_do(patient: Patient) -> None:
    findings = list(examine(patient))
    assert {finding.check for finding in findings} >= {
        "python",
        "asterisk",
        "postgres",
        "disk",
        "clock",
        "ports",
        "rtp",
        "microphone",
    }
    assert all(bool(finding.remedy) == (finding.level is not Level.OK) for finding in findings)


def test_a_taken_port_is_an_error_that_names_its_holder_and_the_variable(patient: Patient) -> None:
    with socket.create_server(("127.0.0.1", patient.environment.http_port)):
        found = worst(network.public_ports(patient))
    assert found.level is Level.ERROR
    assert f"process {os.getpid()}" in found.message
    assert "CALLBASE_HTTP_PORT" in found.remedy
    assert levels(network.public_ports(patient)) == [Level.OK] * 3


def test_a_taken_udp_port_is_found_too(patient: Patient) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", patient.environment.sip_port))
        found = worst(network.public_ports(patient))
    assert found.level is Level.ERROR
    assert f"UDP port {patient.environment.sip_port}" in found.message


@pytest.mark.parametrize("bind", ["192.0.2.7", "no-such-host.invalid", "a..b"])
def test_an_address_this_machine_does_not_have_is_not_blamed_on_another_program(patient: Patient, bind: str) -> None:
    findings = list(network.public_ports(with_environment(patient, bind=bind)))
    assert [(found.level, found.message) for found in findings] == [
        (Level.ERROR, f"CALLBASE_BIND '{bind}' is not an address of this machine")
    ]


def test_a_port_this_user_may_not_have_is_not_blamed_on_another_program(
    patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(socket.socket, "bind", refuse)
    found = worst(network.public_ports(with_environment(patient, http_port=80)))
    assert (found.level, found.message) == (Level.ERROR, "this user may not listen on TCP port 80")


@pytest.mark.parametrize(
    ("bind", "level"),
    [
        ("127.0.0.1", Level.OK),
        ("::1", Level.OK),
        ("localhost", Level.OK),
        ("0.0.0.0", Level.WARNING),
        ("192.0.2.7", Level.WARNING),
    ],
)
def test_the_microphone_needs_https_or_localhost(patient: Patient, bind: str, level: Level) -> None:
    assert levels(network.microphone(with_environment(patient, bind=bind))) == [level]


def test_a_small_rtp_range_and_one_around_the_sip_port_are_found(patient: Patient) -> None:
    assert levels(network.rtp_ports(with_environment(patient, rtp_first=10000, rtp_last=10999, sip_port=5060))) == [Level.OK]
    assert levels(network.rtp_ports(with_environment(patient, rtp_first=10000, rtp_last=10015, sip_port=5060))) == [Level.WARNING]
    assert Level.ERROR in levels(network.rtp_ports(with_environment(patient, rtp_first=5000, rtp_last=5999, sip_port=5060)))


def test_a_home_that_cannot_be_written_is_an_error(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert levels(storage.home_writable(patient)) == [Level.OK]

    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    found = worst(storage.home_writable(patient))
    assert (found.level, "CALLBASE_HOME" in found.remedy) == (Level.ERROR, True)


@pytest.mark.parametrize(("free_mb", "level"), [(100, Level.ERROR), (5_000, Level.WARNING), (50_000, Level.OK)])
def test_the_disk_is_judged_by_what_recordings_need(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, free_mb: int, level: Level
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=free_mb * 2**20))
    assert levels(storage.disk_space(patient)) == [level]


def test_a_clock_before_this_program_was_written_is_an_error(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "datetime", SimpleNamespace(now=lambda zone: datetime(1970, 1, 2, tzinfo=UTC)))
    assert levels(machine.clock(patient)) == [Level.ERROR]


@pytest.mark.parametrize(("synchronized", "level"), [(True, Level.OK), (None, Level.OK), (False, Level.WARNING)])
def test_a_clock_without_ntp_is_a_warning(
    patient: Patient, monkeypatch: pytest.MonkeyPatch, synchronized: bool | None, level: Level
) -> None:
    monkeypatch.setattr(machine, "_synchronized", lambda: synchronized)
    assert levels(machine.clock(patient)) == [level]


def test_data_of_another_postgresql_is_an_error(patient: Patient) -> None:
    data = patient.environment.home / "postgres"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("15\n")
    assert "15" in worst(machine.postgres_version(patient)).message


def test_a_missing_program_is_named_with_its_package(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, **_: None if name == "espeak-ng" else f"/usr/bin/{name}")
    assert worst(machine.programs(patient)).remedy == "apt-get install espeak-ng"


def test_few_open_files_are_a_warning(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _: (1024, 1024))
    assert levels(machine.open_files(patient)) == [Level.WARNING]


def test_a_database_that_does_not_answer_is_an_error(patient: Patient) -> None:
    away = with_environment(patient, database_url=f"postgresql://u:p@127.0.0.1:{ports.pick()}/none")
    found = worst(services.database(away))
    assert (found.level, "CALLBASE_DATABASE_URL" in found.remedy) == (Level.ERROR, True)
    assert levels(services.database_clock(away)) == []


def test_a_replica_that_does_not_answer_is_a_warning_where_there_is_to_be_one(
    patient: Patient, postgres: EmbeddedPostgres
) -> None:
    assert levels(services.replica(with_environment(patient, database_url=postgres.url))) == []
    pair = f"{postgres.url.removesuffix('/callbase')},127.0.0.1:{ports.pick()}/callbase?target_session_attrs=read-write"
    (found,) = services.replica(with_environment(patient, database_url=pair))
    assert (found.level, "Connection refused" in found.message) == (Level.WARNING, True)


def test_an_empty_database_has_not_the_tables_of_this_version(patient: Patient, postgres: EmbeddedPostgres) -> None:
    there = with_environment(patient, database_url=postgres.url)
    assert "callbase migrate" in worst(services.database(there)).remedy
    assert levels(services.database_clock(there)) == [Level.OK]


def test_a_running_installation_whose_parts_do_not_answer(patient: Patient) -> None:
    runtime = prepare_runtime(patient.environment)
    running = replace(patient, runtime=runtime, supervisor_pid=1)
    for check in (services.switch, services.engine, services.web):
        assert levels(check(running)) == [Level.ERROR], check.__name__


@contextmanager
def engine_link(said: dict[str, object], status: int = 200) -> Iterator[int]:
    """An engine's link that answers /healthz with that; its port."""

    class Link(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Link) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def leader() -> Iterator[tuple[int, dict[str, object]]]:
    """An engine that leads: its link's port, and what its /healthz says."""
    said: dict[str, object] = {"role": "leader", "switch": {"a": "ok", "b": "ok"}}
    with engine_link(said) as port:
        yield port, said


@pytest.mark.parametrize(
    ("status", "level", "told"),
    [(200, Level.OK, "stands by"), (503, Level.WARNING, 'could not take over now: {"role": "standby", "database": "away"}')],
)
def test_a_standby_that_could_not_take_over_is_warned_of_with_what_it_says(
    patient: Patient, leader: tuple[int, dict[str, object]], status: int, level: Level, told: str
) -> None:
    with engine_link({"role": "standby", "database": "away"}, status) as port:
        links = {"link_port": leader[0], "standby_links": (f"127.0.0.1:{port}",)}
        runtime = msgspec.structs.replace(prepare_runtime(patient.environment), **links)
        leads, stands_by = services.engine(replace(patient, runtime=runtime, supervisor_pid=1))
    assert (leads.check, leads.level) == ("engine", Level.OK)
    assert (stands_by.check, stands_by.level, stands_by.message) == ("engine-2", level, told)
    assert stands_by.remedy.endswith("engine-2.log") == (level is Level.WARNING)


def test_of_another_machine_it_is_said_which(patient: Patient, leader: tuple[int, dict[str, object]]) -> None:
    own = msgspec.structs.replace(prepare_runtime(patient.environment), link_port=leader[0])
    nowhere = SwitchNode(name="b", ari_host="127.0.0.2", ari_port=1, ami_port=1, sip_host="127.0.0.2", sip_port=5060)
    runtime = msgspec.structs.replace(own, standby_links=("127.0.0.2:1",), further_nodes=(nowhere,))
    running = replace(patient, runtime=runtime, supervisor_pid=1)
    _, engine = services.engine(running)
    assert (engine.check, engine.level) == ("engine 127.0.0.2:1", Level.ERROR)
    assert engine.remedy.endswith("log/engine.log on 127.0.0.2")
    here, there = services.switch(running)
    assert here.remedy.endswith("log/asterisk.log")
    assert there.remedy.endswith("log/asterisk-b.log on 127.0.0.2")


@pytest.mark.parametrize(
    ("draining", "told"),
    [
        ({"b": 3}, "takes no new calls; 3 calls or telephones in calls are left there"),
        ({"b": 0}, "takes no new calls, and none is left there: it may be stopped"),
    ],
)
def test_a_drained_node_is_told_of_with_what_is_left_there_and_how_it_comes_back(
    patient: Patient, leader: tuple[int, dict[str, object]], draining: dict[str, int], told: str
) -> None:
    port, said = leader
    runtime = msgspec.structs.replace(prepare_runtime(patient.environment), link_port=port)
    running = replace(patient, runtime=runtime, supervisor_pid=1)
    assert [(found.check, found.level) for found in services.engine(running)] == [("engine", Level.OK)]
    said["draining"] = draining
    node, leads = services.engine(running)
    assert (node.check, node.level, node.message) == ("switch b", Level.WARNING, told)
    assert "callbase node-drain b --back" in node.remedy
    assert leads.level is Level.OK


def test_each_of_several_nodes_is_asked_and_named(patient: Patient, monkeypatch: pytest.MonkeyPatch) -> None:
    several = replace(patient.environment, asterisk_nodes=2)
    running = Patient(several, prepare_runtime(several), 1)
    monkeypatch.setattr("callbase.platform.asterisk.ready", lambda runtime, node: node.name == "a")
    a, b = services.switch(running)
    assert (a.check, a.level, "Asterisk a takes commands" in a.message) == ("switch a", Level.OK, True)
    assert (b.check, b.level, b.message) == ("switch b", Level.ERROR, "Asterisk b does not take commands")
    assert b.remedy.endswith("asterisk-b.log")


def test_without_a_running_callbase_its_parts_are_not_blamed(patient: Patient) -> None:
    checks: list[Callable[[Patient], Iterator[Finding]]] = [services.switch, services.engine, services.web, services.database]
    assert [list(check(patient)) for check in checks] == [[], [], [], []]
    assert levels(services.supervisor(patient)) == [Level.WARNING]


def test_it_knows_who_runs(environment: Environment) -> None:
    with HomeLock(environment.home):
        assert Patient.of(environment).supervisor_pid == os.getpid()
    assert Patient.of(environment).supervisor_pid is None


def test_json_is_one_finding_per_line_and_an_error_is_in_the_exit_code(
    patient: Patient, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", patient.environment.http_port)):
        assert doctor(patient.environment, as_json=True) == 1
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {finding["level"] for finding in found} <= {"ok", "warning", "error"}
    assert any(finding["check"] == "ports" and finding["level"] == "error" for finding in found)
