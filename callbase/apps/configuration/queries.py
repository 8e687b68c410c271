"""Builds the core's configuration out of every app's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
from django.db import connection

from callbase.apps.calendars.models import Calendar
from callbase.apps.calendars.queries import document as calendar_document
from callbase.apps.callers.models import CallerList, ListedNumber
from callbase.apps.configuration import words
from callbase.apps.configuration.findings import findings
from callbase.apps.configuration.known import Known
from callbase.apps.configuration.references import Kind, references
from callbase.apps.customers.models import CustomerLevel
from callbase.apps.flows.models import Flow, FlowVersion, Music, Prompt
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent, Device, Tenant, TenantOwned
from callbase.apps.organization.queries import outside_device, rights_of
from callbase.apps.queues.models import Did, NotReadyReason, Outcome, Queue
from callbase.apps.queues.queries import did_document, queue_document
from callbase.apps.skills.models import Skill
from callbase.apps.trunks.models import Trunk, TrunkGroup
from callbase.apps.trunks.queries import trunk_group_detail
from callbase.core import config
from callbase.core.stats.zones import zone_of
from callbase.web.errors import Conflict
from callbase.web.language import LANGUAGES, supported
from callbase.web.tenant_wall import every_tenant

T = TypeVar("T", bound=TenantOwned)


def _by_tenant(rows: Iterable[T]) -> dict[str, list[T]]:
    grouped: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.tenant_id].append(row)
    return grouped


def build(version: int) -> config.Config:
    """The whole installation's configuration as it now stands, in a fixed order so that equal content is equal bytes."""
    agents = _by_tenant(
        Agent.objects.filter(person__is_active=True)
        .select_related("person")
        .prefetch_related("skills__skill", "person__roles", "devices")
        .order_by("number")
    )
    skills = _by_tenant(Skill.objects.order_by("key"))
    calendars = _by_tenant(Calendar.objects.order_by("key"))
    trunk_groups = _by_tenant(TrunkGroup.objects.order_by("key"))
    caller_lists = _by_tenant(CallerList.objects.order_by("key"))
    levels = _by_tenant(CustomerLevel.objects.order_by("level"))
    listed = _listed_numbers()
    devices = _by_tenant(Device.objects.select_related("agent__person").order_by("id"))
    queues = _by_tenant(Queue.objects.prefetch_related("members__agent__person").order_by("key"))
    dids = _by_tenant(Did.objects.order_by("number"))
    trunks = _by_tenant(Trunk.objects.order_by("key"))
    flows = _by_tenant(Flow.objects.filter(version__gt=0).order_by("key"))
    prompts = _by_tenant(Prompt.objects.prefetch_related("recordings").order_by("key"))
    music = _by_tenant(Music.objects.order_by("key"))
    outcomes = _by_tenant(Outcome.objects.order_by("position", "key"))
    reasons = _by_tenant(NotReadyReason.objects.order_by("position", "key"))
    published = {(one.flow_id, one.version): one for one in FlowVersion.objects.filter(flow__version__gt=0)}

    def tenant(row: Tenant) -> config.Tenant:
        telephones = [one for one in devices[row.id] if one.agent is None or one.agent.person.is_active]
        return config.Tenant(
            id=row.id,
            name=row.name,
            timezone=row.timezone,
            languages=tuple(row.languages),
            device_grace_s=row.device_grace_s,
            park_returns_after_s=row.park_returns_after_s,
            place_kept_s=row.place_kept_s,
            supervision_shown=row.supervision_shown,
            unknown_did=msgspec.convert(row.unknown_did, config.Say) if row.unknown_did else None,
            agents={one.number: _agent(one, telephones) for one in agents[row.id]},
            devices={one.id: one for one in (*map(_device, telephones), *_outside_numbers(agents[row.id]))},
            skills={one.key: config.Skill(id=one.key, name=one.name) for one in skills[row.id]},
            queues={one.key: queue_document(one) for one in queues[row.id]},
            calendars={one.key: calendar_document(one) for one in calendars[row.id]},
            dids={one.number: did_document(one) for one in dids[row.id]},
            trunks={one.key: _trunk(one) for one in trunks[row.id]},
            trunk_groups={one.key: msgspec.convert(trunk_group_detail(one), config.TrunkGroup) for one in trunk_groups[row.id]},
            caller_lists={one.key: _caller_list(one, listed[one.pk]) for one in caller_lists[row.id]},
            customer_levels={one.level: one.priority for one in levels[row.id]},
            flows={one.key: flow_document(one, published[one.pk, one.version]) for one in flows[row.id]},
            prompts={
                one.key: config.Prompt(
                    id=one.key, text=one.text, files={each.language: each.path for each in one.recordings.all()}
                )
                for one in prompts[row.id]
            },
            music={one.key: config.Music(id=one.key, file=one.path) for one in music[row.id]},
            outcomes={one.key: config.Outcome(id=one.key, name=one.name) for one in outcomes[row.id]},
            not_ready_reasons={one.key: config.NotReadyReason(id=one.key, name=one.name) for one in reasons[row.id]},
        )

    return config.Config(version=version, tenants={row.id: tenant(row) for row in Tenant.objects.order_by("id")})


