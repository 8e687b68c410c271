"""The list of interactions and one of them: who sees what, found how, told in which words."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from callbase.apps.audit.models import AuditEntry
from callbase.apps.flows.models import Flow
from callbase.apps.interactions.export import harmless
from callbase.apps.interactions.partitions import make_partitions
from callbase.apps.interactions.results import Result
from callbase.core import facts
from callbase.core.events import Customer
from tests.web.centre import Call, Centre, body, insert, streamed

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def centre() -> Centre:
    return Centre("acme")


def answered_call(begun: datetime = BEGUN, agent: str = "1001", caller: str = "13800138001") -> Call:
    call = Call("acme", begun, caller)
    call.segment("flow", 0, 5, flow="main").queued("sales", 5, 12, "answered").talked(agent, 12, 60, "sales")
    call.segment("wrap_up", 60, 75, agent=agent, queue="sales")
    return call.ended(60, queue="sales", agent=agent, end_reason="customer_hung_up", talk_ms=48000, answered_at=call.at(12))


def test_a_supervisor_sees_all_of_the_tenant_and_nothing_of_another(centre: Centre) -> None:
    call = answered_call()
    Centre("other")
    foreign = Call("other", BEGUN)
    client = centre.client("2001")

    listed = body(client.get("/api/interactions"))

    assert [one["id"] for one in listed["items"]] == [call.id]
    assert listed["total"] == 1
    assert listed["items"][0]["agent_name"] == "Wang Fang"
    assert listed["items"][0]["queue_name"] == {"zh-CN": "销售", "en-US": "Sales"}
    assert client.get(f"/api/interactions/{foreign.id}").status_code == 404


def test_an_agent_sees_only_the_interactions_that_came_to_it(centre: Centre) -> None:
    mine, other = answered_call(agent="1001"), answered_call(agent="1002")
    client = centre.client("1001")

    assert [one["id"] for one in body(client.get("/api/interactions"))["items"]] == [mine.id]
    assert client.get(f"/api/interactions/{mine.id}").status_code == 200
    assert client.get(f"/api/interactions/{other.id}").status_code == 404


def test_a_call_that_only_rang_at_the_agent_is_seen_but_not_described_by_it(centre: Centre) -> None:
    missed = Call("acme", BEGUN).queued("sales", 0, None, None).segment("offer", 1, 20, "no_answer", agent="1001")
    client = centre.client("1001")

    assert [one["id"] for one in body(client.get("/api/interactions"))["items"]] == [missed.id]
    assert client.patch(f"/api/interactions/{missed.id}", {"note": "x"}, content_type="application/json").status_code == 403


def test_who_was_consulted_sees_the_call_and_whose_call_it_was(centre: Centre) -> None:
    call = answered_call().segment("consult", 15, 20, "ended", agent="1001", party="1002", queue="sales")

    found = body(centre.client("1002").get(f"/api/interactions/{call.id}"))

    (consult,) = [one for one in found["segments"] if one["kind"] == "consult"]
    assert (consult["agent"], consult["party"], consult["party_name"]) == ("1001", "1002", "Li Lei")
    assert [one["id"] for one in body(centre.client("1002").get("/api/interactions?came_to=1002"))["items"]] == [call.id]


def test_calls_that_came_to_an_agent_tell_who_let_them_ring(centre: Centre) -> None:
    talked = answered_call(agent="1001")
    missed = Call("acme", BEGUN + timedelta(hours=1)).queued("sales", 0, 30, "answered")
    missed.segment("offer", 1, 20, "no_answer", agent="1001").segment("offer", 20, 30, "answered", agent="1002")
    missed.talked("1002", 30, 60, "sales")
    came_back = answered_call(agent="1001", begun=BEGUN - timedelta(hours=1)).segment("offer", 90, 110, "no_answer", agent="1001")
    client = centre.client("2001")

    came = body(client.get("/api/interactions?came_to=1001"))["items"]

    told = [(one["id"], one["not_answered_by"]) for one in came]
    assert told == [(missed.id, ["1001"]), (talked.id, []), (came_back.id, [])]
    assert [one["id"] for one in body(client.get("/api/interactions?came_to=1002"))["items"]] == [missed.id]
    assert [one["id"] for one in body(client.get("/api/interactions?agent=1001"))["items"]] == [talked.id, came_back.id]


def test_who_was_only_asked_for_advice_is_not_told_anothers_time_as_its_own(centre: Centre) -> None:
    answered_call(agent="1001").segment("consult", 15, 20, "no_answer", agent="1001", party="1002", queue="sales")

    (mine,) = body(centre.client("1001").get("/api/interactions?came_to=1001"))["items"]
    (asked,) = body(centre.client("1002").get("/api/interactions?came_to=1002"))["items"]
    (any_ones,) = body(centre.client("2001").get("/api/interactions"))["items"]

    assert mine["own_talk_ms"] == asked["talk_ms"] > 0
    assert (asked["own_talk_ms"], asked["not_answered_by"]) == (None, ["1002"])
    assert any_ones["own_talk_ms"] is None


def test_without_a_session_nobody_gets_anything(centre: Centre, client: object) -> None:
    from django.test import Client

    assert Client().get("/api/interactions").status_code == 401


@pytest.mark.parametrize("name", ["caller", "search"])
def test_a_caller_is_found_however_the_number_is_written_and_however_the_carrier_wrote_it(centre: Centre, name: str) -> None:
    numbers = ("+8613800138001", "861062783333", "+14155550100")
    calls = {answered_call(caller=number).id: number for number in numbers}
    for written in (
        *("+8613800138001", "13800138001", " 8613800138001", "+86 138-0013-8001"),
        *("01062783333", "+86 10 6278 3333", "+1 (415) 555-0100", " 14155550100"),
    ):
        found = body(centre.client("2001").get("/api/interactions", {name: written}))["items"]
        expected = next(number for number in numbers if number[-8:] == re.sub(r"\D", "", written)[-8:])
        assert [calls[one["id"]] for one in found] == [expected], written


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("search=13911", ["late"]),
        ("search=100%25", []),
        ("caller=13800", ["early"]),
        ("agent=1002", ["late"]),
        ("queue=sales", ["late", "early"]),
        ("queue=support", []),
        ("from=2026-11-23T03:00:00Z", ["late"]),
        ("to=2026-11-23T03:00:00Z", ["early"]),
        ("direction=outbound", []),
        ("end_reason=customer_hung_up&sort=started_at", ["early", "late"]),
        ("page=2&page_size=1", ["early"]),
    ],
)
def test_the_list_is_narrowed_sorted_and_paged(centre: Centre, query: str, expected: list[str]) -> None:
    calls = {answered_call().id: "early", answered_call(BEGUN + timedelta(hours=2), "1002", "13911112222").id: "late"}

    listed = body(centre.client("2001").get(f"/api/interactions?{query}"))

    assert [calls[one["id"]] for one in listed["items"]] == expected


def test_the_list_is_narrowed_by_the_result_it_shows(centre: Centre) -> None:
    reasons = (
        "abandoned",
        "missed",
        "voicemail",
        "blocked",
        "lines_full",
        "number_unknown",
        "closed",
        "flow_ended",
        "switch_lost",
    )
    calls = {answered_call().id: "answered", Call("acme", BEGUN).id: "live"}
    calls |= {Call("acme", BEGUN).ended(9, end_reason=reason).id: reason for reason in reasons}

    found = {
        result: {calls[one["id"]] for one in body(centre.client("2001").get(f"/api/interactions?result={result}"))["items"]}
        for result in get_args(Result)
    }

    assert found == {
        "live": {"live"},
        "answered": {"answered"},
        "abandoned": {"abandoned"},
        "missed": {"missed"},
        "voicemail": {"voicemail"},
        "refused": {"blocked", "lines_full", "number_unknown"},
        "closed": {"closed"},
        "ended": {"flow_ended", "switch_lost"},
    }


@pytest.mark.parametrize(
    "query",
    [
        "page=0",
        "page_size=501",
        "sort=drop",
        "direction=up",
        "from=yesterday",
        "metric=won",
        "end_reason=bored",
        "quue=sales",
        "from=2026-11-23T03:00:00Z&to=2026-11-22T03:00:00Z",
    ],
)
def test_rubbish_in_the_query_is_a_clear_error(centre: Centre, query: str) -> None:
    response = centre.client("2001").get(f"/api/interactions?{query}")

    assert response.status_code == 422
    assert body(response)["error"]["fields"]


def test_one_tells_its_segments_its_decision_and_its_story(centre: Centre) -> None:
    at = int(BEGUN.timestamp() * 1000)
    call = answered_call()
    recording = call.recorded()
    call.stated(
        facts.InteractionStarted(
            tenant="acme",
            at_ms=at,
            interaction=call.id,
            channel="voice",
            direction="inbound",
            caller_number="13800138001",
            called_number="4008001234",
            trunk="t1",
            language="zh-CN",
        ),
        facts.SegmentStarted(tenant="acme", at_ms=at + 1, interaction=call.id, segment=call.id, kind="flow", flow="main"),
        facts.CustomerIdentified(
            tenant="acme", at_ms=at + 5, interaction=call.id, customer=Customer(id=call.id, name="Zhao Yun", company="Shu")
        ),
        facts.FlowStep(
            tenant="acme",
            at_ms=at + 3000,
            interaction=call.id,
            flow="main",
            version=1,
            node="menu",
            node_type="menu",
            digit="1",
            port="sales",
        ),
        facts.RoutingExplained(
            tenant="acme",
            at_ms=at + 12_000,
            interaction=call.id,
            queue="sales",
            rule="longest_idle",
            chosen="1001",
            chosen_idle_ms=192_000,
            waited_ms=7_000,
            position=1,
            priority=0,
            passed_over=(facts.PassedOver(agent="1002", why="busy"),),
            passed_over_count=3,
        ),
    )

    Flow.objects.create(tenant_id="acme", key="main", name={"zh-CN": "主菜单", "en-US": "Main menu"})
    shown = body(centre.client("2001").get(f"/api/interactions/{call.id}"))

    assert [segment["kind"] for segment in shown["segments"]] == ["flow", "queue", "offer", "talk", "wrap_up"]
    assert shown["segments"][0]["flow_name"] == {"zh-CN": "主菜单", "en-US": "Main menu"}
    assert [(one["id"], one["state"], one["ended_at"]) for one in shown["recordings"]] == [
        (recording, "ended", "2026-11-23T02:01:00Z")
    ]
    assert shown["customer"]["name"] == "Zhao Yun"
    assert shown["flow_steps"][0]["digit"] == "1"
    text = shown["explanations"][0]["text"]
    assert text["en-US"] == (
        "Wang Fang (1001) was chosen, idle for 3 min 12 s, by the rule “longest idle first”. "
        "The caller was number 1 in “Sales” and had waited 7.0 s. Passed over, on a call: Li Lei (1002); and 2 more."
    )
    assert text["zh-CN"].startswith("选中 Wang Fang (1001)：已空闲 3 分 12 秒")
    assert [event["text"] for event in shown["events"]] == [
        "13800138001 called 4008001234 over trunk t1",
        "Entered flow “Main menu”",
        "Recognised the customer: Zhao Yun",
        "The customer pressed 1",
        "Chose Wang Fang (1001)",
    ]


def test_a_fact_of_a_newer_kind_does_not_spoil_the_story(centre: Centre) -> None:
    call = answered_call()
    insert(
        "engine_fact",
        tenant="acme",
        at=BEGUN,
        seq=999_999,
        index=0,
        type="Unheard",
        interaction=call.id,
        fact='{"type": "Unheard", "tenant": "acme", "at_ms": 1}',
    )

    assert body(centre.client("2001").get(f"/api/interactions/{call.id}"))["events"] == []


def test_the_agent_who_talked_sets_outcome_and_note_and_it_is_audited(centre: Centre) -> None:
    call = answered_call()

    response = centre.client("1001").patch(
        f"/api/interactions/{call.id}", {"outcome": "sold", "note": "calls back"}, content_type="application/json"
    )

    assert response.status_code == 200
    assert body(response)["outcome_name"] == {"zh-CN": "成交", "en-US": "Sold"}
    entry = AuditEntry.objects.get(action="interaction.describe")
    assert entry.object_id == call.id
    assert entry.changes == {"outcome": [None, "sold"], "note": ["", "calls back"]}


def test_an_outcome_nobody_configured_is_refused_and_nothing_written(centre: Centre) -> None:
    call = answered_call()

    response = centre.client("2001").patch(
        f"/api/interactions/{call.id}", {"outcome": "lost", "note": "x"}, content_type="application/json"
    )

    assert response.status_code == 422
    assert "outcome" in body(response)["error"]["fields"]
    assert body(centre.client("2001").get(f"/api/interactions/{call.id}"))["note"] == ""


def test_an_agent_cannot_describe_anothers_call(centre: Centre) -> None:
    response = centre.client("1002").patch(
        f"/api/interactions/{answered_call().id}", {"note": "mine"}, content_type="application/json"
    )

    assert response.status_code == 404


def test_the_export_has_every_row_in_the_tenants_time(centre: Centre) -> None:
    answered_call()
    answered_call(BEGUN + timedelta(hours=1), "1002", "=HYPERLINK(1)")

    response = centre.client("2001").get("/api/interactions/export.csv?agent=1001")
    text = streamed(response).decode("utf-8-sig")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    there = datetime.now(ZoneInfo("Asia/Shanghai"))
    assert f'filename="interactions-{there:%Y%m%d-%H}' in response["Content-Disposition"]
    lines = text.splitlines()
    assert len(lines) == 2
    assert "2026-11-23 10:00:00" in lines[1]
    assert "Wang Fang" in lines[1]


def test_the_export_tells_what_was_consulted_and_sent_on(centre: Centre) -> None:
    call = answered_call()
    call.segment("consult", 10, 20, "transferred", agent="1001", queue="sales")
    call.segment("hold", 10, 20, "transferred", agent="1001", queue="sales")

    (row,) = csv.DictReader(streamed(centre.client("2001").get("/api/interactions/export.csv")).decode("utf-8-sig").splitlines())

    assert (row["Consultations"], row["Conferences"], row["Transfers"]) == ("1", "0", "1")


@pytest.mark.parametrize("path", ["/api/interactions", "/api/interactions/export.csv"])
def test_a_filter_nobody_knows_is_refused_by_name(centre: Centre, path: str) -> None:
    refused = centre.client("2001").get(f"{path}?qeue=sales&from=2026-11-23T00:00:00Z")
    assert refused.status_code == 422
    assert list(refused.json()["error"]["fields"]) == ["qeue"]


def test_an_export_leaves_a_row_in_the_audit_trail_that_says_what_was_taken(centre: Centre) -> None:
    centre.client("2001").get("/api/interactions/export.csv?queue=sales&from=2026-11-23T00:00:00Z")

    (row,) = AuditEntry.objects.filter(tenant="acme", action="interaction.export")
    assert (row.actor, row.object_type, row.ip) == (str(centre.people["2001"].id), "interaction", "127.0.0.1")
    assert row.changes == {"queue": [None, "sales"], "from": [None, "2026-11-23T00:00:00Z"]}


def test_an_export_that_is_refused_leaves_no_row(centre: Centre) -> None:
    centre.people["1001"].roles.clear()

    assert centre.client("1001").get("/api/interactions/export.csv").status_code == 403
    assert not AuditEntry.objects.filter(action="interaction.export").exists()


def test_text_a_spreadsheet_would_run_stays_text() -> None:
    assert harmless("=1+1") == "'=1+1"
    assert harmless("@x") == "'@x"
    assert harmless("+8613800138001") == "+8613800138001"


def test_a_month_made_late_takes_its_rows_out_of_the_default_partition(centre: Centre) -> None:
    begun = datetime(2031, 5, 7, tzinfo=UTC)
    call = answered_call(begun)

    made = make_partitions(connection, begun, months_ahead=0)

    assert set(made) == {"engine_fact_2031_05", "interaction_2031_05", "segment_2031_05", "agent_activity_2031_05"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text, tableoid::regclass::text FROM interaction WHERE id = %s", [call.id])
        assert cursor.fetchall() == [(call.id, "interaction_2031_05")]
    assert make_partitions(connection, begun, months_ahead=0) == []
