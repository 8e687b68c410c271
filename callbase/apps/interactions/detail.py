"""One interaction with everything that happened in it, as the API gives it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from callbase.apps.interactions import queries
from callbase.apps.interactions.explain import explanation
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.timeline import flow_steps, timeline
from callbase.apps.organization.access import Access
from callbase.core.facts import CustomerIdentified, QualityReported, RoutingExplained


def detail(access: Access, interaction: str) -> dict[str, Any]:
    """Raises NotFound where there is none the person may see."""
    found = queries.find(access, interaction)
    names = queries.names(access)
    stated = queries.facts(interaction)
    customers = [one.fact.customer for one in stated if isinstance(one.fact, CustomerIdentified)]
    return {
        **queries.summary(found, names),
        "customer": {**_BLANK, **msgspec.to_builtins(customers[-1])} if customers else None,
        "segments": queries.segments(interaction, names),
        "explanations": [explanation(one.at, one.fact, names) for one in stated if isinstance(one.fact, RoutingExplained)],
        "flow_steps": flow_steps(stated),
        "recordings": queries.recordings(interaction),
        "quality": _quality([one.fact for one in stated if isinstance(one.fact, QualityReported)], names),
        "events": timeline(stated, names, access.language),
    }


def _quality(reports: Iterable[QualityReported], names: Names) -> list[dict[str, Any]]:
    last = {(one.agent, one.started_ms): one for one in reports}
    return [
        {
            "agent": one.agent,
            "agent_name": names.agent(one.agent),
            "started_at": datetime.fromtimestamp(one.started_ms / 1000, UTC),
            "rtt_ms": one.rtt_ms,
            "jitter_ms": one.jitter_ms,
            "loss": one.loss,
            "mos": one.mos,
            "lowest_mos": one.lowest_mos,
        }
        for one in last.values()
    ]


_BLANK = {"number": "", "level": "", "company": "", "notes": ""}
