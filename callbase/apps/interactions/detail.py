"""One interaction with everything that happened in it, as the API gives it."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.apps.interactions import queries
from callbase.apps.interactions.explain import explanation
from callbase.apps.interactions.timeline import flow_steps, timeline
from callbase.apps.organization.access import Access
from callbase.core.facts import CustomerIdentified, RoutingExplained


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
        "events": timeline(stated, names, access.language),
    }


_BLANK = {"number": "", "level": "", "company": "", "notes": ""}
