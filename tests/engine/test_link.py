"""What a program sees on the link."""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from callbase.core import events
from callbase.core.views import TenantView
from callbase.cti.client import LinkClient, LinkDown, LinkLost, LinkRefused
from callbase.cti.messages import PROTOCOL, AnswerNow, Change, FactMessage, Refused, Snapshot, ToClient
from callbase.cti.mirror import apply
from callbase.engine import link_connection
from tests.engine.conftest import TOKEN, StartEngine, publish, until
from tests.engine.fake_core import config
from tests.engine.test_journal import end, offer

EMPTY = TenantView(tenant="demo", config_version=1, agents={}, interactions={}, queues={}, trunks={}, switch_online=True)


def hello(**values: Any) -> str:
    return json.dumps({"type": "hello", "token": TOKEN, "tenant": "demo"} | values)


async def next_message(socket: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(5):
        return json.loads(await socket.recv())


async def test_after_hello_comes_the_whole_state(start_engine: StartEngine) -> None:
    async with start_engine() as engine, connect(engine.link_url) as socket:
        await socket.send(hello())
        snapshot = await next_message(socket)
    assert snapshot["type"] == "snapshot"
    assert snapshot["seq"] == 0
    assert set(snapshot["state"]["agents"]) == {"1001", "1002", "1003"}
    assert snapshot["state"]["switch_online"] is True


@pytest.mark.parametrize(
    ("first", "code"),
    [
        (hello(token="wrong"), "token_invalid"),
        (hello(token=""), "token_invalid"),
        (hello(tenant="nobody"), "tenant_unknown"),
        (hello(tenant=""), "tenant_unknown"),
        (hello(protocol=99), "protocol_unknown"),
        ("rubbish", "message_malformed"),
        ('{"type": "resubscribe"}', "message_malformed"),
        ('{"type": "hello", "protocol": "one"}', "message_malformed"),
        ('{"type": "no such message"}', "message_malformed"),
    ],
)
async def test_a_hello_that_is_not_acceptable_is_refused_with_the_reason(
    start_engine: StartEngine, first: str, code: str
) -> None:
    async with start_engine() as engine, connect(engine.link_url) as socket:
        await socket.send(first)
        refused = await next_message(socket)
        await socket.wait_closed()
    assert (refused["type"], refused["code"]) == ("refused", code)


async def test_a_malformed_request_is_answered_by_its_field_and_the_connection_stays(start_engine: StartEngine) -> None:
    async with start_engine() as engine, connect(engine.link_url) as socket:
        await socket.send(hello())
        await next_message(socket)
        await socket.send('{"type": "request", "id": "1", "action": {"type": "SetReady", "agent": 7}}')
        reply = await next_message(socket)
        assert (reply["type"], reply["id"]) == ("reply", "1")
        assert (reply["error"]["code"], reply["error"]["field"]) == ("value_invalid", "agent")
        await socket.send('{"type": "ping"}')
        assert (await next_message(socket))["type"] == "pong"


async def test_a_client_comes_back_after_a_message_that_was_not_understood() -> None:
    snapshot = Snapshot(seq=0, now_ms=0, protocol=PROTOCOL, state=EMPTY)
    hellos = 0

    async def serve_once_badly(socket: ServerConnection) -> None:
        nonlocal hellos
        await socket.recv()
        hellos += 1
        await socket.send(msgspec.json.encode(snapshot), text=True)
        if hellos == 1:
            await socket.recv()
            await socket.send(msgspec.json.encode(Refused(code="message_malformed")), text=True)
        await socket.wait_closed()

    async with serve(serve_once_badly, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with LinkClient(f"ws://127.0.0.1:{port}", TOKEN) as link:
            with pytest.raises(LinkLost):
                await link.request(events.SetReady(agent="1001"))
            await link.wait_connected()
            assert (hellos, link.connected, link.view) == (2, True, EMPTY)


async def test_a_malformed_message_says_where_and_ends_only_its_own_connection(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client() as other, connect(engine.link_url) as socket:
        await socket.send(hello())
        await next_message(socket)
        await socket.send('{"type": "console_opened", "console": 7}')
        refused = await next_message(socket)
        assert refused["code"] == "message_malformed"
        assert "$.console" in refused["message"]
        assert (await other.request(events.SetReady(agent="1001"), tenant="demo")).error is None


async def test_numbers_have_no_gap_and_each_event_makes_one_change(start_engine: StartEngine) -> None:
    async with start_engine() as engine, connect(engine.link_url) as socket:
        await socket.send(hello())
        snapshot = await next_message(socket)
        for leg in ("1", "2", "3"):
            engine.switch.sink(offer(leg))
        changes = [await next_message(socket) for _ in range(3)]
    assert [change["seq"] for change in changes] == [snapshot["seq"] + number for number in (1, 2, 3)]
    assert [change["queues"][0]["waiting"] for change in changes] == [1, 2, 3]


async def test_a_request_is_answered_after_its_effect_was_shown(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        reply = await link.request(events.SetReady(agent="1001"), actor="me")
        assert reply.error is None
        assert link.view.agents["1001"].state == "ready"


async def test_a_ping_is_answered(start_engine: StartEngine) -> None:
    async with start_engine() as engine, connect(engine.link_url) as socket:
        await socket.send(hello())
        await next_message(socket)
        await socket.send('{"type": "ping"}')
        assert await next_message(socket) == {"type": "pong"}


async def test_a_refused_request_says_why(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        reply = await link.request(events.SetReady(agent="9999"))
        assert reply.error is not None
        assert (reply.error.code, reply.error.field) == ("agent_unknown", "agent")


async def test_a_client_of_one_tenant_can_ask_nothing_of_another(start_engine: StartEngine, url: str) -> None:
    both = config()
    both.tenants["other"] = config(tenant="other").tenants["other"]
    publish(url, both)
    async with start_engine() as engine, engine.client("demo") as link, engine.client("*") as all_tenants:
        reply = await link.request(events.SetReady(agent="1001"), tenant="other")
        assert reply.error is not None
        assert reply.error.code == "tenant_unknown"
        assert list(link.views) == ["demo"]
        await until(lambda: set(all_tenants.views) == {"demo", "other"})
        await all_tenants.request(events.SetReady(agent="1002"), tenant="other")
        assert all_tenants.views["other"].agents["1002"].state == "ready"
        assert link.view.agents["1002"].state == "logged_off"


async def test_facts_come_to_who_asked_for_them(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo", facts=True) as link, engine.client("demo") as quiet:
        await link.wait_connected()
        await quiet.wait_connected()
        heard, unheard = Listener(link), Listener(quiet)
        await until(lambda: heard.messages and unheard.messages)
        engine.switch.sink(offer("1"))
        await until(lambda: sum(isinstance(message, FactMessage) for message in heard.messages) >= 2)
        await until(lambda: any(isinstance(message, Change) for message in unheard.messages))
        assert not any(isinstance(message, FactMessage) for message in unheard.messages)
        heard.stop()
        unheard.stop()


async def test_the_view_plus_changes_equals_a_fresh_snapshot(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        await link.wait_connected()
        first = link.view
        heard = Listener(link)
        await until(lambda: heard.messages)
        for number in range(30):
            engine.switch.sink(offer(str(number)))
        for number in range(0, 30, 3):
            engine.switch.sink(end(str(number)))
        await link.request(events.SetReady(agent="1002"))
        await link.request(events.SetData(interaction="1", data={"colour": "red"}))
        fresh = engine.core.view("demo")
        view: TenantView = first
        for message in heard.messages:
            if isinstance(message, Snapshot | Change):
                view = apply(view, message)
        heard.stop()
        assert view == fresh
        assert link.view == fresh


async def test_a_new_configuration_comes_as_a_snapshot(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        await link.wait_connected()
        version = publish(url, config(agents=6))
        await until(lambda: link.view.config_version == version)
        assert len(link.view.agents) == 6


async def test_a_tenant_that_is_no_more_is_dropped(start_engine: StartEngine, url: str) -> None:
    both = config()
    both.tenants["other"] = config(tenant="other").tenants["other"]
    publish(url, both)
    async with start_engine() as engine, engine.client("*") as everything, engine.client("other") as other:
        await other.wait_connected()
        await until(lambda: "other" in everything.views)
        publish(url, config())
        await until(lambda: list(everything.views) == ["demo"])
        await until(lambda: not other.connected)
        with pytest.raises(LinkRefused, match="tenant_unknown"):
            await other.request(events.SetReady(agent="1001"))


async def test_a_browser_is_told_to_answer_over_the_link_and_a_desk_phone_by_the_switch(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        await link.wait_connected()
        heard = Listener(link)
        await link.request(events.AnswerCall(agent="1001"))
        await until(lambda: any(isinstance(message, AnswerNow) for message in heard.messages))
        (told,) = [message for message in heard.messages if isinstance(message, AnswerNow)]
        assert (told.agent, told.device) == ("1001", "1001-web")
        assert [command.device for command in engine.switch.commands] == ["1001"]
        heard.stop()


async def test_a_slow_client_gets_a_snapshot_instead_of_what_it_missed(
    start_engine: StartEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_connection, "QUEUE_MESSAGES", 50)
    async with start_engine() as engine, connect(engine.link_url, max_queue=1, max_size=2**24, compression=None) as slow:
        await slow.send(hello())
        first = await next_message(slow)
        engine.switch.sink(offer("leg"))
        for number in range(1500):
            customer = events.Customer(id=str(number), name="long" * 3000)
            engine.switch.sink(events.LookupFinished(lookup="1", tenant="demo", interaction="leg", customer=customer))
        (connection,) = engine.process.link_connections
        assert connection.waiting_messages <= 51
        seq, seen = first["seq"], ""
        while seen != "1499":
            message = await next_message(slow)
            if message["type"] == "snapshot":
                assert message["seq"] > seq
                (interaction,) = message["state"]["interactions"].values()
                seen = interaction["customer"]["id"]
            else:
                assert message["seq"] == seq + 1
            seq = message["seq"]
        engine.switch.sink(end("leg"))
        change = await next_message(slow)
        assert (change["type"], change["seq"], len(change["removed_interactions"])) == ("change", seq + 1, 1)


async def test_messages_that_are_there_together_are_one_write_and_each_is_heard_by_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    writes = list[bytes]()

    async def talk(socket: ServerConnection) -> None:
        write = socket.transport.write

        def noted(data: bytes) -> None:
            writes.append(data)
            write(data)

        monkeypatch.setattr(socket.transport, "write", noted)
        await link_connection.send_together(socket, [b"one", "二".encode(), b"3" * 70_000])

    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        async with connect(f"ws://127.0.0.1:{port}", compression=None) as socket:
            assert [await socket.recv() for _ in range(3)] == ["one", "二", "3" * 70_000]
    assert sum(b"one" in data or b"3333" in data for data in writes) == 1


async def test_a_client_that_asks_without_reading_is_cut_off(start_engine: StartEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link_connection, "REPLIES", 20)
    async with start_engine() as engine, connect(engine.link_url, max_queue=1, compression=None) as greedy:
        await greedy.send(hello())
        ask = json.dumps({"type": "request", "id": "x" * 10_000, "action": {"type": "SetReady", "agent": "1001"}})
        with contextlib.suppress(ConnectionClosed):
            for _ in range(5000):
                await greedy.send(ask)
        await until(lambda: not engine.process.link_connections)


async def test_the_client_finds_a_gap_and_asks_again(start_engine: StartEngine) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        await link.wait_connected()
        (connection,) = engine.process.link_connections
        connection._seq += 1  # a message lost on the way
        engine.switch.sink(offer("1"))
        engine.switch.sink(offer("2"))
        await until(lambda: len(link.view.interactions) == 2)
        assert link.view == engine.core.view("demo")


async def test_the_client_comes_back_by_itself_after_the_engine_did(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        link = engine.client("demo")
        link.start()
        await link.wait_connected()
        heard = Listener(link)
        port = engine.runtime.link_port
        await until(lambda: heard.messages)
    await until(lambda: not link.connected)
    async with start_engine(port=port) as engine:
        engine.switch.sink(offer("1"))
        await until(lambda: link.connected and len(link.view.interactions) == 1)
        assert any(isinstance(message, LinkDown) for message in heard.messages)
        heard.stop()
        await link.close()


class Listener:
    """Collects a client's events."""

    def __init__(self, link: LinkClient) -> None:
        self.messages: list[ToClient | LinkDown] = []
        self._task = asyncio.create_task(self._listen(link))

    async def _listen(self, link: LinkClient) -> None:
        async for message in link.events():
            self.messages.append(message)

    def stop(self) -> None:
        self._task.cancel()
