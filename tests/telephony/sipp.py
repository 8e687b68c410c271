"""SIPp as an independent peer: callers on the trunk, and registered telephones, with a tone for a voice and RFC 4733 digits.

    sipp = Sipp(switch.sip_address, tmp_path)
    caller = await sipp.call("4008001234", steps=(Wait(2), Digits("1"), Wait(5)), hz=500)
    async with sipp.telephone("1001", "password", answer_after_s=0.5, hz=800) as phone: ...
    await caller.succeeded()

A scenario that goes otherwise than written makes SIPp exit with an error, which `succeeded` raises with SIPp's own words.
SIPp needs root (CAP_NET_RAW) to send digits.
"""

from __future__ import annotations

import asyncio
import itertools
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from callbase.platform.dependent import dependent
from tests.system.audio import ALAW, tone
from tests.telephony.switch import free_ports

Address = tuple[str, int]


@dataclass(frozen=True)
class Wait:
    seconds: float


@dataclass(frozen=True)
class Digits:
    keys: str


Step = Wait | Digits
Ending = Literal["hang_up", "when_told", "far_end", "cancel"]
"""How a caller's call ends: it hangs up, or does so when `Run.hang_up` tells it, waits for the far end to do so, or gives up
before the answer."""


class Run:
    """One SIPp process."""

    def __init__(self, process: asyncio.subprocess.Process, errors: Path, port: int) -> None:
        self._process = process
        self._errors = errors
        self._port = port

    def hang_up(self) -> None:
        """Tells a caller that waits for it: by a message within its call, which SIPp knows by the Call-ID alone."""
        told = (
            "MESSAGE sip:caller@127.0.0.1 SIP/2.0\r\nFrom: <sip:test@127.0.0.1>;tag=test\r\nTo: <sip:caller@127.0.0.1>\r\n"
            f"Call-ID: {_call_id(self._port)}\r\nCSeq: 1 MESSAGE\r\nContent-Length: 0\r\n\r\n"
        )
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(told.encode(), ("127.0.0.1", self._port))

    async def succeeded(self, timeout_s: float = 30.0) -> None:
        """Waits for its end. Raises AssertionError where a call went otherwise than its scenario."""
        try:
            output, _ = await asyncio.wait_for(self._process.communicate(), timeout_s)
        except TimeoutError:
            await self.stop()
            raise AssertionError(f"SIPp was not through after {timeout_s} s") from None
        said = self._errors.read_text(errors="replace") if self._errors.exists() else ""
        assert self._process.returncode == 0, f"SIPp exit {self._process.returncode}\n{said}\n{output.decode()[-2000:]}"

    @property
    def running(self) -> bool:
        return self._process.returncode is None

    async def stop(self) -> None:
        if self.running:
            self._process.kill()
        await self._process.communicate()


class Sipp:
    """`folder` takes scenarios, sounds and error files; `host` is where its callers and telephones are."""

    def __init__(self, server: Address, folder: Path, host: str = "127.0.0.1") -> None:
        self._server, self._host = server, host
        self._folder = folder
        self._numbers = itertools.count(1)

    async def call(
        self,
        number: str,
        *,
        caller: str = "13900001111",
        steps: tuple[Step, ...] = (),
        ending: Ending = "hang_up",
        hz: float | None = None,
        calls: int = 1,
    ) -> Run:
        """Starts callers, `calls` of them within a second, each going through the steps once answered.

        Of several none may speak: SIPp has no one port for a call's tone and its digits then.
        """
        scenario = _caller(number, caller, steps, ending, self._sound(hz) if hz else None)
        (port,) = free_ports(1)
        options = ["-m", str(calls), "-l", str(calls), "-r", str(calls)]
        if ending == "when_told":
            options += ["-cid_str", _call_id(port)]
        return await self._run(scenario, port, *options)

    @asynccontextmanager
    async def telephone(
        self, user: str, password: str, *, answer_after_s: float | None = 0.2, status: int = 200, hz: float = 800, calls: int = 1
    ) -> AsyncIterator[Run]:
        """A registered telephone that takes `calls` calls: answers, refuses with a status, or (None) only rings."""
        (port,) = free_ports(1)
        registration = await self._run(_registration(user, password), port, "-m", "1")
        await registration.succeeded(10)
        run = await self._run(_telephone(answer_after_s, status, self._sound(hz)), port, "-m", str(calls))
        try:
            yield run
        finally:
            await run.stop()

    def _sound(self, hz: float) -> Path:
        file = self._folder / f"{hz:g}.alaw"
        if not file.exists():
            file.write_bytes(ALAW.encode(tone(hz)))
        return file

    async def _run(self, scenario: str, port: int, *options: str) -> Run:
        name = f"sipp{next(self._numbers)}"
        file = self._folder / f"{name}.xml"
        file.write_text(scenario)
        errors = self._folder / f"{name}.err"
        # tone and digits must come from the same port, or the far end takes the digits for somebody else's
        media_port = _even_port()
        process = await asyncio.create_subprocess_exec(
            *dependent(["sipp"]), "{}:{}".format(*self._server), "-sf", str(file), "-i", self._host, "-p", str(port),
            "-mp", str(media_port), "-aa", "-trace_err", "-error_file", str(errors), "-nostdin",
            "-default_behaviors", "all,-bye", *options,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=self._folder,
        )  # fmt: skip
        return Run(process, errors, port)


