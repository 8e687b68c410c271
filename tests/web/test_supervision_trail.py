"""What is done to somebody else over the link stands in the audit trail; one's own work does not."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
from channels.db import database_sync_to_async
from structlog.testing import capture_logs

from callbase.apps.audit.models import AuditEntry
from callbase.core import events
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.errors import CoreError
from callbase.core.events import AnyAction
from callbase.cti.client import LinkClient
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.permit import SUPERVISIONS
from callbase.web.gateway.trail import NAMES, Deed, Trail, deed_of, write
from tests.web.asgi_server import eventually, served
from tests.web.fake_engine import FakeEngine, agent, fake_engine, interaction, queue
from tests.web.test_gateway import Gate, Viewer, access

committed = pytest.mark.django_db(transaction=True)
"""The trail is written by a thread of its own."""

WORDS = Path(__file__).parents[2] / "frontend" / "src" / "i18n"
Summary = dict[str, list[Any]]

OF_OTHERS: list[tuple[AnyAction, str, str, Summary]] = [
    (events.SignIn(agent="1002", device="1002-web"), "agent.sign_in", "1002", {"device": [None, "1002-web"]}),
    (events.SignOut(agent="1002"), "agent.sign_out", "1002", {}),
    (events.SignOut(agent="1002", now=True), "agent.sign_out", "1002", {"now": [None, True]}),
    (events.SetReady(agent="1002"), "agent.ready", "1002", {}),
    (events.SetNotReady(agent="1002", reason="lunch"), "agent.not_ready", "1002", {"reason": [None, "lunch"]}),
    (events.AnswerCall(agent="1002"), "agent.answer", "1002", {}),
    (events.RejectCall(agent="1002"), "agent.reject", "1002", {}),
    (events.ClearCall(agent="1002"), "agent.clear", "1002", {}),
    (events.HoldCall(agent="1002"), "agent.hold", "1002", {}),
    (events.RetrieveCall(agent="1002"), "agent.retrieve", "1002", {}),
    (
        events.ConsultationCall(agent="1002", to=ToAgent(agent="1003")),
        "agent.consult",
        "1002",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
    (events.ReconnectCall(agent="1002"), "agent.reconnect", "1002", {}),
    (events.AlternateCall(agent="1002"), "agent.alternate", "1002", {}),
    (events.TransferCall(agent="1002"), "agent.transfer", "1002", {}),
    (events.ConferenceCall(agent="1002"), "agent.conference", "1002", {}),
    (
        events.SingleStepTransferCall(agent="1002", to=ToAgent(agent="1003")),
        "agent.single_step_transfer",
        "1002",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
    (
        events.SingleStepConferenceCall(agent="1002", to=ToAgent(agent="1003")),
        "agent.single_step_conference",
        "1002",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
    (events.ClearConnection(agent="1002", party="leg"), "agent.clear_connection", "1002", {"party": [None, "leg"]}),
    (
        events.MakeCall(agent="1002", to=ToAgent(agent="1003")),
        "agent.make_call",
        "1002",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
    (events.GenerateDigits(agent="1002", digits="4711"), "agent.generate_digits", "1002", {"digits": [None, 4]}),
    (
        events.DeflectCall(agent="1002", to=ToAgent(agent="1003")),
        "agent.deflect",
        "1002",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
    (events.DirectedPickupCall(agent="1002", of="1003"), "agent.pick_up", "1002", {"of": [None, "1003"]}),
    (events.ParkCall(agent="1002"), "agent.park", "1002", {}),
    (events.FinishWrapUp(agent="1002"), "agent.finish_wrap_up", "1002", {}),
    (events.MoveAgent(agent="1002", queues=("support",)), "agent.move", "1002", {"queues": [["sales"], ["support"]]}),
    (
        events.Supervise(agent="1002", supervisor="2001", mode="whisper"),
        "agent.supervise",
        "1002",
        {"mode": [None, "whisper"], "supervisor": [None, "2001"]},
    ),
    (
        events.StopSupervising(agent="1002", supervisor="2001"),
        "agent.stop_supervising",
        "1002",
        {"supervisor": [None, "2001"]},
    ),
    (
        events.SetOutcome(agent="1002", interaction="i2", outcome="sold"),
        "interaction.set_outcome",
        "i2",
        {"agent": [None, "1002"], "outcome": [None, "sold"]},
    ),
    (events.RestartSession(agent="1002", device="1002-web"), "agent.restart", "1002", {"device": [None, "1002-web"]}),
    (events.ClearData(interaction="i2"), "interaction.clear_data", "i2", {}),
    (events.SetData(interaction="i2", data={"card": "4111"}), "interaction.set_data", "i2", {"data": [None, ["card"]]}),
    (
        events.ReportQuality(agent="1002", interaction="i2", started_ms=1, jitter_ms=4, loss=0.5, mos=2.5, lowest_mos=1.5),
        "interaction.report_quality",
        "i2",
        {
            "agent": [None, "1002"],
            "started_ms": [None, 1],
            "jitter_ms": [None, 4],
            "loss": [None, 0.5],
            "mos": [None, 2.5],
            "lowest_mos": [None, 1.5],
        },
    ),
    (events.ReleaseInteraction(interaction="i2"), "interaction.release", "i2", {}),
    (events.Reprioritize(interaction="i2", priority=9), "interaction.reprioritize", "i2", {"priority": [None, 9]}),
    (
        events.SelectRoute(interaction="i2", asked="q", to=ToQueues(queues=("support",))),
        "interaction.select_route",
        "i2",
        {"asked": [None, "q"], "to": [None, {"type": "queues", "queues": ["support"]}]},
    ),
    (
        events.MakePredictiveCall(queue="sales", to=ToNumber(number="13900139000")),
        "queue.make_predictive_call",
        "sales",
        {"to": [None, {"type": "number", "number": "13900139000"}]},
    ),
    (events.Reroute(interaction="i2", queue="support"), "interaction.reroute", "i2", {"queue": [None, "support"]}),
    (
        events.Reroute(interaction="i2", to=ToAgent(agent="1003")),
        "interaction.reroute",
        "i2",
        {"to": [None, {"type": "agent", "agent": "1003"}]},
    ),
]
QUESTIONS = {events.ExplainAgent, events.GetData}
OWN: list[AnyAction] = [
    events.SignIn(agent="1001"),
    events.SetReady(agent="1001"),
    events.SetNotReady(agent="1001", reason="lunch"),
    events.AnswerCall(agent="1001"),
    events.HoldCall(agent="1001"),
    events.RetrieveCall(agent="1001"),
    events.SetData(interaction="i1", data={"a": "b"}),
    events.GetData(interaction="i1"),
    events.ClearData(interaction="i1"),
    events.RestartSession(agent="1001"),
    events.SetOutcome(agent="1001", interaction="i1", outcome="sold"),
    events.ReportQuality(agent="1001", interaction="i1", started_ms=1, jitter_ms=4, loss=0.0, mos=4.4, lowest_mos=4.1),
    events.ClearCall(agent="1001"),
    events.FinishWrapUp(agent="1001"),
    events.ExplainAgent(agent="1001"),
    events.SignOut(agent="1001"),
]


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    async with fake_engine() as engine:
        engine.has(
            "acme",
            agents=(agent("1001", interaction="i1"), agent("1002", interaction="i2")),
            interactions=(interaction("i1", agent="1001"), interaction("i2", agent="1002")),
            queues=(queue("sales"), queue("support")),
        )
        yield engine


@pytest.fixture
async def gate(engine: FakeEngine) -> AsyncIterator[Gate]:
    gate = Gate(engine)
    boss = gate.people["2001"]
    gate.people["2001"] = dataclasses.replace(
        boss, ip="192.0.2.7", agent="2001", permissions=boss.permissions | {*SUPERVISIONS.values()}
    )
    gate.people["player-coach"] = dataclasses.replace(
        gate.people["2001"], permissions=gate.people["2001"].permissions | {"agent.work"}, agent="1001"
    )
    gate.hub = Hub(LinkClient(f"ws://127.0.0.1:{engine.port}", "internal", "*"))
    gate.hub.start()
    await eventually(lambda: gate.hub.online("acme"))
    async with served(gate) as gate.address:
        yield gate
    await gate.hub.close()


async def rows(gate: Gate) -> list[dict[str, Any]]:
    await gate.hub.trail.close()
    return await database_sync_to_async(lambda: list(AuditEntry.objects.filter(tenant="acme").order_by("id").values()))()


async def accepted(viewer: Viewer, action: AnyAction) -> None:
    assert (await viewer.asks(action)).error is None


@committed
async def test_each_action_done_to_somebody_else_leaves_one_row(gate: Gate) -> None:
    viewer = await gate.open("2001")
    for action, *_ in OF_OTHERS:
        await accepted(viewer, action)

    written = await rows(gate)
    assert {(row["tenant"], row["actor"], row["ip"]) for row in written} == {("acme", "person-2001", "192.0.2.7")}
    assert [(row["action"], row["object_id"], row["changes"]) for row in written] == [tuple(row) for _, *row in OF_OTHERS]
    assert all(row["action"].startswith(f"{row['object_type']}.") for row in written)


def test_no_action_is_left_out() -> None:
    asked = {type(action) for action, *_ in OF_OTHERS}
    assert asked == set(NAMES) == set(get_args(AnyAction)) - QUESTIONS - {events.ConsoleLost, events.ConsoleBack}
    assert {type(action): name for action, name, *_ in OF_OTHERS} == NAMES


@committed
async def test_ones_own_work_leaves_none(gate: Gate) -> None:
    for who in ("1001", "player-coach"):
        viewer = await gate.open(who)
        for action in OWN:
            await accepted(viewer, action)

    assert await rows(gate) == []


@committed
async def test_who_supervises_and_is_an_agent_leaves_rows_for_others_and_for_moving_itself(gate: Gate) -> None:
    viewer = await gate.open("player-coach")
    for action in (events.SetReady(agent="1002"), events.MoveAgent(agent="1001", queues=("support",))):
        await accepted(viewer, action)

    assert [(row["action"], row["object_id"]) for row in await rows(gate)] == [("agent.ready", "1002"), ("agent.move", "1001")]


@committed
async def test_what_is_asked_or_refused_leaves_none(gate: Gate, engine: FakeEngine) -> None:
    engine.answers[events.SetReady] = CoreError(code="agent_signed_out", field="agent")
    viewer = await gate.open("2001")
    assert (await viewer.asks(events.SetReady(agent="1002"))).error is not None
    assert (await viewer.asks(events.ConsoleLost(agent="1002"))).error is not None

    assert await rows(gate) == []


@committed
async def test_what_cannot_be_written_is_an_error_in_the_log_and_the_next_is_written(gate: Gate) -> None:
    def fail_once(deed: Deed) -> None:
        if deed.action == "agent.clear":
            raise OSError("the database is away")
        write(deed)

    gate.hub.trail._write = fail_once
    viewer = await gate.open("2001")
    with capture_logs() as logs:
        await accepted(viewer, events.ClearCall(agent="1002"))
        await accepted(viewer, events.SetReady(agent="1002"))
        written = await rows(gate)

    assert [row["action"] for row in written] == ["agent.ready"]
    (lost,) = [line for line in logs if line["log_level"] == "error"]
    assert lost["event"] == "an action is missing in the audit trail"
    assert (lost["tenant"], lost["actor"], lost["address"]) == ("acme", "person-2001", "192.0.2.7")
    assert (lost["action"], lost["object_id"]) == ("agent.clear", "1002")


async def test_what_is_still_to_be_written_when_time_is_up_is_an_error_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbase.web.gateway.trail.CLOSE_TIMEOUT_S", 0.01)
    trail = Trail()  # nobody runs it, as if the one before it never ended
    trail.put(deed_of(access("2001"), events.ClearCall(agent="1002"), None))
    with capture_logs() as logs:
        await trail.close()

    assert [(line["log_level"], line["action"]) for line in logs] == [("error", "agent.clear")]


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_the_audit_page_has_words_for_each(language: str) -> None:
    words = json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8"))
    for name in NAMES.values():
        noun, _, verb = name.partition(".")
        assert words["audit_object"][noun]
        assert words["audit_action"][verb]
