"""Whom or what a request names as where a call goes: the same for all requests, seen to before any of them begins."""

from __future__ import annotations

from callbase.core.call.dial import has_telephone
from callbase.core.config import ToFlow, ToNumber
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import Party

LONGEST_NUMBER = 40
DIALLED = frozenset("0123456789*#")


def meant(core: Core, tenant_id: str, to: Party) -> Party:
    """A number of ours is what it leads to for everybody, its flow. Raises RequestRefused: a number that nobody can dial."""
    tenant = core.tenant(tenant_id)
    if not isinstance(to, ToNumber) or tenant is None:
        return to
    ours = tenant.dids.get(core.index.number_called(tenant, to.number))
    if ours is not None:
        return ToFlow(flow=ours.flow)
    leads_out = to.trunk is not None or not has_telephone(core, tenant_id, to.number)
    if to.number and leads_out and not can_be_dialled(to.number):
        raise RequestRefused("value_invalid", "to", number=to.number[:LONGEST_NUMBER])
    return to


def can_be_dialled(number: str) -> bool:
    """Out by a trunk: digits, * and #, with a + in front if need be."""
    digits = number.removeprefix("+")
    return 0 < len(digits) <= LONGEST_NUMBER and set(digits) <= DIALLED
