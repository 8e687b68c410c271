"""People, their roles, agents, telephones and places in queues; and units."""

from __future__ import annotations

from typing import Any

from callbase.apps.configuration.queries import build, latest
from callbase.apps.organization.models import Role
from callbase.apps.organization.secrets import ha1, unseal
from tests.web.conftest import Person, fields

NEWCOMER: dict[str, Any] = {
    "login": "1099",
    "name": "沈若溪",
    "password": "lake-and-willow",
    "roles": ["agent"],
    "agent": "1099",
    "queues": [{"queue": "sales", "priority": 2, "level": 80}],
    "staff_number": "S-99",
    "birthday": "1998-04-12",
}


def test_a_new_agent_can_sign_in_is_in_its_queue_and_has_two_telephones(admin: Person) -> None:
    created = admin.post("/api/people", NEWCOMER)
    assert created.status_code == 201, created.content
    body = created.json()
    telephones = [{"id": "1099-web", "kind": "browser", "number": ""}, {"id": "1099", "kind": "sip", "number": ""}]
    assert body["agent"] == {"id": "1099", "devices": telephones}
    assert body["queues"] == [{"queue": "sales", "priority": 2, "level": 80, "weight": 1}]
    assert "password" not in body

    tenant = build(0).tenants["demo"]
    assert tenant.agents["1099"].devices == ("1099-web", "1099")
    assert unseal(tenant.devices["1099"].ha1) == ha1("1099", "lake-and-willow")
    assert "1099" in {member.agent for member in tenant.queues["sales"].members}
    assert Person().sign_in("1099", "lake-and-willow").status_code == 200


def test_each_faulty_field_is_named(admin: Person) -> None:
    assert set(fields(admin.post("/api/people", {}))) == {"login", "name"}
    faulty = {"login": "a b", "email": "nobody", "sex": "?", "colour": "red"}
    assert set(fields(admin.post("/api/people", NEWCOMER | faulty))) == set(faulty)
    for change, field in (
        ({"login": "1001"}, "login"),
        ({"agent": "1001"}, "agent"),
        ({"roles": ["agent", "king"]}, "roles.1"),
        ({"unit": "00000000-0000-0000-0000-000000000000"}, "unit"),
        ({"queues": [{"queue": "nowhere"}]}, "queues.0.queue"),
        ({"queues": [{"queue": "sales"}, {"queue": "sales"}]}, "queues.1.queue"),
        ({"queues": [{"queue": "sales", "level": 101}]}, "queues.0.level"),
        ({"agent": None}, "agent"),
        ({"password": "short"}, "password"),
    ):
        assert list(fields(admin.post("/api/people", NEWCOMER | change))) == [field]


def test_a_refused_person_is_not_half_written(admin: Person) -> None:
    before = admin.get("/api/people").json()["total"]
    admin.post("/api/people", NEWCOMER | {"queues": [{"queue": "nowhere"}]})
    assert admin.get("/api/people").json()["total"] == before


