"""The supervisor with real, small processes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest

from callbase.platform.dependent import dependent
from callbase.platform.supervisor import BackOff, ProcessSpec, State, Supervisor

SLEEPS = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
NOTES_ITS_END = """
import signal, sys, time
def stop(*_):
    with open({path!r}, "a") as file:
        file.write("{name} ")
    sys.exit()
signal.signal(signal.SIGTERM, stop)
print("up", flush=True)
time.sleep(600)
"""
TALKS = """
import json, time
print(json.dumps(dict(event="call offered", level="info", process="a")))
print(json.dumps(dict(event="disk full", level="error", process="a", free_mb=3)), flush=True)
time.sleep(600)
"""


async def at_once() -> bool:
    return True


async def never() -> bool:
    return False


async def until(condition: Callable[[], object], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        await asyncio.sleep(0.01)


def python(name: str, code: str, ready: Callable[[], object] = at_once, **options: object) -> ProcessSpec:
    return ProcessSpec(name, (sys.executable, "-c", code), ready, **options)  # type: ignore[arg-type]


class Heard(list[tuple[str, str]]):
    def __call__(self, name: str, text: str) -> None:
        self.append((name, text))


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
async def supervisor(tmp_path: Path, heard: Heard) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(tmp_path, tmp_path, heard)
    yield supervisor
    await supervisor.stop()


def alive(pid: int | None) -> bool:
    return pid is not None and psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_a_process_is_ready_when_its_probe_says_so(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "sign"

    async def probe() -> bool:
        return sign.exists()

    supervisor.start(python("a", SLEEPS, probe))
    process = supervisor.processes["a"]
    await until(lambda: process.pid)
    assert process.state is State.STARTING
    sign.touch()
    await asyncio.wait_for(supervisor.wait_ready("a"), 5)
    assert process.state is State.READY
    assert (tmp_path / "a.pid").read_text() == f"{process.pid}\n"


async def test_what_a_killed_supervisor_left_names_no_process_any_more(tmp_path: Path, heard: Heard) -> None:
    (tmp_path / "worker.pid").write_text("12345\n")
    Supervisor(tmp_path, tmp_path, heard)
    assert not (tmp_path / "worker.pid").exists()


async def test_a_full_disk_keeps_no_process_from_running(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "a.pid").symlink_to("/dev/full")
    supervisor.start(python("a", SLEEPS))
    await asyncio.wait_for(supervisor.wait_ready("a"), 5)
    assert alive(supervisor.processes["a"].pid)


async def test_a_killed_process_is_started_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("a", SLEEPS))
    await supervisor.wait_ready("a")
    process = supervisor.processes["a"]
    first = process.pid
    assert first
    os.kill(first, signal.SIGKILL)
    await until(lambda: process.state is State.READY and process.pid != first)
    assert ("a", "ended by SIGKILL; starting it again in 0.1 s") in heard


async def test_the_death_of_one_leaves_the_others_alone(supervisor: Supervisor) -> None:
    supervisor.start(python("engine", SLEEPS), python("asterisk", SLEEPS))
    await supervisor.wait_ready("engine", "asterisk")
    engine, switch = supervisor.processes["engine"], supervisor.processes["asterisk"]
    before = switch.pid
    assert engine.pid
    os.killpg(engine.pid, signal.SIGKILL)
    await until(lambda: engine.starts == 2 and engine.state is State.READY)
    assert (switch.pid, switch.starts) == (before, 1)


async def test_one_that_keeps_failing_is_started_again_and_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("a", "raise SystemExit(3)", never, back_off=BackOff(first_s=0.01, longest_s=0.04)))
    await until(lambda: supervisor.processes["a"].starts >= 5)
    assert ("a", "ended with exit code 3; starting it again in 0.0 s") in heard


def test_pauses_double_up_to_the_longest() -> None:
    back_off = BackOff(first_s=0.1, longest_s=15)
    assert [back_off.pause_s(n) for n in (1, 2, 3, 7, 8, 9, 1000)] == [0.1, 0.2, 0.4, 6.4, 12.8, 15.0, 15.0]


async def test_one_that_does_not_become_ready_in_time_is_killed_and_started_again(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("a", SLEEPS, never, start_within_s=0.2))
    await until(lambda: supervisor.processes["a"].starts >= 2)
    assert heard[0] == ("a", "did not become ready; starting it again in 0.1 s")


async def test_stopping_asks_first_and_kills_the_deaf(supervisor: Supervisor, heard: Heard, tmp_path: Path) -> None:
    supervisor.start(python("polite", SLEEPS), python("deaf", DEAF, stop_within_s=0.3))
    await supervisor.wait_ready("polite", "deaf")
    await until(lambda: "deaf" in (tmp_path / "deaf.log").read_text())
    pids = [supervisor.processes[name].pid for name in ("polite", "deaf")]
    began = time.monotonic()
    await supervisor.stop()
    assert time.monotonic() - began < 10, "the deaf one would sleep on for minutes"
    assert not any(alive(pid) for pid in pids)
    assert ("deaf", "did not stop within 0.3 s and was killed") in heard
    assert not any(name == "polite" and "killed" in text for name, text in heard)


async def test_nothing_a_process_started_outlives_it(supervisor: Supervisor, tmp_path: Path) -> None:
    child = "import subprocess, sys, time; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); time.sleep(600)"
    supervisor.start(python("a", child))
    await supervisor.wait_ready("a")
    log = supervisor.processes["a"].log
    await until(lambda: log.last_lines(1))
    grandchild = int(log.last_lines(1)[0])
    assert alive(grandchild)
    await supervisor.stop()
    await until(lambda: not alive(grandchild))


async def test_stages_stop_one_after_another(supervisor: Supervisor, tmp_path: Path) -> None:
    path = tmp_path / "order"
    names = ["postgres", "asterisk", "engine", "web"]
    supervisor.start(*(python(name, NOTES_ITS_END.format(path=str(path), name=name)) for name in names))
    await supervisor.wait_ready(*names)
    await until(lambda: all("up" in (tmp_path / f"{name}.log").read_text() for name in names))
    await supervisor.stop(["web"], ["engine"], ["asterisk"], ["postgres"])
    assert path.read_text().split() == ["web", "engine", "asterisk", "postgres"]


async def test_stopping_during_a_back_off_or_a_start_leaves_nothing(supervisor: Supervisor) -> None:
    supervisor.start(
        python("failing", "raise SystemExit(1)", never, back_off=BackOff(first_s=60, longest_s=60)),
        python("starting", SLEEPS, never),
    )
    failing, starting = supervisor.processes["failing"], supervisor.processes["starting"]
    await until(lambda: failing.state is State.BACKING_OFF and starting.pid)
    pid = starting.pid
    await asyncio.wait_for(supervisor.stop(), 5)
    assert not alive(pid)
    assert (failing.state, starting.state) == (State.STOPPED, State.STOPPED)


async def test_warnings_of_a_process_reach_the_console_and_the_rest_only_its_log(supervisor: Supervisor, heard: Heard) -> None:
    supervisor.start(python("a", TALKS))
    await until(lambda: ("a", "error: disk full free_mb=3") in heard)
    assert not any("call offered" in text for _, text in heard)
    assert supervisor.processes["a"].log.last_lines(2) == ["call offered", "disk full"]


async def test_a_step_tells_its_exit_code_and_its_words_are_logged(supervisor: Supervisor, tmp_path: Path) -> None:
    code = await supervisor.run_once(
        "migrate", [sys.executable, "-c", "print('applying'); raise SystemExit(4)"], dict(os.environ)
    )
    assert code == 4
    assert "applying" in (tmp_path / "migrate.log").read_text()


SUPERVISES = """
import asyncio, sys
from pathlib import Path
from callbase.platform.supervisor import ProcessSpec, Supervisor
async def ready(): return True
async def main():
    supervisor = Supervisor(Path(sys.argv[1]), Path(sys.argv[1]), lambda name, text: None)
    supervisor.start(ProcessSpec("a", (sys.executable, "-u", "-c", sys.argv[2], "known"), ready, **eval(sys.argv[3])))
    await supervisor.wait_ready("a")
    print(supervisor.processes["a"].pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def killed_supervisor(folder: Path, code: str, options: str = "{}") -> int:
    """The pid of what it had started."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISES, folder, code, options], stdout=subprocess.PIPE)
    assert process.stdout
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    process.stdout.close()
    return child


def test_when_the_supervisor_is_killed_its_processes_go_with_it(tmp_path: Path) -> None:
    child = killed_supervisor(tmp_path, SLEEPS)
    with contextlib.suppress(psutil.NoSuchProcess):
        psutil.Process(child).wait(5)
    assert not alive(child)


def test_what_was_started_by_one_that_died_before_the_kernel_was_asked_does_not_run(tmp_path: Path) -> None:
    starts = "import json, sys; from callbase.platform.dependent import dependent; print(json.dumps(dependent(sys.argv[1:])))"
    file = tmp_path / "ran"
    dead = subprocess.run([sys.executable, "-c", starts, "touch", file], check=True, capture_output=True)
    subprocess.run(json.loads(dead.stdout), check=False, timeout=30)
    assert not file.exists()
    subprocess.run(dependent(["touch", str(file)]), check=True, timeout=30)
    assert file.exists()


PRINTS = """
import itertools, time
for number in itertools.count():
    try:
        print("line", number, "x" * 200, flush=True)
    except BlockingIOError:
        pass
    time.sleep(0.001)
"""
OUTLIVES = {"with_us": None, "outlives_known_by": "known"}


async def test_what_outlives_a_killed_supervisor_is_taken_over_with_its_output_and_stopped_by_the_next(
    tmp_path: Path, heard: Heard
) -> None:
    child = killed_supervisor(tmp_path, PRINTS, repr(OUTLIVES))
    await asyncio.sleep(0.5)  # it prints more than a pipe holds
    assert alive(child), "nobody reading does not hold it up"
    supervisor = Supervisor(tmp_path, tmp_path, heard, outliving=("a",))
    spec = ProcessSpec("a", (sys.executable, "-u", "-c", PRINTS, "known"), at_once, **OUTLIVES)
    supervisor.start(spec)
    await asyncio.wait_for(supervisor.wait_ready("a"), 5)
    assert supervisor.processes["a"].pid == child
    assert ("a", "runs still, and is taken over") in heard
    size = (tmp_path / "a.log").stat().st_size
    await until(lambda: (tmp_path / "a.log").stat().st_size > size + 1000)
    os.kill(child, signal.SIGKILL)
    await until(lambda: supervisor.processes["a"].pid not in (None, child))
    assert ("a", "ended; starting it again in 0.1 s") in heard
    again = supervisor.processes["a"].pid
    await asyncio.wait_for(supervisor.stop(), 10)
    assert not alive(again)
    assert not (tmp_path / "a.pid").exists()


async def test_another_process_that_has_the_pid_now_is_not_taken_over(tmp_path: Path, supervisor: Supervisor) -> None:
    (tmp_path / "a.pid").write_text(f"{os.getpid()}\n")
    supervisor.start(ProcessSpec("a", (sys.executable, "-u", "-c", SLEEPS, "known"), at_once, **OUTLIVES))
    await asyncio.wait_for(supervisor.wait_ready("a"), 5)
    assert supervisor.processes["a"].pid != os.getpid()
