"""scripts/bootstrap.sh on machines that lack something. The PATH is a folder of our own, so nothing is installed here."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from callbase.platform.environment import ROOT

TOOLS = [
    "bash",
    "cat",
    "cut",
    "dirname",
    "find",
    "grep",
    "mkdir",
    "printf",
    "rm",
    "sed",
    "sha256sum",
    "sort",
    "tail",
    "test",
    "xargs",
]


class Machine:
    """A checkout with nothing but the script, and a PATH with nothing but a shell's tools and what a test adds."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "checkout"
        (self.checkout / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "scripts" / "bootstrap.sh", self.checkout / "scripts")
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.home = folder / "home"
        for tool in TOOLS:
            if found := shutil.which(tool):
                (self.bin / tool).symlink_to(found)
        self.program("id", "echo 1000")

    def program(self, name: str, script: str = "exit 0") -> None:
        (self.bin / name).write_text(f"#!/bin/bash\n{script}\n")
        (self.bin / name).chmod(0o755)

    def bootstrap(self, purpose: str = "run") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/bash", self.checkout / "scripts" / "bootstrap.sh", purpose],
            env={"PATH": str(self.bin), "HOME": str(self.home)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_without_root_one_sentence_names_what_to_install(machine: Machine) -> None:
    refused = machine.bootstrap()
    assert refused.returncode == 1
    assert refused.stdout == ""
    (sentence,) = refused.stderr.splitlines()
    assert sentence.startswith("callbase: please install first: sudo apt-get install --no-install-recommends ")
    assert {"python3", "python3-venv", "espeak-ng", "mmdebstrap"} <= set(sentence.split())
    assert "chromium" not in sentence


def test_the_tests_need_more(machine: Machine) -> None:
    assert {"sip-tester", "chromium"} <= set(machine.bootstrap("test").stderr.split())


def test_a_sudo_that_asks_for_a_password_counts_as_none(machine: Machine) -> None:
    machine.program("sudo", "echo 'a password is required' >&2; exit 1")
    refused = machine.bootstrap()
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_an_asterisk_of_ones_own_needs_no_mmdebstrap_and_an_old_one_does(machine: Machine) -> None:
    machine.program("asterisk", "echo 'Asterisk 20.9.3'")
    assert "mmdebstrap" not in machine.bootstrap().stderr
    machine.program("asterisk", "echo 'Asterisk 18.2.0'")
    assert "mmdebstrap" in machine.bootstrap().stderr


def test_a_python_that_is_too_old_is_named(machine: Machine) -> None:
    machine.program("python3", "exit 1")
    assert "python3-venv" in machine.bootstrap().stderr.split()


def test_with_sudo_the_packages_are_installed_and_no_other(machine: Machine) -> None:
    done = machine.bin.parent / "done"
    machine.program("sudo", '[ "$2" = true ] && exit 0; shift 2; exec "$@"')
    machine.program("apt-get", f'echo "$*" >> {done}; [ "$2" = -y ] && exit 1; exit 0')
    stopped = machine.bootstrap()
    assert stopped.returncode == 1  # as the fake apt-get installed nothing
    update, install = done.read_text().splitlines()
    assert update == "-q update"
    assert install.startswith("-q -y --no-install-recommends install ")
    assert "apt-install failed" in stopped.stderr
