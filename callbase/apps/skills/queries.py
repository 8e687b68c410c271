"""All reads of skills and of who has them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent
from callbase.apps.skills.models import AgentSkill, Skill


def skills(access: Access) -> QuerySet[Skill]:
    return Skill.objects.filter(tenant=access.tenant).prefetch_related("agents__agent")


def skill_detail(skill: Skill) -> dict[str, Any]:
    held = sorted(skill.agents.all(), key=lambda one: one.agent.number)
    return {"id": skill.key, "name": skill.name, "agents": {one.agent.number: one.level for one in held}}


def skills_of(agent: Agent) -> dict[str, int]:
    """Skill → level, by the skill's key."""
    held = AgentSkill.objects.filter(agent=agent).select_related("skill").order_by("skill__key")
    return {one.skill.key: one.level for one in held}
