"""A Kamailio for tests: Debian's program, run as we render its configuration."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

from callbase.core.config import Config
from callbase.platform.dependent import dependent
from callbase.platform.environment import ROOT
from callbase.platform.runtime import SwitchNode
from callbase.switch.asterisk.kamailio import render
from callbase.switch.asterisk.proxy import SipProxy

UNPACKED = ROOT / ".tools" / "kamailio"
STARTED_WITHIN_S = 10.0
OPTIONS = (
    "OPTIONS sip:{host}:{port} SIP/2.0\r\nVia: SIP/2.0/UDP {own};branch=z9hG4bK-{at};rport\r\nFrom: <sip:test@{own}>;tag=1\r\n"
    "To: <sip:{host}>\r\nCall-ID: {at}\r\nCSeq: 1 OPTIONS\r\nMax-Forwards: 70\r\nContent-Length: 0\r\n\r\n"
)


class Kamailio:
    """`start` returns once it answers."""

    def __init__(self, folder: Path, proxy: SipProxy, nodes: tuple[SwitchNode, ...], config: Config) -> None:
        self._folder, self.address = folder, (proxy.host, proxy.port)
        folder.mkdir()
        for name, text in render(folder, proxy, nodes, config).items():
            (folder / name).write_text(text)
        self._log = folder / "log"

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def start(self) -> None:
        program, libraries = shutil.which("kamailio"), ""
        modules: list[str] = []
        if program is None:
            program = str(UNPACKED / "usr/sbin/kamailio")
            (found,) = UNPACKED.glob("usr/lib/*/kamailio")
            modules, libraries = ["-L", str(found / "modules")], str(found)
        arguments = ["-f", str(self._folder / "kamailio.cfg"), *modules, "-DD", "-E", "-m", "32", "-M", "4"]
        arguments += ["-Y", str(self._folder), "-w", str(self._folder)]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                dependent([program, *arguments], signal.SIGTERM),
                env=os.environ | {"LD_LIBRARY_PATH": libraries},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + STARTED_WITHIN_S
        while not self._answers():
            assert self._process.poll() is None, f"Kamailio ended by itself:\n{self.log}"
            assert time.monotonic() < deadline, f"Kamailio was not ready in time:\n{self.log}"

    def stop(self) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            asking.bind(("127.0.0.1", 0))
            asking.settimeout(0.1)
            own = "{}:{}".format(*asking.getsockname())
            host, port = self.address
            asking.sendto(OPTIONS.format(host=host, port=port, own=own, at=time.monotonic_ns()).encode(), self.address)
            try:
                return asking.recv(4096).startswith(b"SIP/2.0 200")
            except TimeoutError:
                return False
