"""/api/audit"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from callbase.apps.audit import queries
from callbase.apps.audit.access import see
from callbase.apps.audit.schemas import AuditFilter, AuditOut
from callbase.web.rows import Page, Paging, listing

router = Router(tags=["audit"])


@router.get("", response=Page[AuditOut])
def list_audit(request: HttpRequest, paging: Query[Paging], wanted: Query[AuditFilter]) -> dict[str, Any]:
    access = see(request)
    page = listing(
        queries.entries(access.tenant.id, wanted),
        paging,
        default="-at",
        sort={"at": "at", "action": "action"},
        search=["object_id__icontains", "action__icontains"],
    )
    return {**page, "items": queries.with_names(access.tenant.id, page["items"])}
