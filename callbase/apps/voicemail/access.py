"""Whose messages a person may hear and deal with: supervisors all their scope reaches, agents those for queues they
are a member of."""

from __future__ import annotations

from callbase.apps.interactions.access import whose
from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access

OWN_QUEUES = """r.kind = 'voicemail' AND r.queue IN (SELECT q.key FROM queue_member m JOIN queue q ON q.id = m.queue
    JOIN agent a ON a.id = m.agent WHERE q.tenant = %(tenant)s AND a.number = ANY(%(own_agents)s))"""


def messages_of(access: Access) -> Conditions:
    """The condition on `recording r`. Raises Forbidden for who may hear none."""
    access.require("recordings.listen")
    where = Conditions()
    where.add("r.kind = 'voicemail' AND r.tenant = %(tenant)s", tenant=access.tenant.id)
    agents = whose(access)
    if agents is not None:
        where.add(f"({OWN_QUEUES} OR r.queue = ANY(%(own_queues)s))", own_agents=agents, own_queues=sorted(access.queues or ()))
    return where
