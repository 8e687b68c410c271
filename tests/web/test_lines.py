"""The link as lines over TCP: the same messages and rights as at /link, and nobody who misbehaves disturbs anybody else."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from callbase.core.events import SetData, SetReady
from callbase.cti import LinkClient, LinkDown, LinkLost, LinkRefused
from callbase.cti.messages import (
    EngineStatus,
    Hello,
    Message,
    Ping,
    Pong,
    Refused,
    ReplyMessage,
    RequestMessage,
    Resubscribe,
    Snapshot,
    ToClient,
)
from callbase.web.gateway import connection as connections
from callbase.web.gateway import lines as gateway_lines
from callbase.web.gateway.connection import Identify
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.lines import Lines
from callbase.web.gateway.trail import Trail
from tests.web.asgi_server import eventually
from tests.web.fake_engine import FakeEngine, agent, fake_engine, interaction
from tests.web.test_gateway import SUPERVISOR, access

REFUSED = r"token_invalid: .+"
RUBBISH = (b"\x00\xff\xfe", b"GET / HTTP/1.1", b"{", b"[]", b'{"type":"console_opened"}', b"x" * 200_000)


class Program:
    """A program of another maker: a socket and JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def say(self, message: Message) -> None:
        self.writer.write(msgspec.json.encode(message) + b"\n")

    async def until(self, wanted: type | Callable[[Any], bool]) -> Any:
        async with asyncio.timeout(5):
            while True:
                message = msgspec.json.decode(await self.reader.readuntil(b"\n"), type=ToClient)
                if isinstance(message, wanted) if isinstance(wanted, type) else wanted(message):
                    return message

    async def is_let_go(self) -> bool:
        async with asyncio.timeout(5):
            with contextlib.suppress(ConnectionError):
                await self.reader.read()
        return True


class Port:
    """The listener over a fake engine; token "board" opens it."""

    def __init__(self, lines: Lines, number: int) -> None:
        self.lines, self.number = lines, number

    async def program(self, *, token: str = "", takes: int = 2**24) -> Program:
        """`takes`: bytes it reads ahead of what is asked for."""
        program = Program(*await asyncio.open_connection("127.0.0.1", self.number, limit=takes))
        if token:
            program.say(Hello(token=token))
        return program


def identify(address: str) -> Identify:
    async def who(hello: Hello) -> Any:
        return access("board", SUPERVISOR) if hello.token == "board" else None

    return who


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with fake_engine() as engine:
        yield engine


@pytest.fixture
async def port(engine: FakeEngine) -> AsyncIterator[Port]:
    hub = Hub(LinkClient(f"ws://127.0.0.1:{engine.port}", "internal", "*", facts=True), Trail(lambda deed: None))
    hub.start()
    await eventually(lambda: hub.online("acme"))
    lines = Lines(lambda: hub, identify)
    yield Port(lines, await lines.start("127.0.0.1", 0))
    await lines.close()
    await hub.close()


async def test_a_program_follows_and_acts_line_by_line(port: Port, engine: FakeEngine) -> None:
    program = await port.program(token="board")
    assert (await program.until(Snapshot)).state == engine.views["acme"]
    assert (await program.until(EngineStatus)).online
    await engine.change("acme", agents=(agent("1001", state="busy"),))
    assert (await program.until(lambda message: getattr(message, "agents", ()))).seq == 1
    program.writer.write(b"\r\n\n")
    program.say(RequestMessage(id="a", action=SetReady(agent="1001")))
    program.say(Ping())
    assert await program.until(ReplyMessage) == ReplyMessage(id="a")
    await program.until(Pong)
    assert engine.actions() == [SetReady(agent="1001")]


@pytest.mark.parametrize("token", ["forged", ""])
async def test_without_a_token_nobody_is_let_in(port: Port, token: str) -> None:
    program = await port.program()
    program.say(Hello(token=token))
    assert (await program.until(Refused)).code == ("token_invalid" if token else "not_signed_in")
    assert await program.is_let_go()


async def test_a_request_that_is_wrong_is_answered_and_the_lines_go_on(port: Port, engine: FakeEngine) -> None:
    program = await port.program(token="board")
    await program.until(EngineStatus)
    program.writer.write(b'{"type":"request","id":"a","action":{"type":"Fly"}}\n')
    program.say(Ping())
    reply = await program.until(ReplyMessage)
    assert (reply.id, reply.error.code, reply.error.field) == ("a", "value_invalid", "type")
    await program.until(Pong)


@pytest.mark.parametrize("rubbish", RUBBISH)
@pytest.mark.parametrize("greeted", [False, True])
async def test_rubbish_ends_its_own_connection_only_and_is_logged(
    port: Port, engine: FakeEngine, rubbish: bytes, greeted: bool
) -> None:
    other = await port.program(token="board")
    await other.until(EngineStatus)
    program = await port.program(token="board" if greeted else "")
    if greeted:
        await program.until(EngineStatus)
    with capture_logs() as logs:
        program.writer.write(rubbish + b"\n")
        assert await program.is_let_go()
    assert [entry["why"] for entry in logs if entry["event"] == "a client is let go"] == ["message_malformed"]
    await engine.change("acme", agents=(agent("1001", state="busy"),))
    await other.until(lambda message: getattr(message, "agents", ()))