def _agent(row: Agent, telephones: list[Device]) -> config.Agent:
    outside = outside_device(row)
    own = sorted((one for one in telephones if one.agent_id == row.pk), key=lambda one: (one.kind != "browser", one.id))
    return config.Agent(
        id=row.number,
        name=row.person.name,
        person=str(row.person_id),
        devices=(*(one.id for one in own), *([outside] if outside else [])),
        type="supervisor" if "agents.supervise" in rights_of(row.person) else "agent",
        skills={one.skill.key: one.level for one in sorted(row.skills.all(), key=lambda one: one.skill.key)},
        language=supported(row.person.language) if outside else None,
    )


def _outside_numbers(agents: list[Agent]) -> list[config.Device]:
    named = [(outside_device(one), one) for one in agents]
    return [
        config.Device(id=device, kind="outside", agent=one.number, dials=one.outside_number) for device, one in named if device
    ]


def _listed_numbers() -> dict[int, list[str]]:
    """By the list's row, in order. Lists are long: plain values, no objects."""
    grouped: dict[int, list[str]] = defaultdict(list)
    for row, number in ListedNumber.objects.order_by("list_id", "number").values_list("list_id", "number"):
        grouped[row].append(number)
    return grouped


def _caller_list(row: CallerList, numbers: list[str]) -> config.CallerList:
    return msgspec.convert(
        {
            "id": row.key,
            "kind": row.kind,
            "name": row.name,
            "numbers": numbers,
            "priority": row.priority,
            "target": row.target,
        },
        config.CallerList,
    )


def _device(row: Device) -> config.Device:
    kind: Any = row.kind
    return config.Device(
        id=row.id,
        kind=kind,
        ha1=row.ha1,
        agent=row.agent.number if row.agent else None,
        number=row.number,
    )


def _trunk(row: Trunk) -> config.Trunk:
    transport: Any = row.transport
    return config.Trunk(
        id=row.key,
        host=row.host,
        port=row.port,
        transport=transport,
        match=tuple(row.match),
        username=row.username,
        password=row.secret,
        register=row.register,
        codecs=tuple(row.codecs),
        max_channels=row.max_channels,
        caller_number=row.caller_number,
        group=row.group,
    )


def flow_document(flow: Flow, version: FlowVersion) -> config.Flow:
    return config.Flow(
        id=flow.key, version=version.version, start=version.start, nodes=msgspec.convert(version.nodes, dict[str, config.AnyNode])
    )


def latest() -> tuple[int, dict[str, Any]] | None:
    """The last published document and its version."""
    with every_tenant(), connection.cursor() as cursor:
        cursor.execute("SELECT version, document::text FROM engine_config ORDER BY version DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], msgspec.json.decode(row[1])) if row else None


def known(access: Access) -> Known:
    """What this tenant's rules may name, as the tables now say."""

    def keys(rows: Any, column: str = "key") -> frozenset[str]:
        return frozenset(rows.objects.filter(tenant=access.tenant).values_list(column, flat=True))

    return Known(
        queues=keys(Queue),
        prompts=keys(Prompt),
        music=keys(Music) | {config.BUILT_IN_MUSIC},
        agents=frozenset(Agent.objects.filter(tenant=access.tenant, person__is_active=True).values_list("number", flat=True)),
        flows=frozenset(Flow.objects.filter(tenant=access.tenant, version__gt=0).values_list("key", flat=True)),
        skills=keys(Skill),
        calendars=keys(Calendar),
        caller_lists=keys(CallerList),
        trunks=keys(Trunk),
        trunk_groups=keys(TrunkGroup),
        languages=tuple(access.tenant.languages),
    )


def check_unused(access: Access, kind: Kind, key: str) -> None:
    """Raises Conflict in_use, naming up to five of those that name it."""
    if using := users(access, kind).get(key):
        raise Conflict("in_use", users=", ".join(using[:5]))


def users(access: Access, kind: Kind) -> dict[str, list[str]]:
    """Id of that kind → those that name it."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for one in references(build(version=0).tenants[access.tenant.id]):
        if one.kind == kind:
            found[one.named][one.owner] = None
    return {named: list(owners) for named, owners in found.items()}


def findings_of(access: Access) -> dict[str, Any]:
    """The tenant's findings in words of every language, as the API gives them."""
    published = latest()
    tenant = build(version=0).tenants[access.tenant.id]
    found = findings(tenant, datetime.now(zone_of(tenant.timezone)).date())
    return {
        "version": published[0] if published else 0,
        "errors": sum(one.severity == "error" for one in found),
        "warnings": sum(one.severity == "warning" for one in found),
        "findings": [
            {
                "severity": one.severity,
                "code": one.code,
                "kind": one.kind,
                "id": one.id,
                "name": _name_of(tenant, one.kind, one.id),
                "field": one.field,
                "text": {language: words.text(one.code, one.data, language) for language in LANGUAGES},
            }
            for one in found
        ],
    }


def _name_of(tenant: config.Tenant, kind: Kind, key: str) -> dict[str, str]:
    """Of a flow the document has no name; an agent's is the same in every language."""
    if kind == "agent" and key in tenant.agents:
        return dict.fromkeys(LANGUAGES, tenant.agents[key].name)
    named: dict[str, Mapping[str, Any]] = {
        "queue": tenant.queues,
        "skill": tenant.skills,
        "calendar": tenant.calendars,
        "caller_list": tenant.caller_lists,
        "trunk_group": tenant.trunk_groups,
    }
    found = named.get(kind, {}).get(key)
    return dict(found.name) if found is not None else {}
