"""Callers who come at set moments from one socket, and wait in each call for the far end to hang up."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks.sip.message import Message, new_branch, new_tag, response, uri_of
from benchmarks.sip.transport import Address, SipSocket, open_socket


@dataclass(slots=True)
class TimedCall:
    """Moments are time.monotonic() seconds, 0 before."""

    caller: str
    number: str
    called: float = 0.0
    status: int = 0
    """The INVITE's final status."""
    ended: float = 0.0


@dataclass(slots=True)
class TimedCallers:
    """`calls` holds all that were placed, in order."""

    target: Address
    media_port: int
    calls: list[TimedCall] = field(default_factory=list)
    _sip: SipSocket = field(init=False)
    _open: dict[str, TimedCall] = field(default_factory=dict)
    """By Call-ID."""

    async def open(self, host: str = "127.0.0.1") -> None:
        self._sip = await open_socket(self._on_request, host)

    def close(self) -> None:
        self._sip.close()

    @property
    def under_way(self) -> int:
        return len(self._open)

    def call(self, caller: str, number: str) -> None:
        """Places a call now. A refused one keeps its status and is over."""
        made = TimedCall(caller, number, time.monotonic())
        here, there = f"{self._sip.address[0]}:{self._sip.address[1]}", f"{self.target[0]}:{self.target[1]}"
        headers = [
            ("max-forwards", "70"),
            ("from", f"<sip:{caller}@{here}>;tag={new_tag()}"),
            ("to", f"<sip:{number}@{there}>"),
            ("call-id", new_tag()),
            ("contact", f"<sip:{caller}@{here}>"),
        ]
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.media_port} RTP/AVP 8\r\na=sendrecv\r\n"
        ).encode()
        via = ("via", f"SIP/2.0/UDP {here};rport;branch={new_branch()}")
        kind = ("content-type", "application/sdp")
        invite = Message(f"INVITE sip:{number}@{there} SIP/2.0", [via, *headers, ("cseq", "1 INVITE"), kind], body)
        self.calls.append(made)
        self._open[invite.get("call-id")] = made
        self._sip.request(invite, self.target, lambda answer: self._on_answer(made, invite, answer))

    def _on_answer(self, made: TimedCall, invite: Message, answer: Message) -> None:
        if answer.status < 200:
            return
        made.status = answer.status
        refused = answer.status >= 300
        branch = invite.get("via") if refused else f"{invite.get('via').partition(';')[0]};rport;branch={new_branch()}"
        kept = [(name, value) for name, value in invite.headers if name in ("from", "call-id", "max-forwards")]
        to = invite.start.split()[1] if refused else uri_of(answer.get("contact"))
        self._sip.acknowledge(
            Message(f"ACK {to} SIP/2.0", [("via", branch), *kept, ("to", answer.get("to")), ("cseq", "1 ACK")]), self.target
        )
        if refused:
            self._over(invite.get("call-id"))

    def _on_request(self, request: Message, far: Address) -> None:
        if request.method == "ACK":
            return
        self._sip.respond(request, response(request, 200), far)
        if request.method == "BYE":
            self._over(request.get("call-id"))

    def _over(self, call_id: str) -> None:
        if made := self._open.pop(call_id, None):
            made.ended = time.monotonic()
