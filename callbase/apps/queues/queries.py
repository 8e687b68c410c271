"""All reads of queues, DIDs, outcomes and not-ready reasons."""

from __future__ import annotations

from typing import Any, TypeVar

import msgspec
from django.db.models import Prefetch, QuerySet

from callbase.apps.organization.access import Access
from callbase.apps.queues.models import Choice, Did, Member, NotReadyReason, Queue
from callbase.core import config

Chosen = TypeVar("Chosen", bound=Choice)


def queues(access: Access) -> QuerySet[Queue]:
    """A program that is limited has those it is limited to, and of their members its agents only."""
    every = Queue.objects.filter(tenant=access.tenant)
    if access.queues is None:
        return every.prefetch_related("members__agent__person")
    reached = Member.objects.filter(agent__number__in=access.reach or ()).select_related("agent__person")
    return every.filter(key__in=access.queues).prefetch_related(Prefetch("members", reached))


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
        "measure_window": queue.measure_window,
        "measure_over_s": queue.measure_over_s,
        "last_served_s": queue.last_served_s,
        "requires": queue.requires,
        "rings": queue.rings,
        "priority": queue.priority,
        "aging_s": queue.aging_s,
        "offer_timeout_s": queue.offer_timeout_s,
        "wrap_up_s": queue.wrap_up_s,
        "service_level_s": queue.service_level_s,
        "record": queue.record,
        "calendar": queue.calendar,
        "closed": queue.closed,
        "entry": queue.entry,
        "overflow": queue.overflow,
        "callback": queue.callback,
        "waiting": queue.waiting,
        "when_deleted": queue.when_deleted,
        "members": [
            {"agent": one.agent.number, "priority": one.priority, "level": one.level, "weight": one.weight} for one in members
        ],
    }


DETAILED = (
    "measure_window",
    "measure_over_s",
    "last_served_s",
    "requires",
    "rings",
    "priority",
    "aging_s",
    "offer_timeout_s",
    "wrap_up_s",
    "service_level_s",
    "calendar",
    "closed",
    "entry",
    "overflow",
    "callback",
    "waiting",
    "record",
    "when_deleted",
)
"""Columns that hold what the document's field of the same name says."""


def queue_document(queue: Queue) -> config.Queue:
    """As the core has it, with those members only who may sign in."""
    members = sorted((one for one in queue.members.all() if one.agent.person.is_active), key=lambda one: one.agent.number)
    return msgspec.convert(
        {
            "id": queue.key,
            "name": queue.name,
            "algorithm": queue.algorithm,
            "members": [
                {"agent": one.agent.number, "priority": one.priority, "level": one.level, "weight": one.weight} for one in members
            ],
            **{name: getattr(queue, name) for name in DETAILED},
        },
        config.Queue,
    )


def did_document(did: Did) -> config.Did:
    return msgspec.convert({name: value for name, value in did_detail(did).items() if name != "description"}, config.Did)


def did_detail(did: Did) -> dict[str, Any]:
    return {
        "number": did.number,
        "flow": did.flow,
        "language": did.language,
        "priority": did.priority,
        "description": did.description,
        "calendar": did.calendar,
        "closed": did.closed,
    }


def choice_detail(row: Choice) -> dict[str, Any]:
    own = {"productive": row.productive} if isinstance(row, NotReadyReason) else {}
    return {"id": row.key, "name": row.name, "position": row.position, **own}
