"""Who may listen: who holds `recordings.listen`, of supervisors all of the tenant, of agents what they handled, and
messages left for their queues."""

from __future__ import annotations

from callbase.apps.interactions.access import HANDLED, visible
from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access
from callbase.apps.voicemail.access import OWN_QUEUES


def audible(access: Access) -> Conditions:
    """The condition on `recording r JOIN interaction i`. Raises Forbidden where the person may hear none."""
    access.require("recordings.listen")
    where = visible(access, own=f"({HANDLED} OR {OWN_QUEUES})")
    where.add("r.tenant = %(tenant)s")
    return where
