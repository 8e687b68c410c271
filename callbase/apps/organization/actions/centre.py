"""Changing what holds for the whole centre."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Tenant

SETTINGS = ("supervision_shown", "park_returns_after_s", "place_kept_s")


def _state(tenant: Tenant) -> dict[str, Any]:
    return {name: getattr(tenant, name) for name in SETTINGS}


@transaction.atomic
def do_change_centre(access: Access, changes: dict[str, Any]) -> Tenant:
    tenant = access.tenant
    before = _state(tenant)
    for name in SETTINGS:
        setattr(tenant, name, changes.get(name, before[name]))
    tenant.save(update_fields=SETTINGS)
    record_change(access, "tenant.update", tenant.id, before=before, after=_state(tenant))
    publish()
    return tenant
