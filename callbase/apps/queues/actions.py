"""All writes of queues, DIDs, outcomes and not-ready reasons. Each is audited and published in its own transaction."""

from __future__ import annotations

from typing import Any, get_args

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration import checks
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused, known
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent
from callbase.apps.queues import queries, rules
from callbase.apps.queues.models import Choice, Did, Member, NotReadyReason, Outcome, Queue
from callbase.apps.queues.queries import Chosen
from callbase.apps.queues.treatment import waiting_problems
from callbase.core.facts import AutomaticReason
from callbase.web.errors import Invalid
from callbase.web.rows import one

AUTOMATIC = frozenset(get_args(AutomaticReason))
PLAIN = ("name", "algorithm", *queries.DETAILED)


# --- queues --------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_create_queue(access: Access, data: dict[str, Any]) -> Queue:
    if queries.queues(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    queue = Queue(tenant=access.tenant, key=data["id"])
    return _write_queue(access, queue, data, "queue.create", {})


@transaction.atomic
def do_change_queue(access: Access, key: str, changes: dict[str, Any]) -> Queue:
    queue = one(queries.queues(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write_queue(access, queue, changes, "queue.update", queries.queue_detail(queue))


@transaction.atomic
def do_delete_queue(access: Access, key: str, move_to: str | None, *, force: bool) -> None:
    """Callers waiting go to `move_to`, else to the queue's own `when_deleted`, else hear an apology. Flows that go on naming
    the queue take their `failed` port. Raises Conflict in_use where something names it, and neither `move_to` nor `force`
    shows that this is known."""
    queue = one(queries.queues(access), key=key)
    if move_to is None and not force:
        check_unused(access, "queue", key)
    if move_to is not None:
        # Published on its own first, so that the engine knows where to when the queue goes.
        _write_queue(access, queue, {"when_deleted": move_to}, "queue.update", queries.queue_detail(queue))
        queue = one(queries.queues(access), key=key)
    before = queries.queue_detail(queue)
    queue.delete()
    record_change(access, "queue.delete", key, before)
    publish()


def _write_queue(access: Access, queue: Queue, data: dict[str, Any], action: str, before: dict[str, Any]) -> Queue:
    if "waiting" in data:
        problems = waiting_problems(data["waiting"], known(access))
        if problems:
            raise Invalid(problems)
    for field in PLAIN:
        if field in data:
            setattr(queue, field, data[field])
    successor = queue.when_deleted
    if successor is not None:
        if successor == queue.key:
            raise Invalid.of("when_deleted", "cycle")
        if not queries.queues(access).filter(key=successor).exists():
            raise Invalid.of("when_deleted", "unknown", value=successor)
    queue.save()
    if "members" in data:
        _set_members(access, queue, data["members"])
    queue = one(queries.queues(access), key=queue.key)
    faults = rules.problems(queries.queue_document(queue), known(access))
    if faults:
        raise Invalid(faults)
    record_change(access, action, queue.key, before, queries.queue_detail(queue))
    publish()
    return queue


def _set_members(access: Access, queue: Queue, members: list[dict[str, Any]]) -> None:
    agents = {agent.number: agent for agent in Agent.objects.filter(tenant=access.tenant)}
    seen: set[str] = set()
    for index, member in enumerate(members):
        number = member["agent"]
        if number not in agents:
            raise Invalid.of(f"members.{index}.agent", "unknown", value=number)
        if number in seen:
            raise Invalid.of(f"members.{index}.agent", "twice", value=number)
        seen.add(number)
    queue.members.all().delete()
    Member.objects.bulk_create(
        Member(
            queue=queue,
            agent=agents[each["agent"]],
            priority=each["priority"],
            level=each["level"],
            weight=each["weight"],
        )
        for each in members
    )


# --- DIDs ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_create_did(access: Access, data: dict[str, Any]) -> Did:
    _check_did_free(access, data["number"])
    return _write_did(access, Did(tenant=access.tenant), data, "did.create", {})


@transaction.atomic
def do_change_did(access: Access, number: str, changes: dict[str, Any]) -> Did:
    did = one(queries.dids(access), number=number)
    if changes.get("number", number) != number:
        _check_did_free(access, changes["number"])
    return _write_did(access, did, changes, "did.update", queries.did_detail(did))


@transaction.atomic
def do_delete_did(access: Access, number: str) -> None:
    did = one(queries.dids(access), number=number)
    did.delete()
    record_change(access, "did.delete", number, queries.did_detail(did))
    publish()


def _check_did_free(access: Access, number: str) -> None:
    if queries.dids(access).filter(number=number).exists():
        raise Invalid.of("number", "taken")


def _write_did(access: Access, did: Did, data: dict[str, Any], action: str, before: dict[str, Any]) -> Did:
    for field, value in data.items():
        setattr(did, field, value)
    names = known(access)
    document = queries.did_document(did)
    problems = dict(
        (
            *checks.named("flow", did.flow, names.flows),
            *checks.named("calendar", did.calendar, names.calendars),
            *checks.target("closed", document.closed, names, of_queue=False),
        )
    )
    if problems:
        raise Invalid(problems)
    did.save()
    record_change(access, action, did.number, before, queries.did_detail(did))
    publish()
    return did


# --- outcomes and not-ready reasons --------------------------------------------------------------------------------


@transaction.atomic
def do_create_choice(access: Access, kind: type[Chosen], data: dict[str, Any]) -> Chosen:
    if queries.choices(access, kind).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    if kind is NotReadyReason and data["id"] in AUTOMATIC:
        raise Invalid.of("id", "reserved", value=data["id"])
    row = kind(tenant=access.tenant, key=data["id"])
    _set_choice(row, data)
    record_change(access, f"{_noun(kind)}.create", row.key, after=queries.choice_detail(row))
    publish()
    return row


@transaction.atomic
def do_change_choice(access: Access, kind: type[Chosen], key: str, changes: dict[str, Any]) -> Chosen:
    row = one(queries.choices(access, kind), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    before = queries.choice_detail(row)
    _set_choice(row, changes)
    record_change(access, f"{_noun(kind)}.update", key, before, queries.choice_detail(row))
    publish()
    return row


@transaction.atomic
def do_delete_choice(access: Access, kind: type[Chosen], key: str) -> None:
    row = one(queries.choices(access, kind), key=key)
    row.delete()
    record_change(access, f"{_noun(kind)}.delete", key, queries.choice_detail(row))
    publish()


def _set_choice(row: Choice, data: dict[str, Any]) -> None:
    for field in data.keys() - {"id"}:
        setattr(row, field, data[field])
    row.save()


def _noun(kind: type[Choice]) -> str:
    return "outcome" if kind is Outcome else "not_ready_reason"
