"""Who is asking, and what they may do: the one gate every request and every WebSocket passes.

    access = access_of_request(request)          # in the API: session cookie or "Authorization: Bearer …"; raises NotSignedIn
    access = access_of_session(session_key)      # in the gateway: the cookie's session; None where nobody is signed in
    access = access_of_token(token)              # a program's API token; None where it is unknown
    access.require("interactions.view_all")      # raises Forbidden
    access.tenant, access.person, access.agent, access.actor, access.language

Functions here are synchronous (`sync_to_async` them in consumers). An `Access` is a value: take a fresh one to see changed
rights.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest

from callbase.apps.organization.models import Person, Tenant
from callbase.web.errors import ApiError, Forbidden, NotSignedIn
from callbase.web.language import DEFAULT, Language, from_accept_language, supported
from callbase.web.tenant_wall import bind

PERMISSIONS = (
    "agent.work",
    "board.view",
    "interactions.view_own",
    "interactions.view_all",
    "recordings.listen",
    "reports.view",
    "people.manage",
    "queues.manage",
    "dids.manage",
    "flows.manage",
    "prompts.manage",
    "trunks.manage",
    "agents.supervise",
    "calls.listen",
    "calls.whisper",
    "calls.barge",
    "calls.take_over",
    "calls.release",
    "audit.view",
    "tokens.manage",
    "customers.view",
    "customers.edit",
)
Scope = Literal["own", "unit", "all"]
CallReach = Literal["own", "inside", "anywhere"]
"""Whom somebody may have called, and where calls may be sent: the agents and queues within reach; any agent, queue or flow of the
centre; outside numbers too."""
WIDTH: dict[str, int] = {"own": 0, "unit": 1, "all": 2}
"""Scopes, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Access:
    tenant: Tenant
    person: Person | None
    permissions: frozenset[str]
    scope: Scope
    """How far the permissions reach: one's own rows, those of one's unit and below, or all of the tenant."""
    reach: frozenset[str] | None
    """The agents whose work that is; None: of all the tenant's, also of none."""
    agent: str | None
    """The agent's number, where the person is one."""
    actor: str
    """Who the audit trail and the engine's facts name: the person's id, or "token:" and the token's."""
    language: Language
    queues: frozenset[str] | None = None
    """The queues whose calls and figures are seen besides, where `reach` is a program's limit; None: no such limit."""
    calls: CallReach = "anywhere"
    ip: str = ""
    token: str = field(default="", repr=False)
    """The API token's id, where a program asks."""

    def may(self, permission: str) -> bool:
        return permission in self.permissions

    @property
    def only_watches(self) -> bool:
        """A screen on the wall: sees the boards, does nothing, and no calls come to it."""
        return self.person is not None and self.agent is None and self.permissions == {"board.view"}

    def require(self, *permissions: str) -> None:
        """Raises Forbidden unless at least one of them is held."""
        if not any(permission in self.permissions for permission in permissions):
            raise Forbidden(permissions[0])


def access_of_person(person: Person, ip: str = "") -> Access:
    roles = list(person.roles.all())
    try:
        agent: str | None = person.agent.number
    except ObjectDoesNotExist:
        agent = None
    scope = cast(Scope, max((role.scope for role in roles), key=WIDTH.__getitem__, default="own"))
    return Access(
        tenant=person.tenant,
        person=person,
        permissions=frozenset(name for role in roles for name in role.permissions),
        scope=scope,
        reach=_reach(person, scope, agent),
        agent=agent,
        actor=str(person.id),
        language=supported(person.language) or DEFAULT,
        ip=ip,
    )


def _reach(person: Person, scope: Scope, agent: str | None) -> frozenset[str] | None:
    if scope == "all":
        return None
    from callbase.apps.organization.queries import agents_of_units, units_below  # queries build on this module

    own = frozenset({agent} if agent else ())
    if scope == "own" or person.unit_id is None:
        return own
    return own | agents_of_units(person.tenant_id, units_below(person.tenant_id, person.unit_id))


def people_for_access() -> QuerySet[Person]:
    """Active people with all that `access_of_person` looks at, in three queries."""
    return Person.objects.filter(is_active=True).select_related("tenant", "agent").prefetch_related("roles")


