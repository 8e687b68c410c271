"""Puts the demo centre in place, or what is missing of it. What somebody has changed since is left as it is."""

from __future__ import annotations

from typing import Any

import msgspec
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from callbase.apps.audit.actions import record
from callbase.apps.configuration.actions import publish
from callbase.apps.customers.models import Customer, CustomerNumber
from callbase.apps.demo import centre
from callbase.apps.flows.models import Flow, FlowVersion, Prompt
from callbase.apps.organization import queries
from callbase.apps.organization.actions.telephones import make_agent, set_desk_password
from callbase.apps.organization.models import Device, Person, Role, Tenant, Unit
from callbase.apps.organization.secrets import draw, ha1, seal, unseal
from callbase.apps.organization.templates import TEMPLATES
from callbase.apps.queues.models import Did, Member, NotReadyReason, Outcome, Queue
from callbase.apps.trunks.models import Trunk
from callbase.core.config import AnyNode
from callbase.numbers import normalize


@transaction.atomic
def do_install_demo(password: str | None) -> bool:
    """Makes the demo centre; `password` becomes that of all its people and desk phones. None: those there keep theirs.

    True where the centre was made now. Raises ValueError without a password for a new centre.
    """
    fresh = not Tenant.objects.filter(id=centre.TENANT).exists()
    if fresh and not password:
        raise ValueError("a new demo centre needs a password")
    tenant, _ = Tenant.objects.get_or_create(
        id=centre.TENANT, defaults={"name": centre.NAME, "is_demo": True, "unknown_did": centre.UNKNOWN_DID}
    )
    _words(tenant)
    _people(tenant, password)
    _queues(tenant)
    _flow(tenant)
    Did.objects.get_or_create(tenant=tenant, number=centre.DID, defaults={"flow": centre.FLOW, "description": "Demo"})
    Trunk.objects.get_or_create(tenant=tenant, key=centre.TRUNK, defaults={"match": ["127.0.0.1"]})
    _customers(tenant)
    _customer_telephones(tenant)
    if fresh:
        record(tenant.id, actor="system", action="demo.install", object_type="tenant", object_id=tenant.id)
    publish()
    return fresh


def _words(tenant: Tenant) -> None:
    for place, (key, name) in enumerate(centre.OUTCOMES):
        Outcome.objects.get_or_create(tenant=tenant, key=key, defaults={"name": name, "position": place})
    for place, (key, name, productive) in enumerate(centre.NOT_READY_REASONS):
        defaults = {"name": name, "position": place, "productive": productive}
        NotReadyReason.objects.get_or_create(tenant=tenant, key=key, defaults=defaults)
    for key, text in centre.PROMPTS.items():
        Prompt.objects.get_or_create(tenant=tenant, key=key, defaults={"text": text})


def _people(tenant: Tenant, password: str | None) -> None:
    roles: dict[str, Role] = {}
    for one in TEMPLATES:
        defaults = {"name": one.name, "permissions": [*one.permissions], "scope": one.scope}
        roles[one.key], _ = Role.objects.get_or_create(tenant=tenant, key=one.key, defaults=defaults)
    units: dict[str, Unit] = {}
    for place, (title, parent) in enumerate(centre.UNITS):
        units[title], _ = Unit.objects.get_or_create(
            tenant=tenant, name=title, parent=units[parent] if parent else None, defaults={"position": place}
        )
    top, sales, support = units.values()
    agents = [(str(1001 + place), name, sales) for place, name in enumerate(centre.SALES_AGENTS)]
    agents += [(str(1011 + place), name, support) for place, name in enumerate(centre.SUPPORT_AGENTS)]
    for login, name, unit in agents:
        _person(tenant, login, name, unit, roles["agent"], agent=login)
    _person(tenant, *centre.SUPERVISOR, top, roles["supervisor"], agent=centre.SUPERVISOR[0])
    _person(tenant, *centre.ADMINISTRATOR, top, roles["administrator"], agent=None)
    if password:
        _set_passwords(tenant, password)


def _person(tenant: Tenant, login: str, name: str, unit: Unit, role: Role, agent: str | None) -> None:
    defaults: dict[str, Any] = {"name": name, "unit": unit, "language": ""}
    person, made = Person.objects.get_or_create(tenant=tenant, login=login, defaults=defaults)
    if made:
        person.roles.add(role)
        if agent is not None:
            make_agent(person, agent)


def _set_passwords(tenant: Tenant, password: str) -> None:
    """Whoever has it already stays signed in. One hash serves all: twenty-two would take seconds of the first start."""
    hashed = make_password(password)
    verdicts: dict[str, bool] = {}
    logins = [*map(str, range(1001, 1021)), centre.SUPERVISOR[0], centre.ADMINISTRATOR[0]]
    for person in Person.objects.filter(tenant=tenant, login__in=logins).select_related("agent"):
        if person.password not in verdicts:
            verdicts[person.password] = bool(person.password) and check_password(password, person.password)
        if not verdicts[person.password]:
            person.password = hashed
            person.save(update_fields=["password"])
        agent = queries.agent_of(person)
        if agent is not None:
            set_desk_password(agent, password)


def _queues(tenant: Tenant) -> None:
    for wanted in centre.QUEUES:
        queue, made = Queue.objects.get_or_create(
            tenant=tenant,
            key=wanted["key"],
            defaults={"name": wanted["name"], "waiting": msgspec.to_builtins(centre.WAITING)},
        )
        if made:
            numbers = [str(number) for number in wanted["agents"]]
            people = Person.objects.filter(tenant=tenant, login__in=numbers).select_related("agent")
            Member.objects.bulk_create(Member(queue=queue, agent=person.agent) for person in people)


def _flow(tenant: Tenant) -> None:
    flow, made = Flow.objects.get_or_create(tenant=tenant, key=centre.FLOW, defaults={"name": centre.FLOW_NAME, "version": 1})
    if made:
        nodes = msgspec.to_builtins(msgspec.convert(centre.FLOW_NODES, dict[str, AnyNode]))
        FlowVersion.objects.create(flow=flow, version=1, start=centre.FLOW_START, nodes=nodes, actor="system")


def _customers(tenant: Tenant) -> None:
    if Customer.objects.filter(tenant=tenant).exists():
        return
    for name, company, level, notes, numbers in centre.CUSTOMERS:
        customer = Customer.objects.create(tenant=tenant, name=name, company=company, level=level, notes=notes)
        CustomerNumber.objects.bulk_create(
            CustomerNumber(tenant=tenant, customer=customer, number=normalize(number) or number, position=place)
            for place, number in enumerate(numbers)
        )


def _customer_telephones(tenant: Tenant) -> None:
    """A telephone whose password cannot be read any more (another secret key) gets a new one: each page load asks for it."""
    for line in range(1, centre.CUSTOMER_LINES + 1):
        name = f"demo-customer-{line}"
        new = Device(id=name, tenant=tenant, kind="browser", number=f"1380013800{line}")
        device = Device.objects.filter(id=name).first() or new
        if not unseal(device.secret):
            secret = draw()
            device.secret, device.ha1 = seal(secret), seal(ha1(name, secret))
            device.save()
