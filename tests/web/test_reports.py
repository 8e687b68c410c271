"""Today's report: each number is right, and its list has exactly the calls it counted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callbase.apps.interactions.filters import today
from callbase.apps.interactions.measures import METRICS
from callbase.apps.queues.models import NotReadyReason
from callbase.apps.reports import queries
from callbase.apps.reports.handed_on import NONE_HANDED_ON
from callbase.apps.reports.waits import NOTHING
from tests.web.centre import Call, Centre, activity, body

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre() -> Centre:
    return Centre("acme")


@pytest.fixture
def noon() -> datetime:
    """Of today in the centre's zone, and never in the future: calls are told to begin before it."""
    return today("Asia/Shanghai", datetime.now(UTC))[0] + timedelta(minutes=1)


@pytest.fixture
def day(centre: Centre, noon: datetime) -> datetime:
    """A day in the centre: every kind of fate a call can have."""
    # answered at once, within the service level; 40 s talk, 10 s hold, 15 s wrap-up
    one = Call("acme", noon).queued("sales", 0, 5, "answered").talked("1001", 5, 35, "sales")
    one.segment("hold", 35, 45, agent="1001", queue="sales").segment("talk", 45, 55, agent="1001", queue="sales")
    one.segment("wrap_up", 55, 70, agent="1001", queue="sales").ended(55)
    # answered late; 1001 let it ring, 1002 took it; 20 s talk
    two = Call("acme", noon + timedelta(seconds=10)).segment("offer", 1, 21, "no_answer", agent="1001", queue="sales")
    two.queued("sales", 0, 25, "answered").talked("1002", 25, 45, "sales").ended(45)
    # gave up waiting
    Call("acme", noon + timedelta(seconds=20)).queued("sales", 0, 33, "abandoned").ended(33, end_reason="abandoned")
    # passed through both queues, answered in the second: 12 s there is beyond its 10 s
    four = Call("acme", noon + timedelta(seconds=30)).queued("sales", 0, 8, "left").queued("support", 8, 20, "answered")
    four.talked("1002", 20, 50, "support").ended(50)
    # talked, lost the agent, waits again: still one answered call
    five = Call("acme", noon + timedelta(seconds=40)).queued("support", 0, 4, "answered").talked("1001", 4, 20, "support")
    five.queued("support", 20, 26, "abandoned").ended(26)
    # gave up in the flow, before any queue: not offered
    Call("acme", noon).segment("flow", 0, 9, flow="main").ended(9)
    # waits now
    Call("acme", noon + timedelta(seconds=45)).queued("support", 0, None, None)
    # yesterday's
    Call("acme", noon - timedelta(days=1)).queued("sales", 0, 5, "answered").talked("1001", 5, 35, "sales").ended(35)
    return noon


def number_and_list(client: Client, metric: str, number: int, **where: str) -> tuple[int, int]:
    query = "&".join(f"{name}={value}" for name, value in {"report": "today", "metric": metric, **where}.items())
    listed = body(client.get(f"/api/interactions?{query}"))
    assert len(listed["items"]) == listed["total"]
    return number, listed["total"]


def test_the_totals_count_each_call_once(centre: Centre, day: datetime) -> None:
    totals = body(centre.client("2001").get("/api/reports/today"))["totals"]

    assert {name: totals[name] for name in METRICS} == {"offered": 6, "answered": 4, "abandoned": 1, "within_service_level": 2}
    assert totals["service_level"] == pytest.approx(2 / 5)
    assert totals["service_level_s"] is None
    assert totals["asa_ms"] == pytest.approx((5 + 25 + 12 + 4) / 4 * 1000)
    assert totals["talk_ms"] == (40 + 20 + 30 + 16) * 1000
    assert totals["hold_ms"] == 10_000
    assert totals["wrap_up_ms"] == 15_000
    assert totals["aht_ms"] == pytest.approx((65 + 20 + 30 + 16) / 4 * 1000)


