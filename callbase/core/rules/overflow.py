"""Overflow (ACD-8): while a queue's rule holds, those it concerns go to its target.

Rules are looked at when somebody enters, after every event that changed what they look at, and once a second while somebody
waits and time alone may change them. A rule about the queue is on or off for all: it goes on by `when` and off by `until` (or as
`when` no longer holds), not before `hold_s`. A rule that also looks at the caller is decided for each caller by `when` alone.

Nobody goes in a circle: each rule moves an interaction once, and no rule moves it back into a queue that another moved it out
of; nor does a flow (`stands_in`).
Who is being offered stays: somebody is about to answer. After each caller moved the rule is looked at again, the first in line
first, so no more leave than it takes. Who is to be called back keeps the place, so nobody else's wait becomes shorter by it:
with the expected wait in the rule, it is each one's own, and who is served sooner than it says stays.
"""

from __future__ import annotations

from collections.abc import Callable

from callbase.core.config import OverflowRule, ToQueues
from callbase.core.core import Core
from callbase.core.index import QueueKey
from callbase.core.queue import places
from callbase.core.rules.conditions import Read, Verdict, evaluate
from callbase.core.rules.fields import reader
from callbase.core.rules.plan import QueuePlan, RulePlan, expected_wait_of
from callbase.core.rules.targets import send
from callbase.core.rules.why import Why
from callbase.core.state import Interaction, QueueOverflow
from callbase.core.stats.measures import coming_waits_ms

TICK_MS = 1000


def diverted(core: Core, interaction: Interaction, queue: str) -> bool:
    """Is about to enter the queue: True where a rule has sent it elsewhere instead."""
    return _entering(core, interaction, queue, lambda plan: not _also(plan))


def stand_besides(core: Core, interaction: Interaction) -> None:
    """Has entered: takes its places in the lines that rules add."""
    if interaction.queue is not None and interaction.phase == "queue":
        _entering(core, interaction, interaction.queue, _also)


def stands_in(core: Core, interaction: Interaction, queue: str) -> str:
    """The queue where one stands whom a flow or a closed queue brings to this one: overflow may have led it out of here, to
    another and from there into that flow. It is back in the last one it was led out of then, whose rules have moved it."""
    led_out_of = [left for left, _ in interaction.overflowed if core.queue(interaction.tenant, left) is not None]
    return led_out_of[-1] if queue in led_out_of else queue


def settle(core: Core) -> bool:
    """At the end of an event, and again until nothing moves: looks at rules of queues in which something changed. True where
    somebody was moved."""
    moved = False
    for key in _touched(core):
        moved = _look(core, key, everybody=False) or moved
    return moved


def tick(core: Core, tenant: str, queue: str) -> None:
    """A second went by while somebody waited."""
    core.state.tenants[tenant].overflow[queue].timer = None
    _look(core, (tenant, queue), everybody=True)


def forget(core: Core, tenant: str, queue: str) -> None:
    """The queue, or all of its rules, are no more."""
    found = core.state.tenants[tenant].overflow.pop(queue, None)
    if found is not None:
        core.cancel_timer(found.timer)


def _touched(core: Core) -> list[QueueKey]:
    found: set[QueueKey] = set()
    for tenant, changed in core.out.changed.items():
        if changed.everything:
            found |= {key for key in core.index.overflow if key[0] == tenant}
        for queue in changed.queues:
            found.update((tenant, watcher) for watcher in core.index.watchers.get((tenant, queue), ()))
    return sorted(found)


def _look(core: Core, key: QueueKey, *, everybody: bool) -> bool:
    """At the rules of one queue. A rule that was on before is left to the next tick, unless `everybody` is to be looked at."""
    plan = core.index.overflow.get(key)
    if plan is None:
        return False
    moved = False
    state = core.state.tenants[key[0]].overflow.setdefault(key[1], QueueOverflow())
    for rule in plan.rules:
        if rule.personal:
            moved = (everybody and rule.waiting and _move_each(core, key, rule)) or moved
        else:
            was_on = rule.rule.id in state.on
            is_on = _on(core, key, rule) is not None
            if is_on and rule.waiting and (everybody or not was_on):
                moved = _move_all(core, key, rule) or moved
    _set_timer(core, key, plan, state)
    return moved


def _move_all(core: Core, key: QueueKey, rule: RulePlan) -> bool:
    if rule.by_own_wait and coming_waits_ms(core, *key) is not None:
        return _move_from_behind(core, key, rule)
    moved = False
    for interaction in _who_waits(core, key):
        verdict = _on(core, key, rule)
        if verdict is None:
            break
        moved = _move(core, interaction, key[1], rule, verdict) or moved
    return moved


