"""The gateway: who may come in, what they see and may do, and what happens when the engine or a console goes."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from callbase.apps.interactions.names import Names
from callbase.apps.organization.access import Access, CallReach
from callbase.apps.organization.models import Person, Tenant
from callbase.core.call.attached import AttachedData
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.errors import CoreError
from callbase.core.events import (
    ClearData,
    ConsoleBack,
    ConsoleLost,
    ConsultationCall,
    DeflectCall,
    ExplainAgent,
    GetData,
    MakeCall,
    MoveAgent,
    Party,
    ReleaseInteraction,
    Reprioritize,
    Reroute,
    RestartSession,
    SelectRoute,
    SetData,
    SetReady,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    StopSupervising,
    Supervise,
    SupervisionMode,
)
from callbase.core.facts import OutcomeSet, SupervisionStarted
from callbase.core.routing.explained import AgentExplained, QueueReason
from callbase.core.views import SupervisionView, TenantView
from callbase.cti.client import LinkClient
from callbase.cti.messages import (
    AnswerNow,
    CardPage,
    CardShown,
    Change,
    Console,
    ConsoleClosed,
    ConsoleOpened,
    ConsoleReplaced,
    EngineStatus,
    FactMessage,
    Hello,
    Message,
    OpenConsoles,
    Ping,
    Pong,
    Refused,
    ReplyMessage,
    RequestMessage,
    Resubscribe,
    Snapshot,
    ToClient,
)
from callbase.cti.mirror import apply
from callbase.web.gateway import connection as connections
from callbase.web.gateway import outbox as outboxes
from callbase.web.gateway.connection import Connection
from callbase.web.gateway.consoles import Consoles
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.permit import SUPERVISIONS, permitted
from callbase.web.gateway.trail import Deed, Trail
from callbase.web.socket import Receive, Scope, Send, Socket, SocketClosed
from tests.web.asgi_server import eventually, served
from tests.web.fake_engine import FakeEngine, agent, fake_engine, interaction, queue

SUPERVISOR = frozenset({"board.view", "interactions.view_all", "agents.supervise", "calls.release"})
AGENT = frozenset({"agent.work", "interactions.view_own"})


def access(
    login: str,
    permissions: frozenset[str] = AGENT,
    tenant: str = "acme",
    unit: frozenset[str] | None = None,
    queues: frozenset[str] | None = None,
) -> Access:
    """`unit`: the agents a supervisor's scope ends at; with `queues` it is a program's limited token."""
    agent = login if permissions is AGENT else None
    return Access(
        tenant=Tenant(id=tenant, name=tenant),
        person=Person(login=login),
        permissions=permissions,
        scope="own" if agent else "all" if unit is None else "unit",
        reach=frozenset({agent}) if agent else unit,
        agent=agent,
        actor=f"person-{login}",
        language="en-US",
        queues=queues,
    )


class Gate:
    """The gateway around a fake engine; the token of a Hello says who one is."""

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine
        self.people = {
            "1001": access("1001"),
            "1002": access("1002"),
            "2001": access("2001", SUPERVISOR),
            "lead": access("2002", SUPERVISOR, unit=frozenset({"1001"})),
            "limited": access("program", SUPERVISOR, unit=frozenset({"1001"}), queues=frozenset({"support"})),
            "other": access("2001", SUPERVISOR, "other"),
        }
        self.deeds: list[Deed] = []
        """What would stand in the audit trail."""
        self.hub: Hub
        self.address = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = Socket(scope, receive, send)
        if not socket.same_origin():
            await socket.refuse()
            return
        await socket.accept()
        await Connection(socket, self.hub, self.identify, "zh-CN").serve()

    async def identify(self, hello: Hello) -> Access | None:
        return self.people.get(hello.token)

    async def open(self, who: str, **hello: Any) -> Viewer:
        viewer = Viewer(await connect(f"ws://{self.address}/link", compression=None))
        await viewer.say(Hello(token=who, **hello))
        return viewer


@dataclass
class Viewer:
    """A client that keeps what it was told, and a view as any client would."""

    connection: ClientConnection
    told: list[ToClient] = field(default_factory=list)
    view: TenantView | None = None
    seq: int = 0

    async def say(self, message: Message) -> None:
        await self.connection.send(msgspec.json.encode(message).decode())

    async def next(self) -> ToClient:
        message = msgspec.json.decode(await asyncio.wait_for(self.connection.recv(), 5), type=ToClient)
        self.told.append(message)
        if isinstance(message, Snapshot):
            self.view, self.seq = message.state, message.seq
        elif hasattr(message, "seq"):
            assert message.seq == self.seq + 1
            self.seq = message.seq
            if self.view is not None and not isinstance(message, FactMessage):
                self.view = apply(self.view, message)  # type: ignore[arg-type]
        return message

    async def until(self, kind: type | Callable[[Any], bool]) -> Any:
        while True:
            message = await self.next()
            if isinstance(message, kind) if isinstance(kind, type) else kind(message):
                return message

    async def asks(self, action: Any) -> ReplyMessage:
        await self.say(RequestMessage(id="7", action=action))
        reply = await self.until(ReplyMessage)
        assert isinstance(reply, ReplyMessage)
        return reply

    async def close(self, code: int = 1000) -> None:
        await self.connection.close(code)


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with fake_engine() as engine:
        yield engine


@pytest.fixture
async def gate(engine: FakeEngine) -> AsyncIterator[Gate]:
    gate = Gate(engine)
    gate.hub = Hub(LinkClient(f"ws://127.0.0.1:{engine.port}", "internal", "*", facts=True), Trail(gate.deeds.append))
    gate.hub.start()
    await eventually(lambda: gate.hub.online("acme") and engine.told)
    async with served(gate) as gate.address:
        yield gate
    await gate.hub.close()


# --- coming in -----------------------------------------------------------------------------------------------------


async def test_a_hello_is_answered_with_the_state_and_that_the_engine_is_there(gate: Gate) -> None:
    viewer = await gate.open("1001")

    snapshot = await viewer.until(Snapshot)
    assert snapshot.you == "1001"
    assert set(snapshot.state.agents) == {"1001", "1002"}
    assert (await viewer.until(EngineStatus)).online


@pytest.mark.parametrize(
    ("hello", "code"),
    [
        ({"token": "unknown"}, "token_invalid"),
        ({"token": ""}, "not_signed_in"),
        ({"token": "1001", "tenant": "x"}, "tenant_unknown"),
        ({"token": "1001", "protocol": 99}, "protocol_unknown"),
    ],
)
async def test_who_is_not_acceptable_is_told_why_and_let_go(gate: Gate, hello: dict[str, Any], code: str) -> None:
    viewer = Viewer(await connect(f"ws://{gate.address}/link"))
    await viewer.say(Hello(**hello))

    refused = await viewer.until(Refused)
    assert (refused.code, bool(refused.message)) == (code, True)
    with pytest.raises(ConnectionClosed):
        await viewer.next()


@pytest.mark.parametrize("rubbish", ["", "{", "[]", '{"type":"request"}', '{"type":"hello","protocol":"x"}', "x" * 70_000])
async def test_rubbish_is_refused(gate: Gate, rubbish: str) -> None:
    viewer = Viewer(await connect(f"ws://{gate.address}/link"))
    await viewer.connection.send(rubbish)

    assert (await viewer.until(Refused)).code == "message_malformed"


@pytest.mark.parametrize(
    ("rest", "field"),
    [
        ('"action":{"type":"SetData","interaction":"i1","data":{"order":4711}}', "data"),
        ('"action":{"type":"SetData","interaction":"i1","data":{"order":"\\ud83d"}}', "action"),
        ('"action":{"type":"SetNotReady","agent":"1001","reason":5}', "reason"),
        ('"action":{"type":"SetNotReady"}', "agent"),
        ('"action":{"type":"MakeCall","agent":"1001","to":{"type":"number","number":"1","timeout_s":1e400}}', "to.timeout_s"),
        ('"action":{"type":"MakeCall","agent":"1001","to":{"type":"queues","queues":["sales",7]}}', "to.queues.1"),
        ('"action":{"type":"OfANewerClient"}', "type"),
        ('"action":[]', "action"),
        ('"actor":7,"action":{"type":"SetReady","agent":"1001"}', "actor"),
        ('"more":' + "9" * 5000, "action"),
    ],
)
async def test_a_request_that_is_wrong_is_answered_by_its_field_and_the_connection_stays(
    gate: Gate, engine: FakeEngine, rest: str, field: str
) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await viewer.connection.send('{"type":"request","id":"a",' + rest + "}")

    reply = await viewer.until(ReplyMessage)
    assert reply.error is not None
    assert (reply.id, reply.error.code, reply.error.field) == ("a", "value_invalid", field)
    assert reply.message == f"{field} is missing in the request, or not valid."
    assert engine.actions() == []
    assert (await viewer.asks(SetReady(agent="1001"))).error is None


@pytest.mark.parametrize(
    ("rest", "field"),
    [
        ('"action":{"type":"SignOut","agent":"1001","nwo":true}', "nwo"),
        ('"action":{"type":"MakeCall","agent":"1001","queu":"x","to":{"type":"agent","agent":"1002"}}', "queu"),
        ('"action":{"type":"MakeCall","agent":"1001","to":{"type":"agent","agent":"1002","for":1}}', "to.for"),
        ('"urgent":true,"action":{"type":"SetReady","agent":"1001"}', "urgent"),
    ],
)
async def test_a_field_nobody_knows_is_no_wish_granted_by_half(gate: Gate, engine: FakeEngine, rest: str, field: str) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await viewer.connection.send('{"type":"request","id":"a",' + rest + "}")

    reply = await viewer.until(ReplyMessage)
    assert reply.error is not None
    assert (reply.id, reply.error.code, reply.error.field) == ("a", "value_invalid", field)
    assert reply.message == f"A request of this kind has no field {field}."
    assert engine.actions() == []
    assert (await viewer.asks(SetReady(agent="1001"))).error is None


@pytest.mark.parametrize("rubbish", ["{", "[]", '{"type":"request","id":7,"action":{}}', '{"type":"unheard"}', "[" * 60_000])
async def test_what_is_no_message_ends_the_connection(gate: Gate, rubbish: str) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await viewer.connection.send(rubbish)

    assert (await viewer.until(Refused)).code == "message_malformed"
    with pytest.raises(ConnectionClosed):
        await viewer.next()


async def test_another_sites_page_is_not_let_in(gate: Gate) -> None:
    with pytest.raises(InvalidStatus):
        await connect(f"ws://{gate.address}/link", origin=Origin("https://evil.example"))


# --- seeing --------------------------------------------------------------------------------------------------------


async def test_a_supervisor_sees_everything_as_it_changes(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("2001")
    await viewer.until(EngineStatus)

    await engine.change("acme", interactions=(interaction("i1"),), queues=(queue("support", waiting=1),))
    await engine.change("acme", removed_interactions=("i1",), agents=(agent("1001", state="busy"),))
    await viewer.until(lambda message: "1001" in [one.agent for one in getattr(message, "agents", ())])

    assert viewer.view == engine.views["acme"]


async def test_a_page_that_asks_whether_we_are_there_is_told(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await viewer.say(Ping())
    await viewer.until(Pong)


async def test_nothing_of_another_tenant_is_ever_shown(gate: Gate, engine: FakeEngine) -> None:
    engine.views["other"] = engine.views["acme"]
    viewer = await gate.open("other")
    assert (await viewer.until(Snapshot)).state.agents == {}

    await engine.change("acme", interactions=(interaction("i1"),))
    await viewer.say(Resubscribe())

    assert (await viewer.until(Snapshot)).state.interactions == {}


async def test_an_agent_sees_its_queues_and_its_own_call_and_then_no_more(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    snapshot = await viewer.until(Snapshot)
    assert set(snapshot.state.queues) == {"sales"}

    await engine.change("acme", interactions=(interaction("i1"), interaction("i2")))
    await engine.change(
        "acme",
        interactions=(interaction("i1", agent="1001", phase="offer"),),
        agents=(agent("1001", state="reserved", interaction="i1"),),
    )
    await viewer.until(lambda message: getattr(message, "interactions", ()))
    assert viewer.view is not None
    assert set(viewer.view.interactions) == {"i1"}

    await engine.change(
        "acme",
        interactions=(interaction("i1", agent="1002", phase="offer"),),
        agents=(agent("1001"), agent("1002", state="reserved", interaction="i1")),
    )
    await viewer.until(lambda message: getattr(message, "removed_interactions", ()))
    assert viewer.view.interactions == {}
    assert viewer.view.agents["1002"].state == "reserved"
    assert viewer.view.agents["1002"].interaction is None


async def test_what_an_agent_saw_of_changes_equals_a_fresh_snapshot(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001", facts=False)
    await viewer.until(EngineStatus)
    for step in range(40):
        owner = ("1001", "1002", None)[step % 3]
        await engine.change(
            "acme",
            interactions=(interaction(f"i{step % 4}", agent=owner),),
            removed_interactions=(f"i{(step + 2) % 4}",),
            queues=(queue("sales", waiting=step),),
            agents=(agent("1001", queues=("sales", "support") if step % 2 else ("sales",)),),
        )
    await viewer.until(lambda message: [one.waiting for one in getattr(message, "queues", ()) if one.queue == "sales"] == [39])
    lived = viewer.view

    await viewer.say(Resubscribe())
    await viewer.until(Snapshot)

    assert lived == viewer.view


async def test_facts_go_to_those_who_asked_and_may_see_them(gate: Gate, engine: FakeEngine) -> None:
    mine, others, without = await gate.open("1001", facts=True), await gate.open("1002", facts=True), await gate.open("2001")
    for viewer in (mine, others, without):
        await viewer.until(EngineStatus)

    await engine.fact("acme", OutcomeSet(tenant="acme", at_ms=1, interaction="i1", agent="1001", outcome="sold", note=""))
    await engine.change("acme", agents=(agent("1001", state="not_ready"),))

    assert (await mine.until(FactMessage)).fact.outcome == "sold"
    for viewer in (others, without):
        await viewer.until(lambda message: getattr(message, "agents", ()) or getattr(message, "changed_agents", {}))
        assert not [message for message in viewer.told if isinstance(message, FactMessage)]


async def test_a_viewer_who_takes_nothing_gets_one_new_state_instead_of_all_it_missed(
    gate: Gate,
    engine: FakeEngine,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outboxes, "LIMIT_MESSAGES", 5)
    outbox = outboxes.Outbox()
    outbox.put(EngineStatus(online=True))
    for _ in range(20):
        outbox.put_numbered(outboxes.unnumbered(Change(seq=0, now_ms=0, tenant="acme")))

    waiting = [await outbox.next() for _ in range(2)]

    assert waiting == ['{"type":"engine_status","online":true}', None]
    outbox.put_numbered(outboxes.unnumbered(Change(seq=0, now_ms=0, tenant="acme")))
    following = msgspec.json.decode(await outbox.next() or "", type=ToClient)
    assert following.seq == outbox.seq


class Asking:
    """The channel of a client that asks and asks. `taken`: whether it takes what it is told, too."""

    address = "192.0.2.1"

    def __init__(self, hello: Hello, asks: Sequence[Message], *, taken: bool) -> None:
        self.closed = False
        self.waiting: list[int] = []
        """How much waited for it whenever it asked."""
        self.all_taken = asyncio.Event()
        self.outbox: outboxes.Outbox
        self._asked = len(asks)
        self._said = iter([hello, *asks])
        self._taken = taken

    async def receive(self) -> str | bytes:
        await asyncio.sleep(0)
        self.waiting.append(self.outbox._unnumbered)
        message = next(self._said, None)
        if message is not None:
            return msgspec.json.encode(message)
        await self.all_taken.wait()
        raise SocketClosed(1000)

    async def send(self, data: str | bytes) -> None:
        if not self._taken:
            await asyncio.Event().wait()
        for _ in range(5):
            await asyncio.sleep(0)
        self._asked -= '"reply"' in str(data)
        if not self._asked:
            self.all_taken.set()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        self.closed = True


async def answers_at_length(*_: Any) -> ReplyMessage:
    return ReplyMessage(id="", answer=AttachedData(interaction="i1", data={"key": "x" * 1_000}))


async def serve(gate: Gate, asking: Asking) -> None:
    connection = Connection(asking, gate.hub, gate.identify, "zh-CN")
    asking.outbox = connection._outbox
    async with asyncio.timeout(20):
        await connection.serve()


ASKED = [RequestMessage(id=str(n), action=GetData(interaction="i1")) for n in range(200)]


async def test_who_asks_faster_than_it_takes_the_answers_is_not_read_meanwhile_and_gets_them_all(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outboxes, "LIMIT_BYTES", 5_000)
    monkeypatch.setattr(connections, "asked", answers_at_length)
    asking = Asking(Hello(token="2001"), ASKED, taken=True)
    await serve(gate, asking)
    assert max(asking.waiting) < 5_000 + 2_000
    assert asking.all_taken.is_set()


async def test_of_who_is_let_go_nothing_more_is_done(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "SEND_TIMEOUT_S", 0.05)
    monkeypatch.setattr(outboxes, "LIMIT_BYTES", 5_000)
    monkeypatch.setattr(connections, "asked", answers_at_length)
    asking = Asking(Hello(token="2001"), ASKED * 50, taken=False)
    await serve(gate, asking)
    assert asking.closed


# --- acting --------------------------------------------------------------------------------------------------------


async def test_a_request_reaches_the_engine_with_who_asks_and_is_answered(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")

    reply = await viewer.asks(SetReady(agent="1001"))

    assert (reply.id, reply.error) == ("7", None)
    asked = engine.asked[-1]
    assert (asked.tenant, asked.actor, asked.action) == ("acme", "person-1001", SetReady(agent="1001"))


async def test_who_one_claims_to_be_in_a_request_counts_for_nothing(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    await viewer.say(RequestMessage(id="1", action=SetReady(agent="1001"), tenant="other", actor="boss"))
    await viewer.until(ReplyMessage)

    assert (engine.asked[-1].tenant, engine.asked[-1].actor) == ("acme", "person-1001")


async def test_a_refusal_comes_in_the_users_language(gate: Gate, engine: FakeEngine) -> None:
    engine.answers[SetReady] = CoreError(code="agent_signed_out", field="agent")

    reply = await (await gate.open("1001")).asks(SetReady(agent="1001"))

    assert reply.error == CoreError(code="agent_signed_out", field="agent")
    assert reply.message == "The agent is not signed in."


@pytest.mark.parametrize(
    "action",
    [
        SetReady(agent="1002"),
        ExplainAgent(agent="1002"),
        MoveAgent(agent="1001", queues=("support",)),
        Reprioritize(interaction="i1", priority=9),
        Reroute(interaction="i1", queue="support"),
        SelectRoute(interaction="i1", asked="q"),
        ReleaseInteraction(interaction="i1"),
        SetData(interaction="i1", data={"a": "b"}),
        GetData(interaction="i1"),
        ClearData(interaction="i1"),
        RestartSession(agent="1002"),
        ConsoleLost(agent="1001"),
        ConsoleBack(agent="1001"),
    ],
)
async def test_an_agent_acts_for_itself_only(gate: Gate, engine: FakeEngine, action: Any) -> None:
    reply = await (await gate.open("1001")).asks(action)

    assert reply.error is not None
    assert reply.error.code == "forbidden"
    assert engine.asked == []


async def test_an_agent_sets_data_of_its_own_call(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await engine.change("acme", interactions=(interaction("i1", agent="1001"),))
    await viewer.until(lambda message: getattr(message, "interactions", ()))

    for action in (SetData(interaction="i1", data={"a": "b"}), GetData(interaction="i1"), ClearData(interaction="i1")):
        assert (await viewer.asks(action)).error is None


async def test_a_supervisor_acts_for_others(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("2001")

    assert (await viewer.asks(SetReady(agent="1002"))).error is None
    assert (await viewer.asks(ConsoleLost(agent="1002"))).error is not None


async def test_why_an_agent_gets_no_calls_is_answered_in_the_asker_s_words(
    gate: Gate, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names(queues={"sales": {"en-US": "Sales"}}, service_levels_s={}, outcomes={}, agents={"1002": "Wang"})
    monkeypatch.setattr(connections, "names_of", lambda tenant: names)
    answer = AgentExplained(
        agent="1002", state="not_ready", reason=None, since_ms=1, queues=(QueueReason(queue="sales", why="nobody_waits"),)
    )
    engine.knows[ExplainAgent] = answer
    reply = await (await gate.open("2001")).asks(ExplainAgent(agent="1002"))

    assert reply.error is None
    assert reply.answer == answer
    assert reply.message == "Wang cannot be asked now: not ready. Sales: nobody waits."


async def test_a_supervisor_of_a_unit_acts_for_its_people_only(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("lead")
    await viewer.until(EngineStatus)
    await engine.change("acme", interactions=(interaction("i1", agent="1001"), interaction("i2", agent="1002")))
    await viewer.until(lambda message: getattr(message, "interactions", ()))

    assert (await viewer.asks(SetReady(agent="1001"))).error is None
    assert (await viewer.asks(ReleaseInteraction(interaction="i1"))).error is None
    for action in (
        SetReady(agent="1002"),
        ReleaseInteraction(interaction="i2"),
        SetData(interaction="i2", data={"a": "b"}),
        Reroute(interaction="i2", agent="1001"),
        SelectRoute(interaction="i2", asked="q"),
        Reroute(interaction="i1", agent="1002"),
        ReleaseInteraction(interaction="unknown"),
    ):
        reply = await viewer.asks(action)
        assert reply.error is not None
        assert reply.error.code == "forbidden"
    assert engine.actions() == [SetReady(agent="1001"), ReleaseInteraction(interaction="i1")]


async def test_a_supervisor_of_a_unit_sees_its_peoples_interactions_as_they_come_and_go(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("lead", facts=True)
    await viewer.until(EngineStatus)
    await engine.change("acme", interactions=(interaction("i1", agent="1002"), interaction("i2", agent="1001")))
    await viewer.until(lambda message: getattr(message, "interactions", ()))
    assert viewer.view is not None
    assert set(viewer.view.interactions) == {"i2"}
    assert set(viewer.view.queues) == {"sales", "support"}

    for one in ("i1", "i2"):
        fact = OutcomeSet(tenant="acme", at_ms=1, interaction=one, agent="1003", outcome="sold", note="")
        await engine.fact("acme", fact)
    assert (await viewer.until(FactMessage)).fact.interaction == "i2"

    await engine.change("acme", agents=(agent("1001", interaction="i1"),))
    await viewer.until(lambda message: getattr(message, "interactions", ()))
    assert set(viewer.view.interactions) == {"i1", "i2"}
    await engine.change("acme", agents=(agent("1001"),), interactions=(interaction("i2", agent="1002"),))
    await viewer.until(lambda message: getattr(message, "removed_interactions", ()))
    assert set(viewer.view.interactions) == set()


async def test_a_limited_program_sees_its_agents_and_queues_and_their_calls_only(gate: Gate, engine: FakeEngine) -> None:
    program = await gate.open("limited", facts=True)
    snapshot = await program.until(Snapshot)
    assert (set(snapshot.state.agents), set(snapshot.state.queues)) == ({"1001"}, {"support"})

    waiting = {"phase": "queue", "agent": None}
    await engine.change(
        "acme",
        interactions=(
            interaction("i1", queue="support", **waiting),
            interaction("i2", queue="sales", **waiting),
            interaction("i3", queue="sales", agent="1001"),
            interaction("i4", queue="sales", also_in=("support",), **waiting),
        ),
        agents=(agent("1002", state="not_ready"),),
        queues=(queue("sales", waiting=2), queue("support", waiting=1)),
    )
    change = await program.until(lambda message: getattr(message, "interactions", ()))
    assert program.view is not None
    assert set(program.view.interactions) == {"i1", "i3", "i4"}
    assert (change.agents, [one.queue for one in change.queues]) == ((), ["support"])

    await engine.change("acme", interactions=(interaction("i1", queue="sales", **waiting),), removed_queues=("sales", "support"))
    gone = await program.until(lambda message: getattr(message, "removed_interactions", ()))
    assert (gone.removed_interactions, gone.removed_queues) == (("i1",), ("support",))


@pytest.mark.parametrize(
    ("calls", "may"),
    [
        ("own", ["agent", "queue"]),
        ("inside", ["agent", "other agent", "queue", "other queue", "flow"]),
        ("anywhere", ["agent", "other agent", "queue", "other queue", "flow", "number"]),
    ],
)
def test_a_program_calls_and_sends_calls_as_far_as_its_token_says(calls: CallReach, may: list[str]) -> None:
    rights = SUPERVISOR | {"calls.take_over", "calls.barge"}
    program = access("program", rights, unit=frozenset({"1001"}), queues=frozenset({"support"}))
    parties: dict[str, Party] = {
        "agent": ToAgent(agent="1001"),
        "other agent": ToAgent(agent="1002"),
        "queue": ToQueues(queues=("support",)),
        "other queue": ToQueues(queues=("support", "sales")),
        "flow": ToFlow(flow="main"),
        "number": ToNumber(number="13800138000"),
    }
    limited = dataclasses.replace(program, calls=calls)
    for kind in (MakeCall, DeflectCall, ConsultationCall, SingleStepTransferCall, SingleStepConferenceCall):
        allowed = [name for name, to in parties.items() if permitted(limited, kind(agent="1001", to=to), None)]
        assert allowed == may, kind


async def test_a_limited_program_acts_within_its_limits_only(gate: Gate, engine: FakeEngine) -> None:
    program = await gate.open("limited")
    await program.until(EngineStatus)
    await engine.change("acme", interactions=(interaction("i1", queue="support"), interaction("i2", queue="sales")))
    await program.until(lambda message: getattr(message, "interactions", ()))
    allowed = [SetReady(agent="1001"), Reprioritize(interaction="i1", first=True), MoveAgent(agent="1001", queues=("support",))]
    for action in allowed:
        assert (await program.asks(action)).error is None
    for action in (
        SetReady(agent="1002"),
        ReleaseInteraction(interaction="i2"),
        Reroute(interaction="i1", queue="sales"),
        MoveAgent(agent="1001", queues=("support", "sales")),
    ):
        reply = await program.asks(action)
        assert reply.error is not None
        assert reply.error.code == "forbidden"
    assert engine.actions() == allowed


# --- the engine goes and comes -------------------------------------------------------------------------------------


async def test_while_the_engine_is_away_browsers_stay_and_are_told(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    assert (await viewer.until(EngineStatus)).online

    await engine.stop()
    assert not (await viewer.until(EngineStatus)).online
    reply = await viewer.asks(SetReady(agent="1001"))
    assert reply.error is not None
    assert (reply.error.code, bool(reply.message)) == ("engine_unavailable", True)

    engine.has("acme", agents=(agent("1001", state="not_ready"),))
    await engine.start()
    snapshot = await viewer.until(Snapshot)
    assert snapshot.state.agents["1001"].state == "not_ready"
    assert (await viewer.until(EngineStatus)).online


async def test_who_comes_while_the_engine_is_away_is_told_so(gate: Gate, engine: FakeEngine) -> None:
    await engine.stop()
    await eventually(lambda: not gate.hub.online("acme"))

    viewer = await gate.open("1001")

    assert not (await viewer.until(EngineStatus)).online


# --- consoles ------------------------------------------------------------------------------------------------------


async def test_a_console_that_comes_and_is_closed_is_told_to_the_engine(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001", softphone=True)
    (opened,) = await engine.consoles_told(1)
    assert isinstance(opened, ConsoleOpened)
    assert (opened.console.tenant, opened.console.agent) == ("acme", "1001")

    await viewer.close(1001)

    assert (await engine.consoles_told(2))[1] == ConsoleClosed(console=opened.console, broken=False)


async def test_a_console_whose_connection_breaks_is_told_to_be_broken(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001", softphone=True)
    (opened,) = await engine.consoles_told(1)

    viewer.connection.transport.abort()

    assert (await engine.consoles_told(2))[1] == ConsoleClosed(console=opened.console, broken=True)


async def test_a_page_without_telephone_is_no_console(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)
    await viewer.close(1001)
    await viewer.connection.wait_closed()
    await gate.open("1002", softphone=True)

    assert [told.console.agent for told in await engine.consoles_told(1)] == ["1002"]


async def test_the_second_telephone_page_wins_and_the_first_goes_on_viewing(gate: Gate, engine: FakeEngine) -> None:
    first = await gate.open("1001", softphone=True)
    await first.until(EngineStatus)
    second = await gate.open("1001", softphone=True)

    refused = await first.until(Refused)
    assert refused.code == "softphone_elsewhere"
    assert refused.message == "Another page of yours is the telephone now; this one is for viewing."
    await engine.change("acme", agents=(agent("1001", state="not_ready"),))
    await first.until(lambda message: getattr(message, "agents", ()))
    await first.close(1001)
    await first.connection.wait_closed()
    await engine.say(AnswerNow(agent="1001", device="1001-web", leg="l1"))

    assert (await second.until(AnswerNow)).leg == "l1"
    assert [type(told) for told in engine.told] == [OpenConsoles, ConsoleOpened, ConsoleOpened]
    assert not [message for message in first.told if isinstance(message, AnswerNow)]


async def test_a_page_is_told_that_one_at_another_web_process_is_the_telephone(gate: Gate, engine: FakeEngine) -> None:
    viewer = await gate.open("1001", softphone=True)
    (opened,) = await engine.consoles_told(1)

    await engine.say(ConsoleReplaced(console=opened.console))

    assert (await viewer.until(Refused)).code == "softphone_elsewhere"
    await engine.say(AnswerNow(agent="1001", device="1001-web", leg="l1"))
    await engine.change("acme", agents=(agent("1001", state="not_ready"),))
    await viewer.until(lambda message: getattr(message, "agents", ()))
    assert not [message for message in viewer.told if isinstance(message, AnswerNow)]


async def test_after_the_engine_returns_it_is_told_all_consoles_that_are_here(gate: Gate, engine: FakeEngine) -> None:
    await gate.open("1001", softphone=True)
    (opened,) = await engine.consoles_told(1)
    await engine.stop()
    await eventually(lambda: not gate.hub.online("acme"))
    gone = await gate.open("1002", softphone=True)
    await gone.until(EngineStatus)
    await gone.close(1001)
    await eventually(lambda: gate.hub.listeners() == 1)
    engine.told.clear()

    await engine.start()

    await eventually(lambda: engine.told)
    assert engine.told == [OpenConsoles(consoles=(opened.console,))]


def test_a_page_let_go_because_this_process_ends_is_not_told_to_be_gone() -> None:
    told: list[Any] = []
    consoles = Consoles(told.append)
    for code in (1012, 1001):
        page = object()
        consoles.came("acme", "1001", page)  # type: ignore[arg-type]
        consoles.went("acme", "1001", page, code)  # type: ignore[arg-type]

    assert [type(report) for report in told] == [ConsoleOpened, ConsoleOpened, ConsoleClosed]


async def test_pages_that_show_cards_and_what_is_on_them_are_told_to_the_engine(gate: Gate, engine: FakeEngine) -> None:
    first, second = await gate.open("1001", cards=True), await gate.open("1001", cards=True)
    await first.say(CardShown(interaction="i1", tenant="umbrella", agent="1002"))
    await eventually(lambda: len(engine.cards) == 2)
    await first.close(1001)
    await gate.open("1002")
    await second.close(1001)

    await eventually(lambda: len(engine.cards) == 3)
    page = CardPage(tenant="acme", agent="1001", open=True)
    shown = CardShown(interaction="i1", tenant="acme", agent="1001")
    assert engine.cards == [page, shown, msgspec.structs.replace(page, open=False)]


async def test_after_the_engine_returns_it_is_told_all_pages_that_show_cards_and_what_is_on_them(
    gate: Gate, engine: FakeEngine
) -> None:
    first, second = await gate.open("1001", cards=True), await gate.open("1002", cards=True)
    for page, interactions in ((first, ("i1", "i2")), (second, ("i3",))):
        for shown in interactions:
            await page.say(CardShown(interaction=shown, tenant="acme", agent=""))
    await eventually(lambda: len(engine.cards) == 5)
    await second.close(1001)
    await eventually(lambda: len(engine.cards) == 6)
    await engine.stop()
    await eventually(lambda: not gate.hub.online("acme"))
    engine.cards.clear()

    await engine.start()

    await eventually(lambda: len(engine.cards) == 2)
    assert engine.cards == [
        CardPage(tenant="acme", agent="1001", open=True),
        CardShown(interaction="i2", tenant="acme", agent="1001"),
    ]


CONSOLE = Console(tenant="acme", agent="1002", id="x")


@pytest.mark.parametrize(
    "said", [ConsoleOpened(console=CONSOLE), ConsoleClosed(console=CONSOLE), CardPage(tenant="acme", agent="1002", open=True)]
)
async def test_a_browser_cannot_speak_of_consoles(gate: Gate, engine: FakeEngine, said: Any) -> None:
    viewer = await gate.open("1001")
    await viewer.until(EngineStatus)

    await viewer.say(said)

    assert (await viewer.until(Refused)).code == "message_malformed"
    assert engine.told == [OpenConsoles()]


async def test_a_right_withdrawn_ends_what_it_allowed(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "ACCESS_CHECK_S", 0.05)
    viewer = await gate.open("2001")
    await viewer.until(EngineStatus)

    gate.people["2001"] = access("2001", frozenset({"interactions.view_own"}))
    assert (await viewer.until(Snapshot)).state.queues == {}

    del gate.people["2001"]
    assert (await viewer.until(Refused)).code == "token_invalid"


# --- supervisors at agents' calls ------------------------------------------------------------------------------------


def at_a_call(mode: SupervisionMode, agent: str = "1001", supervisor: str = "2001", *, shown: bool = False) -> SupervisionView:
    return SupervisionView(
        supervisor=supervisor, agent=agent, interaction="i1", mode=mode, connected=True, since_ms=1, shown=shown
    )


def coach(*permissions: str, unit: frozenset[str] | None = None) -> Access:
    """Who supervises and has a telephone, 2001."""
    found = access("2001", frozenset(permissions), unit=unit)
    return dataclasses.replace(found, agent="2001")


@pytest.mark.parametrize("mode", SUPERVISIONS)
async def test_each_way_of_being_at_a_call_needs_its_own_right(gate: Gate, engine: FakeEngine, mode: SupervisionMode) -> None:
    others = frozenset(SUPERVISIONS.values()) - {SUPERVISIONS[mode]}
    gate.people["may"] = coach(SUPERVISIONS[mode])
    gate.people["may not"] = coach("agents.supervise", "agent.work", "calls.release", *others)
    action = Supervise(agent="1001", supervisor="2001", mode=mode)

    assert (await (await gate.open("may")).asks(action)).error is None
    refused = (await (await gate.open("may not")).asks(action)).error
    assert refused is not None
    assert refused.code == "forbidden"
    assert engine.actions() == [action]


async def test_a_supervisor_uses_its_own_telephone_and_stays_within_its_unit(gate: Gate, engine: FakeEngine) -> None:
    gate.people["coach"] = coach("calls.listen", unit=frozenset({"1001", "2001"}))
    viewer = await gate.open("coach")
    for action in (
        Supervise(agent="1001", supervisor="1002"),
        Supervise(agent="1002", supervisor="2001"),
        StopSupervising(agent="1001", supervisor="1002"),
    ):
        refused = (await viewer.asks(action)).error
        assert refused is not None
        assert refused.code == "forbidden"
    assert engine.asked == []


async def test_who_may_no_longer_listen_may_leave_all_the_same(gate: Gate) -> None:
    gate.people["former"] = coach("agent.work")
    viewer = await gate.open("former")

    assert (await viewer.asks(StopSupervising(agent="1001", supervisor="2001"))).error is None


async def test_ending_anothers_call_needs_its_own_right(gate: Gate, engine: FakeEngine) -> None:
    gate.people["lesser"] = access("2002", frozenset({"board.view", "agents.supervise"}))
    refused = (await (await gate.open("lesser")).asks(ReleaseInteraction(interaction="i1"))).error

    assert refused is not None
    assert refused.code == "forbidden"


async def test_an_agent_sees_who_is_at_its_call_only_where_the_tenant_shows_it(gate: Gate, engine: FakeEngine) -> None:
    gate.people["coach"] = coach("calls.listen")
    hidden, shown = at_a_call("listen"), at_a_call("barge", supervisor="2002", shown=True)
    agents = (agent("1001", interaction="i1", supervised_by=(hidden, shown)), agent("2001", supervises=hidden))
    seen: dict[str, TenantView] = {}
    viewers = {who: await gate.open(who) for who in ("1001", "1002", "2001", "coach", "lead")}
    for viewer in viewers.values():
        await viewer.until(EngineStatus)
    await engine.change("acme", agents=agents)
    for who, viewer in viewers.items():
        await viewer.until(lambda message: getattr(message, "agents", ()))
        assert viewer.view is not None
        seen[who] = viewer.view

    assert {who: view.agents["1001"].supervised_by for who, view in seen.items()} == {
        "1001": (shown,),
        "1002": (),
        "2001": (hidden, shown),
        "coach": (hidden, shown),
        "lead": (hidden, shown),
    }
    assert {who for who, view in seen.items() if view.agents["2001"].supervises is not None} == {"2001", "coach", "lead"}


async def test_that_somebody_listened_is_told_to_supervisors_only(gate: Gate, engine: FakeEngine) -> None:
    fact = SupervisionStarted(
        tenant="acme", at_ms=1, interaction="i1", agent="1001", supervisor="2001", mode="listen", actor="person-2001"
    )
    told = OutcomeSet(tenant="acme", at_ms=2, interaction="i1", agent="1001", outcome="sold", note=None)
    viewers = {who: await gate.open(who, facts=True) for who in ("1001", "2001")}
    for viewer in viewers.values():
        await viewer.until(EngineStatus)
    for each in (fact, told):
        await engine.fact("acme", each)
    firsts = {who: (await viewer.until(FactMessage)).fact for who, viewer in viewers.items()}

    assert firsts == {"1001": told, "2001": fact}
