"""What happened to a call, found by comparing it before and after: the events of ECMA-269 §17 in the order they are told.

Whatever the reason of a change, the events lead from the one state to the other; so a session that missed messages of the link
is told what it missed by what differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from callbase.core.events import Cause
from callbase.csta.happenings import CallEvent
from callbase.csta.model import Call, Calls, Party, State
from callbase.csta.steps import Memory, Steps


def call_events(before: Calls, after: Calls, memory: Memory) -> Iterator[CallEvent]:
    """Of an interaction: its call, and a consultation beside it."""
    old, new = before.beside, after.beside
    same = old is not None and new is not None and old.id == new.id
    steps = Steps(before.main, after.main, memory) if after.main is not None else None
    if old is not None and not same:
        yield from _consultation_over(old, before.main, after.main, steps, memory)
    alternates_back = same and new is not None and new.parties.get(new.calling) == "hold"
    if alternates_back:
        yield from _beside(old, new)
    if steps is not None and after.main is not None:
        why = "alternate" if same else "consultation" if new is not None else "normal"
        yield from _main(steps, before.main, after.main, why)
    elif before.main is not None:
        yield from _ended(before.main, memory)
    if not alternates_back:
        yield from _beside(old if same else None, new)


def _main(steps: Steps, before: Call | None, after: Call, why_held: str) -> Iterator[CallEvent]:
    if before is None:
        yield from _begun(steps, after)
    else:
        if before.parties.get(after.caller) == "alerting" and after.caller != after.calling and after.caller in after.parties:
            yield from _called(steps, after.caller, after.parties[after.caller], after, None)
        yield from _sent_on(steps, before, after)
        yield from _left(steps, before, after)
    yield from _through_the_queue(steps, before, after)
    for party, state in after.parties.items():
        yield from _changed(steps, party, state, after, why_held)
    if before is not None and before.data != after.data:
        yield steps.event("CallInformationEvent", after.caller, after.parties.get(after.caller), "normal")


# --- consultations -------------------------------------------------------------------------------------------------------


def _beside(before: Call | None, after: Call | None) -> Iterator[CallEvent]:
    if after is None:
        return
    steps = Steps(before, after, Memory())
    if before is None:
        yield steps.event("OriginatedEvent", after.calling, "connected", "consultation")
    else:
        yield from _left(steps, before, after)
    for party, state in after.parties.items():
        yield from _changed(steps, party, state, after, "alternate", "consultation")


def _consultation_over(
    old: Call, before: Call | None, after: Call | None, steps: Steps | None, memory: Memory
) -> Iterator[CallEvent]:
    """It has become part of the call on hold, or is no more."""
    agent, other = old.calling, _other_than(old.calling, old)
    if steps is None or after is None or before is None or other not in after.parties:
        yield from _ended(old, Memory(failed=memory.failed))
        return
    joins, rings = agent in after.parties, old.parties[other] == "alerting"
    if joins and rings:
        yield from _ended(old, Memory(failed=memory.failed))
        return
    steps.set(other, old.parties[other])
    steps.set(agent, "connected" if joins else None)
    if joins:
        yield steps.linked("ConferencedEvent", agent, "conference", to=other, before=before.parties, absorbed=old)
    else:
        steps.memory.causes[other] = "transfer"
        yield steps.linked("TransferedEvent", agent, "transfer", to=other, before=before.parties, absorbed=old)


# --- ends and beginnings -------------------------------------------------------------------------------------------------


def _ended(call: Call, memory: Memory) -> Iterator[CallEvent]:
    steps = Steps(call, replace(call, parties={}), memory)
    everybody = frozenset(call.parties)
    for party in call.parties:
        yield from _failed(steps, party)
    for party in sorted(call.parties, key=lambda one: one.kind != "outside"):
        yield replace(steps.event("ConnectionClearedEvent", party, None, "normalClearing"), concerns=everybody)
    yield replace(steps.event("CallClearedEvent", call.calling, None, "normalClearing"), concerns=everybody)


def _begun(steps: Steps, after: Call) -> Iterator[CallEvent]:
    """An outside caller is there without an event of its own; an agent's call is told as its own doing."""
    state = after.parties.get(after.calling)
    if state is None:
        return
    if after.calling.kind == "queue":
        yield steps.event("OriginatedEvent", after.calling, "connected", "makePredictiveCall")
    elif after.calling.kind != "agent":
        steps.set(after.calling, "connected")
    elif state == "initiated":
        yield steps.event("ServiceInitiatedEvent", after.calling, "initiated", "makeCall")
    else:
        yield steps.event("OriginatedEvent", after.calling, "connected", "newCall")


