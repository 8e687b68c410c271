"""Many agents' telephones on one socket: register, answer at once, talk for a set time, hang up, and note when what happened."""

from __future__ import annotations

import asyncio
import random
import re
import time
from dataclasses import dataclass, field

from benchmarks.sip import digest
from benchmarks.sip.message import Message, new_branch, new_tag, response, uri_of, user_of
from benchmarks.sip.tones import OF_AGENTS, OF_CALLERS
from benchmarks.sip.transport import Address, SipSocket, open_socket
from benchmarks.sip.voices import PCMA, Voices


@dataclass(frozen=True, slots=True)
class Account:
    user: str
    password: str


@dataclass(slots=True)
class Talk:
    """Moments are time.monotonic() seconds. From `free_since` (None the first time) to `rang` the agent was without a caller."""

    agent: str
    caller: str
    free_since: float | None
    rang: float
    connected: float = 0.0
    hung_up: float = 0.0
    by_agent: bool = False
    """Whether the agent hung up, not the far end."""
    heard: list[float] = field(default_factory=list)
    """When a caller's voice was, some ten times a second; with voices only."""


@dataclass(slots=True)
class _Dialog:
    talk: Talk
    invite: Message
    tag: str
    far: Address
    over: bool = False
    timer: asyncio.TimerHandle | None = None
    """Hangs up."""


