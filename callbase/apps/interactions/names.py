"""What ids are called: queues, agents, outcomes, reasons and flows of a tenant, and the service level each queue promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from django.db import connection

from callbase.apps.flows.models import Flow
from callbase.core.config import Config, LocalizedText, Tenant
from callbase.web.tenant_wall import every_tenant

DEFAULT_SERVICE_LEVEL_S = 20.0


@dataclass(frozen=True, slots=True)
class Names:
    """An id that is no longer configured names itself."""

    queues: dict[str, LocalizedText]
    service_levels_s: dict[str, float]
    outcomes: dict[str, LocalizedText]
    agents: dict[str, str]
    skills: dict[str, LocalizedText] = field(default_factory=dict)
    reasons: dict[str, LocalizedText] = field(default_factory=dict)
    """For not being ready, the centre's own."""
    flows: dict[str, LocalizedText] = field(default_factory=dict)

    def queue(self, queue: str | None) -> LocalizedText | None:
        return None if queue is None else self.queues.get(queue)

    def flow(self, flow: str | None) -> LocalizedText | None:
        return None if flow is None else self.flows.get(flow)

    def agent(self, agent: str | None) -> str | None:
        return None if agent is None else self.agents.get(agent, agent)

    def outcome(self, outcome: str | None) -> LocalizedText | None:
        return None if outcome is None else self.outcomes.get(outcome)


def names_of(tenant: str) -> Names:
    """As the newest published configuration has them; agents' names also of those who left."""
    with every_tenant(), connection.cursor() as cursor:
        cursor.execute("SELECT max(version) FROM engine_config")
        (version,) = cursor.fetchone()
        published = _published(version).tenants.get(tenant) if version is not None else None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT agent.number, person.name FROM agent JOIN person ON person.id = agent.person WHERE agent.tenant = %s",
            [tenant],
        )
        agents = dict(cursor.fetchall())
    flows = dict(Flow.objects.filter(tenant=tenant).values_list("key", "name"))
    configured = published or Tenant(id=tenant, name=tenant)
    return Names(
        queues={queue.id: queue.name for queue in configured.queues.values()},
        service_levels_s={queue.id: queue.service_level_s for queue in configured.queues.values()},
        outcomes={outcome.id: outcome.name for outcome in configured.outcomes.values()},
        reasons={reason.id: reason.name for reason in configured.not_ready_reasons.values()},
        skills={skill.id: skill.name for skill in configured.skills.values()},
        flows=flows,
        agents={**{agent.id: agent.name for agent in configured.agents.values()}, **agents},
    )


@lru_cache(maxsize=2)
def _published(version: int) -> Config:
    with connection.cursor() as cursor:
        cursor.execute("SELECT document::text FROM engine_config WHERE version = %s", [version])
        (document,) = cursor.fetchone()
    return msgspec.json.decode(document, type=Config)
