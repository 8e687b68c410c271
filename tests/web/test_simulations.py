"""What-if: a day played twice, asked for over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from callbase.apps.audit.models import AuditEntry
from callbase.apps.organization.models import Agent, Role
from callbase.apps.queues.models import Member, Queue
from callbase.apps.simulations import actions
from callbase.apps.simulations.models import Simulation
from callbase.simulation.past import SeenCall, supposed
from callbase.simulation.play import Progress
from tests.web.centre import Call, Centre, activity, body

pytestmark = pytest.mark.django_db

LOAD = {"queue": "sales", "calls_per_hour": [0] * 9 + [60] * 3 + [0] * 12, "talk_s": 90, "patience_s": 60}
DRAWN = {"kind": "drawn", "loads": [LOAD]}
PLANNED = {"id": "sales", "name": {"zh-CN": "sales", "en-US": "sales"}}
MEMBERS = {"kind": "members", "start": 9, "end": 12}


@pytest.fixture
def centre() -> Centre:
    centre = Centre("acme")
    Role.objects.filter(tenant="acme", key="supervisor").update(permissions=["queues.manage"])
    for key in ("sales", "support"):
        Queue.objects.create(tenant_id="acme", key=key, name={"zh-CN": key, "en-US": key}, wrap_up_s=0)
    Member.objects.create(
        queue=Queue.objects.get(tenant="acme", key="sales"), agent=Agent.objects.get(tenant="acme", number="1001")
    )
    return centre


@pytest.fixture
def client(centre: Centre) -> Client:
    return centre.client("2001")


def post(client: Client, **question: Any) -> Any:
    return client.post("/api/simulations", question, content_type="application/json")


def played(client: Client, **question: Any) -> Any:
    """Asked for, played as the worker does, and read again."""
    answer = post(client, **question)
    assert answer.status_code == 202, answer.content
    actions.run(body(answer)["id"])
    return body(client.get(f"/api/simulations/{body(answer)['id']}"))


def queue(result: Any, name: str = "sales") -> Any:
    return next(one for one in result["queues"] if one["queue"] == name)


def test_a_second_agent_makes_waits_shorter_and_the_page_shows_both_days(client: Client) -> None:
    planned = {**body(client.get("/api/queues/sales")), "members": [{"agent": "1001"}, {"agent": "1002"}]}
    found = played(client, traffic=DRAWN, staff=MEMBERS, queues=[planned], seed=7)
    assert (found["state"], found["progress"]) == ("done", 1.0)
    present, better = queue(found["result"]["present"]), queue(found["result"]["planned"])
    assert present["offered"] == better["offered"] > 120
    assert present["answered"] + present["abandoned"] == present["offered"]
    assert better["abandoned"] < present["abandoned"]
    assert better["service_level"] > present["service_level"]
    assert (found["result"]["present"]["agents"], found["result"]["planned"]["agents"]) == (1, 2)


def test_without_a_plan_the_present_is_played_alone_and_the_seed_makes_it_the_same(client: Client) -> None:
    first = played(client, traffic=DRAWN, staff=MEMBERS, seed=3)
    assert first["result"]["planned"] is None
    assert played(client, traffic=DRAWN, staff=MEMBERS, seed=3)["result"] == first["result"]
    assert played(client, traffic=DRAWN, staff=MEMBERS, seed=4)["result"] != first["result"]


def test_a_past_day_is_played_again_with_who_was_there(centre: Centre, client: Client) -> None:
    day = datetime.now(ZoneInfo("Asia/Shanghai")).replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=3)
    begun = day.astimezone(UTC)
    activity("acme", "1001", ("ready", begun - timedelta(minutes=5), begun + timedelta(hours=1)))
    for minute in range(0, 40, 2):
        call = Call("acme", begun + timedelta(minutes=minute)).queued("sales", 0, 4, "answered")
        call.talked("1001", 4, 64, "sales").ended(64, answered_at=begun + timedelta(minutes=minute, seconds=4), talk_ms=60_000)
    gone = Call("acme", begun + timedelta(minutes=50)).queued("sales", 0, 30, "abandoned")
    gone.ended(30, end_reason="abandoned", queue_ms=30_000)
    past = {"kind": "past", "date": day.date().isoformat()}
    found = played(client, traffic=past, staff=past, ring_s=2)
    sales = queue(found["result"]["present"])
    assert (sales["offered"], sales["answered"]) == (21, 21), "nobody was busy when the one came who had given up"
    assert 2000 <= sales["wait_p50_ms"] < 3000
    assert found["result"]["present"]["occupancy"] == pytest.approx(21 * 60 / (65 * 60), rel=0.2)


def test_a_day_without_calls_says_so_in_the_asker_s_language(client: Client) -> None:
    found = played(client, traffic={"kind": "past", "date": "2020-01-01"}, staff=MEMBERS)
    assert (found["state"], found["error"]) == ("failed", "simulation_no_calls")
    assert found["message"] == "There are no calls of that day to play."


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ({"traffic": {"kind": "drawn", "loads": [{**LOAD, "queue": "gone"}]}, "staff": MEMBERS}, "traffic.loads.0.queue"),
        ({"traffic": {"kind": "drawn", "loads": [{**LOAD, "calls_per_hour": [20000] * 24}]}, "staff": MEMBERS}, "traffic.loads"),
        ({"traffic": DRAWN, "staff": {**MEMBERS, "end": 8}}, "staff.end"),
        (
            {"traffic": DRAWN, "staff": MEMBERS, "queues": [{"id": "gone", "name": {"zh-CN": "x", "en-US": "x"}}]},
            "queues.0.id",
        ),
        (
            {"traffic": DRAWN, "staff": MEMBERS, "queues": [{**PLANNED, "rings": [{"after_s": 20}, {"after_s": 10}]}]},
            "queues.0.rings.1.after_s",
        ),
        (
            {
                "traffic": DRAWN,
                "staff": MEMBERS,
                "queues": [{**PLANNED, "waiting": {"keys": {"1": {"type": "agent", "agent": "9"}}}}],
            },
            "queues.0.waiting.keys.1.agent",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_field(client: Client, question: dict[str, Any], field: str) -> None:
    answer = post(client, **question)
    assert answer.status_code == 422
    assert field in body(answer)["error"]["fields"]
    assert not Simulation.objects.exists()


def test_one_at_a_time(client: Client) -> None:
    assert post(client, traffic=DRAWN, staff=MEMBERS).status_code == 202
    again = post(client, traffic=DRAWN, staff=MEMBERS)
    assert (again.status_code, body(again)["error"]["code"]) == (409, "simulation_running")


def test_one_deleted_while_it_is_played_is_played_no_further(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    made = body(post(client, traffic=DRAWN, staff=MEMBERS))["id"]

    def deleted_in_the_midst(*arguments: Any, progress: Progress, **more: Any) -> None:
        assert client.delete(f"/api/simulations/{made}").status_code == 204
        progress(256, 500)
        pytest.fail("played on")

    monkeypatch.setattr(actions, "play", deleted_in_the_midst)
    actions.run(made)
    assert not Simulation.objects.exists()


def test_the_oldest_go_when_there_are_more_than_are_kept_and_the_trail_says_so(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "KEPT", 2)
    made = [played(client, traffic=DRAWN, staff=MEMBERS, seed=seed)["id"] for seed in (1, 2, 3)]
    assert [one["id"] for one in body(client.get("/api/simulations"))["items"]] == [made[2], made[1]]
    assert list(AuditEntry.objects.filter(action="simulation.delete").values_list("object_id", flat=True)) == [made[0]]


def test_another_tenant_neither_sees_nor_deletes_it(client: Client) -> None:
    made = body(post(client, traffic=DRAWN, staff=MEMBERS))["id"]
    other = Centre("other")
    Role.objects.filter(tenant="other", key="supervisor").update(permissions=["queues.manage"])
    stranger = other.client("2001")
    assert body(stranger.get("/api/simulations"))["total"] == 0
    assert stranger.get(f"/api/simulations/{made}").status_code == 404
    assert stranger.delete(f"/api/simulations/{made}").status_code == 404
    assert client.delete(f"/api/simulations/{made}").status_code == 204


def test_an_agent_may_not(centre: Centre) -> None:
    assert centre.client("1001").get("/api/simulations").status_code == 403


def test_what_was_not_seen_of_a_day_is_supposed_from_what_was() -> None:
    seen = [
        SeenCall(at_ms=at, queue="sales", caller_number="1", wait_ms=10_000, talk_ms=60_000, gave_up=False)
        for at in range(0, 2_000_000, 1000)
    ]
    seen += [
        SeenCall(at_ms=2_000_000 + at, queue="sales", caller_number="1", wait_ms=20_000, talk_ms=None, gave_up=True)
        for at in range(500)
    ]
    calls = supposed(seen, seed=1)
    answered, gone = calls[:2000], calls[2000:]
    assert {call.patience_ms for call in gone} == {20_000}
    beyond = [call.patience_ms - 10_000 for call in answered if call.patience_ms is not None]
    assert sum(beyond) / len(beyond) == pytest.approx(60_000, rel=0.1), "(2000 × 10 s + 500 × 20 s) / 500"
    assert sum(call.talk_ms for call in gone) / 500 == pytest.approx(60_000, rel=0.15)
