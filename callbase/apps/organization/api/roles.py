"""/api/roles"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.organization import queries
from callbase.apps.organization.access import needs
from callbase.apps.organization.actions import roles as actions
from callbase.apps.organization.models import Role
from callbase.apps.organization.schemas import RoleIn, RoleOut, RoleTemplateOut
from callbase.apps.organization.templates import TEMPLATES
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

roles_router = Router(tags=["roles"])
manage = needs("people.manage")


def _role(role: Role) -> dict[str, Any]:
    return {**queries.role_detail(role), "people": getattr(role, "people_count", 0)}


@roles_router.get("", response=Page[RoleOut])
def list_roles(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.roles(manage(request)),
        paging,
        search=["key__icontains", "name__icontains"],
        sort={"id": "key", "people": "people_count"},
        default="id",
    )
    return {**page, "items": [_role(role) for role in page["items"]]}


@roles_router.get("/templates", response=list[RoleTemplateOut])
def list_templates(request: HttpRequest) -> list[dict[str, Any]]:
    """What a new centre's roles are made from, and others may be."""
    manage(request)
    return [{"id": one.key, "name": one.name, "permissions": one.permissions, "scope": one.scope} for one in TEMPLATES]


@roles_router.post("", response={201: RoleOut})
def create_role(request: HttpRequest, data: RoleIn) -> Status[dict[str, Any]]:
    return Status(201, _role(actions.do_create_role(manage(request), data.dict())))


@roles_router.get("/{role_id}", response=RoleOut)
def get_role(request: HttpRequest, role_id: str) -> dict[str, Any]:
    return _role(one(queries.roles(manage(request)), key=role_id))


@roles_router.patch("/{role_id}", response=RoleOut)
def change_role(request: HttpRequest, role_id: str, data: Changes[RoleIn]) -> dict[str, Any]:
    return _role(actions.do_change_role(manage(request), role_id, data))


@roles_router.delete("/{role_id}", response={204: None})
def delete_role(request: HttpRequest, role_id: str) -> Status[None]:
    actions.do_delete_role(manage(request), role_id)
    return Status(204, None)
