"""Callers on a trunk: SIPp places calls until a set number of them are up, and waits in each for the far end to hang up. It can
write down when each was placed, answered and ended by the far end."""

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
  <nop>{placed}</nop>
  <send retrans="500"><![CDATA[
INVITE sip:[service]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{prefix}[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
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
  <recv response="200" rrs="true">{answered}</recv>
  <send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:{prefix}[call_number]@[local_ip]:[local_port]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
  <recv request="BYE" timeout="3600000">{ended}</recv>
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


_NOTE = (
    '<action><gettimeofday assign_to="seconds,microseconds"/>'
    '<log message="[$seconds] [$microseconds] {what} {prefix}[call_number]"/></action>'
)
"""Into its log, where it keeps one."""
FILL_PER_S = 25
"""New calls a second at first: a thousand callers who are all there at once, to hear music, would be what is measured."""


class SippMissing(RuntimeError):
    """There is no `sipp` on PATH."""


@dataclass(frozen=True, slots=True)
class CallerCounts:
    """Since the start of the run."""

    created: int
    succeeded: int
    """Answered, and ended by the far end."""
    failed: int
    retransmissions: int
    under_way: int
    """Just now: those in a talk and those who wait."""


@dataclass(slots=True)
class SippCall:
    """As SIPp has written it down. Moments are seconds since 1970; 0: that did not happen."""

    caller: str
    placed: float
    answered: float = 0.0
    ended: float = 0.0
    """By the far end's BYE."""


@dataclass(slots=True)
class Callers:
    """`at_once` calls are kept up. Their numbers are the prefix and a count from 1."""

    target: Address
    number: str
    at_once: int
    media_port: int
    folder: Path
    prefix: str = "138"
    per_s: float = FILL_PER_S
    """So many new calls a second at most."""
    writes_down: bool = False
    """Each call, for `calls`."""
    _control_port: int = field(default_factory=lambda: free_port(socket.SOCK_DGRAM))
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        sipp = shutil.which("sipp")
        if not sipp:
            raise SippMissing("this benchmark needs SIPp: apt-get install sip-tester")
        self.folder.mkdir(parents=True, exist_ok=True)
        scenario = self.folder / "caller.xml"
        notes = {what: _NOTE.format(what=what, prefix=self.prefix) for what in ("placed", "answered", "ended")}
        scenario.write_text(_SCENARIO.format(media_port=self.media_port, prefix=self.prefix, **notes))
        self._statistics.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *dependent([sipp]), f"{self.target[0]}:{self.target[1]}", "-sf", str(scenario), "-s", self.number, "-i", "127.0.0.1",
            "-p", str(free_sip_port()), "-cp", str(self._control_port),
            "-r", f"{self.per_s:g}", "-l", str(self.at_once), "-m", "100000000", *self._log_options,
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
            succeeded=int(row["SuccessfulCall(C)"]),
            failed=int(row["FailedCall(C)"]),
            retransmissions=int(row["Retransmissions(C)"]),
            under_way=int(row["CurrentCall"]),
        )

    def calls(self) -> list[SippCall]:
        """All so far, in order; where each is written down."""
        found: dict[str, SippCall] = {}
        for line in self._log.read_text().splitlines():
            seconds, microseconds, what, caller = line.split()
            at = float(seconds) + float(microseconds) / 1e6
            if what == "placed":
                found[caller] = SippCall(caller, at)
            else:
                setattr(found[caller], what, at)
        return list(found.values())

    def call_again_at_once(self) -> None:
        """From now on a new call is placed at once for each that ends."""
        self.come(1000)

    def come(self, per_s: float) -> None:
        """New calls from now on, as long as not all are there."""
        self._control(f"cset rate {per_s:g}")

    def place_no_more(self) -> None:
        """SIPp ends by itself once the last call has."""
        self._control("q")

    @property
    def over(self) -> bool:
        """SIPp has ended."""
        return self._process is not None and self._process.returncode is not None

    def kill(self) -> None:
        """At once, without another word to the far end."""
        if self._process and not self.over:
            self._process.kill()

    async def stop(self) -> None:
        """Ends SIPp; it cancels or hangs up what is still up."""
        if self._process and not self.over:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), 5)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()

    @property
    def _log(self) -> Path:
        return self.folder / "calls.log"

    @property
    def _log_options(self) -> list[str]:
        return ["-trace_logs", "-log_file", str(self._log)] if self.writes_down else []

    def _control(self, command: str) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            control.sendto(command.encode(), ("127.0.0.1", self._control_port))
