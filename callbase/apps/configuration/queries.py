"""Builds the core's configuration out of every app's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, TypeVar

import msgspec
from django.db import connection

from callbase.apps.flows.models import Flow, FlowVersion, Prompt
from callbase.apps.organization.models import Agent, Device, Tenant, TenantOwned
from callbase.apps.organization.secrets import unseal
from callbase.apps.queues.models import Did, NotReadyReason, Outcome, Queue
from callbase.apps.trunks.models import Trunk
from callbase.core import config

T = TypeVar("T", bound=TenantOwned)


def _by_tenant(rows: Iterable[T]) -> dict[str, list[T]]:
    grouped: dict[str, list[T]] = defaultdict(list)
    for row in rows:
        grouped[row.tenant_id].append(row)
    return grouped


def build(version: int) -> config.Config:
    """The whole installation's configuration as it now stands, in a fixed order so that equal content is equal bytes."""
    agents = _by_tenant(Agent.objects.filter(person__is_active=True).select_related("person").order_by("number"))
    devices = _by_tenant(Device.objects.select_related("agent__person").order_by("id"))
    queues = _by_tenant(Queue.objects.prefetch_related("members__agent__person").order_by("key"))
    dids = _by_tenant(Did.objects.order_by("number"))
    trunks = _by_tenant(Trunk.objects.order_by("key"))
    flows = _by_tenant(Flow.objects.filter(version__gt=0).order_by("key"))
    prompts = _by_tenant(Prompt.objects.prefetch_related("recordings").order_by("key"))
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
            unknown_did=msgspec.convert(row.unknown_did, config.Say) if row.unknown_did else None,
            agents={one.number: _agent(one, telephones) for one in agents[row.id]},
            devices={one.id: _device(one) for one in telephones},
            queues={one.key: _queue(one) for one in queues[row.id]},
            dids={
                one.number: config.Did(number=one.number, flow=one.flow, language=one.language, priority=one.priority)
                for one in dids[row.id]
            },
            trunks={one.key: _trunk(one) for one in trunks[row.id]},
            flows={one.key: flow_document(one, published[one.pk, one.version]) for one in flows[row.id]},
            prompts={
                one.key: config.Prompt(
                    id=one.key, text=one.text, files={each.language: each.path for each in one.recordings.all()}
                )
                for one in prompts[row.id]
            },
            outcomes={one.key: config.Outcome(id=one.key, name=one.name) for one in outcomes[row.id]},
            not_ready_reasons={one.key: config.NotReadyReason(id=one.key, name=one.name) for one in reasons[row.id]},
        )

    return config.Config(version=version, tenants={row.id: tenant(row) for row in Tenant.objects.order_by("id")})


def _agent(row: Agent, telephones: list[Device]) -> config.Agent:
    own = sorted((one for one in telephones if one.agent_id == row.pk), key=lambda one: (one.kind != "browser", one.id))
    return config.Agent(id=row.number, name=row.person.name, person=str(row.person_id), devices=tuple(one.id for one in own))


def _device(row: Device) -> config.Device:
    kind: Any = row.kind
    return config.Device(id=row.id, kind=kind, ha1=row.ha1, agent=row.agent.number if row.agent else None, number=row.number)


def _queue(row: Queue) -> config.Queue:
    members = sorted((one for one in row.members.all() if one.agent.person.is_active), key=lambda one: one.agent.number)
    algorithm: Any = row.algorithm
    return config.Queue(
        id=row.key,
        name=row.name,
        algorithm=algorithm,
        priority=row.priority,
        offer_timeout_s=row.offer_timeout_s,
        wrap_up_s=row.wrap_up_s,
        service_level_s=row.service_level_s,
        record=row.record,
        when_deleted=row.when_deleted,
        waiting=msgspec.convert(row.waiting, config.WaitingTreatment),
        members=tuple(config.Member(agent=one.agent.number, priority=one.priority, level=one.level) for one in members),
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
        password=unseal(row.secret) or "",
        register=row.register,
        codecs=tuple(row.codecs),
        max_channels=row.max_channels,
    )


def flow_document(flow: Flow, version: FlowVersion) -> config.Flow:
    return config.Flow(
        id=flow.key, version=version.version, start=version.start, nodes=msgspec.convert(version.nodes, dict[str, config.AnyNode])
    )


def latest() -> tuple[int, dict[str, Any]] | None:
    """The last published document and its version."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version, document::text FROM engine_config ORDER BY version DESC LIMIT 1")
        row = cursor.fetchone()
    return (row[0], msgspec.json.decode(row[1])) if row else None
