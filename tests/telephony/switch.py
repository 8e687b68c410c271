"""A private Asterisk for tests: the product's tree, configuration and command line, on free ports, in a folder of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.ports import free_sip_port
from callbase.platform.asterisk import AsteriskInstallation, command, configure, process_name, ready
from callbase.platform.dependent import dependent
from callbase.platform.environment import Environment
from callbase.platform.prepare import NODE_NAMES
from callbase.platform.runtime import Runtime, SwitchNode
from tests.telephony.centre import SECRET_KEY

STARTED_WITHIN_S = 15.0


@dataclass
class RunningSwitch:
    """`start` before use; it stays the same switch, on the same ports, over `kill` and `start` again."""

    environment: Environment
    runtime: Runtime
    installation: AsteriskInstallation
    node: SwitchNode | None = None
    """The first one if none is named."""
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def sip_address(self) -> tuple[str, int]:
        return self.environment.bind, self.node.sip_port if self.node is not None else self.environment.sip_port

    @property
    def log(self) -> str:
        file = self._log_file
        return file.read_text() if file.exists() else ""

    @property
    def _name(self) -> str:
        return self.node.name if self.node is not None else self.runtime.node

    @property
    def _log_file(self) -> Path:
        return self.environment.log_dir / f"{process_name(self._name)}.log"

    def start(self) -> None:
        """Returns once it takes commands."""
        configure(self.environment, self.runtime, self.installation, self.node)
        with self._log_file.open("ab") as log:
            self.process = subprocess.Popen(
                dependent(command(self.environment, self.installation, self._name)),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not ready(self.runtime, self.node):
            assert self.process.poll() is None, f"Asterisk ended by itself:\n{self.log}"
            assert time.monotonic() < deadline, f"Asterisk was not ready in time:\n{self.log}"
            time.sleep(0.02)

    def kill(self, number: int = signal.SIGKILL) -> None:
        if self.process is not None:
            self.process.send_signal(number)
            self.process.wait(10)
            self.process = None

    def stop(self) -> None:
        self.kill(signal.SIGTERM)


def free_ports(count: int) -> list[int]:
    """Ports free for TCP and UDP alike, none of them twice."""
    held: list[socket.socket] = []
    found: list[int] = []
    while len(found) < count:
        stream = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        stream.bind(("127.0.0.1", 0))
        held.append(stream)
        datagram = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        held.append(datagram)
        try:
            datagram.bind(stream.getsockname())
        except OSError:
            continue
        found.append(stream.getsockname()[1])
    for each in held:
        each.close()
    return found


def free_rtp_range(size: int = 200) -> tuple[int, int]:
    """First and last of so many UDP ports in a row that nobody uses now; outside the kernel's own range."""
    for first in range(16000, 30000, size):
        try:
            for port in range(first, first + size, 10):
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first, first + size - 1
    raise OSError("no free range of UDP ports")


def new_switch(home: Path, installation: AsteriskInstallation) -> RunningSwitch:
    """Not started yet."""
    return new_nodes(home, installation, 1)[0]


def new_nodes(home: Path, installation: AsteriskInstallation, count: int) -> list[RunningSwitch]:
    """The nodes of one installation, not started yet."""
    ari, ami, link, http, *more = free_ports(2 + 2 * count)
    sip = free_sip_port(count)
    first, last = free_rtp_range()
    environment = Environment(
        home=home,
        http_port=http,
        sip_port=sip,
        rtp_first=first,
        rtp_last=last,
        bind="127.0.0.1",
        database_url=None,
        demo_password=None,
        asterisk_nodes=count,
    )
    further = tuple(
        SwitchNode(name=name, ari_port=more.pop(), ami_port=more.pop(), sip_port=sip + at)
        for at, name in enumerate(NODE_NAMES[1:count], start=1)
    )
    runtime = Runtime(
        database_url="",
        link_port=link,
        internal_token="unused",
        secret_key=SECRET_KEY,
        ari_port=ari,
        ari_password="test-password",
        ami_port=ami,
        sip_port=sip,
        further_nodes=further,
    )
    return [RunningSwitch(environment, runtime, installation, node) for node in runtime.nodes]
