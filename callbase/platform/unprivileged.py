"""Running a program as the system user `callbase` when we are root: PostgreSQL refuses to run as root.

The user owns nothing but the database's folder. Where the folders above that (a checkout under /root, say) are closed to
it, the program gets the one capability that lets it walk through them, instead of the folders being opened to everybody.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path

from callbase.platform.dependent import dependent

USER = "callbase"
_BOUNDING_SET = "CapBnd:"
_CAPABILITIES = {"dac_read_search": 2, "dac_override": 1}
"""Name for setpriv, number in <linux/capability.h>; the weaker first."""


class UserMissing(RuntimeError):
    """We are root and cannot make or use the system user; the message says what to do."""


def needed() -> bool:
    return os.geteuid() == 0


def ensure_user() -> pwd.struct_passwd:
    """The system user, made when missing. Raises UserMissing."""
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        pass
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is None:
        raise UserMissing(f"make a system user named {USER!r}: PostgreSQL does not run as root, and useradd is not there")
    made = subprocess.run(
        [
            useradd,
            "--system",
            "--user-group",
            "--no-create-home",
            "--home-dir",
            "/nonexistent",
            "--shell",
            "/usr/sbin/nologin",
            USER,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        raise UserMissing(f"could not make the system user {USER!r}: {made.stderr.strip()}") from None


def owned_directory(directory: Path) -> None:
    """Makes the directory, for the user that will write to it, closed to others."""
    directory.mkdir(parents=True, exist_ok=True)
    directory.chmod(0o700)
    if needed():
        user = ensure_user()
        os.chown(directory, user.pw_uid, user.pw_gid)


def command(program: list[str], *, through: list[Path]) -> list[str]:
    """The program's command line as the unprivileged user (unchanged when we are not root). It must be able to walk
    through the folders above each path in `through`. It gets SIGINT when the process that starts it dies.
    Raises UserMissing.
    """
    if not needed():
        return list(dependent(program, signal.SIGINT))
    user = ensure_user()
    open_to_all = all(_open_to_all(path) for path in through)
    capabilities = "-all" if open_to_all else f"-all,+{_capability()}"
    # access(2) forgets the capabilities of whoever is not root, unless this bit is set; initdb looks for postgres by it
    secure_bits = [] if open_to_all else ["--securebits=+no_setuid_fixup"]
    return [
        *("setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs", *secure_bits),
        *(f"--inh-caps={capabilities}", f"--ambient-caps={capabilities}", f"--bounding-set={capabilities}"),
        *("--", *dependent(program, signal.SIGINT)),
    ]


def _open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def _capability() -> str:
    status = Path("/proc/self/status").read_text()
    bounding = int(next(line for line in status.splitlines() if line.startswith(_BOUNDING_SET)).split()[1], 16)
    for name, number in _CAPABILITIES.items():
        if bounding & (1 << number):
            return name
    raise UserMissing(
        f"the system user {USER!r} cannot reach the database's folder; put CALLBASE_HOME and the checkout where every user may go"
    )
