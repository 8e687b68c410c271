"""What clients are told after an event: the objects that changed, as they are now."""

from __future__ import annotations

from callbase.core.output import Changed
from callbase.core.views import TenantView
from callbase.cti.messages import Change


def change(view: TenantView, changed: Changed, now_ms: int) -> Change:
    """The Change (not yet numbered) for what is named in `changed`; `view` holds those of them that still exist."""
    return Change(
        seq=0,
        now_ms=now_ms,
        tenant=view.tenant,
        agents=tuple(view.agents[agent] for agent in sorted(changed.agents) if agent in view.agents),
        interactions=tuple(view.interactions[one] for one in sorted(changed.interactions) if one in view.interactions),
        queues=tuple(view.queues[queue] for queue in sorted(changed.queues) if queue in view.queues),
        trunks=tuple(view.trunks[trunk] for trunk in sorted(changed.trunks) if trunk in view.trunks),
        removed_agents=tuple(sorted(changed.agents - view.agents.keys())),
        removed_interactions=tuple(sorted(changed.interactions - view.interactions.keys())),
        removed_queues=tuple(sorted(changed.queues - view.queues.keys())),
        removed_trunks=tuple(sorted(changed.trunks - view.trunks.keys())),
        config_version=view.config_version,
        switch_online=view.switch_online,
    )
