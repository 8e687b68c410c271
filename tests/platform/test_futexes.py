"""The library that asks Linux for more room for sleeping threads."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callbase.platform.asterisk import futexes

_ASKS = "import ctypes; print(ctypes.CDLL(None).prctl(78, 2, 0, 0, 0))"
"""PR_FUTEX_HASH_GET_SLOTS: 0 as long as a process has one thread and has not asked; an error before Linux 6.16."""


@pytest.fixture
def library(tmp_path: Path) -> Path:
    file = tmp_path / "futexes.so"
    futexes.write_library(file)
    return file


def run(code: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], env=os.environ | environment, capture_output=True, text=True, timeout=60, check=True
    )


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="the library is for x86_64")
def test_a_program_that_is_started_with_it_has_as_many_rows(library: Path) -> None:
    if ctypes.CDLL(None).prctl(78, 2, 0, 0, 0) < 0:
        pytest.skip("this Linux has one table for all")
    assert int(run(_ASKS, {}).stdout) < futexes.ROWS
    assert int(run(_ASKS, futexes.environment(library)).stdout) == futexes.ROWS


def test_a_program_that_is_started_with_it_does_what_it_does_without(library: Path) -> None:
    heard = run("import threading; threading.Thread(target=lambda: print('heard')).start()", futexes.environment(library))
    assert (heard.stdout, heard.stderr) == ("heard\n", "")


def test_what_is_loaded_already_stays(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "uname", lambda: type("Machine", (), {"machine": "x86_64"}))
    monkeypatch.setenv("LD_PRELOAD", "/other.so")
    assert futexes.environment(library) == {"LD_PRELOAD": f"{library}:/other.so"}


@pytest.mark.parametrize("folder", ["a b", "a:b"])
def test_a_path_that_would_be_taken_for_two_is_not_named(folder: str) -> None:
    assert futexes.environment(Path("/home") / folder / "futexes.so") == {}
