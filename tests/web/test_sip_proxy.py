"""SIP from the browser through the web process to the switch, and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from django.conf import settings
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from callbase.platform.runtime import SwitchNode
from callbase.web import sip_proxy
from callbase.web.sip_dialogs import Dialogs
from callbase.web.sip_proxy import FRAME_LIMIT, SipProxy
from callbase.web.socket import Socket
from tests.web.asgi_server import eventually, served

SIP = Subprotocol("sip")


class Switch:
    """Asterisk's end: echoes each frame, says what it is told to."""

    def __init__(self) -> None:
        self.telephones: list[ServerConnection] = []
        self.server: Server

    async def handle(self, telephone: ServerConnection) -> None:
        self.telephones.append(telephone)
        try:
            async for frame in telephone:
                await telephone.send(frame)
        except ConnectionClosed:
            pass
        finally:
            self.telephones.remove(telephone)

    @property
    def address(self) -> str:
        host, port = next(iter(self.server.sockets)).getsockname()[:2]
        return f"ws://{host}:{port}/ws"


@pytest.fixture
async def switch() -> AsyncIterator[Switch]:
    switch = Switch()
    async with serve(switch.handle, "127.0.0.1", 0, subprotocols=[SIP]) as switch.server:
        yield switch


@pytest.fixture
async def proxy(switch: Switch) -> AsyncIterator[str]:
    async def admitted(browser: Socket) -> bool:
        return browser.cookie("who") == "signed-in"

    async with served(SipProxy(lambda browser: [switch.address], admitted)) as address:
        yield address


def telephone(
    address: str,
    *,
    cookie: str = "signed-in",
    origin: str | None = None,
    protocols: tuple[Subprotocol, ...] = (SIP,),
) -> connect:
    return connect(
        f"ws://{address}/sip",
        subprotocols=protocols or None,
        additional_headers={"Cookie": f"who={cookie}"},
        origin=Origin(origin) if origin else None,
        max_size=None,
    )


async def heard(connection: ClientConnection) -> str | bytes:
    return await asyncio.wait_for(connection.recv(), 5)


async def test_frames_pass_both_ways_under_the_subprotocol_sip(proxy: str, switch: Switch) -> None:
    async with telephone(proxy) as browser:
        assert browser.subprotocol == "sip"
        await browser.send("REGISTER sip:callbase SIP/2.0\r\n\r\n")
        assert await heard(browser) == "REGISTER sip:callbase SIP/2.0\r\n\r\n"
        await browser.send(b"\r\n\r\n")
        assert await heard(browser) == b"\r\n\r\n"
        await switch.telephones[0].send("INVITE")
        assert await heard(browser) == "INVITE"


async def test_when_the_browser_goes_the_switch_is_told(proxy: str, switch: Switch) -> None:
    async with telephone(proxy) as browser:
        await browser.send("x")
        await heard(browser)
        assert len(switch.telephones) == 1

    await eventually(lambda: not switch.telephones)


async def test_when_the_switch_goes_the_browser_is_told_to_come_again(proxy: str, switch: Switch) -> None:
    async with telephone(proxy) as browser:
        await browser.send("x")
        await heard(browser)
        await switch.telephones[0].close()

        with pytest.raises(ConnectionClosed) as closed:
            await heard(browser)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012


async def test_a_switch_that_is_away_is_a_refused_connection(proxy: str, switch: Switch) -> None:
    switch.server.close()
    await switch.server.wait_closed()
    gone = SipProxy(lambda browser: ["ws://127.0.0.1:1/ws"], lambda scope: asyncio.sleep(0, True))

    async with served(gone) as address:
        with pytest.raises(InvalidStatus):
            await telephone(address)


@pytest.mark.parametrize(
    ("why", "arguments"),
    [
        ("not signed in", {"cookie": "none"}),
        ("another site's page", {"origin": "https://evil.example"}),
        ("not SIP", {"protocols": ()}),
    ],
)
async def test_who_has_no_business_here_is_turned_away(
    proxy: str,
    switch: Switch,
    why: str,
    arguments: dict[str, object],
) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await telephone(proxy, **arguments)  # type: ignore[arg-type]

    assert refused.value.response.status_code == 403, why
    assert switch.telephones == []


async def test_our_own_page_is_let_in(proxy: str) -> None:
    async with telephone(proxy, origin=f"http://{proxy}") as browser:
        assert browser.subprotocol == "sip"


