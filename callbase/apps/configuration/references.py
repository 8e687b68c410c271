"""Who names whom in a tenant's configuration: what keeps a thing from being deleted, and what points at nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from callbase.apps.configuration.condition_fields import field_of
from callbase.core import config

Kind = Literal[
    "queue",
    "prompt",
    "music",
    "agent",
    "flow",
    "skill",
    "calendar",
    "caller_list",
    "trunk",
    "trunk_group",
    "did",
    "customer_level",
]


@dataclass(frozen=True, slots=True)
class Reference:
    """`owner` (an id of `owner_kind`) names `named` (an id of `kind`) in its field `path`."""

    owner_kind: Kind
    owner: str
    path: str
    kind: Kind
    named: str


Named = Iterator[tuple[str, Kind, str]]


def references(tenant: config.Tenant) -> Iterator[Reference]:
    """Every one, in a fixed order."""
    for owner_kind, owner, named in _owners(tenant):
        for path, kind, one in named:
            yield Reference(owner_kind, owner, path, kind, one)


def ids(tenant: config.Tenant, kind: Kind) -> Iterable[str]:
    """Those there are of a kind."""
    there: dict[Kind, Iterable[str]] = {
        "queue": tenant.queues,
        "prompt": tenant.prompts,
        "music": {*tenant.music, config.BUILT_IN_MUSIC},
        "agent": tenant.agents,
        "flow": tenant.flows,
        "skill": tenant.skills,
        "calendar": tenant.calendars,
        "caller_list": tenant.caller_lists,
        "trunk": tenant.trunks,
        "trunk_group": tenant.trunk_groups,
        "did": tenant.dids,
        "customer_level": tenant.customer_levels,
    }
    return there[kind]


def _owners(tenant: config.Tenant) -> Iterator[tuple[Kind, str, Named]]:
    for queue in tenant.queues.values():
        yield "queue", queue.id, _of_queue(queue)
    for did in tenant.dids.values():
        yield "did", did.number, _of_did(did)
    for flow in tenant.flows.values():
        yield "flow", flow.id, _of_flow(flow)
    for calendar in tenant.calendars.values():
        yield "calendar", calendar.id, _of_calendar(calendar)
    for group in tenant.trunk_groups.values():
        yield "trunk_group", group.id, _of_group(group)
    for listed in tenant.caller_lists.values():
        yield "caller_list", listed.id, target("target", listed.target)
    for trunk in tenant.trunks.values():
        yield "trunk", trunk.id, _maybe("group", "trunk_group", trunk.group)


def _of_queue(queue: config.Queue) -> Named:
    yield from _maybe("calendar", "calendar", queue.calendar)
    yield from target("closed", queue.closed)
    yield from _maybe("when_deleted", "queue", queue.when_deleted)
    for place, member in enumerate(queue.members):
        yield f"members.{place}.agent", "agent", member.agent
    for place, one in enumerate(queue.requires):
        yield f"requires.{place}.skill", "skill", one.skill
    for place, rule in enumerate(queue.entry):
        yield from condition(f"entry.{place}.when", rule.when)
        yield from say(f"entry.{place}.say", rule.say)
        yield from _maybe(f"entry.{place}.flow", "flow", rule.flow)
        yield from target(f"entry.{place}.target", rule.target)
    for key, where in queue.waiting.keys.items():
        yield from target(f"waiting.keys.{key}", where)
    yield "waiting.music", "music", queue.waiting.music
    for place, step in enumerate(queue.waiting.steps):
        yield from _maybe(f"waiting.steps.{place}.music", "music", step.music)
        yield from say(f"waiting.steps.{place}.say", step.say)
    for place, overflow in enumerate(queue.overflow):
        yield from condition(f"overflow.{place}.when", overflow.when)
        yield from condition(f"overflow.{place}.until", overflow.until)
        yield from target(f"overflow.{place}.target", overflow.target)
    yield from _maybe("callback.trunk", "trunk", queue.callback.trunk)


def _of_did(did: config.Did) -> Named:
    yield "flow", "flow", did.flow
    yield from _maybe("calendar", "calendar", did.calendar)
    yield from target("closed", did.closed)


def _of_flow(flow: config.Flow) -> Named:
    for node_id, node in flow.nodes.items():
        field = f"nodes.{node_id}"
        match node:
            case config.Enqueue():
                yield f"{field}.queue", "queue", node.queue
                if node.prefer is not None:
                    yield from _maybe(f"{field}.prefer.agent", "agent", node.prefer.agent)
                for place, one in enumerate(node.requires):
                    yield f"{field}.requires.{place}.skill", "skill", one.skill
            case config.Decide():
                for place, case in enumerate(node.cases):
                    yield from condition(f"{field}.cases.{place}.when", case.when)
            case config.SendTo():
                yield from target(f"{field}.target", node.target)
            case config.Greet() | config.Menu() | config.HangUp():
                yield from say(f"{field}.say", node.say)
                if isinstance(node, config.Menu):
                    yield from say(f"{field}.invalid", node.invalid)


def _of_calendar(calendar: config.Calendar) -> Named:
    for place, day in enumerate(calendar.days):
        yield from target(f"days.{place}.closed", day.closed)


def _of_group(group: config.TrunkGroup) -> Named:
    for place, queue in enumerate(group.agents_of):
        yield f"agents_of.{place}", "queue", queue
    yield from target("beyond", group.beyond)


def _maybe(field: str, kind: Kind, named: str | None) -> Named:
    if named is not None:
        yield field, kind, named


def say(field: str, spoken: config.Say | None) -> Named:
    if spoken is not None:
        yield from _maybe(f"{field}.prompt", "prompt", spoken.prompt)


def target(field: str, where: config.AnyTarget | None) -> Named:
    match where:
        case config.ToQueues():
            for place, queue in enumerate(where.queues):
                yield f"{field}.queues.{place}", "queue", queue
        case config.ToAgent():
            yield f"{field}.agent", "agent", where.agent
        case config.ToFlow():
            yield f"{field}.flow", "flow", where.flow
        case config.ToNumber():
            yield from _maybe(f"{field}.trunk", "trunk", where.trunk)
        case config.ToVoicemail():
            yield from say(f"{field}.say", where.say)
            yield from _maybe(f"{field}.queue", "queue", where.queue)
        case config.ToCallback():
            yield from _maybe(f"{field}.queue", "queue", where.queue)
        case config.ToGoodbye():
            yield from say(f"{field}.say", where.say)


_COMPARED: dict[str, Kind] = {"list": "caller_list", "trunk": "trunk", "trunk_group": "trunk_group"}


def condition(field: str, when: config.AnyCondition | None) -> Named:
    match when:
        case config.All() | config.AnyOf():
            for place, one in enumerate(when.of):
                yield from condition(f"{field}.of.{place}", one)
        case config.Not():
            yield from condition(f"{field}.of", when.of)
        case config.Comparison():
            compared = field_of(when.field)
            if compared is None:
                return
            yield from _maybe(f"{field}.field", "queue", compared.queue)
            yield from _maybe(f"{field}.field", "calendar", compared.calendar)
            kind = _COMPARED.get(compared.kind)
            for value in when.value if isinstance(when.value, tuple) else (when.value,):
                if kind is not None and isinstance(value, str) and value:
                    yield f"{field}.value", kind, value