def _call_id(port: int) -> str:
    """Of the one call of a caller at that port."""
    return f"{port}@caller"


def _even_port() -> int:
    """For RTP, RFC 3550 §11."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port % 2 == 0:
            return port


# play_dtmf sends its events with payload type 96
_SDP = """v=0
o=sipp 1 1 IN IP4 [local_ip]
s=-
c=IN IP4 [media_ip]
t=0 0
m=audio [auto_media_port] RTP/AVP 8 96
a=rtpmap:8 PCMA/8000
a=rtpmap:96 telephone-event/8000
a=fmtp:96 0-15
a=ptime:20
"""


def _scenario(name: str, *parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<scenario name="{name}">\n' + "\n".join(parts) + "\n</scenario>\n"


def _send(text: str, *, retransmit: bool = False) -> str:
    # SIPp ends every line itself; an empty line must stand before the body
    attributes = ' retrans="500"' if retransmit else ""
    return f"<send{attributes}><![CDATA[\n{text}\n]]></send>"


def _pause(seconds: float) -> str:
    return f'<pause milliseconds="{round(seconds * 1000)}"/>'


def _speak(sound: Path) -> str:
    return f'<nop><action><exec rtp_stream="{sound},-1,8,PCMA/8000"/></action></nop>'


def _caller(number: str, caller: str, steps: tuple[Step, ...], ending: Ending, sound: Path | None) -> str:
    def request(
        method: str, to_tag: str, body: str = "", *, cseq: int = 1, branch: str = "z9hG4bK-[pid]-[call_number]-invite"
    ) -> str:
        content = "Content-Type: application/sdp\n" if body else ""
        first = f"sip:{number}@[remote_ip]:[remote_port]"
        uri, routes = (first, "") if method in ("INVITE", "CANCEL") else ("[next_url]", "[routes]\n")
        return (
            f"{method} {uri} SIP/2.0\n"
            f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch={branch}\n"
            f"From: <sip:{caller}@[local_ip]:[local_port]>;tag=[pid]c[call_number]\n"
            f"To: <sip:{number}@[remote_ip]:[remote_port]>{to_tag}\nCall-ID: [call_id]\nCSeq: {cseq} {method}\n"
            f"Contact: <sip:{caller}@[local_ip]:[local_port]>\nMax-Forwards: 70\n"
            f"{routes}{content}Content-Length: [len]\n\n{body}"
        )

    parts = [
        _send(request("INVITE", "", _SDP), retransmit=True),
        '<recv response="100" optional="true"/>',
        '<recv response="180" optional="true"/>',
        '<recv response="183" optional="true"/>',
    ]
    acted = [_pause(step.seconds) if isinstance(step, Wait) else _dial(step) for step in steps]
    if sound:
        # not before the digits are sent: SIPp numbers the two apart, and the far end takes one that the tone overtakes for two
        acted.insert(max((at for at, step in enumerate(steps, 1) if isinstance(step, Digits)), default=0), _speak(sound))
    elif steps and isinstance(steps[-1], Digits) and ending in ("when_told", "far_end"):
        acted[-1] = _press(steps[-1])  # whatever comes next may come while they are sent
    if ending == "cancel":
        cancel = request("CANCEL", "")
        parts = [parts[0], '<recv response="100"/>', *acted, _send(cancel, retransmit=True), '<recv response="200"/>']
        parts += ['<recv response="487"/>', _send(request("ACK", "[peer_tag_param]"))]
        return _scenario("caller", *parts)
    parts += ['<recv response="200" rrs="true"/>', _send(request("ACK", "[peer_tag_param]", branch="[branch]")), *acted]
    if ending == "when_told":
        parts.append('<recv request="MESSAGE"/>')
    if ending in ("hang_up", "when_told"):
        parts += [_send(request("BYE", "[peer_tag_param]", cseq=2, branch="[branch]"), retransmit=True), '<recv response="200"/>']
    else:
        parts += ['<recv request="BYE"/>', _send(_response(200))]
    return _scenario("caller", *parts)


def _press(digits: Digits) -> str:
    return f'<nop><action><exec play_dtmf="{digits.keys}"/></action></nop>'


def _dial(digits: Digits) -> str:
    """SIPp leads in with 0.4 s of its own; the pause lets all of it be sent."""
    return _press(digits) + _pause(0.5 + 0.5 * len(digits.keys))


def _response(status: int, *, tag: str = "", body: str = "") -> str:
    reason = {180: "Ringing", 200: "OK", 486: "Busy Here", 487: "Request Terminated", 603: "Decline"}.get(status, "Other")
    content = "Content-Type: application/sdp\n" if body else ""
    contact = "Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n" if tag else ""
    return (
        f"SIP/2.0 {status} {reason}\n[last_Via:]\n[last_From:]\n[last_To:]{tag}\n[last_Call-ID:]\n[last_CSeq:]\n"
        f"{contact}{content}Content-Length: [len]\n\n{body}"
    )


def _telephone(answer_after_s: float | None, status: int, sound: Path) -> str:
    tag = ";tag=[pid]s[call_number]"
    parts = ['<recv request="INVITE" crlf="true"/>', _send(_response(180, tag=tag))]
    if answer_after_s is None:
        # the INVITE's headers are needed again after the CANCEL's came
        keep = '<action><ereg regexp=".*" search_in="hdr" header="CSeq:" assign_to="1"/></action>'
        parts[0] = f'<recv request="INVITE" crlf="true">{keep}</recv>'
        terminated = _response(487, tag=tag).replace("[last_CSeq:]", "CSeq:[$1]")
        parts += ['<recv request="CANCEL"/>', _send(_response(200)), _send(terminated, retransmit=True), '<recv request="ACK"/>']
    elif status == 200:
        parts += [_pause(answer_after_s), _send(_response(200, tag=tag, body=_SDP), retransmit=True), '<recv request="ACK"/>']
        parts += [_speak(sound), '<recv request="BYE"/>', _send(_response(200))]
    else:
        parts += [_pause(answer_after_s), _send(_response(status, tag=tag), retransmit=True), '<recv request="ACK"/>']
    return _scenario("telephone", *parts)


def _registration(user: str, password: str) -> str:
    def register(cseq: int, credentials: str) -> str:
        return (
            "REGISTER sip:[remote_ip]:[remote_port] SIP/2.0\n"
            "Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n"
            f"From: <sip:{user}@[remote_ip]>;tag=[pid]r[call_number]\nTo: <sip:{user}@[remote_ip]>\nCall-ID: [call_id]\n"
            f"CSeq: {cseq} REGISTER\nContact: <sip:{user}@[local_ip]:[local_port]>\nExpires: 600\nMax-Forwards: 70\n"
            f"{credentials}Content-Length: 0\n"
        )

    return _scenario(
        "registration",
        _send(register(1, ""), retransmit=True),
        '<recv response="401" auth="true"/>',
        _send(register(2, f"[authentication username={user} password={password}]\n"), retransmit=True),
        '<recv response="200"/>',
    )
