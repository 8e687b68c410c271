"""Callers who come at set moments from one socket, and wait in each call for the far end to hang up, or hang up themselves."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from benchmarks.sip.message import Message, new_branch, new_tag, response, uri_of
from benchmarks.sip.tones import OF_AGENTS, OF_CALLERS
from benchmarks.sip.transport import Address, SipSocket, open_socket
from benchmarks.sip.voices import Voices


@dataclass(slots=True)
class TimedCall:
    """Moments are time.monotonic() seconds, 0 before."""

    caller: str
    number: str
    called: float = 0.0
    status: int = 0
    """The INVITE's final status."""
    rang: float = 0.0
    answered: float = 0.0
    left: float = 0.0
    """When the caller hung up."""
    ended: float = 0.0
    hung_up: bool = False
    """By the caller."""
    heard: list[float] = field(default_factory=list)
    """When an agent's voice was, some ten times a second; with voices only."""


@dataclass(slots=True)
class _Dialog:
    call: TimedCall
    invite: Message
    answer: Message | None = None
    """The 200 to the INVITE."""


@dataclass(slots=True)
class TimedCallers:
    """`calls` holds all that were placed, in order."""

    target: Address
    media_port: int
    voices: Voices | None = None
    """What they speak with; they are silent without."""
    calls: list[TimedCall] = field(default_factory=list)
    _sip: SipSocket = field(init=False)
    _open: dict[str, _Dialog] = field(default_factory=dict)
    """By Call-ID."""

    async def open(self, host: str = "127.0.0.1") -> None:
        self._sip = await open_socket(self._on_request, host)

    def close(self) -> None:
        self._sip.close()

    @property
    def under_way(self) -> int:
        return len(self._open)

    @property
    def open_calls(self) -> list[TimedCall]:
        return [dialog.call for dialog in self._open.values()]

    def call(self, caller: str, number: str) -> TimedCall:
        """Places a call now. A refused one keeps its status and is over."""
        made = TimedCall(caller, number, time.monotonic())
        there = f"{self.target[0]}:{self.target[1]}"
        headers = [
            ("max-forwards", "70"),
            ("from", f"<sip:{caller}@{self._here}>;tag={new_tag()}"),
            ("to", f"<sip:{number}@{there}>"),
            ("call-id", new_tag()),
            ("contact", f"<sip:{caller}@{self._here}>"),
        ]
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.media_port} RTP/AVP 8\r\na=sendrecv\r\n"
        ).encode()
        kind = ("content-type", "application/sdp")
        start = f"INVITE sip:{number}@{there} SIP/2.0"
        invite = Message(start, [self._via(), *headers, ("cseq", "1 INVITE"), kind], body)
        dialog = _Dialog(made, invite)
        self.calls.append(made)
        self._open[invite.get("call-id")] = dialog
        self._sip.request(invite, self.target, lambda answer: self._on_answer(dialog, answer))
        return made

    def hang_up(self, call: TimedCall) -> None:
        """Ends a call; takes one back that is not answered yet."""
        dialog = next((one for one in self._open.values() if one.call is call), None)
        if dialog is None or call.hung_up:
            return
        call.hung_up, call.left = True, time.monotonic()
        if dialog.answer is None:
            invite = dialog.invite
            self._ask(dialog, "CANCEL", invite.start.split()[1], ("via", invite.get("via")), invite.get("to"), 1)
        else:
            self._bye(dialog, dialog.answer)

    def forget(self) -> list[TimedCall]:
        """The switch is dead: whatever was under way is over, and nobody will say so. Those calls."""
        self._sip.forget()
        cut = [dialog.call for dialog in self._open.values()]
        for call_id in tuple(self._open):
            self._over(call_id)
        return cut

    @property
    def _here(self) -> str:
        return f"{self._sip.address[0]}:{self._sip.address[1]}"

    def _via(self) -> tuple[str, str]:
        return ("via", f"SIP/2.0/UDP {self._here};rport;branch={new_branch()}")

    def _ask(self, dialog: _Dialog, method: str, to: str, via: tuple[str, str], far_end: str, cseq: int) -> None:
        kept = [(name, value) for name, value in dialog.invite.headers if name in ("from", "call-id", "max-forwards")]
        message = Message(f"{method} {to} SIP/2.0", [via, *kept, ("to", far_end), ("cseq", f"{cseq} {method}")])
        if method == "ACK":
            self._sip.acknowledge(message, self.target)
        else:
            self._sip.request(message, self.target, lambda _: None)

    def _bye(self, dialog: _Dialog, answer: Message) -> None:
        self._ask(dialog, "BYE", uri_of(answer.get("contact")), self._via(), answer.get("to"), 2)
        self._over(dialog.invite.get("call-id"))

    def _on_answer(self, dialog: _Dialog, answer: Message) -> None:
        call, invite = dialog.call, dialog.invite
        if answer.status < 200:
            if answer.status >= 180 and not call.rang:
                call.rang = time.monotonic()
            return
        call.status = answer.status
        refused = answer.status >= 300
        to = invite.start.split()[1] if refused else uri_of(answer.get("contact"))
        self._ask(dialog, "ACK", to, ("via", invite.get("via")) if refused else self._via(), answer.get("to"), 1)
        if refused:
            self._over(invite.get("call-id"))
            return
        call.answered, dialog.answer = time.monotonic(), answer
        if call.hung_up:  # it was taken back too late
            self._bye(dialog, answer)
        elif self.voices is not None:
            self.voices.speak(invite.get("call-id"), answer.body, says=OF_CALLERS, hears=OF_AGENTS, heard=call.heard)

    def _on_request(self, request: Message, far: Address) -> None:
        if request.method == "ACK":
            return
        self._sip.respond(request, response(request, 200), far)
        if request.method == "BYE":
            self._over(request.get("call-id"))

    def _over(self, call_id: str) -> None:
        if dialog := self._open.pop(call_id, None):
            dialog.call.ended = time.monotonic()
            if self.voices is not None:
                self.voices.fall_silent(call_id)
