"""Making and moving units."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.organization import queries
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Unit
from callbase.web.errors import Conflict, Invalid
from callbase.web.rows import one


def _state(unit: Unit) -> dict[str, Any]:
    return {"name": unit.name, "parent": str(unit.parent_id) if unit.parent_id else None, "position": unit.position}


def _find_parent(access: Access, parent: str | None) -> Unit | None:
    if parent is None:
        return None
    found = queries.units(access).filter(id=parent).first() if _is_uuid(parent) else None
    if found is None:
        raise Invalid.of("parent", "unknown", value=parent[:60])
    return found


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(character in "0123456789abcdefABCDEF-" for character in text)


def _check_name_free(unit: Unit) -> None:
    if Unit.objects.filter(tenant=unit.tenant, parent=unit.parent, name=unit.name).exclude(id=unit.id).exists():
        raise Invalid.of("name", "taken")


@transaction.atomic
def do_create_unit(access: Access, data: dict[str, Any]) -> Unit:
    unit = Unit(tenant=access.tenant, name=data["name"], position=data["position"], parent=_find_parent(access, data["parent"]))
    _check_name_free(unit)
    unit.save()
    record_change(access, "unit.create", str(unit.id), after=_state(unit))
    return unit


@transaction.atomic
def do_change_unit(access: Access, unit_id: str, changes: dict[str, Any]) -> Unit:
    unit = one(queries.units(access), id=unit_id)
    before = _state(unit)
    if "parent" in changes:
        parent = _find_parent(access, changes["parent"])
        if parent is not None and parent.id in queries.units_below(access.tenant.id, unit.id):
            raise Invalid.of("parent", "cycle")
        unit.parent = parent
    unit.name = changes.get("name", unit.name)
    unit.position = changes.get("position", unit.position)
    _check_name_free(unit)
    unit.save()
    record_change(access, "unit.update", str(unit.id), before, _state(unit))
    return unit


@transaction.atomic
def do_delete_unit(access: Access, unit_id: str) -> None:
    """Raises Conflict in_use while people or other units are in it."""
    unit = one(queries.units(access), id=unit_id)
    users = [*unit.children.values_list("name", flat=True)[:5], *unit.people.values_list("name", flat=True)[:5]]
    if users:
        raise Conflict("in_use", users=", ".join(users))
    before = _state(unit)
    unit.delete()
    record_change(access, "unit.delete", unit_id, before)
