"""All writes of people's own settings and passwords; each with its audit row in the same transaction."""

from __future__ import annotations

from django.db import transaction

from callbase.apps.audit.actions import record
from callbase.apps.configuration.actions import publish
from callbase.apps.organization import queries
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Person
from callbase.apps.organization.passwords import check_password_policy
from callbase.web.errors import ApiError, NotSignedIn


@transaction.atomic
def do_change_own_settings(access: Access, changes: dict[str, str]) -> Person:
    person = _own(access)
    told = {name: [getattr(person, name), value] for name, value in changes.items() if getattr(person, name) != value}
    for name, (_, value) in told.items():
        setattr(person, name, value)
    if told:
        person.save(update_fields=list(told))
        record(
            person.tenant_id,
            actor=access.actor,
            action="person.update",
            object_type="person",
            object_id=str(person.id),
            changes=told,
            ip=access.ip,
        )
    agent = queries.agent_of(person)
    if "language" in told and agent is not None and queries.outside_device(agent):
        publish()  # it is spoken to in it
    return person


@transaction.atomic
def do_change_own_password(access: Access, old: str, new: str) -> Person:
    """Raises ApiError password_wrong (403) or Invalid. Other sessions of the person end with it."""
    person = _own(access)
    if not person.check_password(old):
        raise ApiError("password_wrong", 403, field="old")
    check_password_policy(new, person.login, field="new")
    person.set_password(new)
    person.save(update_fields=["password"])
    record(
        person.tenant_id,
        actor=access.actor,
        action="person.password",
        object_type="person",
        object_id=str(person.id),
        ip=access.ip,
    )
    return person


def _own(access: Access) -> Person:
    if access.person is None:
        raise NotSignedIn
    return access.person
