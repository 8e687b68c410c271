"""A SIP telephone for tests: registers, calls, is called, talks in tones. RFC 3261 over UDP, G.711 and telephone events."""

from __future__ import annotations

import asyncio
import re
import socket
from types import TracebackType
from typing import Self

from benchmarks.sip import digest
from benchmarks.sip.message import Message, new_branch, new_tag, parameter, response, uri_of, user_of
from benchmarks.sip.transport import Address, SipSocket, open_socket
from tests.system.audio import ALAW, Law
from tests.system.media import EVENT_TYPE, Media

ANSWER_TIMEOUT_S = 15.0


class Call:
    """One call at a telephone. `status` is the final SIP status of the INVITE, 0 before; `ended` is set once it is over."""

    def __init__(self, phone: Telephone, call_id: str, media: Media) -> None:
        self.phone, self.call_id, self.media = phone, call_id, media
        self.status = 0
        self.ringing, self.answered, self.ended = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.ended_by_far_end = False
        self.told_to_answer = asyncio.Event()
        """By a NOTIFY with `Event: talk`."""
        self.transferred: asyncio.Queue[str] = asyncio.Queue()
        """What the last NOTIFY on each transfer of ours said."""
        self.given_up = False
        """We hung up before the answer; if one comes all the same, it is ended at once."""
        self.invite: Message | None = None
        self.caller = ""
        self.local, self.remote, self.target = "", "", ""
        """From- and To-values of this dialog as we write them, and the far end's Contact."""
        self.cseq = 1

    async def wait_answered(self, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Raises AssertionError where the call ends instead, TimeoutError where nothing comes."""
        waits = [asyncio.create_task(event.wait()) for event in (self.answered, self.ended)]
        await asyncio.wait(waits, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        assert not (self.ended.is_set() and not self.answered.is_set()), f"the call ended with {self.status}"
        if not self.answered.is_set():
            raise TimeoutError(f"not answered within {timeout_s} s (last status {self.status})")

    async def wait_ended(self, timeout_s: float = 10.0) -> None:
        await asyncio.wait_for(self.ended.wait(), timeout_s)

    def answer(self) -> None:
        """Picks up."""
        assert self.invite
        self.phone.accept(self, self.invite)

    def reject(self, status: int = 486, *extra: tuple[str, str]) -> None:
        """`extra` headers go along."""
        assert self.invite
        refusal = response(self.invite, status, parameter(self.local, "tag"), *extra)
        self.phone.sip.respond(self.invite, refusal, self.phone.server)
        self.over()

    def cancel(self) -> None:
        """Hangs up before the answer; sent once the far end has said anything, RFC 3261 §9.1."""
        assert self.invite
        self.given_up = True
        if not self.status:
            return
        headers = [
            (name, value) for name, value in self.invite.headers if name in ("via", "from", "to", "call-id", "max-forwards")
        ]
        request = Message(self.invite.start.replace("INVITE", "CANCEL", 1), [*headers, ("cseq", f"{self.cseq} CANCEL")])
        self.phone.sip.request(request, self.phone.server, lambda _: None)

    def hang_up(self) -> None:
        """Ends an answered call, or cancels one not answered yet; nothing where it is over."""
        if self.ended.is_set():
            return
        if not self.answered.is_set():
            self.cancel()
            return
        self.phone.sip.request(self.request("BYE"), self.phone.server, lambda _: None)
        self.over()

    async def hold(self) -> None:
        """Presses the hold button, RFC 3264 §8.4; nothing more is heard or said."""
        await self._reinvite("sendonly")
        self.media.sending = False

    async def retrieve(self) -> None:
        await self._reinvite("sendrecv")
        self.media.sending = True

    async def transfer(self, number: str, *extra: tuple[str, str]) -> str:
        """Presses the transfer button, RFC 3515; how that went, as a SIP status line. `extra` headers go along."""
        refer_to = f"<sip:{number}@{self.phone.server[0]}:{self.phone.server[1]}>"
        contact = ("contact", f"<sip:{self.phone.user}@{self.phone.here}>")
        answer = await self.phone.ask(self.request("REFER", ("refer-to", refer_to), contact, *extra))
        if answer.status != 202:
            return answer.start
        return await asyncio.wait_for(self.transferred.get(), 10)

    async def _reinvite(self, direction: str) -> None:
        """Until it is answered: before that no other may be sent, RFC 3261 §14.1."""
        request = self.request("INVITE", *self.phone.session_headers(), body=self.phone.sdp(self, direction))
        answer = await self.phone.ask(request)
        self.acknowledge(answer)
        assert answer.status == 200, f"re-INVITE for {direction}: {answer.start}"

    def acknowledge(self, message: Message) -> None:
        """The ACK to a final response to our INVITE."""
        if message.status >= 200:
            ack = self.request("ACK")
            self.cseq -= 1
            ack.headers = [(name, f"{self.cseq} ACK" if name == "cseq" else value) for name, value in ack.headers]
            self.phone.sip.acknowledge(ack, self.phone.server)

    async def press(self, digits: str) -> None:
        """Sends keys as RFC 4733 events."""
        await self.media.send_digits(digits)

    def request(self, method: str, *extra: tuple[str, str], body: bytes = b"") -> Message:
        """A request within the dialog."""
        self.cseq += 1
        headers = [
            ("via", f"SIP/2.0/UDP {self.phone.here};rport;branch={new_branch()}"),
            ("max-forwards", "70"),
            ("from", self.local),
            ("to", self.remote),
            ("call-id", self.call_id),
            ("cseq", f"{self.cseq} {method}"),
            *extra,
        ]
        return Message(f"{method} {self.target} SIP/2.0", headers, body)

    def over(self, *, by_far_end: bool = False) -> None:
        self.ended_by_far_end = by_far_end
        self.media.close()
        self.ended.set()


def own_host_towards(server: Address) -> str:
    """By which address of this machine that server is reached, and reaches us."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(server)
        host: str = probe.getsockname()[0]
    return host


class Telephone:
    """`hz` is the tone it speaks in. Calls to it come out of `incoming`; `answer_after_s` None: it only rings. `sequence`: where
    the numbers of its RTP begin in each call, anywhere by default.

    It says that it rings after `ring_after_s`; `obeys` says whether it answers, or takes back what it holds, when told to by a
    NOTIFY."""

    def __init__(
        self,
        user: str,
        server: Address,
        password: str = "",
        *,
        hz: float | None = None,
        answer_after_s: float | None = None,
        law: Law = ALAW,
        sequence: int | None = None,
        ring_after_s: float = 0.0,
        obeys: bool = False,
    ) -> None:
        self.user, self.server, self.hz, self.answer_after_s = user, server, hz, answer_after_s
        self.law, self.sequence = law, sequence
        self.ring_after_s, self.obeys = ring_after_s, obeys
        self.incoming: asyncio.Queue[Call] = asyncio.Queue()
        self.calls: dict[str, Call] = {}
        self._password = password
        self.sip: SipSocket

    async def __aenter__(self) -> Self:
        self.sip = await open_socket(self._on_request, own_host_towards(self.server))
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for call in self.calls.values():
            call.hang_up()
            call.media.close()
        await asyncio.sleep(0.05)  # let the BYEs out
        self.sip.close()

    @property
    def host(self) -> str:
        return self.sip.address[0]

    @property
    def here(self) -> str:
        return f"{self.host}:{self.sip.address[1]}"

    def lose_power(self) -> None:
        """Nothing more comes from it, not even a BYE."""
        for call in self.calls.values():
            call.over()
        self.sip.close()

    async def register(self, expires_s: int = 600) -> None:
        """`expires_s` 0 takes the registration back. Raises AssertionError where it is refused."""
        uri, call_id, tag, credentials = f"sip:{self.server[0]}:{self.server[1]}", new_tag(), new_tag(), ""
        for cseq in (1, 2):
            headers = [
                ("via", f"SIP/2.0/UDP {self.here};rport;branch={new_branch()}"),
                ("max-forwards", "70"),
                ("from", f"<sip:{self.user}@{self.server[0]}>;tag={tag}"),
                ("to", f"<sip:{self.user}@{self.server[0]}>"),
                ("call-id", call_id),
                ("cseq", f"{cseq} REGISTER"),
                ("contact", f"<sip:{self.user}@{self.here}>"),
                ("expires", str(expires_s)),
            ]
            if credentials:
                headers.append(("authorization", credentials))
            result = await self.ask(Message(f"REGISTER {uri} SIP/2.0", headers))
            if result.status != 401:
                break
            credentials = digest.answer(result.get("www-authenticate"), self.user, self._password, "REGISTER", uri)
        assert result.status == 200, f"{self.user} could not register: {result.start}"

    async def call(self, number: str, **headers: str) -> Call:
        """Dials; returns at once, the call rings on. `headers`: more of the INVITE, `_` for `-`."""
        call = Call(self, new_tag(), Media(self.hz, self.law, self.sequence))
        await call.media.open(self.host)
        call.local = f"<sip:{self.user}@{self.here}>;tag={new_tag()}"
        call.remote = f"<sip:{number}@{self.server[0]}:{self.server[1]}>"
        call.target = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        call.cseq = 0
        self.calls[call.call_id] = call
        more = [(name.replace("_", "-"), value) for name, value in headers.items()]
        call.invite = call.request("INVITE", *self.session_headers(), *more, body=self.sdp(call))
        self.sip.request(call.invite, self.server, lambda message: self._on_answer(call, message))
        return call

    def accept(self, call: Call, invite: Message) -> None:
        """Answers an INVITE or a re-INVITE with 200."""
        call.status = 200
        self.sip.respond(
            invite, response(invite, 200, parameter(call.local, "tag"), *self.session_headers(), body=self.sdp(call)), self.server
        )
        call.media.start(_media_address(invite.body))

    async def ask(self, request: Message) -> Message:
        """Sends a request; its final response."""
        result: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def on_response(message: Message) -> None:
            if message.status >= 200 and not result.done():
                result.set_result(message)

        self.sip.request(request, self.server, on_response)
        return await asyncio.wait_for(result, 10)

    def session_headers(self) -> list[tuple[str, str]]:
        return [("contact", f"<sip:{self.user}@{self.here}>"), ("content-type", "application/sdp")]

    def sdp(self, call: Call, direction: str = "sendrecv") -> bytes:
        return (
            f"v=0\r\no={self.user} 1 {call.cseq + 1} IN IP4 {self.host}\r\ns=-\r\nc=IN IP4 {self.host}\r\nt=0 0\r\n"
            f"m=audio {call.media.port} RTP/AVP {self.law.payload_type} {EVENT_TYPE}\r\n"
            f"a=rtpmap:{self.law.payload_type} {self.law.name}/8000\r\n"
            f"a=rtpmap:{EVENT_TYPE} telephone-event/8000\r\na=fmtp:{EVENT_TYPE} 0-15\r\na=ptime:20\r\na={direction}\r\n"
        ).encode()

    def _on_answer(self, call: Call, message: Message) -> None:
        """A response to our INVITE."""
        first, call.status = call.status == 0, message.status
        if message.status in (180, 183):
            call.ringing.set()
        if message.status < 200:
            if first and call.given_up:
                call.cancel()
            return
        call.remote = message.get("to")
        if message.status >= 300:
            assert call.invite
            kept = [(name, value) for name, value in call.invite.headers if name in ("via", "from", "call-id", "max-forwards")]
            ack = Message(
                call.invite.start.replace("INVITE", "ACK", 1), [*kept, ("to", call.remote), ("cseq", f"{call.cseq} ACK")]
            )
            self.sip.acknowledge(ack, self.server)
            call.over(by_far_end=True)
            return
        call.target = uri_of(message.get("contact")) or call.target
        call.acknowledge(message)
        call.media.start(_media_address(message.body))
        call.answered.set()
        if call.given_up:
            call.hang_up()

    def _on_request(self, request: Message, far: Address) -> None:
        call = self.calls.get(request.get("call-id"))
        if request.method == "INVITE" and call is None:
            asyncio.get_running_loop().create_task(self._ring(request))
        elif request.method == "INVITE" and call is not None:
            self.accept(call, request)
        elif request.method == "ACK":
            if call and call.status == 200:
                call.answered.set()
        else:
            self.sip.respond(request, response(request, 200, new_tag()), far)
            if call and request.method == "NOTIFY" and request.get("event") == "talk":
                call.told_to_answer.set()
                if self.obeys and not call.status:
                    call.answer()
                elif self.obeys and not call.media.sending:
                    asyncio.get_running_loop().create_task(call.retrieve())
            if call and request.method == "NOTIFY" and request.get("subscription-state").startswith("terminated"):
                call.transferred.put_nowait(request.body.decode().strip())
            if call and not call.ended.is_set() and request.method in ("BYE", "CANCEL"):
                if request.method == "CANCEL" and call.invite:
                    call.status = 487
                    self.sip.respond(call.invite, response(call.invite, 487, parameter(call.local, "tag")), far)
                call.over(by_far_end=True)

    async def _ring(self, invite: Message) -> None:
        call = Call(self, invite.get("call-id"), Media(self.hz, self.law, self.sequence))
        call.invite, call.caller = invite, user_of(invite.get("from"))
        call.local, call.remote = f"{invite.get('to')};tag={new_tag()}", invite.get("from")
        call.target = uri_of(invite.get("contact"))
        self.calls[call.call_id] = call
        await call.media.open(self.host)
        await asyncio.sleep(self.ring_after_s)
        if call.ended.is_set():
            return
        self.sip.respond(invite, response(invite, 180, parameter(call.local, "tag"), *self.session_headers()[:1]), self.server)
        call.ringing.set()
        self.incoming.put_nowait(call)
        if self.answer_after_s is not None:
            await asyncio.sleep(self.answer_after_s)
            if not call.ended.is_set():
                call.answer()


def _media_address(sdp: bytes) -> Address:
    """Where the far end wants its audio, RFC 4566 §5.7 and §5.14."""
    host = re.search(rb"c=IN IP4 (\S+)", sdp)
    port = re.search(rb"m=audio (\d+)", sdp)
    assert host and port, sdp
    return host[1].decode(), int(port[1])
