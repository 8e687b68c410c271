"""Skills and agents' levels, from the skill's side and from the person's."""

from __future__ import annotations

from callbase.apps.configuration.queries import build
from callbase.apps.organization.models import Person as PersonRow
from tests.web.conftest import Person, fields

FRENCH = {"id": "french", "name": {"zh-CN": "法语", "en-US": "French"}, "agents": {"1001": 80, "1002": 40}}


def test_levels_given_at_the_skill_are_the_agents(admin: Person) -> None:
    assert admin.post("/api/skills", FRENCH).status_code == 201
    tenant = build(0).tenants["demo"]
    assert tenant.skills["french"].name["en-US"] == "French"
    assert (tenant.agents["1001"].skills, tenant.agents["1003"].skills) == ({"french": 80}, {})
    assert admin.patch("/api/skills/french", {"name": {"zh-CN": "法文", "en-US": "French"}}).json()["agents"] == {
        "1001": 80,
        "1002": 40,
    }
    assert admin.patch("/api/skills/french", {"agents": {"1003": 7}}).json()["agents"] == {"1003": 7}


def test_levels_given_at_the_person_are_the_skills(admin: Person) -> None:
    admin.post("/api/skills", FRENCH)
    person = PersonRow.objects.get(tenant_id="demo", login="1003")
    changed = admin.patch(f"/api/people/{person.id}", {"skills": {"french": 65}})
    assert changed.json()["skills"] == {"french": 65}
    assert admin.get("/api/skills/french").json()["agents"]["1003"] == 65
    assert list(fields(admin.patch(f"/api/people/{person.id}", {"skills": {"klingon": 5}}))) == ["skills.klingon"]
    assert list(fields(admin.patch(f"/api/people/{person.id}", {"skills": {"french": 0}}))) == ["skills.french"]
    nobody = admin.post("/api/people", {"login": "clerk", "name": "Clerk", "skills": {"french": 5}})
    assert list(fields(nobody)) == ["agent"]


def test_faulty_fields_of_a_skill_are_named(admin: Person) -> None:
    assert list(fields(admin.post("/api/skills", FRENCH | {"agents": {"9999": 5}}))) == ["agents.9999"]
    assert list(fields(admin.post("/api/skills", FRENCH | {"agents": {"1001": 101}}))) == ["agents.1001"]
    admin.post("/api/skills", FRENCH)
    assert list(fields(admin.post("/api/skills", FRENCH))) == ["id"]
    assert list(fields(admin.patch("/api/skills/french", {"id": "other"}))) == ["id"]


def test_each_change_stands_in_the_audit_log(admin: Person) -> None:
    admin.post("/api/skills", FRENCH)
    admin.delete("/api/skills/french")
    actions = [row["action"] for row in admin.get("/api/audit?object=skill").json()["items"]]
    assert actions == ["skill.delete", "skill.create"]


def test_who_may_not_manage_queues_changes_no_skill(agent: Person) -> None:
    assert agent.post("/api/skills", FRENCH).status_code == 403
