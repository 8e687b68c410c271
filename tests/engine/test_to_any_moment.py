"""Point-in-time recovery as docs/operations.md says it: what came after the moment stays away."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from callbase.cli import main
from callbase.engine.aside import set_journals_aside
from callbase.platform import ports, unprivileged
from callbase.platform.postgres import EmbeddedPostgres
from tests.engine.conftest import StartEngine, make_tables, publish, rows, until
from tests.engine.fake_core import config
from tests.engine.test_journal import offer

START_S = 60.0


class Archived:
    """A server that keeps its write-ahead log in a folder, as the page has it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.server = EmbeddedPostgres(folder / "data", ports.pick(), "test-password")
        self.wal, self.base = folder / "wal", folder / "base"
        self.server.prepare()
        unprivileged.owned_directory(self.wal)
        self._say("archive_mode = on", f"archive_command = 'test ! -f {self.wal}/%f && cp %p {self.wal}/%f'")
        self.server._execute("ALTER ROLE callbase REPLICATION")
        access = self.server.directory / "pg_hba.conf"
        access.write_text(access.read_text() + "host replication callbase 127.0.0.1/32 scram-sha-256\n")

    def _say(self, *lines: str) -> None:
        settings = self.server.directory / "postgresql.conf"
        settings.write_text("\n".join([settings.read_text(), *lines, ""]))

    @contextmanager
    def running(self) -> Iterator[None]:
        process = subprocess.Popen(self.server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            deadline = time.monotonic() + START_S
            while not self.server.ready() or rows(self.server.url, "SELECT pg_is_in_recovery()") == [(True,)]:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.05)
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait()

    def back_up(self) -> None:
        unprivileged.owned_directory(self.base)
        self.server._run("pg_basebackup", "-d", self.server.url, "-D", str(self.base), "--checkpoint=fast")

    def go_back_to(self, moment: str) -> None:
        shutil.rmtree(self.server.directory)
        self.base.rename(self.server.directory)
        self.server._write("recovery.signal", "")
        self._say(
            f"restore_command = 'cp {self.wal}/%f %p'",
            f"recovery_target_time = '{moment}'",
            "recovery_target_action = 'promote'",
        )


@pytest.fixture
def archived(tmp_path: Path) -> Archived:
    return Archived(tmp_path / "postgres")


def callers(url: str) -> list[str]:
    found = rows(url, "SELECT event->>'leg' FROM engine_journal WHERE event->>'type' = 'CallOffered' ORDER BY seq")
    return [leg for (leg,) in found]


async def test_a_call_made_after_the_moment_is_not_there_again_and_new_ones_are_taken(
    start_engine: StartEngine, archived: Archived, tmp_path: Path
) -> None:
    url = archived.server.url
    with archived.running():
        make_tables(url)
        publish(url, config())
        archived.back_up()
        async with start_engine(database=url) as engine:
            engine.switch.sink(offer("before"))
            await until(engine.journaled)
            ((moment,),) = rows(url, "SELECT clock_timestamp()::text")
            engine.switch.sink(offer("after"))
            await until(engine.journaled)
    archived.go_back_to(moment)
    with archived.running():
        assert callers(url) == ["before"]
        assert len(set_journals_aside(tmp_path)) == 1
        async with start_engine(database=url) as engine:
            engine.switch.sink(offer("anew"))
            await until(engine.journaled)
        assert callers(url) == ["before", "anew"]
        assert rows(url, "SELECT count(*) FROM interaction") == [(2,)]


async def test_the_journal_is_not_set_aside_while_an_engine_has_it(
    start_engine: StartEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "run").symlink_to(tmp_path)
    monkeypatch.setenv("CALLBASE_HOME", str(home))
    async with start_engine() as engine:
        await until(engine.journaled)
        assert main(["journal-aside"]) == 1
        assert "an engine runs with this home" in capsys.readouterr().err
    assert main(["journal-aside"]) == 0
    assert f"set aside: {home}/run/journal.foreign-1" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.glob("journal*")) == ["journal", "journal.foreign-1"]
