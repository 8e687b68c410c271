"""Making, changing and deleting groups of trunks."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration import checks
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.known import Known
from callbase.apps.configuration.queries import check_unused, known
from callbase.apps.organization.access import Access
from callbase.apps.trunks import queries
from callbase.apps.trunks.models import TrunkGroup
from callbase.core import config
from callbase.web.errors import FieldProblem, Invalid
from callbase.web.rows import one

PLAIN = ("name", "priority", "lines_per_agent", "agents_of", "floor", "ceiling", "beyond")


@transaction.atomic
def do_create_trunk_group(access: Access, data: dict[str, Any]) -> TrunkGroup:
    if queries.trunk_groups(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write(access, TrunkGroup(tenant=access.tenant, key=data["id"]), data, "trunk_group.create", {})


@transaction.atomic
def do_change_trunk_group(access: Access, key: str, changes: dict[str, Any]) -> TrunkGroup:
    group = one(queries.trunk_groups(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write(access, group, changes, "trunk_group.update", queries.trunk_group_detail(group))


@transaction.atomic
def do_delete_trunk_group(access: Access, key: str) -> None:
    """Raises Conflict in_use while a trunk is in it or a condition asks for it."""
    group = one(queries.trunk_groups(access), key=key)
    check_unused(access, "trunk_group", key)
    before = queries.trunk_group_detail(group)
    group.delete()
    record_change(access, "trunk_group.delete", key, before)
    publish()


def _write(access: Access, group: TrunkGroup, data: dict[str, Any], action: str, before: dict[str, Any]) -> TrunkGroup:
    for field in PLAIN:
        if field in data:
            setattr(group, field, data[field])
    problems = dict(_checked(group, known(access)))
    if problems:
        raise Invalid(problems)
    group.save()
    record_change(access, action, group.key, before, queries.trunk_group_detail(group))
    publish()
    return group


def _checked(group: TrunkGroup, known: Known) -> checks.Found:
    for place, queue in enumerate(group.agents_of):
        yield from checks.named(f"agents_of.{place}", queue, known.queues)
    if group.ceiling and group.floor > group.ceiling:
        yield "floor", FieldProblem("too_big", limit=str(group.ceiling))
    if group.beyond:
        yield from checks.target("beyond", msgspec.convert(group.beyond, config.AnyTarget), known, of_queue=False)