def test_only_what_is_sent_changes(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    changed = admin.patch(f"/api/people/{person['id']}", {"mobile": "13900001111"}).json()
    assert changed == person | {"mobile": "13900001111"}


def test_a_person_moves_between_queues_and_stops_being_an_agent(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    address = f"/api/people/{person['id']}"
    assert admin.patch(address, {"queues": [{"queue": "support"}]}).json()["queues"] == [
        {"queue": "support", "priority": 1, "level": 50, "weight": 1}
    ]
    assert admin.patch(address, {"agent": None}).json()["agent"] is None
    tenant = build(0).tenants["demo"]
    assert "1001" not in tenant.agents
    assert "1001-web" not in tenant.devices


def test_deleting_deactivates_so_that_the_past_keeps_its_names(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    assert admin.delete(f"/api/people/{person['id']}").status_code == 204
    assert admin.get(f"/api/people/{person['id']}").json()["active"] is False
    assert "1001" not in build(0).tenants["demo"].agents
    assert admin.get("/api/people?active=true").json()["total"] == admin.get("/api/people").json()["total"] - 1


def test_nobody_deactivates_themselves(admin: Person) -> None:
    me = admin.get("/api/auth/session").json()["person"]["id"]
    refused = admin.delete(f"/api/people/{me}")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "not_yourself")


def test_nobody_gives_away_or_touches_rights_beyond_their_own(admin: Person) -> None:
    Role.objects.create(tenant_id="demo", key="clerk", permissions=["people.manage"], scope="all")
    admin.post("/api/people", {"login": "clerk", "name": "Clerk", "password": "paper-and-ink", "roles": ["clerk"]})
    clerk = Person()
    clerk.enter("clerk")
    assert clerk.post("/api/people", {"login": "friend", "name": "Friend", "roles": ["administrator"]}).status_code == 403
    boss = admin.get("/api/auth/session").json()["person"]["id"]
    assert clerk.patch(f"/api/people/{boss}", {"password": "taken-over-now"}).status_code == 403


def test_a_desk_phone_gets_a_new_password_shown_once(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    drawn = admin.post(f"/api/people/{person['id']}/sip-password").json()
    assert drawn["device"] == "1001"
    assert unseal(build(0).tenants["demo"].devices["1001"].ha1) == ha1("1001", drawn["password"])


def test_the_softphone_belongs_to_its_own_agent_and_keeps_its_password(agent: Person, admin: Person) -> None:
    first = agent.get("/api/softphone").json()
    assert first["sip"]["user"] == "1001-web"
    assert first["sip"]["ws_path"] == "/sip"
    assert unseal(build(0).tenants["demo"].devices["1001-web"].ha1) == ha1("1001-web", first["sip"]["password"])
    assert agent.get("/api/softphone").json() == first
    assert {reason["id"] for reason in first["not_ready_reasons"]} >= {"break", "lunch"}
    assert set(first["outcomes"][0]["name"]) == {"zh-CN", "en-US"}
    assert admin.get("/api/softphone").json()["error"]["code"] == "no_agent"


def outside(admin: Person, **change: str) -> Any:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    return admin.patch(f"/api/people/{person['id']}", change)


def test_an_agent_is_permitted_a_number_that_is_given_to_it(admin: Person, agent: Person) -> None:
    assert "1001-outside" not in build(0).tenants["demo"].devices
    given = outside(admin, outside="fixed", outside_number="+86 137 0013 7000").json()
    assert (given["outside"], given["outside_number"]) == ("fixed", "13700137000")
    tenant = build(0).tenants["demo"]
    device = tenant.devices["1001-outside"]
    assert (device.kind, device.agent, device.dials, device.number) == ("outside", "1001", "13700137000", "")
    assert tenant.agents["1001"].devices == ("1001-web", "1001", "1001-outside")
    assert tenant.agents["1001"].language is None, "never chosen"
    softphone = agent.get("/api/softphone").json()
    assert softphone["devices"][-1] == {"id": "1001-outside", "kind": "outside", "number": "13700137000"}
    assert agent.put("/api/softphone/outside-number", {"number": "13700137001"}).json()["error"]["code"] == "outside_not_own"
    outside(admin, outside="no")
    tenant = build(0).tenants["demo"]
    assert "1001-outside" not in tenant.devices
    assert (tenant.agents["1001"].devices, tenant.agents["1001"].language) == (("1001-web", "1001"), None)
    assert agent.get("/api/softphone").json()["outside"] == "no"


def test_an_agent_may_give_a_number_of_its_own(admin: Person, agent: Person) -> None:
    assert outside(admin, outside="own").status_code == 200
    assert [one["kind"] for one in agent.get("/api/softphone").json()["devices"]] == ["browser", "sip"], "none given yet"
    given = agent.put("/api/softphone/outside-number", {"number": "137-0013-7000"}).json()
    assert (given["device"], given["number"]) == ("1001-outside", "13700137000")
    assert build(0).tenants["demo"].devices["1001-outside"].dials == "13700137000"
    assert published_version() == given["config_version"]
    agent.patch("/api/me", {"language": "en-US"})
    assert build(0).tenants["demo"].agents["1001"].language == "en-US"
    assert published_version() > given["config_version"], "the switch speaks to it in its new language"


def test_a_number_that_cannot_be_called_is_refused(admin: Person, agent: Person) -> None:
    for change, message in (
        ({"outside": "fixed"}, "必填。"),
        ({"outside": "fixed", "outside_number": "12"}, "不是有效的电话号码。"),
        ({"outside": "own", "outside_number": "1001"}, "不是有效的电话号码。"),
        ({"outside": "fixed", "outside_number": "mobile"}, "不是有效的电话号码。"),
        ({"outside": "fixed", "outside_number": "4008001234"}, "这是本中心自己的号码。"),
    ):
        found = fields(outside(admin, **change))
        assert found == {"outside_number": [message]}
    assert list(fields(outside(admin, outside="perhaps"))) == ["outside"]
    assert list(fields(admin.post("/api/people", {"login": "x", "name": "x", "outside": "own"}))) == ["agent"]
    assert outside(admin, outside="own").status_code == 200
    for number in ("", "12", "4008001234"):
        assert list(fields(agent.put("/api/softphone/outside-number", {"number": number}))) == ["number"]
    assert "1001-outside" not in build(0).tenants["demo"].devices


def published_version() -> int:
    found = latest()
    assert found is not None
    return found[0]


def test_search_sort_and_pages(admin: Person) -> None:
    assert [person["login"] for person in admin.get("/api/people?search=emily").json()["items"]] == ["1006"]
    page = admin.get("/api/people?page=2&page_size=5&sort=-login").json()
    assert (page["total"], page["page"], page["page_size"], len(page["items"])) == (22, 2, 5, 5)
    assert page["items"][0]["login"] == "1017"
    assert list(fields(admin.get("/api/people?sort=shoe-size"))) == ["sort"]
    assert set(fields(admin.get("/api/people?page=0&page_size=501"))) == {"page", "page_size"}


def test_people_reach_as_far_as_their_roles_scope(admin: Person) -> None:
    Role.objects.create(tenant_id="demo", key="team", permissions=["people.manage"], scope="unit")
    units = {unit["name"]: unit["id"] for unit in admin.get("/api/units").json()["items"]}
    admin.post("/api/people", {"login": "lead", "name": "Lead", "roles": ["team"], "unit": units["销售组 Sales"]})
    lead = Person()
    lead.enter("lead")
    logins = {person["login"] for person in lead.get("/api/people?page_size=100").json()["items"]}
    assert logins == {str(number) for number in range(1001, 1011)} | {"lead"}
    stranger = admin.get("/api/people?search=1011").json()["items"][0]["id"]
    assert lead.get(f"/api/people/{stranger}").status_code == 404


def test_units_form_a_tree_without_cycles_and_go_only_when_empty(admin: Person) -> None:
    top = admin.post("/api/units", {"name": "总部"}).json()
    below = admin.post("/api/units", {"name": "华东", "parent": top["id"]}).json()
    assert list(fields(admin.patch(f"/api/units/{top['id']}", {"parent": below["id"]}))) == ["parent"]
    assert list(fields(admin.post("/api/units", {"name": "总部"}))) == ["name"]
    assert list(fields(admin.post("/api/units", {"name": "x", "parent": "rubbish"}))) == ["parent"]
    assert admin.delete(f"/api/units/{top['id']}").json()["error"]["code"] == "in_use"
    assert admin.delete(f"/api/units/{below['id']}").status_code == 204
    assert admin.delete(f"/api/units/{top['id']}").status_code == 204


def test_null_is_refused_where_there_must_be_something(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    assert list(fields(admin.patch(f"/api/people/{person['id']}", {"name": None}))) == ["name"]