# --- who leaves ----------------------------------------------------------------------------------------------------------

_TALKING = ("talk", "hold")
_ELSEWHERE = ("flow", "queue", "offer")


def _sent_on(steps: Steps, before: Call, after: Call) -> Iterator[CallEvent]:
    """An agent sent the other party on and left: a transfer in a single step."""
    left = [party for party in before.parties if party.kind == "agent" and party not in after.parties and steps.state(party)]
    if before.phase not in _TALKING or after.phase not in _ELSEWHERE or len(left) != 1 or len(before.parties) != 2:
        return
    (agent,) = left
    if steps.state(agent) not in ("connected", "hold"):
        return
    steps.set(agent, None)
    to = _goes_to(after)
    steps.memory.causes = {to: "singleStepTransfer"}
    yield steps.linked("TransferedEvent", agent, "singleStepTransfer", to=to, before=before.parties)


def _left(steps: Steps, before: Call, after: Call) -> Iterator[CallEvent]:
    for party in before.parties:
        state = steps.state(party)
        if party in after.parties or state is None:
            continue
        if party.kind == "agent" and after.phase == "parked" and state in ("connected", "hold"):
            steps.memory.parked_by = party
            yield steps.event("DivertedEvent", party, None, "park", destination=_goes_to(after))
        elif party.kind in ("queue", "flow", "park") or (state == "alerting" and not _talks_on(before, after)):
            cause = _diverted_cause(steps.memory, party, before, after)
            yield steps.event("DivertedEvent", party, None, cause, destination=_goes_to(after))
        else:
            yield from _failed(steps, party)
            yield steps.event("ConnectionClearedEvent", party, None, "normalClearing")


def _failed(steps: Steps, party: Party) -> Iterator[CallEvent]:
    """Who rang and will not be reached."""
    failed = steps.memory.failed
    if failed is not None and failed.number == party.device and steps.state(party) == "alerting":
        yield steps.event("FailedEvent", party, "fail", _FAILED.get(failed.cause, "destNotObtainable"))


_FAILED: Mapping[Cause, str] = {
    "busy": "busy",
    "no_answer": "callNotAnswered",
    "no_user_responding": "callNotAnswered",
    "cancelled": "callNotAnswered",
    "rejected": "blocked",
    "unallocated": "numberUnallocated",
    "invalid_number": "invalidNumberFormat",
    "congestion": "networkCongestion",
    "switch_lost": "networkOutOfOrder",
}


def _talks_on(before: Call, after: Call) -> bool:
    """Others than who calls talk as before: who rang was to join them."""
    return any(
        party != after.caller and state in ("connected", "hold") and after.parties.get(party) == state
        for party, state in before.parties.items()
    )


def _diverted_cause(memory: Memory, party: Party, before: Call, after: Call) -> str:
    to = _goes_to(after)
    if party.kind == "queue":
        return "distributed" if to.kind == "agent" else "redirected"
    if party.kind == "park" and to.kind == "agent":
        return _fetched(memory, to)
    if party.kind == "agent" and to.kind in ("queue", "park") and before.queue == after.queue:
        return "callNotAnswered"
    return "redirected"


