"""Signing in and out, and one's own settings."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout, update_session_auth_hash
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Status

from callbase.apps.audit.actions import record
from callbase.apps.organization import queries
from callbase.apps.organization.access import Access, access_of_request
from callbase.apps.organization.actions import own
from callbase.apps.organization.schemas import MeIn, PasswordIn, PersonOut, SessionOut, SignInIn
from callbase.apps.organization.sign_in import sign_in
from callbase.web.errors import ApiError, Forbidden, NotSignedIn
from callbase.web.tenant_wall import every_tenant

auth_router = Router(tags=["auth"])
me_router = Router(tags=["auth"])


def session_body(request: HttpRequest, access: Access | None) -> dict[str, Any]:
    tenant = access.tenant if access else None
    return {
        "signed_in": access is not None,
        "person": queries.person_summary(access.person, access.agent) if access and access.person else None,
        "permissions": sorted(access.permissions) if access else [],
        "tenant": {"id": tenant.id, "name": tenant.name, "timezone": tenant.timezone, "languages": tenant.languages}
        if tenant
        else None,
        "in_queues": access is not None and access.person is not None and queries.in_queues(access.person),
        "renewable": access is not None and access.only_watches,
        "demo": queries.demo_installed(),
        "csrf_token": get_token(request),
    }


@auth_router.get("/session", auth=None, response=SessionOut)
def get_session(request: HttpRequest) -> dict[str, Any]:
    try:
        access = access_of_request(request)
    except NotSignedIn:
        access = None
    return session_body(request, access)


@auth_router.post("/sign-in", auth=None, response=SessionOut)
def post_sign_in(request: HttpRequest, data: SignInIn) -> dict[str, Any]:
    origin = request.headers.get("Origin")
    if origin and origin.lower() != f"{request.scheme}://{request.get_host()}".lower():
        raise ApiError("csrf_failed", 403)  # no other site may sign somebody in here
    access = sign_in(request, data.tenant, data.login, data.password)
    has_own = access.person is not None and access.person.language
    if data.language is not None and (data.language_chosen or not has_own):
        own.do_change_own_settings(access, {"language": data.language})
    return session_body(request, access)


@auth_router.post("/sign-out", response={204: None})
def post_sign_out(request: HttpRequest) -> Status[None]:
    access = access_of_request(request)
    record(access.tenant.id, actor=access.actor, action="sign_out", object_type="person", object_id=access.actor, ip=access.ip)
    with every_tenant():  # the lock-out's tables are nobody's
        logout(request)
    return Status(204, None)


@auth_router.post("/renew", response={204: None})
def post_renew(request: HttpRequest) -> Status[None]:
    """Another 12 hours for who may do nothing but watch the boards: a screen on the wall is not to go blank at night."""
    if not access_of_request(request).only_watches:
        raise Forbidden
    request.session.modified = True  # so that it is saved, and its cookie sent, with all of its time ahead
    return Status(204, None)


@auth_router.post("/password", response={204: None})
def post_password(request: HttpRequest, data: PasswordIn) -> Status[None]:
    person = own.do_change_own_password(access_of_request(request), data.old, data.new)
    update_session_auth_hash(request, person)
    return Status(204, None)


@me_router.patch("", response=PersonOut)
def patch_me(request: HttpRequest, data: MeIn) -> dict[str, Any]:
    access = access_of_request(request)
    changes = {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}
    person = own.do_change_own_settings(access, changes)
    return queries.person_summary(person, access.agent)
