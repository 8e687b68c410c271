"""What is likely wrong with a tenant's configuration although it can be published: found before a caller finds it.

A pure function over the document. Each finding names its object and the field, so that the screen can show it beside both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from callbase.apps.configuration.circles import circles
from callbase.apps.configuration.contradictions import never, opposite_of
from callbase.apps.configuration.references import Kind, ids, references
from callbase.core import config

Severity = Literal["error", "warning"]
SHOWN = 5
"""So many names stand in one finding; the rest are counted."""


class Finding(msgspec.Struct, frozen=True):
    """`code` is a key of `words.FINDINGS`; `data` is what its text mentions."""

    severity: Severity
    code: str
    kind: Kind
    id: str
    field: str = ""
    data: Mapping[str, str | Mapping[str, str]] = {}


def findings(tenant: config.Tenant, today: date) -> list[Finding]:
    """Errors first, then warnings; within each by object. `today`: in the tenant's zone."""
    found = [
        *_gone(tenant),
        *_queues(tenant),
        *_music(tenant),
        *_conditions(tenant),
        *_overflow_circles(tenant),
        *_untils(tenant),
        *_calendars(tenant, today),
        *_trunks(tenant),
        *_outside_numbers(tenant),
        *_dids(tenant),
        *_asked_by_flows(tenant),
        *_skills(tenant),
        *_lists(tenant),
    ]
    return sorted(found, key=lambda one: (one.severity != "error", one.kind, one.id, one.field, one.code))


def _gone(tenant: config.Tenant) -> Iterator[Finding]:
    there = {kind: frozenset(ids(tenant, kind)) for kind in {one.kind for one in references(tenant)}}
    for one in references(tenant):
        if one.named not in there[one.kind]:
            yield Finding("error", "gone", one.owner_kind, one.owner, one.path, {"kind": one.kind, "named": one.named})


# --- queues --------------------------------------------------------------------------------------------------------


def _queues(tenant: config.Tenant) -> Iterator[Finding]:
    reached = frozenset(_led_to(tenant))
    for queue in tenant.queues.values():
        if not queue.members:
            yield Finding("error", "nobody_serves", "queue", queue.id, "members")
            continue
        if queue.id not in reached:
            yield Finding("warning", "not_reached", "queue", queue.id)
        yield from _requirements(tenant, queue)
        yield from _rings(tenant, queue)
        if queue.closed is not None and queue.calendar is None:
            yield Finding("warning", "closed_without_hours", "queue", queue.id, "closed")
        if queue.calendar is not None and queue.closed is None:
            yield Finding("warning", "hours_without_closed", "queue", queue.id, "calendar")


def _led_to(tenant: config.Tenant) -> Iterator[str]:
    """Queues that a call can come to: by a flow or a rule of something other than the queue itself."""
    for one in references(tenant):
        leads = one.path.rpartition(".")[2] == "queue" or ".queues." in f".{one.path}"
        if one.kind == "queue" and leads and (one.owner_kind, one.owner) != ("queue", one.named):
            yield one.named


def _music(tenant: config.Tenant) -> Iterator[Finding]:
    for one in references(tenant):
        played = tenant.music.get(one.named) if one.kind == "music" else None
        if played is not None and not played.file:
            yield Finding("warning", "music_not_recorded", one.owner_kind, one.owner, one.path, {"named": one.named})


def _requirements(tenant: config.Tenant, queue: config.Queue) -> Iterator[Finding]:
    for language in (None, *tenant.languages):
        needed = [one for one in queue.requires if one.language in (None, language)]
        if language is not None and not any(one.language for one in needed):
            continue
        if needed and not any(_qualifies(tenant, member, needed) for member in queue.members):
            yield Finding("error", "nobody_qualifies", "queue", queue.id, "requires", {"skills": _skill_names(tenant, needed)})
            return


def _asked_by_flows(tenant: config.Tenant) -> Iterator[Finding]:
    """What a flow asks for besides."""
    for flow in tenant.flows.values():
        for node_id, node in flow.nodes.items():
            queue = tenant.queues.get(node.queue) if isinstance(node, config.Enqueue) else None
            if queue is None or not isinstance(node, config.Enqueue) or not node.requires:
                continue
            needed = [one for one in node.requires if one.language is None]
            if queue.members and not any(_qualifies(tenant, member, needed) for member in queue.members):
                data = {"skills": _skill_names(tenant, needed), "queue": queue.name or {}}
                yield Finding("error", "nobody_qualifies_there", "flow", flow.id, f"nodes.{node_id}.requires", data)


def _skill_names(tenant: config.Tenant, needed: list[config.Requirement]) -> config.LocalizedText:
    """By its name in each language, or, of a skill there is not, its id."""
    skills = [(one.skill, tenant.skills.get(one.skill)) for one in needed]
    return {
        language: ", ".join(dict.fromkeys(skill.name.get(language, key) if skill is not None else key for key, skill in skills))
        for language in tenant.languages
    }


