"""Changing what holds for the whole centre."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Tenant


def _state(tenant: Tenant) -> dict[str, Any]:
    return {"supervision_shown": tenant.supervision_shown}


@transaction.atomic
def do_change_centre(access: Access, changes: dict[str, Any]) -> Tenant:
    tenant = access.tenant
    before = _state(tenant)
    tenant.supervision_shown = changes.get("supervision_shown", tenant.supervision_shown)
    tenant.save(update_fields=["supervision_shown"])
    record_change(access, "tenant.update", tenant.id, before=before, after=_state(tenant))
    publish()
    return tenant