def access_of_session(session_key: str | None, ip: str = "") -> Access | None:
    """Whoever is signed in under this session key, and speaks from `ip`; None for nobody."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    identifier, proof = store.get(SESSION_KEY), store.get("_auth_user_hash")
    if not identifier:
        return None
    person = people_for_access().filter(id=identifier).first()
    if person is None or person.get_session_auth_hash() != proof:
        return None
    return access_of_person(person, ip)


_MARKS = """
    SELECT session.session_key, md5(row(session.*, person.*, agent.*, tenant.*)::text || coalesce(
        (SELECT string_agg(row(role.*)::text, ' ' ORDER BY role.id) FROM person_role JOIN role ON role.id = person_role.role_id
         WHERE person_role.person_id = person.id), ''))
    FROM unnest(%s::text[], %s::uuid[]) AS asked (session_key, person)
    JOIN django_session AS session ON session.session_key = asked.session_key AND session.expire_date > now()
    JOIN person ON person.id = asked.person JOIN tenant ON tenant.id = person.tenant LEFT JOIN agent ON agent.person = person.id
"""


def marks_of_sessions(people: Mapping[str, Person]) -> dict[str, str]:
    """By session key: a mark that is another wherever `access_of_session` would give this person another Access, unless that
    depends on the tree of units; none where it gives none. One short query for all."""
    with connection.cursor() as cursor:
        cursor.execute(_MARKS, [[*people], [person.id for person in people.values()]])
        return dict(cursor.fetchall())


def access_of_token(token: str, ip: str = "") -> Access | None:
    """The program a bearer token belongs to, with the token's scopes as its permissions; None where it is not known."""
    from callbase.apps.integration.access import access_of_bearer  # integration builds on this module

    return access_of_bearer(token, ip)


def client_ip(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))


def access_of_request(request: HttpRequest) -> Access:
    """Raises NotSignedIn; for a token that opens nothing ApiError token_invalid; and for an unsafe request by session csrf_failed
    without a valid X-CSRFToken."""
    known = getattr(request, "access", None)
    if isinstance(known, Access):
        return known
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    bearer = scheme.lower() == "bearer"
    access = access_of_token(token.strip(), client_ip(request)) if bearer else _by_cookie(request)
    if access is None:
        raise ApiError("token_invalid", 401) if bearer else NotSignedIn
    request.access = access  # type: ignore[attr-defined]
    bind(access.tenant.id)
    return access


def _by_cookie(request: HttpRequest) -> Access | None:
    user = request.user
    if not user.is_authenticated:
        return None
    check_csrf(request)
    person = people_for_access().filter(id=user.pk).first()
    return access_of_person(person, client_ip(request)) if person else None


def check_csrf(request: HttpRequest) -> None:
    """Raises ApiError csrf_failed. API views are exempt from the middleware, which cannot tell a bearer token from a cookie."""
    from django.middleware.csrf import CsrfViewMiddleware

    class Check(CsrfViewMiddleware):
        def _reject(self, request: HttpRequest, reason: str) -> Any:
            return reason

    check = Check(lambda request: cast(Any, None))
    check.process_request(request)
    if check.process_view(request, _unprotected, (), {}):
        raise ApiError("csrf_failed", 403)


def _unprotected(request: HttpRequest) -> Any:
    """A view that claims no exemption, so that the check is made."""


def needs(*permissions: str) -> Callable[[HttpRequest], Access]:
    """A gate: gives the request's Access if it holds one of the permissions; else raises Forbidden or NotSignedIn."""

    @functools.wraps(access_of_request)
    def gate(request: HttpRequest) -> Access:
        access = access_of_request(request)
        access.require(*permissions)
        return access

    return gate


def request_language(request: HttpRequest) -> Language:
    """The person's language when signed in, else what the browser prefers."""
    known = getattr(request, "access", None)
    if isinstance(known, Access) and known.person is not None:
        return known.language
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return supported(user.language) or DEFAULT
    return from_accept_language(request.headers.get("Accept-Language", ""))