async def test_who_says_nothing_is_let_go(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HELLO_TIMEOUT_S", 0.05)
    assert await (await port.program()).is_let_go()


async def test_who_reads_nothing_is_cut_off_and_the_others_are_told_all(
    port: Port, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "SEND_TIMEOUT_S", 0.2)
    other = await port.program(token="board")
    await other.until(EngineStatus)
    await engine.change("acme", interactions=tuple(interaction(f"i{n}", note="x" * 2_000) for n in range(2_000)))
    await other.until(lambda message: getattr(message, "interactions", ()))
    deaf = await port.program(token="board", takes=1_000)
    with capture_logs() as logs:
        async with asyncio.timeout(10):
            while not any(entry["event"] == "a client takes nothing, let go" for entry in logs):
                deaf.say(Resubscribe())
                await asyncio.sleep(0.01)
    await engine.change("acme", agents=(agent("1001", state="busy"),))
    await other.until(lambda message: getattr(message, "agents", ()))


async def test_more_connections_than_there_may_be_are_turned_away(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_lines, "OPEN_LIMIT", 1)
    first = await port.program(token="board")
    await first.until(EngineStatus)
    assert await (await port.program(token="board")).is_let_go()
    first.say(Ping())
    await first.until(Pong)
    first.writer.close()


async def test_nobody_without_a_token_keeps_a_program_out(port: Port, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_lines, "UNKNOWN_LIMIT", 2)
    follows = await port.program(token="board")
    await follows.until(EngineStatus)
    silent = [await port.program() for _ in range(2)]
    await eventually(lambda: len(port.lines._talks) == 3)
    assert await (await port.program(token="board")).is_let_go(), "the third of this address that is not known"
    silent[0].writer.close()
    await eventually(lambda: len(port.lines._talks) == 2)
    another = await port.program(token="board")
    await another.until(EngineStatus)


@pytest.mark.parametrize("goes_on", [False, True])
async def test_who_is_no_longer_let_in_is_let_go_though_it_does_not_go_and_nothing_more_is_done(
    port: Port, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch, goes_on: bool
) -> None:
    withdrawn = asyncio.Event()

    def until_withdrawn(address: str) -> Identify:
        async def who(hello: Hello) -> Any:
            return None if withdrawn.is_set() else access("board", SUPERVISOR)

        return who

    monkeypatch.setattr(connections, "ACCESS_CHECK_S", 0.02)
    monkeypatch.setattr(port.lines, "_identify", until_withdrawn)
    program = await port.program(token="board")
    await program.until(EngineStatus)
    withdrawn.set()
    assert (await program.until(Refused)).code == "token_invalid"
    if goes_on:
        assert await program.is_let_go()
        program.say(RequestMessage(id="a", action=SetReady(agent="1001")))
    await eventually(lambda: not port.lines._talks)
    assert engine.actions() == []


async def test_who_says_too_much_at_once_is_told_how_much_it_may_be(port: Port) -> None:
    program = await port.program(token="board")
    await program.until(EngineStatus)
    program.writer.write(b"x" * 8_000_000 + b"\n")
    refused = await program.until(Refused)
    assert (refused.code, refused.message) == ("message_malformed", "The message is too long; it may have 64 KiB.")
    async with LinkClient(f"tcp://127.0.0.1:{port.number}", "board") as link:
        await link.wait_connected()
        with pytest.raises(LinkLost, match="too long; it may have 64 KiB"):
            await link.request(SetData(interaction="i1", data={"note": "x" * 100_000}))
        await link.wait_connected()
        assert (await link.request(SetReady(agent="1001"))).error is None


async def test_the_python_client_follows_and_asks_over_lines_and_comes_back(port: Port, engine: FakeEngine) -> None:
    async with LinkClient(f"tcp://127.0.0.1:{port.number}", "board") as link:
        await link.wait_connected()
        assert (await link.request(SetReady(agent="1001"))).error is None
        messages = link.events()
        assert isinstance(await anext(messages), Snapshot)
        await port.lines.close()
        while not isinstance(await anext(messages), LinkDown):
            pass
        with pytest.raises(TimeoutError):
            await link.wait_connected(0.05)
        await port.lines.start("127.0.0.1", port.number)
        await engine.change("acme", agents=(agent("1001", state="busy"),))
        await link.wait_connected()
        assert link.view == engine.views["acme"]


async def test_the_python_client_says_what_it_was_refused_for(port: Port) -> None:
    async with LinkClient(f"tcp://127.0.0.1:{port.number}", "forged") as link:
        with pytest.raises(LinkRefused, match=REFUSED) as refused:
            await link.wait_connected()
        assert refused.value.code == "token_invalid"
        with pytest.raises(LinkRefused, match=REFUSED):
            await link.request(SetReady(agent="1001"))
        with pytest.raises(LinkRefused, match=REFUSED):
            await anext(link.events())
        with pytest.raises(LinkRefused, match=REFUSED):
            _ = link.view


async def test_who_follows_already_is_told_that_it_is_refused(port: Port) -> None:
    async with LinkClient(f"tcp://127.0.0.1:{port.number}", "forged") as link:
        messages = link.events()
        assert isinstance(await anext(messages), Refused)
        with pytest.raises(LinkRefused, match=REFUSED):
            await anext(messages)
