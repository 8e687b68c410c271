"""Machines of one installation, each with a network address, a disk, shared memory and processes of its own: namespaces of the
kernel's, for which one must be root. Beside them are the folder they share, and telephones: those are at the bridge's address,
which is this machine's. The database is there as well, or each machine has a PostgreSQL of its own, a primary and its replica.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.installation import Installation
from callbase.platform.environment import ROOT
from tests.system.servers import Server, running, url_of

SHARED = ("recordings", "prompts")
_HTTP_PORT, _SIP_PORT, _RTP_PORTS = 8080, 5060, (10000, 10999)
_NOBODY = "02:00:00:00:00:99"
_WITHIN = """
set -e
disk=$1 shared=$2 home=$3
shift 3
mount --bind "$disk" "$home"
for folder in {folders}; do mount --bind "$shared/$folder" "$home/$folder"; done
mount -t tmpfs tmpfs /dev/shm
exec "$@"
"""


def possible() -> bool:
    """Whether this user may make namespaces and bridges here."""
    if os.geteuid() != 0 or shutil.which("ip") is None:
        return False
    try:
        with _bridge("10.255.255.254"), _machine_network("10.255.255.1", "cb-possible"):
            return True
    except subprocess.CalledProcessError:
        return False


@dataclass
class Machine(Installation):
    """One of them. `home` is where its disk is for us; to itself it is `inside`, as on each of them."""

    name: str = ""
    """Of its network namespace."""

    def power_off(self) -> None:
        """Everything on it is gone at once, and nobody hears a word of it."""
        self.cut_off()
        while pids := self.pids():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        if self._process:
            self._process.wait()

    def power_on(self) -> None:
        self.connect_again()
        self.start()

    def cut_off(self) -> None:
        """From the network."""
        _ip("link", "set", self.name, "down")

    def connect_again(self) -> None:
        _ip("link", "set", self.name, "up")

    def lose_sight_of(self, address: str) -> None:
        """What it sends there goes nowhere."""
        _ip("-n", self.name, "neigh", "replace", address, "lladdr", _NOBODY, "dev", "eth0", "nud", "permanent")

    def see_again(self, address: str) -> None:
        _ip("-n", self.name, "neigh", "delete", address, "dev", "eth0")

    def pids(self) -> list[int]:
        """Of all that runs there."""
        return [int(pid) for pid in _ip("netns", "pids", self.name).split()]

    def begin(self, program: str) -> subprocess.Popen[str]:
        """Runs Python there, as its web process does; what it prints can be read."""
        command = [*self.within, sys.executable, "-c", program]
        environment = self.environment() | {"DJANGO_SETTINGS_MODULE": "callbase.web.settings"}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)

    def command(self, *arguments: str) -> str:
        """Runs `callbase` there; what it prints. Raises CalledProcessError."""
        command = [*self.within, sys.executable, "-m", "callbase.cli", *arguments]
        return subprocess.run(command, cwd=ROOT, env=self.environment(), check=True, capture_output=True, text=True).stdout


@dataclass
class Machines:
    """`first` runs callbase by itself until `second` is told of."""

    first: Machine
    second: Machine
    network: str
    """With its mask."""
    servers: Sequence[Server] = field(repr=False)
    """One beside them, or the first one's and the second one's: the primary, and its replica."""


@contextmanager
def two_machines(folder: Path, *, with_database: bool = False) -> Iterator[Machines]:
    """Nothing runs on them yet but the database, which each has where they are `with_database`."""
    network = f"10.{random.randrange(200, 250)}.{random.randrange(256)}"
    shared, inside = folder / "shared", folder / "inside"
    for path in (inside, *(shared / name for name in SHARED)):
        path.mkdir(parents=True)
    with _bridge(f"{network}.254") as bridge, ExitStack() as running_here:
        names = {f"{network}.{number}": f"{bridge}-{number}" for number in (1, 2)}
        for address, name in names.items():
            running_here.enter_context(_machine_network(address, name))
        if with_database:
            servers = [Server(folder / f"postgres-{name}", address, _within(name)) for address, name in names.items()]
        else:
            servers = [Server(folder / "postgres", f"{network}.254")]
        running_here.enter_context(running(servers))
        url = url_of(servers)
        first, second = (_machine(folder, inside, address, name, url) for address, name in names.items())
        try:
            yield Machines(first, second, f"{network}.0/24", servers)
        finally:
            for machine in (first, second):
                machine.power_off()


def _within(name: str) -> tuple[str, ...]:
    return ("ip", "netns", "exec", name)


def _machine(folder: Path, inside: Path, address: str, name: str, database_url: str) -> Machine:
    disk = folder / name
    for shared in SHARED:
        (disk / shared).mkdir(parents=True)
    within = _WITHIN.format(folders=" ".join(SHARED))
    return Machine(
        home=disk,
        settings={"CALLBASE_HOME": str(inside), "CALLBASE_BIND": address, "CALLBASE_DATABASE_URL": database_url},
        http_port=_HTTP_PORT,
        sip_port=_SIP_PORT,
        rtp_ports=_RTP_PORTS,
        host=address,
        within=(
            *(*_within(name), "unshare", "--mount", "sh", "-c", within, "sh"),
            *(str(disk), str(folder / "shared"), str(inside)),
        ),
        name=name,
    )


@contextmanager
def _bridge(address: str) -> Iterator[str]:
    name = f"cb{random.randrange(16**6):06x}"
    _ip("link", "add", name, "type", "bridge")
    try:
        _ip("addr", "add", f"{address}/24", "dev", name)
        _ip("link", "set", name, "up")
        yield name
    finally:
        _ip("link", "delete", name)


@contextmanager
def _machine_network(address: str, name: str) -> Iterator[None]:
    """A namespace; its cable, at our end named like it, leads to the bridge its name begins with."""
    _ip("netns", "add", name)
    try:
        _ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
        if (bridge := name.rpartition("-")[0]) and Path("/sys/class/net", bridge).exists():
            _ip("link", "set", name, "master", bridge)
        _ip("link", "set", name, "up")
        _ip("-n", name, "addr", "add", f"{address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            _ip("-n", name, "link", "set", device, "up")
        yield
    finally:
        _ip("link", "delete", name)  # of itself it goes once the kernel has forgotten all connections there
        _ip("netns", "delete", name)


def _ip(*arguments: str) -> str:
    return subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True).stdout
