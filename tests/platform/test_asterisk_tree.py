"""Finding an Asterisk, or making one: safely, once, and with a clear word where it cannot be."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path

import pytest

from callbase.platform.asterisk.tree import AsteriskUnavailable, cache_dir, find_or_make_tree

FAKE_MMDEBSTRAP = """#!/bin/sh
echo made >> {log}
for archive; do :; done
target=$archive.content
lib=$target/usr/lib/x86_64-linux-gnu
mkdir -p $lib/asterisk/modules $lib/perl $target/usr/lib64 $target/usr/sbin $target/usr/share/asterisk/documentation \\
    $target/usr/share/doc $target/var/lib
# stands for the dynamic loader: runs what its last arguments name
printf '#!/bin/sh\\nshift 2; exec "$@"\\n' > $target/usr/lib64/ld-linux-x86-64.so.2
printf '#!/bin/sh\\necho Asterisk 22.9.9-fake\\n' > $target/usr/sbin/asterisk
chmod +x $target/usr/lib64/ld-linux-x86-64.so.2 $target/usr/sbin/asterisk
tar -C $target -cf $archive .
sleep 0.3
"""


@pytest.fixture
def bin_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of our own first on PATH, with a false mmdebstrap that notes each call in `log`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder / "mmdebstrap", FAKE_MMDEBSTRAP.format(log=tmp_path / "log"))
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def make(cache: Path) -> str:
    return find_or_make_tree(cache, lambda _: None, use_system=False).version


def test_two_installs_at_once_make_one_tree(bin_dir: Path, tmp_path: Path) -> None:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(make, [tmp_path / "cache"] * 2) == ["22.9.9", "22.9.9"]
    assert (tmp_path / "log").read_text() == "made\n"


def test_the_tree_is_pruned_and_the_steps_are_told(bin_dir: Path, tmp_path: Path) -> None:
    told: list[str] = []
    found = find_or_make_tree(tmp_path / "cache", told.append, use_system=False)
    assert len(told) == 2
    tree = tmp_path / "cache" / "asterisk-22"
    assert found.modules_dir == tree / "usr/lib/x86_64-linux-gnu/asterisk/modules"
    assert not (tree / "var").exists()
    assert not (tree / "usr/share/doc").exists()
    assert not (tree / "usr/lib/x86_64-linux-gnu/perl").exists()


def test_an_interrupted_install_leaves_nothing_that_looks_finished(bin_dir: Path, tmp_path: Path) -> None:
    program(bin_dir / "mmdebstrap", "#!/bin/sh\nfor target; do :; done\necho half > $target\necho 'E: no network' >&2\nexit 1\n")
    with pytest.raises(AsteriskUnavailable, match="no network"):
        make(tmp_path / "cache")
    assert not (tmp_path / "cache" / "asterisk-22").exists()
    program(bin_dir / "mmdebstrap", FAKE_MMDEBSTRAP.format(log=tmp_path / "log"))
    assert make(tmp_path / "cache") == "22.9.9"


def test_without_mmdebstrap_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(AsteriskUnavailable, match="mmdebstrap"):
        make(tmp_path / "cache")


@pytest.mark.parametrize(("version", "used"), [("20.5.0", True), ("22.1.0-rc1", True), ("18.10.0", False), ("nonsense", False)])
def test_an_asterisk_on_path_is_used_when_it_is_new_enough(
    bin_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str, used: bool
) -> None:
    program(bin_dir / "asterisk", f"#!/bin/sh\necho Asterisk {version}\n")
    modules, data = tmp_path / "lib" / "asterisk" / "modules", tmp_path / "share"
    modules.mkdir(parents=True)
    (data / "documentation").mkdir(parents=True)
    monkeypatch.setattr("callbase.platform.asterisk.tree.SYSTEM_LIBRARIES", (tmp_path / "lib",))
    monkeypatch.setattr("callbase.platform.asterisk.tree.SYSTEM_DATA", (data,))
    found = find_or_make_tree(tmp_path / "cache", lambda _: None)
    assert (found.program == (str(bin_dir / "asterisk"),)) is used


def test_the_cache_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_dir() == tmp_path / "callbase"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert cache_dir() == Path.home() / ".cache" / "callbase"
