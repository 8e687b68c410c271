"""Making, changing and deactivating people, with their roles, agent and places in queues."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.organization import queries
from callbase.apps.organization.access import Access
from callbase.apps.organization.actions.roles import an_administrator_remains, check_not_above
from callbase.apps.organization.actions.telephones import make_agent, set_desk_password, set_outside_number
from callbase.apps.organization.models import Person, Role, Unit
from callbase.apps.organization.passwords import check_password_policy
from callbase.apps.queues.models import Member, Queue
from callbase.apps.skills.actions import set_skills
from callbase.web.errors import ApiError, Invalid
from callbase.web.rows import one

PLAIN = (
    "login",
    "name",
    "language",
    "theme",
    "email",
    "phone",
    "mobile",
    "staff_number",
    "kind",
    "region",
    "sex",
    "birthday",
    "address",
)


def _state(person: Person) -> dict[str, Any]:
    fresh = queries.person_detail(Person.objects.prefetch_related("roles").get(id=person.id))
    agent = fresh.pop("agent")
    birthday = fresh.pop("birthday")
    return {**fresh, "agent": agent["id"] if agent else None, "birthday": birthday.isoformat() if birthday else None}


@transaction.atomic
def do_create_person(access: Access, data: dict[str, Any]) -> Person:
    """Without a password nobody can sign in as this person until one is set."""
    person = Person(tenant=access.tenant)
    _apply(access, person, data)
    record_change(access, "person.create", str(person.id), after=_state(person))
    publish()
    return one(queries.people(access), id=person.id)


@transaction.atomic
def do_change_person(access: Access, person_id: str, changes: dict[str, Any]) -> Person:
    person = one(queries.people(access), id=person_id)
    check_not_above(access, person.roles.all())
    if person == access.person and changes.get("active") is False:
        raise ApiError("not_yourself", 409)
    before = _state(person)
    with an_administrator_remains(access.tenant) if changes.keys() & {"active", "roles"} else nullcontext():
        _apply(access, person, changes)
    after = _state(person)
    if changes.get("password"):
        before, after = {**before, "password": "old"}, {**after, "password": "new"}
    record_change(access, "person.update", str(person.id), before, after)
    publish()
    return one(queries.people(access), id=person.id)


@transaction.atomic
def do_deactivate_person(access: Access, person_id: str) -> None:
    """Nobody is deleted: interactions and the audit trail go on naming them."""
    do_change_person(access, person_id, {"active": False})


def _apply(access: Access, person: Person, data: dict[str, Any]) -> None:
    for field in PLAIN:
        if field in data:
            setattr(person, field, data[field])
    person.is_active = data.get("active", person.is_active)
    if Person.objects.filter(tenant=access.tenant, login=person.login).exclude(id=person.id).exists():
        raise Invalid.of("login", "taken")
    if "unit" in data:
        person.unit = _unit(access, data["unit"])
    password = data.get("password")
    if password:
        check_password_policy(password, person.login)
        person.set_password(password)
    elif person._state.adding:
        person.set_unusable_password()
    person.save()
    if "roles" in data:
        person.roles.set(_roles(access, data["roles"]))
    if "agent" in data:
        _set_agent(person, data["agent"], password)
    if data.keys() & {"outside", "outside_number"}:
        _set_outside(person, data)
    if "queues" in data:
        _set_places(access, person, data["queues"])
    if "skills" in data:
        _set_levels(person, data["skills"])


def _unit(access: Access, unit_id: str | None) -> Unit | None:
    if unit_id is None:
        return None
    try:
        return one(queries.units(access), id=unit_id)
    except ApiError:
        raise Invalid.of("unit", "unknown", value=unit_id[:60]) from None


def _roles(access: Access, keys: list[str]) -> list[Role]:
    found = {role.key: role for role in queries.roles(access)}
    for place, key in enumerate(keys):
        if key not in found:
            raise Invalid.of(f"roles.{place}", "unknown", value=key)
    chosen = [found[key] for key in keys]
    check_not_above(access, chosen)
    return chosen


def _set_agent(person: Person, number: str | None, password: str | None) -> None:
    """A password given along with a new agent is the desk phone's too; later ones leave registered phones alone."""
    agent = queries.agent_of(person)
    if agent is not None and agent.number != number:
        agent.delete()
        person.refresh_from_db()
        agent = None
    if agent is None and number is not None:
        person.agent = make_agent(person, number)
        if password:
            set_desk_password(person.agent, password)


def _set_outside(person: Person, data: dict[str, Any]) -> None:
    agent = queries.agent_of(person)
    if agent is not None:
        number = data.get("outside_number", agent.outside_number)
        set_outside_number(agent, data.get("outside", agent.outside), number)
    elif data.get("outside", "no") != "no":
        raise Invalid.of("agent", "required")


def _set_places(access: Access, person: Person, places: list[dict[str, Any]]) -> None:
    agent = queries.agent_of(person)
    if agent is None:
        if places:
            raise Invalid.of("agent", "required")
        return
    queues = {queue.key: queue for queue in Queue.objects.filter(tenant=access.tenant)}
    seen: set[str] = set()
    for index, place in enumerate(places):
        if place["queue"] not in queues:
            raise Invalid.of(f"queues.{index}.queue", "unknown", value=place["queue"])
        if place["queue"] in seen:
            raise Invalid.of(f"queues.{index}.queue", "twice", value=place["queue"])
        seen.add(place["queue"])
    Member.objects.filter(agent=agent).delete()
    Member.objects.bulk_create(
        Member(
            queue=queues[place["queue"]],
            agent=agent,
            priority=place["priority"],
            level=place["level"],
            weight=place["weight"],
        )
        for place in places
    )


def _set_levels(person: Person, levels: dict[str, int]) -> None:
    agent = queries.agent_of(person)
    if agent is not None:
        set_skills(agent, levels)
    elif levels:
        raise Invalid.of("agent", "required")
