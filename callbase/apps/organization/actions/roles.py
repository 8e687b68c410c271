"""Making and changing roles. Nobody gives rights beyond their own, and one who has all of them always remains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.organization import queries
from callbase.apps.organization.access import PERMISSIONS, WIDTH, Access
from callbase.apps.organization.models import Role, Tenant
from callbase.web.errors import Conflict, Forbidden, Invalid
from callbase.web.rows import one


@transaction.atomic
def do_create_role(access: Access, data: dict[str, Any]) -> Role:
    _check_all(access)
    if queries.roles(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    role = Role(tenant=access.tenant, key=data["id"])
    _apply(access, role, data)
    record_change(access, "role.create", role.key, after=queries.role_detail(role))
    return one(queries.roles(access), key=role.key)


@transaction.atomic
def do_change_role(access: Access, key: str, changes: dict[str, Any]) -> Role:
    """Whoever has the role has its new rights from the next request on, on open pages within seconds."""
    _check_all(access)
    role = one(queries.roles(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    check_not_above(access, [role])
    before = queries.role_detail(role)
    with an_administrator_remains(access.tenant):
        _apply(access, role, changes)
    record_change(access, "role.update", key, before, queries.role_detail(role))
    publish()
    return one(queries.roles(access), key=key)


@transaction.atomic
def do_delete_role(access: Access, key: str) -> None:
    """Raises Conflict in_use while anybody has it, also who is not active."""
    _check_all(access)
    role = one(queries.roles(access), key=key)
    check_not_above(access, [role])
    users = list(role.people.values_list("name", flat=True)[:5])
    if users:
        raise Conflict("in_use", users=", ".join(users))
    before = queries.role_detail(role)
    role.delete()
    record_change(access, "role.delete", key, before)


def check_not_above(access: Access, roles: Iterable[Role]) -> None:
    """Nobody gives away, or lays hands on, rights beyond their own. Raises Forbidden."""
    for role in roles:
        missing = set(role.permissions) - access.permissions
        if missing:
            raise Forbidden(min(missing))
        if WIDTH[role.scope] > WIDTH[access.scope]:
            raise Forbidden(min(role.permissions, default=""))


@contextmanager
def an_administrator_remains(tenant: Tenant) -> Iterator[None]:
    """Raises Conflict last_administrator where there was one and now is none. Within a transaction, which undoes it then."""
    had = queries.has_administrator(tenant)
    yield
    if had and not queries.has_administrator(tenant):
        raise Conflict("last_administrator")


def _check_all(access: Access) -> None:
    """Roles are the whole centre's."""
    if access.scope != "all":
        raise Forbidden("people.manage")


def _apply(access: Access, role: Role, data: dict[str, Any]) -> None:
    for index, right in enumerate(data.get("permissions", ())):
        if right not in PERMISSIONS:
            raise Invalid.of(f"permissions.{index}", "unknown", value=right)
    for field in ("name", "permissions", "scope"):
        if field in data:
            setattr(role, field, data[field])
    role.permissions = [right for right in PERMISSIONS if right in role.permissions]
    check_not_above(access, [role])
    role.save()
