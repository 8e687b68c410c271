"""`callbase up`, whole: start, signs of life, refusals, sudden death, stop."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from benchmarks.installation import Installation
from callbase.platform import ports
from callbase.platform.environment import ROOT
from callbase.platform.lock import holder

pytestmark = pytest.mark.slow
PARTS = ("postgres", "asterisk", "engine", "web")
LARGE_PAGES = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def callbase(installation: Installation, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "callbase.cli", *arguments],
        cwd=ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def until(condition: Callable[[], object], what: str, within_s: float = 20.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"not within {within_s} s: {what}"
        time.sleep(0.05)


def pid_of(installation: Installation, name: str) -> int:
    """From the pid file; 0 while it is down."""
    with contextlib.suppress(OSError, ValueError):
        return int((installation.home / "run" / f"{name}.pid").read_text())
    return 0


def alive(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("up") / "home")
    made.start()
    try:
        made.wait_ready(120)
        yield made
    finally:
        made.stop()


def test_it_says_where_it_is_and_how_to_sign_in(installation: Installation) -> None:
    until(lambda: "Ctrl-C" in installation.console.read_text(), "the welcome")
    said = installation.console.read_text()
    assert f"http://localhost:{installation.http_port}" in said
    assert all(word in said for word in ("1001", "2001", "admin", "4008001234", "CALLBASE_DEMO_PASSWORD"))


def test_the_doctor_finds_a_running_installation_well(installation: Installation) -> None:
    examined = callbase(installation, "doctor", "--json")
    findings = {(found["check"], found["level"]): found for found in map(json.loads, examined.stdout.splitlines())}
    errors = [found for (check, level), found in findings.items() if level == "error" and check != "console"]
    assert errors == []
    assert {("database", "ok"), ("engine", "ok"), ("switch", "ok"), ("web", "ok")} <= findings.keys()


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the library is for x86_64")
def test_asterisk_has_asked_for_room_for_its_sleeping_threads(installation: Installation) -> None:
    assert "/futexes.so" in Path(f"/proc/{pid_of(installation, 'asterisk')}/maps").read_text()


def test_a_second_start_names_the_first_and_changes_nothing(installation: Installation) -> None:
    before = {name: pid_of(installation, name) for name in PARTS}
    refused = callbase(installation, "up")
    assert refused.returncode == 1
    assert f"process {installation.pid}" in refused.stderr
    assert {name: pid_of(installation, name) for name in PARTS} == before


def test_a_taken_port_is_said_at_once(installation: Installation) -> None:
    other = Installation(installation.home.with_name("other"))
    with socket.create_server(("127.0.0.1", other.http_port)):
        refused = callbase(other, "up")
    assert refused.returncode == 1
    assert f"TCP port {other.http_port} is taken by" in refused.stderr
    assert "CALLBASE_HTTP_PORT" in refused.stderr


@pytest.mark.parametrize("bind", ["192.0.2.7", "no-such-host.invalid"])
def test_an_address_this_machine_does_not_have_is_said_at_once(installation: Installation, bind: str) -> None:
    refused = callbase(Installation(installation.home.with_name("elsewhere"), {"CALLBASE_BIND": bind}), "up")
    assert refused.returncode == 1
    assert f"CALLBASE_BIND '{bind}' is not an address of this machine" in refused.stderr
    assert "taken" not in refused.stderr


def test_a_wrong_setting_is_named(installation: Installation) -> None:
    refused = callbase(Installation(installation.home, {"CALLBASE_RTP_PORTS": "many"}), "up")
    assert (refused.returncode, "CALLBASE_RTP_PORTS" in refused.stderr) == (2, True)


@pytest.mark.parametrize("victim", ["engine", "web", "worker", "postgres"])
def test_what_is_killed_comes_back_and_the_switch_goes_on(installation: Installation, victim: str) -> None:
    switch, killed = pid_of(installation, "asterisk"), pid_of(installation, victim)
    os.kill(killed, signal.SIGKILL)
    until(lambda: pid_of(installation, victim) not in (0, killed), f"a new {victim}")
    until(lambda: installation.health()[0] == 200, "calls can be taken again", 40)
    assert pid_of(installation, "asterisk") == switch
    assert alive(switch)


@pytest.mark.skipif(
    not LARGE_PAGES.exists() or "[madvise]" not in LARGE_PAGES.read_text(),
    reason="the kernel gives none, or gives them unasked, and the C library does not ask",
)
@pytest.mark.parametrize("name", ["asterisk", "engine", "web"])
def test_memory_is_asked_for_in_large_pages(installation: Installation, name: str) -> None:
    mappings = Path(f"/proc/{pid_of(installation, name)}/smaps").read_text()
    assert any(" hg" in line for line in mappings.splitlines() if line.startswith("VmFlags:"))


def lines_of(installation: Installation, name: str) -> list[str]:
    return (installation.home / "log" / f"{name}.log").read_text().splitlines()


def test_logs_are_json_lines(installation: Installation) -> None:
    until(lambda: (installation.home / "log" / "worker.log").exists(), "the worker, which no call waits for, is started too")
    for name in ("engine", "web", "worker", "asterisk", "postgres"):
        assert all(json.loads(line)["event"] is not None for line in lines_of(installation, name)), name
    assert any("modules will be loaded" in line for line in lines_of(installation, "asterisk")), (
        "the switch's own words are there"
    )


def test_interrupted_it_stops_soon_and_leaves_nothing(installation: Installation) -> None:
    everyone = list(installation.processes())
    assert len(everyone) > 5
    began = time.monotonic()
    assert installation.stop() == 0
    assert time.monotonic() - began < 20
    assert [pid for pid in everyone if alive(pid)] == []
    assert ports.is_free(installation.http_port)
    assert ports.is_free(installation.sip_port)
    assert ports.is_free(installation.sip_port, udp=True)
    assert not list((installation.home / "run").glob("*.pid"))


def test_killed_itself_it_takes_everything_with_it_and_starts_again_at_once(installation: Installation) -> None:
    installation.stop()
    installation.start()
    installation.wait_ready(60)
    everyone = list(installation.processes())
    os.kill(installation.pid, signal.SIGKILL)
    installation.stop()
    installation.start()
    until(lambda: not any(alive(pid) for pid in everyone), "all its processes ended", 10)
    installation.wait_ready(60)
    assert installation.stop() == 0


STARTED_BY_ANOTHER = """
import sys, time
from pathlib import Path
from benchmarks.installation import Installation
home, http, sip, first, last = sys.argv[1:]
installation = Installation(Path(home), {}, int(http), int(sip), (int(first), int(last)))
installation.start()
print(installation.pid, flush=True)
time.sleep(600)
"""


def test_a_test_run_that_is_killed_leaves_nothing_behind(installation: Installation) -> None:
    numbers = (installation.http_port, installation.sip_port, *installation.rtp_ports)
    run = subprocess.Popen(
        [sys.executable, "-c", STARTED_BY_ANOTHER, str(installation.home), *map(str, numbers)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert run.stdout
    with run.stdout:
        pid = int(run.stdout.readline())
    until(lambda: installation.health()[0] == 200, "it is ready", 60)
    everyone = [pid, *(process.pid for process in psutil.Process(pid).children(recursive=True))]
    assert len(everyone) > 5
    run.kill()
    run.wait()
    until(lambda: not any(alive(one) for one in everyone), "all processes ended", 15)
    assert holder(installation.home) is None
    assert not list((installation.home / "run").glob("*.pid")), "it was stopped, not killed"