async def test_a_message_too_long_for_sip_ends_the_connection(proxy: str, switch: Switch) -> None:
    async with telephone(proxy) as browser:
        await browser.send("x" * (FRAME_LIMIT + 1))
        with pytest.raises(ConnectionClosed) as closed:
            await heard(browser)

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1009
    await eventually(lambda: not switch.telephones)


async def test_a_browser_that_reads_slowly_loses_nothing(proxy: str, switch: Switch) -> None:
    async with telephone(proxy) as browser:
        await browser.send("x")
        await heard(browser)
        sending = asyncio.create_task(_send_many(switch.telephones[0], 2_000))
        received = [await heard(browser) for _ in range(2_000)]
        await sending

    assert received == [f"{number:05}" + "." * 2_000 for number in range(2_000)]


async def _send_many(telephone: ServerConnection, count: int) -> None:
    for number in range(count):
        await telephone.send(f"{number:05}" + "." * 2_000)


async def test_a_browser_is_brought_to_a_node_that_is_there(switch: Switch) -> None:
    nodes = ["ws://127.0.0.1:1/ws", switch.address]
    async with (
        served(SipProxy(lambda browser: nodes, lambda scope: asyncio.sleep(0, True))) as address,
        telephone(address) as phone,
    ):
        await phone.send("REGISTER")
        assert await phone.recv() == "REGISTER"


async def test_a_telephone_leaves_a_drained_node_once_it_is_in_no_call(switch: Switch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sip_proxy, "LOOK_AT_DRAINED_S", 0.02)
    drained: list[str] = []

    async def which() -> list[str]:
        return drained

    proxy = SipProxy(lambda browser: [switch.address], lambda scope: asyncio.sleep(0, True), which)
    invite = "INVITE sip:1001@x SIP/2.0\r\nCall-ID: one\r\nCSeq: 1 INVITE\r\n\r\n"
    async with served(proxy) as address, telephone(address) as phone:
        await phone.send(invite)
        assert await phone.recv() == invite
        drained.append(switch.address)
        await asyncio.sleep(0.2)
        await phone.send("still there")
        assert await phone.recv() == "still there"
        await phone.send("BYE sip:1001@x SIP/2.0\r\ni: one\r\nCSeq: 2 BYE\r\n\r\n")
        await asyncio.wait_for(phone.wait_closed(), 5)


async def test_a_drained_node_is_tried_last(switch: Switch) -> None:
    async def which() -> list[str]:
        return ["ws://127.0.0.1:1/ws"]

    nodes = ["ws://127.0.0.1:1/ws", switch.address]
    proxy = SipProxy(lambda browser: nodes, lambda scope: asyncio.sleep(0, True), which)
    async with served(proxy) as address, telephone(address) as phone:
        await phone.send("REGISTER")
        assert await phone.recv() == "REGISTER"


@pytest.mark.parametrize(
    ("frames", "open"),
    [
        (["INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"], True),
        (["INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n", "SIP/2.0 200 OK\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"], True),
        (["INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n", "SIP/2.0 486 Busy\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n"], False),
        (["INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n", "CANCEL sip:a SIP/2.0\r\ni: 1\r\nCSeq: 1 CANCEL\r\n"], False),
        (["INVITE sip:a SIP/2.0\r\nCall-ID: 1\r\n", "SIP/2.0 401 Who\r\nCall-ID: 1\r\nCSeq: 3 REGISTER\r\n"], True),
        (["REGISTER sip:a SIP/2.0\r\nCall-ID: 2\r\n", "rubbish", ""], False),
    ],
)
def test_whether_a_telephone_is_in_a_call(frames: list[str], open: bool) -> None:
    dialogs = Dialogs()
    for frame in frames:
        dialogs.passed(frame.encode())
    assert bool(dialogs) is open


def test_browsers_are_spread_over_the_nodes_and_each_keeps_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = tuple(SwitchNode(name=name, ari_port=port, ami_port=0, sip_port=0) for name, port in (("a", 1001), ("b", 1002)))
    monkeypatch.setattr(sip_proxy, "_nodes", lambda: nodes)

    def order(session: str) -> tuple[str, ...]:
        scope = {"headers": [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode())]}
        return tuple(sip_proxy._node_addresses(Socket(scope, None, None)))  # type: ignore[arg-type]

    sessions = [f"session-{number}" for number in range(100)]
    first = [order(session)[0] for session in sessions]
    assert first == [order(session)[0] for session in sessions]
    assert 30 < first.count("ws://127.0.0.1:1001/ws") < 70
    assert set(order("one")) == {"ws://127.0.0.1:1001/ws", "ws://127.0.0.1:1002/ws"}
