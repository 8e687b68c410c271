"""All writes of skills and of agents' levels."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent
from callbase.apps.skills import queries
from callbase.apps.skills.models import AgentSkill, Skill
from callbase.web.errors import Invalid
from callbase.web.rows import one


@transaction.atomic
def do_create_skill(access: Access, data: dict[str, Any]) -> Skill:
    if queries.skills(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write(access, Skill(tenant=access.tenant, key=data["id"]), data, "skill.create", {})


@transaction.atomic
def do_change_skill(access: Access, key: str, changes: dict[str, Any]) -> Skill:
    skill = one(queries.skills(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write(access, skill, changes, "skill.update", queries.skill_detail(skill))


@transaction.atomic
def do_delete_skill(access: Access, key: str) -> None:
    """Raises Conflict in_use while a queue or a flow requires it."""
    skill = one(queries.skills(access), key=key)
    check_unused(access, "skill", key)
    before = queries.skill_detail(skill)
    skill.delete()
    record_change(access, "skill.delete", key, before)
    publish()


def _write(access: Access, skill: Skill, data: dict[str, Any], action: str, before: dict[str, Any]) -> Skill:
    skill.name = data.get("name", skill.name)
    skill.save()
    if "agents" in data:
        agents = {agent.number: agent for agent in Agent.objects.filter(tenant=access.tenant)}
        for number in data["agents"]:
            if number not in agents:
                raise Invalid.of(f"agents.{number}", "unknown", value=number)
        skill.agents.all().delete()
        AgentSkill.objects.bulk_create(
            AgentSkill(skill=skill, agent=agents[number], level=level) for number, level in data["agents"].items()
        )
    skill = one(queries.skills(access), key=skill.key)
    record_change(access, action, skill.key, before, queries.skill_detail(skill))
    publish()
    return skill


def set_skills(agent: Agent, levels: dict[str, int]) -> None:
    """The agent has these and no others. Within the transaction of the person's change, which audits and publishes it."""
    skills = {skill.key: skill for skill in Skill.objects.filter(tenant=agent.tenant)}
    for key in levels:
        if key not in skills:
            raise Invalid.of(f"skills.{key}", "unknown", value=key)
    AgentSkill.objects.filter(agent=agent).delete()
    AgentSkill.objects.bulk_create(AgentSkill(skill=skills[key], agent=agent, level=level) for key, level in levels.items())
