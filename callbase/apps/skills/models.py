"""What interactions may require of agents, and how well each agent does it."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import Agent, TenantOwned


class Skill(TenantOwned):
    """A language, a product, a licence (CTI-5)."""

    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    """Language → text."""

    class Meta:
        db_table = "skill"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="skill_key")]


class AgentSkill(models.Model):
    """An agent's level of a skill, 1…100. Without a row it is not had."""

    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, db_column="skill", related_name="agents")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_column="agent", related_name="skills")
    level = models.IntegerField()

    class Meta:
        db_table = "agent_skill"
        constraints = [models.UniqueConstraint(fields=["skill", "agent"], name="agent_skill_once")]