@dataclass(slots=True)
class AgentPhones:
    """Talks last from half to one and a half of `talk_s`: equal ones would fall into step with a switch that looks round once a
    second. `begun` holds all since it was last cleared, `talks` those that have ended since."""

    talk_s: float
    """Changed with `talk_for`."""
    media_port: int
    """Where the SDP says to send RTP; whoever holds that port may throw it away."""
    service_s: dict[str, float] = field(default_factory=dict)
    """How long a talk with that caller lasts, exactly, in place of `talk_s`."""
    voices: Voices | None = None
    """What agents speak with; they are silent without."""
    begun: list[Talk] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    refused: int = 0
    """Invitations to an agent who already had a call."""
    _sip: SipSocket = field(init=False)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _free_since: dict[str, float] = field(default_factory=dict)
    _dialogs: dict[str, _Dialog] = field(default_factory=dict)
    _busy: set[str] = field(default_factory=set)
    _served: set[str] = field(default_factory=set)

    async def open(self, host: str = "127.0.0.1") -> None:
        self._sip = await open_socket(self._on_request, host)

    def close(self) -> None:
        self._sip.close()

    @property
    def retransmissions(self) -> int:
        """Of both sides, so far."""
        return self._sip.counters.sent_again + self._sip.counters.received_again

    @property
    def retransmitted(self) -> dict[str, int]:
        return dict(self._sip.counters.by_method)

    @property
    def talking(self) -> int:
        return len(self._dialogs)

    @property
    def served(self) -> int:
        """How many agents have had a call."""
        return len(self._served)

    def forget(self, switch: Address) -> list[Talk]:
        """That one is dead: whatever was under way there is over, and nobody will say so. Those talks."""
        self._sip.forget(switch)
        cut = [dialog for dialog in self._dialogs.values() if dialog.far == switch]
        for dialog in cut:
            self._end(dialog)
        return [dialog.talk for dialog in cut]

    def going_on(self) -> list[Talk]:
        """Ringing ones too."""
        return [dialog.talk for dialog in self._dialogs.values()]

    def calls_at(self, agent: str) -> int:
        """How many calls that agent's telephone has, ringing ones too."""
        return sum(dialog.talk.agent == agent for dialog in self._dialogs.values())

    def talk_for(self, talk_s: float) -> None:
        """From now on. Talks that go on end as if they had been among such ones for long, so that nothing has to settle."""
        self.talk_s = talk_s
        for dialog in self._dialogs.values():
            if dialog.timer is not None:
                dialog.timer.cancel()
                self._hang_up_within(dialog, 0.0, 1.0)

    def _hang_up_within(self, dialog: _Dialog, low: float, high: float) -> None:
        """After a share of `talk_s` between the two."""
        wait_s = self.talk_s * self._chance.uniform(low, high)
        dialog.timer = asyncio.get_running_loop().call_later(wait_s, self._hang_up, dialog)

    async def register(self, accounts: list[Account], registrar: Address, at_once: int = 20) -> None:
        """Registers all. Who is refused tries again: a switch may still be learning its telephones. Raises RuntimeError naming
        who is refused for a minute, TimeoutError where nobody answers."""
        gate = asyncio.Semaphore(at_once)
        deadline = time.monotonic() + 60

        async def one(account: Account) -> None:
            async with gate:
                while True:
                    try:
                        await asyncio.wait_for(self._register(account, registrar), 20)
                        return
                    except RuntimeError:
                        if time.monotonic() > deadline:
                            raise
                        await asyncio.sleep(0.5)

        await asyncio.gather(*(one(account) for account in accounts))

    async def _register(self, account: Account, registrar: Address) -> None:
        uri, call_id, tag, credentials = f"sip:{registrar[0]}:{registrar[1]}", new_tag(), new_tag(), ""
        for cseq in (1, 2, 3):
            headers = [
                ("via", f"SIP/2.0/UDP {self._here};rport;branch={new_branch()}"),
                ("max-forwards", "70"),
                ("from", f"<sip:{account.user}@{registrar[0]}>;tag={tag}"),
                ("to", f"<sip:{account.user}@{registrar[0]}>"),
                ("call-id", call_id),
                ("cseq", f"{cseq} REGISTER"),
                ("contact", f"<sip:{account.user}@{self._here}>"),
                ("expires", "3600"),
            ]
            if credentials:
                headers.append(("authorization", credentials))
            result = await self._ask(Message(f"REGISTER {uri} SIP/2.0", headers), registrar)
            if result.status == 200:
                return
            if result.status != 401:
                break
            credentials = digest.answer(result.get("www-authenticate"), account.user, account.password, "REGISTER", uri)
        raise RuntimeError(f"{account.user} could not register: {result.start}")

    async def _ask(self, request: Message, to: Address) -> Message:
        """Sends a request and waits for its final response."""
        result: asyncio.Future[Message] = asyncio.get_running_loop().create_future()

        def on_response(message: Message) -> None:
            if message.status >= 200 and not result.done():
                result.set_result(message)

        self._sip.request(request, to, on_response)
        return await result

    @property
    def _here(self) -> str:
        return f"{self._sip.address[0]}:{self._sip.address[1]}"

    def _on_request(self, request: Message, far: Address) -> None:
        if request.method == "INVITE":
            self._on_invite(request, far)
        elif request.method == "ACK":
            self._on_ack(request)
        elif request.method in ("BYE", "CANCEL"):
            self._sip.respond(request, response(request, 200), far)
            dialog = self._dialogs.get(request.get("call-id"))
            if dialog:
                if request.method == "CANCEL" and not dialog.talk.connected:
                    self._sip.respond(dialog.invite, response(dialog.invite, 487, dialog.tag), far)
                self._end(dialog)
        else:
            self._sip.respond(request, response(request, 200, new_tag()), far)

    def _on_invite(self, request: Message, far: Address) -> None:
        agent, call_id, now = user_of(request.start), request.get("call-id"), time.monotonic()
        dialog = self._dialogs.get(call_id)
        if dialog:  # a re-INVITE: the same answer once more
            self._accept(dialog, request)
            return
        if agent in self._busy:
            self.refused += 1
            self._sip.respond(request, response(request, 486, new_tag()), far)
            return
        self._busy.add(agent)
        talk = Talk(agent, user_of(request.get("from")), self._free_since.pop(agent, None), now)
        self.begun.append(talk)
        dialog = _Dialog(talk, request, new_tag(), far)
        self._dialogs[call_id] = dialog
        self._accept(dialog, request)

    def _accept(self, dialog: _Dialog, request: Message) -> None:
        payload = _first_codec(request.body) if self.voices is None else PCMA
        body = (
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            f"m=audio {self.media_port} RTP/AVP {payload}\r\na=sendrecv\r\n"
        ).encode()
        contact = ("contact", f"<sip:{dialog.talk.agent}@{self._here}>")
        kind = ("content-type", "application/sdp")
        self._sip.respond(request, response(request, 200, dialog.tag, contact, kind, body=body), dialog.far)

    def _on_ack(self, request: Message) -> None:
        dialog = self._dialogs.get(request.get("call-id"))
        if dialog and not dialog.talk.connected:
            dialog.talk.connected = time.monotonic()
            if self.voices is not None:
                heard = dialog.talk.heard
                self.voices.speak(request.get("call-id"), dialog.invite.body, says=OF_AGENTS, hears=OF_CALLERS, heard=heard)
            first = dialog.talk.agent not in self._served
            self._served.add(dialog.talk.agent)
            if dialog.talk.caller in self.service_s:
                wait_s = self.service_s[dialog.talk.caller]
                dialog.timer = asyncio.get_running_loop().call_later(wait_s, self._hang_up, dialog)
                return
            # an agent's first talk is one that has been going on: so all do not end at once when many have begun at once
            self._hang_up_within(dialog, *((0.0, 1.0) if first else (0.5, 1.5)))

    def _hang_up(self, dialog: _Dialog) -> None:
        if dialog.over:
            return
        invite = dialog.invite
        target = uri_of(invite.get("contact"))
        bye = Message(
            f"BYE {target} SIP/2.0",
            [
                ("via", f"SIP/2.0/UDP {self._here};rport;branch={new_branch()}"),
                ("max-forwards", "70"),
                ("from", f"{invite.get('to')};tag={dialog.tag}"),
                ("to", invite.get("from")),
                ("call-id", invite.get("call-id")),
                ("cseq", "1 BYE"),
            ],
        )
        dialog.talk.by_agent = True
        self._end(dialog)
        self._sip.request(bye, dialog.far, lambda _: None)

    def _end(self, dialog: _Dialog) -> None:
        dialog.over = True
        if dialog.timer is not None:
            dialog.timer.cancel()
        dialog.talk.hung_up = time.monotonic()
        self._busy.discard(dialog.talk.agent)
        self._free_since[dialog.talk.agent] = dialog.talk.hung_up
        call_id = dialog.invite.get("call-id")
        self._dialogs.pop(call_id, None)
        if self.voices is not None:
            self.voices.fall_silent(call_id)
        if dialog.talk.connected:
            self.talks.append(dialog.talk)


def _first_codec(sdp: bytes) -> str:
    """The first audio payload type offered; PCMU where there is none."""
    found = re.search(rb"m=audio \d+ [\w/]+ (\d+)", sdp)
    return found[1].decode() if found else "0"
