"""Callers on a trunk: SIPp places calls until a set number of them are up, and waits in each for the far end to hang up."""

from __future__ import annotations

import asyncio
import csv
import shutil
import socket
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.ports import free_port, free_sip_port
from benchmarks.sip.transport import Address
from callbase.platform.dependent import dependent

_SCENARIO = """<?xml version="1.0" encoding="UTF-8"?>
<scenario name="a caller who waits for as long as it takes">
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:138[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
To: <sip:[service]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [local_ip]
t=0 0
m=audio {media_port} RTP/AVP 8 101
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
]]></send>
  <recv response="100" optional="true"/>
  <recv response="180" optional="true"/>
  <recv response="183" optional="true"/>
  <recv response="200" rrs="true"/>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:138[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE" timeout="3600000"/>
  <send><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
</scenario>
"""


FILL_PER_S = 25
"""New calls a second at first: a thousand callers who are all there at once, to hear music, would be what is measured."""


class SippMissing(RuntimeError):
    """There is no `sipp` on PATH."""


@dataclass(frozen=True, slots=True)
class CallerCounts:
    """Since the start of the run."""

    created: int
    failed: int
    retransmissions: int
    under_way: int
    """Just now: those in a talk and those who wait."""


@dataclass(slots=True)
class Callers:
    """`at_once` calls are kept up."""

    target: Address
    number: str
    at_once: int
    media_port: int
    folder: Path
    _control_port: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        sipp = shutil.which("sipp")
        if not sipp:
            raise SippMissing("this benchmark needs SIPp: apt-get install sip-tester")
        self.folder.mkdir(parents=True, exist_ok=True)
        scenario = self.folder / "caller.xml"
        scenario.write_text(_SCENARIO.replace("{media_port}", str(self.media_port)))
        self._statistics.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *dependent([sipp]), f"{self.target[0]}:{self.target[1]}", "-sf", str(scenario), "-s", self.number, "-i", "127.0.0.1",
            "-p", str(free_sip_port()), "-cp", str(self._control_port),
            "-r", str(FILL_PER_S), "-l", str(self.at_once), "-m", "100000000",
            "-trace_stat", "-stf", str(self._statistics), "-fd", "1", "-buff_size", str(4 << 20), "-nostdin",
            cwd=self.folder, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    @property
    def _statistics(self) -> Path:
        return self.folder / "statistics.csv"

    def counts(self) -> CallerCounts:
        """As of the last full second."""
        lines = self._statistics.read_text().splitlines()
        row = next(csv.DictReader([lines[0], lines[-1]], delimiter=";"))
        return CallerCounts(
            created=int(row["TotalCallCreated"]),
            failed=int(row["FailedCall(C)"]),
            retransmissions=int(row["Retransmissions(C)"]),
            under_way=int(row["CurrentCall"]),
        )

    def call_again_at_once(self) -> None:
        """From now on a new call is placed at once for each that ends."""
        self.come(1000)

    def come(self, per_s: float) -> None:
        """New calls from now on, as long as not all are there."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            control.sendto(f"cset rate {per_s:g}".encode(), ("127.0.0.1", self._control_port))

    async def stop(self) -> None:
        """Ends SIPp; it cancels or hangs up what is still up."""
        if self._process and self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
