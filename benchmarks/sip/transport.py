"""One UDP socket that speaks SIP: sends again what is not answered, answers again what is asked again, and counts both.

Simplified from RFC 3261 §17: a request is sent again until any response comes; a 2xx to INVITE until the ACK comes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from benchmarks.sip.message import Message, SipMalformed, parse

Address = tuple[str, int]
OnResponse = Callable[[Message], None]
OnRequest = Callable[[Message, Address], None]

T1_S = 0.5
"""RFC 3261 §17.1.1.1: after this long unanswered a message is sent again, then after twice that."""
_ATTEMPTS = 6
_REMEMBERED_S = 8.0
"""How long a response is kept for a request that comes again."""


@dataclass(slots=True)
class Counters:
    sent_again: int = 0
    """We got no answer within T1."""
    received_again: int = 0
    """The far end got none from us in time."""
    given_up: int = 0
    by_method: dict[str, int] = field(default_factory=dict)
    """What had to be sent again, by method; the 2xx to an INVITE counts as "2xx"."""

    def note(self, what: str) -> None:
        self.sent_again += 1
        self.by_method[what] = self.by_method.get(what, 0) + 1


class SipSocket(asyncio.DatagramProtocol):
    """`on_request` gets each new request once. Open one with `open_socket`."""

    def __init__(self, on_request: OnRequest) -> None:
        self.counters = Counters()
        self.address: Address = ("", 0)
        self._on_request = on_request
        self._waiting: dict[tuple[str, str], tuple[OnResponse, Address]] = {}
        self._timers: dict[tuple[str, str], tuple[asyncio.TimerHandle, Address]] = {}
        self._answers: dict[tuple[str, str], tuple[bytes, Address]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.address = transport.get_extra_info("sockname")[:2]

    def datagram_received(self, data: bytes, addr: Address) -> None:
        try:
            message = parse(data)
        except SipMalformed:
            return
        if not message.is_request:
            self._receive_response(message)
            return
        if message.method == "ACK":
            self._stop_timer(("2xx", message.get("call-id")))
            self._on_request(message, addr)
            return
        key = (message.branch, message.method)
        if key in self._answers:
            self.counters.received_again += 1
            sent, to = self._answers[key]
            if sent:
                self._send(sent, to)
            return
        self._remember(key, b"", addr)
        self._on_request(message, addr)

    def _receive_response(self, message: Message) -> None:
        key = (message.branch, message.method)
        self._stop_timer(key)
        waiting = self._waiting.get(key)
        if message.status >= 200:
            self._waiting.pop(key, None)
        if waiting:
            on_response, _ = waiting
            on_response(message)

    def request(self, message: Message, to: Address, on_response: OnResponse) -> None:
        """Sends a request; `on_response` hears every response. Unanswered for good: counted in `given_up`."""
        key = (message.branch, message.method)
        self._waiting[key] = on_response, to
        self._send_until_answered(key, message.method, message.encode(), to)

    def acknowledge(self, message: Message, to: Address) -> None:
        """Sends an ACK, which nobody answers."""
        self._send(message.encode(), to)

    def respond(self, request: Message, message: Message, to: Address) -> None:
        """Answers a request. A 2xx to INVITE is sent until its ACK comes."""
        data = message.encode()
        self._remember((request.branch, request.method), data, to)
        if request.method == "INVITE" and 200 <= message.status < 300:
            self._send_until_answered(("2xx", message.get("call-id")), "2xx", data, to)
        else:
            self._send(data, to)

    def forget(self, far: Address | None = None) -> None:
        """Sends nothing again any more and hears no answer, to and from there or, None, anybody."""
        for key in [key for key, (_, to) in self._timers.items() if far in (None, to)]:
            self._stop_timer(key)
        for key in [key for key, (_, to) in self._waiting.items() if far in (None, to)]:
            del self._waiting[key]

    def close(self) -> None:
        self.forget()
        if self._transport:
            self._transport.close()

    def _remember(self, key: tuple[str, str], data: bytes, to: Address) -> None:
        if key not in self._answers:
            asyncio.get_running_loop().call_later(_REMEMBERED_S, self._answers.pop, key, None)
        self._answers[key] = (data, to)

    def _send_until_answered(self, key: tuple[str, str], what: str, data: bytes, to: Address, attempt: int = 1) -> None:
        self._send(data, to)
        wait_s = min(T1_S * 2 ** (attempt - 1), 4.0)
        timer = asyncio.get_running_loop().call_later(wait_s, self._again, key, what, data, to, attempt + 1)
        self._timers[key] = timer, to

    def _again(self, key: tuple[str, str], what: str, data: bytes, to: Address, attempt: int) -> None:
        if attempt > _ATTEMPTS:
            self.counters.given_up += 1
            self._timers.pop(key, None)
            self._waiting.pop(key, None)
            return
        self.counters.note(what)
        self._send_until_answered(key, what, data, to, attempt)

    def _stop_timer(self, key: tuple[str, str]) -> None:
        if key in self._timers:
            timer, _ = self._timers.pop(key)
            timer.cancel()

    def _send(self, data: bytes, to: Address) -> None:
        if self._transport and not self._transport.is_closing():
            self._transport.sendto(data, to)


async def open_socket(on_request: OnRequest, host: str = "127.0.0.1", port: int = 0) -> SipSocket:
    """A socket with a large buffer: at a thousand telephones on one socket, bursts come."""
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
    plain.bind((host, port))
    plain.setblocking(False)
    _, sip = await asyncio.get_running_loop().create_datagram_endpoint(lambda: SipSocket(on_request), sock=plain)
    return sip
