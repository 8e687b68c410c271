"""Who may listen: who holds `recordings.listen`, to recordings of interactions they may see."""

from __future__ import annotations

from callbase.apps.interactions.access import visible
from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access


def audible(access: Access) -> Conditions:
    """The condition on `recording r JOIN interaction i`. Raises Forbidden where the person may hear none."""
    access.require("recordings.listen")
    where = visible(access)
    where.add("r.tenant = %(tenant)s")
    return where
