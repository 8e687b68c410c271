"""A small centre in the database, and calls through it, for tests of what the web shows of them."""

from __future__ import annotations

import itertools
import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from asgiref.sync import async_to_sync
from django.db import connection
from django.test import Client

from callbase.apps.organization.models import Agent, Person, Role, Tenant
from callbase.core import config
from callbase.core.facts import AnyFact

SUPERVISOR = ["board.view", "interactions.view_all", "recordings.listen", "reports.view", "agents.supervise", "calls.release"]
AGENT = ["agent.work", "interactions.view_own", "recordings.listen"]
QUEUES = {"sales": ("销售", "Sales", 20.0), "support": ("支持", "Support", 10.0)}

_numbers = itertools.count(1)


def execute(statement: str, **parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def insert(table: str, **values: Any) -> None:
    columns = ", ".join(values)
    execute(f"INSERT INTO {table} ({columns}) VALUES ({', '.join(f'%({name})s' for name in values)})", **values)


@dataclass
class Centre:
    """One tenant with two queues (service levels 20 s and 10 s), agents 1001 and 1002, and a supervisor."""

    tenant: str
    timezone: str = "Asia/Shanghai"

    def __post_init__(self) -> None:
        Tenant.objects.create(id=self.tenant, name=self.tenant, timezone=self.timezone)
        self.people: dict[str, Person] = {}
        staff = (("1001", "Wang Fang", AGENT), ("1002", "Li Lei", AGENT), ("2001", "Chen Jie", SUPERVISOR))
        for login, name, permissions in staff:
            role, _ = Role.objects.get_or_create(
                tenant_id=self.tenant,
                key="agent" if permissions is AGENT else "supervisor",
                defaults={"permissions": permissions, "scope": "own" if permissions is AGENT else "all"},
            )
            person = Person.objects.create(tenant_id=self.tenant, login=login, name=name, language="en-US")
            person.roles.add(role)
            self.people[login] = person
            if permissions is AGENT:
                Agent.objects.create(tenant_id=self.tenant, number=login, person=person)
        publish(*Tenant.objects.values_list("id", flat=True))

    def client(self, login: str, **options: Any) -> Client:
        client = Client(**options)
        client.force_login(self.people[login], "callbase.apps.organization.sign_in.PersonBackend")
        return client


def publish(*tenants: str) -> None:
    def tenant(name: str) -> config.Tenant:
        return config.Tenant(
            id=name,
            name=name,
            queues={
                queue: config.Queue(id=queue, name={"zh-CN": zh, "en-US": en}, service_level_s=level)
                for queue, (zh, en, level) in QUEUES.items()
            },
            outcomes={"sold": config.Outcome(id="sold", name={"zh-CN": "成交", "en-US": "Sold"})},
        )

    document = config.Config(version=1, tenants={name: tenant(name) for name in tenants})
    execute("INSERT INTO engine_config (document) VALUES (%(document)s)", document=msgspec.json.encode(document).decode())


@dataclass
class Call:
    """An interaction and its segments, written as the engine would. Times are seconds after it began."""

    tenant: str
    begun: datetime
    caller: str = "13800138001"
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __post_init__(self) -> None:
        insert(
            "interaction",
            id=self.id,
            tenant=self.tenant,
            started_at=self.begun,
            channel="voice",
            direction="inbound",
            caller_number=self.caller,
            called_number="4008001234",
            language="zh-CN",
        )

    def at(self, seconds: float | None) -> datetime | None:
        return None if seconds is None else self.begun + timedelta(seconds=seconds)

    def segment(self, kind: str, start: float, end: float | None, result: str | None = "ended", **where: Any) -> Call:
        insert(
            "segment",
            id=str(uuid.uuid4()),
            tenant=self.tenant,
            interaction=self.id,
            kind=kind,
            started_at=self.at(start),
            ended_at=self.at(end),
            result=None if end is None else result,
            **where,
        )
        return self

    def queued(self, queue: str, start: float, end: float | None, result: str | None) -> Call:
        return self.segment("queue", start, end, result, queue=queue)

    def talked(self, agent: str, start: float, end: float | None, queue: str) -> Call:
        self.segment("offer", start - 2, start, "answered", agent=agent, queue=queue)
        return self.segment("talk", start, end, agent=agent, queue=queue)

    def ended(self, after: float, **columns: Any) -> Call:
        assignments = "".join(f", {name} = %({name})s" for name in columns)
        execute(
            f"UPDATE interaction SET ended_at = %(ended_at)s{assignments} WHERE id = %(id)s",
            id=self.id,
            ended_at=self.at(after),
            **columns,
        )
        return self

    def recorded(self, path: str = "", state: str = "ended", file: str | None = None) -> str:
        recording = str(uuid.uuid4())
        insert(
            "recording",
            id=recording,
            tenant=self.tenant,
            interaction=self.id,
            started_at=self.begun,
            ended_at=self.at(60),
            path=path or f"recordings/{self.tenant}/2026-11-23/{recording}",
            state=state,
            file=file,
        )
        return recording

    def stated(self, *facts: AnyFact) -> Call:
        for fact in facts:
            insert(
                "engine_fact",
                tenant=self.tenant,
                at=datetime.fromtimestamp(fact.at_ms / 1000, UTC),
                seq=next(_numbers),
                index=0,
                type=type(fact).__name__,
                interaction=self.id,
                fact=msgspec.json.encode(fact).decode(),
            )
        return self


def activity(tenant: str, agent: str, *stays: tuple[str, datetime, datetime | None]) -> None:
    """Stays in states, as "not_ready" or "not_ready:lunch"."""
    for stay, start, end in stays:
        state, _, reason = stay.partition(":")
        insert(
            "agent_activity",
            tenant=tenant,
            agent=agent,
            started_at=start,
            ended_at=end,
            state=state,
            reason=reason or None,
            actor="test",
            seq=next(_numbers),
            index=0,
        )


def body(response: Any) -> Any:
    return json.loads(response.content)


def streamed(response: Any) -> bytes:
    async def gather() -> bytes:
        return b"".join([piece async for piece in response.streaming_content])

    return async_to_sync(gather)()
