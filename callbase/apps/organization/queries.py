"""All reads of tenants, people, roles, units and devices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Count, Q, QuerySet

from callbase.apps.organization.access import PERMISSIONS, Access
from callbase.apps.organization.models import Agent, Device, Person, Role, Tenant, Unit
from callbase.apps.queues.models import Did
from callbase.numbers import caller_form
from callbase.web.language import DEFAULT, supported
from callbase.web.tenant_wall import every_tenant


def demo_installed() -> bool:
    with every_tenant():
        return Tenant.objects.filter(is_demo=True).exists()


# --- people --------------------------------------------------------------------------------------------------------


def agent_of(person: Person) -> Agent | None:
    try:
        return person.agent
    except ObjectDoesNotExist:
        return None


def people(access: Access) -> QuerySet[Person]:
    """Those the access reaches (MGT-4): all of the tenant, those of one's unit and below, or oneself."""
    rows = Person.objects.filter(tenant=access.tenant).select_related("agent", "unit")
    rows = rows.prefetch_related("roles", "agent__devices", "agent__memberships__queue", "agent__skills__skill")
    if access.scope == "all":
        return rows
    own = Q(pk=access.person.pk) if access.person else Q(pk=None)
    if access.scope == "own" or access.person is None or access.person.unit_id is None:
        return rows.filter(own)
    return rows.filter(own | Q(unit_id__in=units_below(access.tenant.id, access.person.unit_id)))


def agents_of_units(tenant: str, units: Iterable[UUID]) -> frozenset[str]:
    """Numbers of the agents who are, or were, people of these units."""
    return frozenset(Agent.objects.filter(tenant=tenant, person__unit_id__in=units).values_list("number", flat=True))


def person_summary(person: Person, agent: str | None) -> dict[str, Any]:
    return {
        "id": str(person.id),
        "login": person.login,
        "name": person.name,
        "language": supported(person.language) or DEFAULT,
        "theme": person.theme,
        "email": person.email,
        "phone": person.phone,
        "agent": agent,
        "active": person.is_active,
        "roles": sorted(role.key for role in person.roles.all()),
    }


def in_queues(person: Person) -> bool:
    agent = agent_of(person)
    return agent is not None and agent.memberships.exists()


def person_detail(person: Person) -> dict[str, Any]:
    agent = agent_of(person)
    places = sorted(agent.memberships.all(), key=lambda one: one.queue.key) if agent else []
    return {
        **person_summary(person, None),
        "mobile": person.mobile,
        "staff_number": person.staff_number,
        "kind": person.kind,
        "region": person.region,
        "sex": person.sex,
        "birthday": person.birthday,
        "address": person.address,
        "unit": str(person.unit_id) if person.unit_id else None,
        "agent": {"id": agent.number, "devices": devices_of(agent)} if agent else None,
        "outside": agent.outside if agent else "no",
        "outside_number": agent.outside_number if agent else "",
        "queues": [
            {"queue": one.queue.key, "priority": one.priority, "level": one.level, "weight": one.weight} for one in places
        ],
        "skills": {one.skill.key: one.level for one in agent.skills.all()} if agent else {},
    }


def devices_of(agent: Agent) -> list[dict[str, str]]:
    rows: Iterable[Device] = agent.devices.all()
    telephones = [
        {"id": one.id, "kind": one.kind, "number": ""} for one in sorted(rows, key=lambda one: (one.kind != "browser", one.id))
    ]
    outside = outside_device(agent)
    return [*telephones, {"id": outside, "kind": "outside", "number": agent.outside_number}] if outside else telephones


def outside_device(agent: Agent) -> str | None:
    """What the agent's outside number is called among its telephones; None where it may work at none, or has given none."""
    if agent.outside == "no" or not agent.outside_number:
        return None
    return next((f"{one.id}-outside" for one in agent.devices.all() if one.kind == "sip"), None)


def is_of_the_house(tenant: Tenant, number: str) -> bool:
    """Whether calls to it come in here: a number of the centre, or one of its telephones."""
    own = Did.objects.filter(tenant=tenant).values_list("number", flat=True)
    shown = Device.objects.filter(tenant=tenant).exclude(number="").values_list("number", flat=True)
    return number in {caller_form(one) for one in (*own, *shown)}


# --- units and roles -----------------------------------------------------------------------------------------------


def units(access: Access) -> QuerySet[Unit]:
    return Unit.objects.filter(tenant=access.tenant).annotate(people_count=Count("people", filter=Q(people__is_active=True)))


def units_below(tenant: str, top: UUID) -> set[UUID]:
    """The unit and all beneath it."""
    children: dict[UUID | None, list[UUID]] = defaultdict(list)
    for unit, parent in Unit.objects.filter(tenant=tenant).values_list("id", "parent_id"):
        children[parent].append(unit)
    found: set[UUID] = set()
    pending = [top]
    while pending:
        unit = pending.pop()
        if unit not in found:
            found.add(unit)
            pending.extend(children[unit])
    return found


def roles(access: Access) -> QuerySet[Role]:
    """With how many active people have each."""
    counted = Count("people", filter=Q(people__is_active=True))
    return Role.objects.filter(tenant=access.tenant).annotate(people_count=counted).order_by("key")


def role_detail(role: Role) -> dict[str, Any]:
    return {
        "id": role.key,
        "name": role.name,
        "permissions": [one for one in PERMISSIONS if one in role.permissions],
        "scope": role.scope,
    }


def has_administrator(tenant: Tenant) -> bool:
    """Whether somebody can sign in who holds every right on all of the centre, and so can give each of them to others."""
    rows = Person.objects.filter(tenant=tenant, is_active=True, roles__scope="all").distinct().prefetch_related("roles")
    return any(person.has_usable_password() and rights_of(person).issuperset(PERMISSIONS) for person in rows)


def rights_of(person: Person) -> set[str]:
    return {right for role in person.roles.all() for right in role.permissions}
