"""The connection to another maker's switch: what a switch may do wrong ends it, with the reason, and never hangs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from callbase.csta.document import NEWEST, SESSION, Document, parse, render
from callbase.csta.framing import Deframer, encode
from callbase.platform import ports
from callbase.platform.pbx import Pbx
from callbase.switch.csta import client as client_module
from callbase.switch.csta.client import CstaClient, Lost
from callbase.switch.csta.driver import CstaDriver
from tests.csta.pbx import PbxCentre
from tests.csta.test_process import certificate  # noqa: F401

Answers = Callable[[int, Document, asyncio.StreamWriter], Awaitable[None] | None]
STARTED = (
    "StartApplicationSessionPosResponse",
    [("sessionID", "1"), ("actualProtocolVersion", NEWEST), ("actualSessionDuration", "60")],
)


@asynccontextmanager
async def switch(answer: Answers) -> Any:
    """A switch that begins every session, and then does as `answer` does."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        deframer = Deframer()
        while received := await reader.read(65_536):
            for frame in deframer.feed(received):
                asked = parse(frame.body)
                if asked.name == "StartApplicationSession":
                    writer.write(encode(frame.invoke, render(SESSION, STARTED)))
                else:
                    answer(frame.invoke, asked, writer)
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    lost: list[str] = []
    client = CstaClient(Pbx("127.0.0.1", server.sockets[0].getsockname()[1]), lambda event: None, lost.append)
    try:
        await client.open()
        yield client, lost
    finally:
        await client.close()
        server.close()


async def test_a_switch_that_does_not_answer_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "ANSWER_TIMEOUT_S", 0.05)
    async with switch(lambda invoke, asked, writer: None) as (client, lost):
        with pytest.raises(Lost, match="no answer"):
            await client.ask(("RequestSystemStatus", []))
        assert lost == ["RequestSystemStatus is not answered"]


async def test_rubbish_ends_the_connection_and_fails_what_is_asked() -> None:
    async with switch(lambda invoke, asked, writer: writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as (client, lost):
        with pytest.raises(Lost, match="two zero bytes"):
            await client.ask(("RequestSystemStatus", []))
        assert len(lost) == 1


async def test_a_message_that_is_no_xml_is_passed_over() -> None:
    def answer(invoke: int, asked: Document, writer: asyncio.StreamWriter) -> None:
        writer.write(encode(9999, b"<DeliveredEvent"))
        writer.write(encode(invoke, render(NEWEST, ("RequestSystemStatusResponse", [("systemStatus", "normal")]))))

    async with switch(answer) as (client, lost):
        assert (await client.ask(("RequestSystemStatus", []))).value("systemStatus") == "normal"
        assert not lost


async def test_it_answers_whether_it_is_there() -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    def answer(invoke: int, asked: Document, writer: asyncio.StreamWriter) -> None:
        heard.put_nowait(asked.name)
        if asked.name == "RequestSystemStatus":
            writer.write(encode(7, render(NEWEST, ("SystemStatus", [("systemStatus", "normal")]))))
            writer.write(encode(invoke, render(NEWEST, ("RequestSystemStatusResponse", [("systemStatus", "normal")]))))

    async with switch(answer) as (client, _):
        await client.ask(("RequestSystemStatus", []))
        async with asyncio.timeout(5):
            assert [await heard.get(), await heard.get()] == ["RequestSystemStatus", "SystemStatusResponse"]


async def test_a_switch_that_does_not_want_us_says_why(pbx: PbxCentre) -> None:
    client = CstaClient(replace(pbx.pbx, token="of somebody else"), lambda event: None, lambda why: None)
    with pytest.raises(Lost, match="invalidApplicationInfo"):
        await client.open()
    await client.close()


async def test_over_tls_the_switchs_certificate_is_looked_at(pbx: PbxCentre, certificate: Path) -> None:  # noqa: F811
    await pbx.cut()
    await pbx.offer_csta(certificate)
    trusting = CstaClient(replace(pbx.pbx, tls=True, authority=certificate), lambda event: None, lambda why: None)
    await trusting.open()
    answer = await trusting.ask(("RequestSystemStatus", []))
    assert answer.value("systemStatus") == "normal"
    await trusting.close()
    strict = CstaClient(replace(pbx.pbx, tls=True), lambda event: None, lambda why: None)
    with pytest.raises(Lost, match="certificate"):
        await strict.open()
    await strict.close()


async def test_a_switch_that_lets_nobody_connect_is_not_reached() -> None:
    assert not await CstaDriver(Pbx("127.0.0.1", ports.pick())).reaches()
