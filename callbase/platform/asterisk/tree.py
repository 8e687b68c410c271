"""Where Asterisk comes from: an `asterisk` of at least version 20 on PATH, else a private tree of Debian sid's packages.

The tree is only unpacked, never installed: nothing in it runs as root, no maintainer script runs, and an ordinary user can
make it. It sits in a per-user cache, so that all checkouts of one user share it.
"""

from __future__ import annotations

import fcntl
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from callbase.platform.dependent import dependent

Progress = Callable[[str], None]
"""Told in a short sentence what is being done."""

OLDEST_VERSION = 20
TREE_NAME = "asterisk-22"
SYSTEM_LIBRARIES = (Path("/usr/lib"), Path("/usr/lib64"), Path("/usr/local/lib"))
SYSTEM_DATA = (Path("/usr/share/asterisk"), Path("/var/lib/asterisk"))


class AsteriskUnavailable(RuntimeError):
    """No Asterisk here and none can be made; the message says what to install."""


@dataclass(frozen=True, slots=True)
class AsteriskInstallation:
    """An Asterisk that can be run: how to start it, and where its read-only parts lie."""

    program: tuple[str, ...]
    """The first words of its command line."""
    version: str
    modules_dir: Path
    data_dir: Path
    """Documentation and the REST API's description, without which it does not start."""


def cache_dir() -> Path:
    """Where the private tree is kept: $XDG_CACHE_HOME/callbase, by default ~/.cache/callbase."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "callbase"


def find_or_make_tree(cache: Path, progress: Progress, *, use_system: bool = True) -> AsteriskInstallation:
    """The Asterisk to use; makes the private tree (about 25 s, 90 MB of packages) where there is none yet.

    Safe to call from several processes at once: one makes the tree, the others wait for it. Raises AsteriskUnavailable.
    """
    system = _system_installation() if use_system else None
    if system is not None:
        return system
    tree = cache / TREE_NAME
    if not tree.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        with _locked(cache / f"{TREE_NAME}.lock"):
            if not tree.is_dir():
                _make_tree(tree, progress)
    return _tree_installation(tree)


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _version_of(program: tuple[str, ...]) -> str | None:
    try:
        result = subprocess.run([*program, "-V"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"(\d+)(?:\.\d+)*", result.stdout)
    return found.group(0) if result.returncode == 0 and found else None


def _system_installation() -> AsteriskInstallation | None:
    path = shutil.which("asterisk") or shutil.which("asterisk", path="/usr/sbin:/usr/local/sbin")
    version = _version_of((path,)) if path else None
    if path is None or version is None or int(version.partition(".")[0]) < OLDEST_VERSION:
        return None
    modules = next((folder for library in SYSTEM_LIBRARIES for folder in _modules_under(library)), None)
    data = next((folder for folder in SYSTEM_DATA if (folder / "documentation").is_dir()), None)
    if modules is None or data is None:
        return None
    return AsteriskInstallation((path,), version, modules, data)


def _modules_under(lib: Path) -> list[Path]:
    return [folder for pattern in ("asterisk/modules", "*/asterisk/modules") for folder in sorted(lib.glob(pattern))]


def _tree_installation(tree: Path) -> AsteriskInstallation:
    loader = next(iter(sorted(tree.glob("usr/lib*/ld-linux*.so.*"))), None)
    modules = next(iter(_modules_under(tree / "usr/lib")), None)
    if loader is None or modules is None:
        raise AsteriskUnavailable(f"{tree} is incomplete; remove it and start again")
    program = (str(loader), "--library-path", str(modules.parents[1]), str(tree / "usr/sbin/asterisk"))
    version = _version_of(program)
    if version is None:
        raise AsteriskUnavailable(f"the Asterisk in {tree} does not run here; remove the folder and start again")
    return AsteriskInstallation(program, version, modules, tree / "usr/share/asterisk")


def _make_tree(tree: Path, progress: Progress) -> None:
    if shutil.which("mmdebstrap") is None:
        raise AsteriskUnavailable(
            f"Asterisk {OLDEST_VERSION} or later is needed: install it, or mmdebstrap, with which callbase fetches its own"
        )
    progress("Fetching Asterisk 22 from Debian (about 90 MB, once per user)")
    partial, archive = tree.with_name(f"{tree.name}.partial"), tree.with_name(f"{tree.name}.partial.tar")
    shutil.rmtree(partial, ignore_errors=True)
    # by way of an archive: in a folder, an ordinary user's mmdebstrap leaves files that belong to others
    _run_or_say_why(
        [
            "mmdebstrap",
            "--quiet",
            "--variant=extract",
            "--include=asterisk",
            "--components=main",
            # a machine whose clock or mirror is a little off must still get its telephone switch
            '--aptopt=Acquire::Check-Valid-Until "false"',
            '--aptopt=Acquire::Retries "3"',
            "sid",
            str(archive),
        ]
    )
    partial.mkdir()
    _run_or_say_why(["tar", "-x", "-f", str(archive), "-C", str(partial), "--no-same-owner", "./usr"])
    archive.unlink()
    progress("Unpacked; removing what a telephone switch does not need")
    _prune(partial)
    _tree_installation(partial)
    partial.rename(tree)


def _run_or_say_why(command: list[str]) -> None:
    result = subprocess.run(dependent(command, signal.SIGTERM), capture_output=True, text=True, check=False)
    if result.returncode:
        last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise AsteriskUnavailable(f"Asterisk could not be fetched from Debian ({last}); check the network, or install asterisk")


def _prune(tree: Path) -> None:
    """Leaves the program, its libraries and its data: 270 MB become 140."""
    kept_usr = {"sbin", "share", *(entry.name for entry in (tree / "usr").glob("lib*"))}
    kept_share = {"asterisk"}
    for folder, kept in ((tree / "usr", kept_usr), (tree / "usr/share", kept_share)):
        for entry in folder.iterdir():
            if entry.name not in kept:
                _remove(entry)
    for pattern in ("perl*", "libperl*", "gconv", "systemd", "python*", "dpkg", "apt", "libnetsnmp*"):
        for entry in tree.glob(f"usr/lib/*/{pattern}"):
            _remove(entry)


def _remove(entry: Path) -> None:
    if entry.is_dir() and not entry.is_symlink():
        shutil.rmtree(entry)
    else:
        entry.unlink()
