"""All reads of tenants, people, roles, units and devices."""

from __future__ import annotations

from typing import Any

from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Person, Tenant


def me(access: Access) -> dict[str, Any] | None:
    return person_summary(access.person, access.agent) if access.person else None


def person_summary(person: Person, agent: str | None) -> dict[str, Any]:
    return {
        "id": str(person.id), "login": person.login, "name": person.name, "language": person.language, "theme": person.theme,
        "email": person.email, "phone": person.phone, "agent": agent, "active": person.is_active,
        "roles": sorted(role.key for role in person.roles.all()),
    }


def demo_installed() -> bool:
    return Tenant.objects.filter(is_demo=True).exists()
