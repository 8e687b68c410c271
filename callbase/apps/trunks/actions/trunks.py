"""All writes of trunks."""

from __future__ import annotations

import ipaddress
from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused
from callbase.apps.organization.access import Access
from callbase.apps.organization.secrets import seal
from callbase.apps.trunks import queries
from callbase.apps.trunks.models import Trunk, TrunkGroup
from callbase.web.errors import FieldProblem, Invalid
from callbase.web.rows import one

PLAIN = ("host", "port", "transport", "match", "username", "register", "codecs", "max_channels", "caller_number", "group")


@transaction.atomic
def do_create_trunk(access: Access, data: dict[str, Any]) -> Trunk:
    if queries.trunks(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write(access, Trunk(tenant=access.tenant, key=data["id"]), data, "trunk.create", {})


@transaction.atomic
def do_change_trunk(access: Access, key: str, changes: dict[str, Any]) -> Trunk:
    trunk = one(queries.trunks(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write(access, trunk, changes, "trunk.update", queries.trunk_detail(trunk))


@transaction.atomic
def do_delete_trunk(access: Access, key: str) -> None:
    """Raises Conflict in_use while a callback or a target goes by it, or a condition asks for it."""
    trunk = one(queries.trunks(access), key=key)
    check_unused(access, "trunk", key)
    before = queries.trunk_detail(trunk)
    trunk.delete()
    record_change(access, "trunk.delete", key, before)
    publish()


def _write(access: Access, trunk: Trunk, data: dict[str, Any], action: str, before: dict[str, Any]) -> Trunk:
    for field in PLAIN:
        if field in data:
            setattr(trunk, field, data[field])
    if data.get("password") is not None:
        trunk.secret = seal(data["password"])
    _check(trunk)
    trunk.save()
    after = queries.trunk_detail(trunk)
    if data.get("password") is not None:
        before, after = {**before, "password": "old"}, {**after, "password": "new"}
    record_change(access, action, trunk.key, before, after)
    publish()
    return trunk


def _check(trunk: Trunk) -> None:
    """Raises Invalid. A trunk must be recognisable by address, or go somewhere, or both."""
    problems: dict[str, FieldProblem | list[FieldProblem]] = {}
    for index, address in enumerate(trunk.match):
        try:
            ipaddress.ip_network(address, strict=False)
        except ValueError:
            problems[f"match.{index}"] = FieldProblem("address_invalid")
    if trunk.register:
        problems |= {field: FieldProblem("required") for field in ("host", "username") if not getattr(trunk, field)}
    elif not trunk.host and not trunk.match:
        problems["host"] = FieldProblem("required")
    if trunk.group is not None and not TrunkGroup.objects.filter(tenant=trunk.tenant, key=trunk.group).exists():
        problems["group"] = FieldProblem("unknown", value=trunk.group)
    if problems:
        raise Invalid(problems)