def test_who_called_while_there_was_no_engine_is_counted_apart_and_of_no_queue(centre: Centre, day: datetime) -> None:
    gone = Call("acme", day).segment("flow", 0, 20).ended(20, end_reason="missed")
    Call("acme", day - timedelta(days=1)).segment("flow", 0, 20).ended(20, end_reason="missed")
    client = centre.client("2001")

    found = [body(client.get(f"/api/reports/today{path}")) for path in ("", "?queue=sales", "?agent=1001")]

    assert [report["missed"] for report in found] == [1, None, None]
    assert found[0]["totals"]["abandoned"] == 1
    listed = body(client.get("/api/interactions?report=today&result=missed"))["items"]
    assert [one["id"] for one in listed] == [str(gone.id)]


def test_a_queue_counts_what_passed_through_it(centre: Centre, day: datetime) -> None:
    sales, support = body(centre.client("2001").get("/api/reports/today"))["queues"]

    assert (sales["queue"], sales["name"]["en-US"], sales["service_level_s"]) == ("sales", "Sales", 20.0)
    assert {name: sales[name] for name in METRICS} == {"offered": 4, "answered": 2, "abandoned": 1, "within_service_level": 1}
    assert {name: support[name] for name in METRICS} == {"offered": 3, "answered": 2, "abandoned": 0, "within_service_level": 1}
    assert support["talk_ms"] == 46_000
    assert sales["longest_wait_ms"] == 33_000


def test_what_was_foretold_is_measured_against_what_was_and_callbacks_are_counted(centre: Centre, noon: datetime) -> None:
    for expected_s, waited_s in ((10, 14), (30, 24), (None, 50)):
        expected_ms = None if expected_s is None else expected_s * 1000
        call = Call("acme", noon).segment("queue", 0, waited_s, "answered", queue="sales", expected_ms=expected_ms)
        call.talked("1001", waited_s, 60, "sales").ended(60)
    Call("acme", noon).segment("queue", 0, 9, "abandoned", queue="sales", expected_ms=90_000).ended(9, end_reason="abandoned")
    reached = Call("acme", noon).queued("support", 0, 5, "callback").segment("callback", 5, 90, "answered", queue="support")
    reached.talked("1002", 90, 100, "support").ended(100)
    Call("acme", noon).queued("support", 0, 5, "callback").segment("callback", 5, None, queue="support")
    Call("acme", noon).queued("support", 0, 5, "callback").segment("callback", 5, 99, "given_up", queue="support").ended(99)
    client = centre.client("2001")

    def waits(path: str) -> list[tuple[Any, ...]]:
        found = body(client.get(f"/api/reports/today{path}"))
        return [tuple(one[name] for name in NOTHING) for one in (found["totals"], *found["queues"])]

    sales, support = (2, 5000, -1000, 0, 0, 0), (0, None, None, 3, 1, 1)
    assert waits("") == [(2, 5000, -1000, 3, 1, 1), sales, support]
    assert waits("?queue=support") == [support, support]
    assert waits("?agent=1001") == [sales, sales, tuple(NOTHING.values())]


def test_agents_have_their_calls_their_time_and_their_occupancy(centre: Centre, day: datetime) -> None:
    now = day + timedelta(hours=1)
    activity(
        "acme",
        "1001",
        ("logged_off", day - timedelta(hours=9), day - timedelta(hours=1)),
        ("ready", day - timedelta(hours=1), day + timedelta(minutes=9)),
        ("busy", day + timedelta(minutes=9), day + timedelta(minutes=29)),
        ("working_after_call", day + timedelta(minutes=29), day + timedelta(minutes=39)),
        ("not_ready", day + timedelta(minutes=39), None),
    )

    access = access_of(centre, "2001")
    first = queries.report_of_today(access, now, queue=None, agent=None)["agents"][0]

    assert (first["agent"], first["name"], first["answered"]) == ("1001", "Wang Fang", 2)
    assert first["ready_ms"] == 10 * 60_000  # from midnight only: the day began a minute before
    assert first["not_ready_ms"] == 21 * 60_000
    assert first["signed_in_ms"] == 61 * 60_000
    assert first["occupancy"] == pytest.approx(30 / 40)
    assert first["talk_ms"] == 56_000