def _fetched(memory: Memory, agent: Party) -> str:
    return "recall" if agent == memory.parked_by else "callPickup"


def _goes_to(after: Call) -> Party:
    """Where the caller is now."""
    others = [party for party in after.parties if party != after.caller]
    return others[0] if others else after.caller


def _other_than(party: Party, call: Call) -> Party:
    return next(other for other in call.parties if other != party)


# --- who comes, and how it goes on ---------------------------------------------------------------------------------------


def _through_the_queue(steps: Steps, before: Call | None, after: Call) -> Iterator[CallEvent]:
    """Who finds an agent free is distributed by the queue all the same, without waiting in it."""
    rings = [party for party in after.parties if party.kind == "agent" and party != after.calling]
    came = [party for party in rings if steps.state(party) is None]
    if not came or after.queue is None or not _came_to_a_queue(before, after):
        return
    queue = Party("queue", after.queue)
    yield steps.event("DeliveredEvent", queue, "alerting", "enteringDistribution")
    yield steps.event("DivertedEvent", queue, None, "distributed", destination=came[0])


def _came_to_a_queue(before: Call | None, after: Call) -> bool:
    if before is None:
        return after.calling.kind != "agent"
    if any(party.kind == "queue" or (party.kind == "agent" and state == "alerting") for party, state in before.parties.items()):
        return False
    return after.phase == "offer" or (after.phase != "parked" and not any(party.kind == "agent" for party in before.parties))


def _changed(
    steps: Steps, party: Party, state: State, after: Call, why_held: str, why_called: str | None = None
) -> Iterator[CallEvent]:
    before = steps.state(party)
    if before == state:
        return
    if state == "queued" and party.kind == "park":
        yield steps.event("QueuedEvent", party, "queued", "park")
    elif state == "queued":
        if before is None:  # else the call is the queue's own, a predictive one
            yield steps.event("DeliveredEvent", party, "alerting", "enteringDistribution")
        yield steps.event("QueuedEvent", party, "queued", "noAvailableAgents")
    elif state == "hold":
        if before is None or before == "alerting":
            yield from _changed(steps, party, "connected", after, why_held, why_called)
        yield steps.event("HeldEvent", party, "hold", why_held)
    elif state == "connected" and before == "hold":
        yield steps.event("RetrievedEvent", party, "connected", why_held)
    elif before == "initiated":
        yield steps.event("OriginatedEvent", party, state, "makeCall")
    else:
        yield from _called(steps, party, state, after, why_called)


def _called(steps: Steps, party: Party, state: State, after: Call, why: str | None) -> Iterator[CallEvent]:
    """It rings, and is answered."""
    if steps.state(party) is None:
        cause = why or steps.memory.causes.get(party) or _delivered_cause(steps.memory, party, after)
        if party.kind == "outside" and not after.internal:
            yield steps.event("NetworkReachedEvent", party, "connected", cause)
        yield steps.event("DeliveredEvent", party, "alerting", cause)
    if state != "connected":
        return
    told = steps.memory.causes.pop(party, None)
    cause = told or why or _delivered_cause(steps.memory, party, after)
    yield steps.event("EstablishedEvent", party, "connected", cause)
    if cause == "singleStepConference":
        by = next((one for one in steps.parties if one.kind == "agent" and one != party), after.calling)
        yield steps.linked("ConferencedEvent", by, cause, to=party, before=steps.parties)


def _delivered_cause(memory: Memory, party: Party, after: Call) -> str:
    if after.phase == "parked":
        return _fetched(memory, party)
    if party == after.caller and after.calling.kind == "queue":
        return "makePredictiveCall"
    if after.phase in ("talk", "conference") and after.parties[party] == "alerting":
        return "singleStepConference"
    if party.kind == "agent" and after.queue is not None and after.phase != "flow":
        return "distributed"
    return "newCall"
