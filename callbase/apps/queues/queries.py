"""All reads of queues, DIDs, outcomes and not-ready reasons."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import QuerySet

from callbase.apps.organization.access import Access
from callbase.apps.queues.models import Choice, Did, Queue

Chosen = TypeVar("Chosen", bound=Choice)


def queues(access: Access) -> QuerySet[Queue]:
    return Queue.objects.filter(tenant=access.tenant).prefetch_related("members__agent")


def dids(access: Access) -> QuerySet[Did]:
    return Did.objects.filter(tenant=access.tenant)


def choices(access: Access, kind: type[Chosen]) -> QuerySet[Chosen]:
    """The tenant's outcomes, or its not-ready reasons."""
    return kind._default_manager.filter(tenant=access.tenant)


def queue_detail(queue: Queue) -> dict[str, Any]:
    members = sorted(queue.members.all(), key=lambda one: (one.priority, one.agent.number))
    return {
        "id": queue.key,
        "name": queue.name,
        "algorithm": queue.algorithm,
        "priority": queue.priority,
        "offer_timeout_s": queue.offer_timeout_s,
        "wrap_up_s": queue.wrap_up_s,
        "service_level_s": queue.service_level_s,
        "record": queue.record,
        "waiting": queue.waiting,
        "when_deleted": queue.when_deleted,
        "members": [{"agent": one.agent.number, "priority": one.priority, "level": one.level} for one in members],
    }


def did_detail(did: Did) -> dict[str, Any]:
    return {
        "number": did.number,
        "flow": did.flow,
        "language": did.language,
        "priority": did.priority,
        "description": did.description,
    }


def choice_detail(row: Choice) -> dict[str, Any]:
    return {"id": row.key, "name": row.name, "position": row.position}