def _qualifies(tenant: config.Tenant, member: config.Member, needed: list[config.Requirement]) -> bool:
    agent = tenant.agents.get(member.agent)
    held = agent.skills if agent is not None else {}
    return all(held.get(one.skill, 0) >= min((one.level, *(step.level for step in one.relax))) for one in needed)


def _rings(tenant: config.Tenant, queue: config.Queue) -> Iterator[Finding]:
    """Of those who have the skills, where anybody has; and whether nobody at all is asked at first."""
    if queue.rings and queue.rings[0].after_s > 0:
        data = {"after_s": f"{queue.rings[0].after_s:g}"}
        yield Finding("warning", "rings_begin_late", "queue", queue.id, "rings.0", data)
    needed = [one for one in queue.requires if one.language is None]
    able = [member for member in queue.members if _qualifies(tenant, member, needed)] or queue.members
    for place, ring in enumerate(queue.rings):
        if not any(one.priority <= ring.priority and one.level >= ring.level for one in able):
            yield Finding("warning", "ring_asks_nobody", "queue", queue.id, f"rings.{place}", {"after_s": f"{ring.after_s:g}"})


def _overflow_circles(tenant: config.Tenant) -> Iterator[Finding]:
    edges: dict[str, set[str]] = {queue: set() for queue in tenant.queues}
    for queue in tenant.queues.values():
        overflow = [rule.target for rule in queue.overflow]
        entry = [rule.target for rule in queue.entry]
        for target in (queue.closed, *overflow, *entry):
            edges[queue.id] |= {*_led_on(tenant, target)} & tenant.queues.keys()
    for circle in circles(edges):
        yield Finding("error", "overflow_circle", "queue", circle[0], "overflow", {"queues": " → ".join((*circle, circle[0]))})


def _led_on(tenant: config.Tenant, target: config.AnyTarget | None) -> Iterator[str]:
    """Queues a target leads to whatever the caller does: the first that is named, the one behind it where that may be closed,
    and those a flow leads to without asking."""
    if isinstance(target, config.ToQueues) and not target.also:
        for queue in target.queues:
            yield queue
            if queue in tenant.queues and tenant.queues[queue].calendar is None:
                return
    elif (flow := tenant.flow_of(target)) is not None:
        yield from _led_on_by(tenant, flow, frozenset({flow.id}))


def _led_on_by(tenant: config.Tenant, flow: config.Flow, walked: frozenset[str]) -> Iterator[str]:
    seen: set[str] = set()
    at: str | None = flow.start
    while at is not None and at not in seen:
        seen.add(at)
        node = flow.nodes.get(at)
        at = node.next if isinstance(node, config.Greet | config.SetLanguage | config.SetData) else None
        if isinstance(node, config.Enqueue):
            yield node.queue
        elif isinstance(node, config.SendTo):
            further = tenant.flow_of(node.target)
            if further is None:
                yield from _led_on(tenant, node.target)
            elif further.id not in walked:
                yield from _led_on_by(tenant, further, walked | {further.id})


# --- conditions ----------------------------------------------------------------------------------------------------


def _conditions(tenant: config.Tenant) -> Iterator[Finding]:
    for kind, owner, path, when, entering in _all_conditions(tenant):
        culprit = never(when, entering=entering)
        if culprit is not None:
            yield Finding("warning", "condition_never", kind, owner, path, {"field": culprit})


def _untils(tenant: config.Tenant) -> Iterator[Finding]:
    """What ends a rule while its condition holds leaves it on for its `hold_s` at most."""
    for queue in tenant.queues.values():
        for place, rule in enumerate(queue.overflow):
            goes_on = opposite_of(rule.until) if rule.until is not None else None
            if goes_on is not None and not never(rule.when) and never(config.All(of=(rule.when, goes_on))):
                yield Finding("warning", "until_at_once", "queue", queue.id, f"overflow.{place}.until")


def _all_conditions(tenant: config.Tenant) -> Iterator[tuple[Kind, str, str, config.AnyCondition | None, bool]]:
    """The last: whether it is asked of those only who have not waited yet."""
    for queue in tenant.queues.values():
        for place, entry in enumerate(queue.entry):
            yield "queue", queue.id, f"entry.{place}.when", entry.when, True
        for place, rule in enumerate(queue.overflow):
            yield "queue", queue.id, f"overflow.{place}.when", rule.when, rule.concerns == "entering"
            yield "queue", queue.id, f"overflow.{place}.until", rule.until, False
    for flow in tenant.flows.values():
        for node_id, node in flow.nodes.items():
            if isinstance(node, config.Decide):
                for place, case in enumerate(node.cases):
                    yield "flow", flow.id, f"nodes.{node_id}.cases.{place}.when", case.when, False


# --- hours, numbers, skills, lists ---------------------------------------------------------------------------------


