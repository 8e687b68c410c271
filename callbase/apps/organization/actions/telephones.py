"""Agents and their telephones: one in the browser, one on the desk."""

from __future__ import annotations

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.organization import queries
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent, Device, Person
from callbase.apps.organization.secrets import draw, ha1, seal, unseal
from callbase.numbers import normalize
from callbase.web.errors import ApiError, Invalid
from callbase.web.tenant_wall import every_tenant


def make_agent(person: Person, number: str) -> Agent:
    """The agent with its two telephones. The desk phone cannot register before a password is drawn for it."""
    if Agent.objects.filter(tenant=person.tenant, number=number).exists():
        raise Invalid.of("agent", "taken")
    agent = Agent.objects.create(tenant=person.tenant, number=number, person=person)
    base = number
    with every_tenant():
        taken = Device.objects.filter(id__in=[number, f"{number}-web"]).exists()
    if taken:
        base = f"{person.tenant_id}-{number}"  # SIP user names are shared by all tenants
    secret = draw()
    browser = f"{base}-web"
    Device.objects.create(
        id=browser,
        tenant=person.tenant,
        kind="browser",
        agent=agent,
        secret=seal(secret),
        ha1=seal(ha1(browser, secret)),
    )
    Device.objects.create(id=base, tenant=person.tenant, kind="sip", agent=agent, ha1=seal(ha1(base, draw())))
    return agent


def set_desk_password(agent: Agent, password: str) -> Device:
    device = Device.objects.get(agent=agent, kind="sip")
    wanted = ha1(device.id, password)
    if unseal(device.ha1) != wanted:
        device.ha1 = seal(wanted)
        device.save(update_fields=["ha1"])
    return device


@transaction.atomic
def do_draw_desk_password(access: Access, person: Person) -> tuple[Device, str]:
    """A new password for the desk phone, known to nobody but the caller of this. Raises ApiError no_agent."""
    agent = queries.agent_of(person)
    if agent is None:
        raise ApiError("no_agent", 409)
    password = draw()
    device = set_desk_password(agent, password)
    record_change(access, "device.password", device.id, {"password": "old"}, {"password": "new"})
    publish()
    return device, password


@transaction.atomic
def do_give_outside_number(access: Access, number: str) -> tuple[Agent, int]:
    """The outside number the agent works at, given by itself; with the version of the configuration that has it. Raises ApiError
    outside_not_own, or Invalid."""
    agent = queries.agent_of(access.person) if access.person else None
    if agent is None or agent.outside != "own":
        raise ApiError("outside_not_own", 403)
    before = agent.outside_number
    set_outside_number(agent, agent.outside, number, field="number")
    record_change(
        access, "person.update", str(agent.person_id), {"outside_number": before}, {"outside_number": agent.outside_number}
    )
    return agent, publish()


def set_outside_number(agent: Agent, outside: str, number: str, *, field: str = "outside_number") -> None:
    """Raises Invalid: it is no number that could be dialled out, or none was given where the agent may give none itself."""
    form = normalize(number) if number and outside != "no" else ""
    if form is None:
        raise Invalid.of(field, "number_invalid")
    if not form and (outside == "fixed" or field == "number"):
        raise Invalid.of(field, "required")
    if form and queries.is_of_the_house(agent.tenant, form):
        raise Invalid.of(field, "of_the_house")
    agent.outside, agent.outside_number = outside, form
    agent.save(update_fields=["outside", "outside_number"])


@transaction.atomic
def do_open_browser_telephone(access: Access) -> tuple[Agent, Device, str]:
    """The agent's own browser telephone with its password, drawn anew where it cannot be read any more (the installation's
    secret key was replaced). Raises ApiError no_agent."""
    agent = queries.agent_of(access.person) if access.person else None
    if agent is None:
        raise ApiError("no_agent", 404)
    device = Device.objects.select_for_update().get(agent=agent, kind="browser")
    secret = unseal(device.secret)
    if not secret:
        secret = draw()
        device.secret, device.ha1 = seal(secret), seal(ha1(device.id, secret))
        device.save(update_fields=["secret", "ha1"])
        record_change(access, "device.password", device.id, {"password": "old"}, {"password": "new"})
        publish()
    return agent, device, secret
