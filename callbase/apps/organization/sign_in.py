"""Signing in: tenant, login and password against the argon2 hash; the same effort for names that do not exist.

Attempts are counted by django-axes under "tenant/login" and the caller's address.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from callbase.apps.audit.actions import record
from callbase.apps.organization.access import Access, access_of_person, client_ip, people_for_access
from callbase.apps.organization.models import Person, Tenant
from callbase.web.errors import ApiError

LOCKED_MINUTES = 10
"""As AXES_COOLOFF_TIME."""


class PersonBackend:
    """Django's door to `Person`. `username` is "tenant/login"."""

    def authenticate(self, request: HttpRequest | None, username: str = "", password: str = "", **others: Any) -> Person | None:
        tenant, _, login_name = username.partition("/")
        person = Person.objects.filter(tenant_id=tenant, login=login_name).first()
        if person is None:
            make_password(password)  # takes as long as checking one
            return None
        return person if person.check_password(password) and person.is_active else None

    def get_user(self, user_id: str) -> Person | None:
        return people_for_access().filter(id=user_id).first()


def default_tenant() -> str:
    """The only tenant, else the demo's."""
    ids = list(Tenant.objects.values_list("id", flat=True)[:2])
    return ids[0] if len(ids) == 1 else "demo"


def sign_in(request: HttpRequest, tenant: str | None, login_name: str, password: str) -> Access:
    """Opens a session. Raises ApiError sign_in_failed (401) or locked_out (429); either is audited."""
    tenant_id = tenant or default_tenant()
    person = authenticate(request, username=f"{tenant_id}/{login_name}", password=password)
    if not isinstance(person, Person):
        locked = bool(getattr(request, "axes_locked_out", False))
        if Tenant.objects.filter(id=tenant_id).exists():
            record(
                tenant_id,
                actor="",
                action="sign_in.locked_out" if locked else "sign_in.failed",
                object_type="person",
                object_id=login_name[:64],
                ip=client_ip(request),
            )
        if locked:
            raise ApiError("locked_out", 429, minutes=str(LOCKED_MINUTES))
        raise ApiError("sign_in_failed", 401)
    login(request, person)
    access = access_of_person(person, client_ip(request))
    record(tenant_id, actor=access.actor, action="sign_in", object_type="person", object_id=str(person.id), ip=access.ip)
    return access
