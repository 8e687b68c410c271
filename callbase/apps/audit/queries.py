"""All reads of the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from callbase.apps.audit.models import AuditEntry
from callbase.apps.audit.schemas import AuditFilter
from callbase.apps.customers.models import Customer
from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.models import Person
from callbase.web.errors import Invalid


def entries(tenant: str, wanted: AuditFilter) -> QuerySet[AuditEntry]:
    if wanted.from_ and wanted.to and wanted.to < wanted.from_:
        raise Invalid.of("to", "end_before_start")
    rows = AuditEntry.objects.filter(tenant=tenant)
    if wanted.actor:
        rows = rows.filter(actor__in=_actors(tenant, wanted.actor.strip()))
    if wanted.action:
        named = Q(action=wanted.action) | Q(action__startswith=f"{wanted.action}.") | Q(action__endswith=f".{wanted.action}")
        rows = rows.filter(named)
    if wanted.object:
        rows = rows.filter(Q(object_type=wanted.object) | Q(object_id__in=_objects(tenant, wanted.object.strip())))
    if wanted.from_:
        rows = rows.filter(at__gte=wanted.from_)
    if wanted.to:
        rows = rows.filter(at__lt=wanted.to)
    return rows


def _actors(tenant: str, words: str) -> list[str]:
    """Whom `words` may mean: an actor as the trail names it, a sign-in name, or part of a person's or a token's name."""
    people, tokens = _called(tenant, words)
    return [words, *people, *(f"token:{pk}" for pk in tokens)]


def _objects(tenant: str, words: str) -> list[str]:
    """What `words` may mean: an id, or the name of what has none that says anything to a reader."""
    people, tokens = _called(tenant, words)
    customers = Customer.objects.filter(name=words, tenant=tenant).values_list("id", flat=True)
    return [words, *people, *tokens, *map(str, customers)]


def _called(tenant: str, words: str) -> tuple[list[str], list[str]]:
    """Ids of the people with that sign-in name or part of a name, and of the tokens with that part of a name."""
    people = Person.objects.filter(Q(login=words) | Q(name__icontains=words), tenant=tenant).values_list("id", flat=True)
    tokens = ApiToken.objects.filter(name__icontains=words, tenant=tenant).values_list("id", flat=True)
    return [*map(str, people)], [*map(str, tokens)]


def with_names(tenant: str, rows: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    rows = list(rows)
    actors = {row.actor for row in rows}
    people = {str(pk): name for pk, name in Person.objects.filter(tenant=tenant, id__in=_uuids(actors)).values_list("id", "name")}
    tokens = {
        f"token:{pk}": name
        for pk, name in ApiToken.objects.filter(
            tenant=tenant, id__in=_uuids(actor.removeprefix("token:") for actor in actors if actor.startswith("token:"))
        ).values_list("id", "name")
    }
    names = people | tokens
    objects = _names_of_objects(tenant, rows)
    return [
        {
            "at": row.at,
            "actor": row.actor,
            "actor_name": names.get(row.actor, ""),
            "action": row.action,
            "ip": row.ip,
            "object_type": row.object_type,
            "object_id": row.object_id,
            "object_name": objects.get(row.object_id, ""),
            "changes": row.changes,
        }
        for row in rows
    ]


def _names_of_objects(tenant: str, rows: Iterable[AuditEntry]) -> dict[str, str]:
    """Of those whose ids say nothing to a reader."""
    ids = {kind: _uuids(row.object_id for row in rows if row.object_type == kind) for kind in ("person", "token", "customer")}
    found: dict[str, str] = {}
    for model, kind in ((Person, "person"), (ApiToken, "token"), (Customer, "customer")):
        named = model._default_manager.filter(tenant=tenant, id__in=ids[kind]).values_list("id", "name")
        found |= {str(pk): name for pk, name in named}
    return found


def _uuids(texts: Iterable[str]) -> list[str]:
    return [text for text in texts if len(text) == 36 and text.count("-") == 4]