def test_time_not_ready_is_told_by_its_reasons_and_some_of_it_is_work(centre: Centre, day: datetime) -> None:
    NotReadyReason.objects.create(tenant_id="acme", key="meeting", name={"en-US": "Meeting"}, productive=True)
    NotReadyReason.objects.create(tenant_id="acme", key="lunch", name={"en-US": "Lunch"})
    stays = (("meeting", 0, 10), ("lunch", 10, 14), ("meeting", 14, 16), ("no_answer", 16, 17), ("", 17, 20))
    minutes = [(f"not_ready:{why}", day + timedelta(minutes=a), day + timedelta(minutes=b)) for why, a, b in stays]
    activity("acme", "1001", *minutes, ("ready", day + timedelta(minutes=20), day + timedelta(minutes=40)))

    report = queries.report_of_today(access_of(centre, "2001"), day + timedelta(hours=1), queue=None, agent=None)

    first = report["agents"][0]
    in_minutes = {why: ms / 60_000 for why, ms in first["not_ready_by_reason"].items()}
    assert in_minutes == {"meeting": 12, "lunch": 4, "no_answer": 1, "": 3}
    assert (first["not_ready_ms"], first["productive_ms"]) == (20 * 60_000, 12 * 60_000)
    assert first["utilisation"] == pytest.approx(32 / 40)


def test_consultations_conferences_and_transfers_are_counted_by_agent_and_queue(centre: Centre, noon: datetime) -> None:
    attended = Call("acme", noon).queued("sales", 0, 5, "answered").talked("1001", 5, 20, "sales")
    attended.segment("consult", 20, 40, "transferred", agent="1001", queue="sales")
    attended.segment("hold", 20, 40, "transferred", agent="1001", queue="sales")
    attended.segment("talk", 40, 60, agent="1002", queue="sales").ended(60)
    blind = Call("acme", noon).queued("sales", 0, 5, "answered")
    blind.segment("talk", 5, 20, "transferred", agent="1001", queue="sales").segment("flow", 20, 20)
    blind.queued("support", 20, 30, "answered").talked("1002", 30, 50, "support").ended(50)
    returned = Call("acme", noon).queued("sales", 0, 5, "answered")
    returned.segment("talk", 5, 20, "transferred", agent="1001", queue="sales")
    returned.queued("sales", 20, 30, "answered").talked("1001", 30, 50, "sales").ended(50)
    three = Call("acme", noon).queued("support", 0, 5, "answered").talked("1002", 5, 9, "support")
    three.segment("consult", 9, 12, "conference", agent="1002", queue="support")
    three.segment("conference", 12, 30, agent="1002", queue="support").segment(
        "conference", 30, 40, agent="1001", queue="support"
    )
    client = centre.client("2001")

    def counted(path: str) -> dict[str, list[tuple[int, ...]]]:
        found = body(client.get(f"/api/reports/today{path}"))
        return {
            name: [tuple(one[each] for each in NONE_HANDED_ON) for one in rows]
            for name, rows in {"all": [found["totals"]], "queues": found["queues"], "agents": found["agents"]}.items()
        }

    assert counted("") == {
        "all": [(2, 1, 3, 2)],
        "queues": [(1, 0, 3, 1), (1, 1, 0, 1)],
        "agents": [(1, 1, 3, 0), (1, 1, 0, 2)],
    }
    assert counted("?queue=support")["all"] == [(1, 1, 0, 1)]
    assert counted("?agent=1002")["all"] == [(1, 1, 0, 2)]


def test_every_number_of_the_totals_has_its_calls_behind_it(centre: Centre, day: datetime) -> None:
    client = centre.client("2001")
    report = body(client.get("/api/reports/today"))

    for metric in METRICS:
        number, listed = number_and_list(client, metric, report["totals"][metric])
        assert number == listed, metric