def _move_from_behind(core: Core, key: QueueKey, rule: RulePlan) -> bool:
    """By how long each is to wait: the last in line first, up to who is served sooner, and so are all before."""
    moved = False
    read = reader(core, core.state.config.tenants[key[0]], None, key[1])
    on_the_line = [interaction for interaction in _who_waits(core, key) if interaction.leg]
    for interaction in reversed(on_the_line):
        if _on(core, key, rule) is None:
            break
        verdict = evaluate(rule.rule.when, _of_own_wait(core, interaction, read))
        if not verdict.holds:
            break
        moved = _move(core, interaction, key[1], rule, verdict) or moved
    return moved


def _of_own_wait(core: Core, interaction: Interaction, read: Read) -> Read:
    """The expected wait in its queue is its own, where that can be foretold."""
    own_ms = places.expected_ms(core, interaction)
    fields = expected_wait_of(interaction.queue or "")
    return lambda field: own_ms / 1000 if own_ms is not None and field in fields else read(field)


def _move_each(core: Core, key: QueueKey, rule: RulePlan) -> bool:
    """The longest waiting first; who has not waited for long enough is not looked at."""
    moved = False
    tenant = core.state.config.tenants[key[0]]
    for interaction_id in core.index.queues[key].line.entered_by(core.now_ms - int(rule.least_wait_s * 1000)):
        interaction = core.state.interactions[interaction_id]
        if interaction.phase == "queue" and interaction.queue == key[1]:
            read = reader(core, tenant, interaction, key[1])
            verdict = evaluate(rule.rule.when, _of_own_wait(core, interaction, read) if rule.by_own_wait else read)
            moved = (verdict.holds and _move(core, interaction, key[1], rule, verdict)) or moved
    return moved


def _entering(core: Core, interaction: Interaction, queue: str, concerned: Callable[[RulePlan], bool]) -> bool:
    key = (interaction.tenant, queue)
    plan = core.index.overflow.get(key)
    for rule in plan.rules if plan is not None else ():
        if not rule.entering or not concerned(rule):
            continue
        verdict: Verdict | None
        if rule.personal:
            read = reader(core, core.state.config.tenants[key[0]], interaction, queue)
            verdict = evaluate(rule.rule.when, read)
        else:
            verdict = _on(core, key, rule)
        if verdict is not None and verdict.holds and _move(core, interaction, queue, rule, verdict):
            return True
    return False


def _on(core: Core, key: QueueKey, plan: RulePlan) -> Verdict | None:
    """Whether the rule is on now, switching it; the verdict on `when` if it is, without what contradicts that it still is."""
    state = core.state.tenants[key[0]].overflow.setdefault(key[1], QueueOverflow())
    rule = plan.rule
    read = reader(core, core.state.config.tenants[key[0]], None, key[1])
    when = evaluate(rule.when, read)
    since_ms = state.on.get(rule.id)
    if since_ms is None:
        if not when.holds:
            return None
        state.on[rule.id] = core.now_ms
        core.touch_queue(*key)
    elif core.now_ms - since_ms >= rule.hold_s * 1000 and _over(rule, when, read):
        del state.on[rule.id]
        core.touch_queue(*key)
        return None
    return Verdict(holds=True, checks=when.checks if when.holds else ())


def _over(rule: OverflowRule, when: Verdict, read: Read) -> bool:
    """An `until` about what there is no such thing as would never hold: without it the rule ends as `when` does."""
    until = evaluate(rule.until, read)
    if rule.until is None or not all(check.known for check in until.checks):
        return not when.holds
    return until.holds


def _move(core: Core, interaction: Interaction, queue: str, plan: RulePlan, verdict: Verdict) -> bool:
    done = (queue, plan.rule.id)
    if done in interaction.overflowed:
        return False
    interaction.overflowed.append(done)
    on = core.state.tenants[interaction.tenant].overflow[queue].on
    still_since_ms = on.get(plan.rule.id) if not verdict.checks else None
    why = Why(by="overflow", rule=plan.rule.id, queue=queue, measured=verdict.measured, on_since_ms=still_since_ms)
    if send(core, interaction, plan.rule.target, why):
        return True
    interaction.overflowed.remove(done)
    return False


def _who_waits(core: Core, key: QueueKey) -> list[Interaction]:
    """Whose own queue this is, the first in line first; not those who stand here besides, nor who is being offered."""
    standing = (core.state.interactions[place[3]] for place in core.index.queues[key].line)
    return [interaction for interaction in standing if interaction.queue == key[1]]


def _set_timer(core: Core, key: QueueKey, plan: QueuePlan, state: QueueOverflow) -> None:
    """Only while somebody stands in line for whom time may change something."""
    needed = len(core.index.queues[key].line) > 0 and any(
        rule.waiting and (rule.timed or rule.rule.id in state.on) for rule in plan.rules
    )
    if needed and state.timer is None:
        state.timer = core.set_timer("overflow", *key, TICK_MS)
    elif not needed:
        core.cancel_timer(state.timer)
        state.timer = None


def _also(plan: RulePlan) -> bool:
    return isinstance(plan.rule.target, ToQueues) and plan.rule.target.also
