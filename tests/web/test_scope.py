"""A supervisor of a unit: whatever shows interactions shows those of the unit's people and of the units below, and no others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from callbase.apps.audit.models import AuditEntry
from callbase.apps.interactions.filters import today
from callbase.apps.interactions.measures import METRICS
from callbase.apps.organization.models import Agent, Person, Role, Unit
from tests.web.centre import SUPERVISOR, Call, Centre, activity, body, streamed
from tests.web.conftest import Person as Visitor

pytestmark = pytest.mark.django_db

TEAMS = {"1001": "sales", "1002": "support", "1003": "sales north"}


@pytest.fixture
def centre() -> Centre:
    """Units sales (with sales north below it) and support, an agent in each; leaders of sales and of sales north."""
    centre = Centre("acme")
    Agent.objects.create(tenant_id="acme", number="1003", person=_person(centre, "1003", "agent"))
    Role.objects.create(tenant_id="acme", key="leader", permissions=SUPERVISOR, scope="unit")
    units = {name: Unit.objects.create(tenant_id="acme", name=name) for name in ("sales", "support")}
    units["sales north"] = Unit.objects.create(tenant_id="acme", name="sales north", parent=units["sales"])
    for login in ("3001", "3002", "3003"):
        _person(centre, login, "leader")
    for login, unit in {**TEAMS, "3001": "sales", "3002": "sales north"}.items():
        centre.people[login].unit = units[unit]
        centre.people[login].save()
    return centre


def _person(centre: Centre, login: str, role: str) -> Person:
    person = Person.objects.create(tenant_id="acme", login=login, name=login, language="en-US")
    person.roles.add(Role.objects.get(tenant_id="acme", key=role))
    centre.people[login] = person
    return person


@pytest.fixture
def noon() -> datetime:
    return today("Asia/Shanghai", datetime.now(UTC))[0] + timedelta(minutes=1)


@pytest.fixture
def calls(centre: Centre, noon: datetime) -> dict[str, Call]:
    """One talk by each agent; one that rang at 1001 and was taken by 1002; one nobody was offered."""
    made = {agent: _talk(noon, agent) for agent in TEAMS}
    rang = Call("acme", noon).segment("offer", 1, 21, "no_answer", agent="1001", queue="sales")
    made["rang"] = rang.queued("sales", 0, 25, "answered").talked("1002", 25, 45, "sales").ended(45, agent="1002")
    made["abandoned"] = Call("acme", noon).queued("sales", 0, 33, "abandoned").ended(33, end_reason="abandoned")
    for agent in TEAMS:
        activity("acme", agent, ("ready", noon, noon + timedelta(seconds=60)))
    return made


def _talk(begun: datetime, agent: str) -> Call:
    call = Call("acme", begun, caller=f"1390000{agent}").queued("sales", 0, 5, "answered").talked(agent, 5, 35, "sales")
    return call.ended(35, agent=agent, queue="sales")


REACHED = {
    "3001": {"1001", "1003", "rang"},  # sales, and north below it
    "3002": {"1003"},
    "3003": set[str](),  # in no unit
    "2001": {"1001", "1002", "1003", "rang", "abandoned"},  # of the whole tenant
    "1001": {"1001", "rang"},
}
everybody = pytest.mark.parametrize("login", REACHED)


def listed(client: Client, query: str = "") -> list[str]:
    page = body(client.get(f"/api/interactions?page_size=100{query}"))
    assert len(page["items"]) == page["total"]
    return sorted(one["id"] for one in page["items"])


@everybody
def test_the_list_the_one_and_the_export_show_the_same(centre: Centre, calls: dict[str, Call], login: str) -> None:
    client = centre.client(login)
    reached = sorted(calls[name].id for name in REACHED[login])

    assert listed(client) == reached
    seen = {name: client.get(f"/api/interactions/{call.id}").status_code for name, call in calls.items()}
    assert seen == {name: 200 if name in REACHED[login] else 404 for name in calls}
    lines = streamed(client.get("/api/interactions/export.csv")).decode("utf-8-sig").splitlines()[1:]
    assert sorted(line.split(",")[0] for line in lines) == reached


@everybody
def test_a_recording_is_heard_where_one_of_the_unit_talked(centre: Centre, calls: dict[str, Call], login: str) -> None:
    client = centre.client(login)
    recordings = {name: call.recorded() for name, call in calls.items()}

    found = {name for name, id in recordings.items() if client.get(f"/api/recordings/{id}/audio").status_code != 404}

    assert found == REACHED[login] - ({"rang"} if login != "2001" else set())


@pytest.mark.parametrize(
    ("login", "offered", "answered", "agents"),
    [("3001", 3, 2, ["1001", "1003"]), ("3002", 1, 1, ["1003"]), ("3003", 0, 0, []), ("2001", 5, 4, ["1001", "1002", "1003"])],
)
def test_the_report_counts_them_and_each_number_has_its_list(
    centre: Centre, calls: dict[str, Call], login: str, offered: int, answered: int, agents: list[str]
) -> None:
    client = centre.client(login)

    report = body(client.get("/api/reports/today"))

    assert (report["totals"]["offered"], report["totals"]["answered"]) == (offered, answered)
    assert sum(hour["answered"] for hour in report["hours"]) == answered
    assert [one["agent"] for one in report["agents"]] == agents
    for metric in METRICS:
        assert len(listed(client, f"&report=today&metric={metric}")) == report["totals"][metric]
        for queue in report["queues"]:
            assert len(listed(client, f"&report=today&metric={metric}&queue={queue['queue']}")) == queue[metric]
        for agent in agents:
            narrowed = body(client.get(f"/api/reports/today?agent={agent}"))["totals"]
            assert len(listed(client, f"&report=today&metric={metric}&agent={agent}")) == narrowed[metric]


def test_an_agent_of_another_unit_is_not_reported_on(centre: Centre, calls: dict[str, Call]) -> None:
    client = centre.client("3001")

    assert client.get("/api/reports/today?agent=1003").status_code == 200
    assert body(client.get("/api/reports/today?agent=1002"))["error"]["code"] == "forbidden"


def test_a_note_is_written_on_calls_of_the_unit_only(centre: Centre, calls: dict[str, Call]) -> None:
    client = centre.client("3001")

    def note(call: Call) -> int:
        return client.patch(f"/api/interactions/{call.id}", {"note": "x"}, content_type="application/json").status_code

    assert (note(calls["1003"]), note(calls["1002"])) == (200, 404)
    assert AuditEntry.objects.filter(object_id=calls["1002"].id).count() == 0


def test_who_moves_to_another_unit_takes_the_past_along(centre: Centre, calls: dict[str, Call]) -> None:
    client = centre.client("3002")
    moved = centre.people["1002"]
    moved.unit = centre.people["3002"].unit
    moved.save()

    assert listed(client) == sorted(calls[name].id for name in ("1002", "1003", "rang"))


def test_a_units_leader_gives_nobody_a_wider_scope_and_makes_no_token(demo: None, admin: Visitor) -> None:
    permissions = ["people.manage", "tokens.manage", "interactions.view_all"]
    for key, scope in (("lead", "unit"), ("chief", "all"), ("clerk", "own")):
        Role.objects.create(tenant_id="demo", key=key, permissions=permissions[: 1 if key == "clerk" else 3], scope=scope)
    unit = admin.get("/api/units").json()["items"][0]["id"]
    admin.post("/api/people", {"login": "lead", "name": "L", "password": "paper-and-ink", "roles": ["lead"], "unit": unit})
    lead = Visitor()
    lead.enter("lead")

    def new(login: str, role: str) -> Any:
        return lead.post("/api/people", {"login": login, "name": "N", "roles": [role], "unit": unit}).status_code

    assert (new("a", "chief"), new("b", "lead"), new("c", "clerk")) == (403, 201, 201)
    assert lead.post("/api/tokens", {"name": "t", "scopes": ["interactions.view_all"]}).status_code == 403