def _calendars(tenant: config.Tenant, today: date) -> Iterator[Finding]:
    for calendar in tenant.calendars.values():
        if not calendar.hours and not any(day.spans for day in calendar.days):
            yield Finding("error", "calendar_without_hours", "calendar", calendar.id, "hours")
        elif not any(one.spans for one in calendar.hours) and not any(one.spans for one in calendar.days):
            yield Finding("error", "calendar_never_opens", "calendar", calendar.id, "hours")
        elif not any(one.spans for one in calendar.hours):
            last = max(day.date for day in calendar.days if day.spans)
            if last < today.isoformat():
                yield Finding("error", "calendar_was_open", "calendar", calendar.id, "days", {"date": last})


def _trunks(tenant: config.Tenant) -> Iterator[Finding]:
    for group in tenant.trunk_groups.values():
        if 0 < group.ceiling < group.floor:
            data = {"floor": str(group.floor), "ceiling": str(group.ceiling)}
            yield Finding("warning", "floor_above_ceiling", "trunk_group", group.id, "floor", data)
    if tenant.trunks:
        return
    for queue in tenant.queues.values():
        offered = [("closed", queue.closed), *((f"waiting.keys.{key}", to) for key, to in queue.waiting.keys.items())]
        offered += [(f"overflow.{place}.target", rule.target) for place, rule in enumerate(queue.overflow)]
        for path, target in offered:
            if isinstance(target, config.ToCallback):
                yield Finding("error", "callback_without_trunk", "queue", queue.id, path)


def _outside_numbers(tenant: config.Tenant) -> Iterator[Finding]:
    if any(trunk.host for trunk in tenant.trunks.values()):
        return
    for device in tenant.devices.values():
        if device.kind == "outside" and device.agent is not None:
            yield Finding("warning", "outside_without_trunk", "agent", device.agent, "outside_number")


def _dids(tenant: config.Tenant) -> Iterator[Finding]:
    for did in tenant.dids.values():
        flow = tenant.flows.get(did.flow)
        if flow is not None and not any(_leads_somewhere(node) for node in _reached(flow)):
            yield Finding("warning", "leads_nowhere", "did", did.number, "flow", {"flow": flow.id})
        if did.closed is not None and did.calendar is None:
            yield Finding("warning", "closed_without_hours", "did", did.number, "closed")
        if did.calendar is not None and did.closed is None:
            yield Finding("warning", "hours_without_closed", "did", did.number, "calendar")


def _reached(flow: config.Flow) -> Iterator[config.AnyNode]:
    seen: set[str] = set()
    pending = [flow.start]
    while pending:
        node_id = pending.pop()
        node = flow.nodes.get(node_id)
        if node is None or node_id in seen:
            continue
        seen.add(node_id)
        yield node
        pending.extend(_followers(node))


def _followers(node: config.AnyNode) -> Iterator[str]:
    match node:
        case config.Menu():
            yield from node.choices.values()
        case config.Decide():
            yield from (case.next for case in node.cases)
    for port in ("next", "otherwise", "failed"):
        following = getattr(node, port, None)
        if isinstance(following, str):
            yield following


def _leads_somewhere(node: config.AnyNode) -> bool:
    if isinstance(node, config.SendTo):
        return not isinstance(node.target, config.ToGoodbye)
    return isinstance(node, config.Enqueue | config.TransferTo | config.AskProgram)


def _skills(tenant: config.Tenant) -> Iterator[Finding]:
    held = {skill for agent in tenant.agents.values() for skill, level in agent.skills.items() if level > 0}
    for skill in tenant.skills:
        if skill not in held:
            yield Finding("warning", "skill_nobody_has", "skill", skill)


def _lists(tenant: config.Tenant) -> Iterator[Finding]:
    """A number that is both black and red, itself or under a prefix of the other."""
    listed: dict[str, dict[str, str]] = defaultdict(dict)
    for one in tenant.caller_lists.values():
        for number in one.numbers:
            listed[one.kind].setdefault(number, one.id)
    clashes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for mine, other in (("black", "red"), ("red", "black")):
        for number, owner in listed[mine].items():
            for known in _itself_and_prefixes(number):
                if known in listed[other] and (mine == "black" or known != number):
                    pair = (owner, listed[other][known])
                    clashes[pair if mine == "black" else pair[::-1]].append(number)
    for (black, red), numbers in clashes.items():
        shown = ", ".join(sorted(numbers)[:SHOWN]) + (" …" if len(numbers) > SHOWN else "")
        data = {"other": red, "numbers": shown, "count": str(len(numbers))}
        yield Finding("error", "black_and_red", "caller_list", black, "numbers", data)


def _itself_and_prefixes(number: str) -> Iterator[str]:
    yield number
    bare = number.removesuffix("*")
    for length in range(1, len(bare) + (number == bare)):
        yield f"{bare[:length]}*"