def test_every_number_of_a_queue_has_its_calls_behind_it(centre: Centre, day: datetime) -> None:
    client = centre.client("2001")

    for one in body(client.get("/api/reports/today"))["queues"]:
        for metric in METRICS:
            number, listed = number_and_list(client, metric, one[metric], queue=one["queue"])
            assert number == listed, (one["queue"], metric)


def test_every_number_of_an_agent_has_its_calls_behind_it(centre: Centre, day: datetime) -> None:
    client = centre.client("2001")

    for one in body(client.get("/api/reports/today"))["agents"]:
        number, listed = number_and_list(client, "answered", one["answered"], agent=one["agent"])
        assert number == listed == 2
        narrowed = body(client.get(f"/api/reports/today?agent={one['agent']}"))["totals"]
        for metric in METRICS:
            number, listed = number_and_list(client, metric, narrowed[metric], agent=one["agent"])
            assert number == listed, (one["agent"], metric)


def test_every_number_of_an_agent_in_a_queue_has_its_calls_behind_it(centre: Centre, day: datetime) -> None:
    client = centre.client("2001")

    for queue in ("sales", "support"):
        for agent in ("1001", "1002"):
            narrowed = body(client.get(f"/api/reports/today?agent={agent}&queue={queue}"))["totals"]
            for metric in METRICS:
                number, listed = number_and_list(client, metric, narrowed[metric], agent=agent, queue=queue)
                assert number == listed, (queue, agent, metric)


def test_the_hours_add_up_to_the_totals_and_have_their_calls_behind_them(centre: Centre, day: datetime) -> None:
    client = centre.client("2001")
    Call("acme", day + timedelta(hours=3)).queued("sales", 0, 5, "abandoned").ended(5)
    report = body(client.get("/api/reports/today"))
    midnight = day - timedelta(minutes=1)

    assert [one["hour"] for one in report["hours"]] == list(range(24))
    assert sum(one["offered"] for one in report["hours"]) == report["totals"]["offered"]
    for one in report["hours"]:
        start = midnight + timedelta(hours=one["hour"])
        span = {name: at.isoformat().replace("+00:00", "Z") for name, at in (("from", start), ("to", start + timedelta(hours=1)))}
        for metric in ("offered", "answered", "abandoned"):
            listed = body(client.get(f"/api/interactions?from={span['from']}&to={span['to']}&metric={metric}"))
            assert one[metric] == listed["total"], (one["hour"], metric)


def test_an_agent_sees_its_own_figures_only(centre: Centre, day: datetime) -> None:
    client = centre.client("1001")

    report = body(client.get("/api/reports/today"))

    assert [one["agent"] for one in report["agents"]] == ["1001"]
    assert report["totals"]["answered"] == 2
    for metric in METRICS:
        number, listed = number_and_list(client, metric, report["totals"][metric], agent="1001")
        assert number == listed, metric
    assert client.get("/api/reports/today?agent=1002").status_code == 403


def test_another_tenants_calls_are_not_counted(centre: Centre, day: datetime) -> None:
    report = body(Centre("other").client("2001").get("/api/reports/today"))

    assert report["totals"]["offered"] == 0
    assert report["totals"]["service_level"] is None
    assert report["agents"] == []


def test_the_day_is_the_tenants_day() -> None:
    """In Shanghai it is the 24th already; on the day clocks go forward in New York it has 23 hours."""
    assert today("Asia/Shanghai", datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == (
        datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
        datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
    )
    first, after = today("America/New_York", datetime(2026, 3, 8, 12, 0, tzinfo=UTC))
    assert after - first == timedelta(hours=23)


def access_of(centre: Centre, login: str) -> Any:
    from callbase.apps.organization.access import access_of_person, people_for_access

    return access_of_person(people_for_access().get(id=centre.people[login].id))
