"""What always holds, whatever happened. Checked after every event of the random tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from callbase.core.agent.states import reachable
from callbase.core.call.callback import line_now
from callbase.core.call.conference import parties
from callbase.core.call.consultation_states import on_consultation
from callbase.core.core import Core
from callbase.core.engine import Engine, Output
from callbase.core.facts import (
    AgentStateChanged,
    InteractionEnded,
    InteractionStarted,
    RecordingBegan,
    RecordingFinished,
    RoutingExplained,
    SegmentEnded,
    SegmentStarted,
    SupervisionEnded,
    SupervisionStarted,
)
from callbase.core.index import Index
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.needs import ANYONE, fits, need_of
from callbase.core.state import Interaction
from callbase.core.supervision.find import call_of, supervision_by
from callbase.core.views import TenantView


def check(engine: Engine) -> None:
    core = engine._core
    check_agents(core)
    for interaction in core.state.interactions.values():
        check_interaction(core, interaction)
    check_supervisions(core)
    check_legs(core)
    check_timers(core)
    check_windows(core)
    check_index(core)
    check_nobody_waits_for_nothing(core)


def roles(core: Core) -> Iterator[tuple[tuple[str, str], str, str]]:
    """(tenant, agent), role, interaction"""
    for i in core.state.interactions.values():
        found = {
            "dial": i.dial.agent if i.dial else None,
            "peer": i.peer.agent if i.peer else None,
            "caller": i.caller_agent,
            "consulted": i.consultation.agent if i.consultation else None,
        }
        for wrap_up in i.wrap_ups:
            assert wrap_up.agent is not None
            yield (i.tenant, wrap_up.agent), "wrap_up", i.id
        for other in i.others:
            if other.agent is not None:
                yield (i.tenant, other.agent), "other", i.id
        for offer in i.offers:
            yield (i.tenant, offer.agent), "offer", i.id
        for role, agent in found.items():
            if agent is not None:
                yield (i.tenant, agent), role, i.id


def check_agents(core: Core) -> None:
    """No agent in two calls, and each state is what the calls say."""
    held: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for agent, role, interaction in roles(core):
        held.setdefault(agent, []).append((role, interaction))
    for tenant_id, tenant in core.state.tenants.items():
        for agent in tenant.agents.values():
            has = held.pop((tenant_id, agent.id), [])
            assert len(has) <= 1, (agent.id, has)
            states = {"offer": "reserved", "dial": "busy", "peer": "busy", "caller": "busy", "wrap_up": "working_after_call"}
            states |= {"consulted": "busy", "other": "busy"}
            supervises = supervision_by(core, agent)
            if supervises is not None:
                assert not has, (agent, has)
                assert (agent.state, agent.interaction) == ("busy", None)
            elif has:
                assert agent.state == states[has[0][0]], (agent, has)
                assert agent.interaction == has[0][1]
            else:
                assert agent.state in ("logged_off", "not_ready", "ready"), agent
                assert agent.interaction is None
                assert agent.next_state is None
                assert agent.resume_state is None
            if agent.state == "ready":
                assert reachable(core, agent), agent
            assert (agent.state == "logged_off") == (agent.device is None), agent
            assert (agent.wrap_up_timer is not None) == (agent.state == "working_after_call")
            assert not (agent.comes_back and agent.state != "not_ready")
            assert agent.connected_ms is None or agent.state == "busy"
    assert not held, held


def check_interaction(core: Core, i: Interaction) -> None:
    phase = i.phase
    assert bool(i.offers) == (phase == "offer")
    assert bool(i.places) == (phase in ("queue", "offer"))
    assert all(offer.queue in i.places for offer in i.offers)
    assert (i.voicemail is not None) == (phase == "voicemail")
    assert phase != "callback" or (i.callback is not None and not i.leg and not i.callback.parting)
    assert (i.peer is not None) == (
        phase in ("talk", "hold", "conference", "reconnecting")
        or (phase == "dialing" and i.called_for is None)
        or (phase == "callback" and i.dial is not None)
    )
    assert (i.parked is not None) == (phase == "parked")
    if i.parked is not None:
        assert (i.parked.timer is not None) == (i.dial is None), f"parked for ever: {i}"
        assert i.music is not None
    assert i.wrap_ups or phase != "wrap_up"
    assert bool(i.others) == (phase == "conference")
    check_consultation(core, i)
    assert (i.reconnect_timer is not None) == (phase == "reconnecting")
    assert i.dial is None or phase in ("flow", "parked") or (phase in ("offer", "callback", "dialing") and not i.leg)
    assert i.question is None or phase in ("queue", "offer")
    assert (i.playback is None) == (i.playback_timer is None)
    kinds = {"queue": "queue", "offer": "queue", "reconnecting": "hold", "dialing": "flow", "parked": "hold", "wrap_up": None}
    callback = i.segment is not None and i.segment.kind == "callback"
    assert callback or (i.segment.kind if i.segment else None) == kinds.get(phase, phase), i
    assert not callback or phase in ("queue", "offer", "callback"), i
    assert i.lookup_timer is None or phase == "flow"
    if phase == "wrap_up":
        last = core.live_leg(i.leg)
        assert last is None or last.interaction != i.id
        return
    leg = core.live_leg(i.leg)
    if phase == "dialing":
        assert not i.leg
        assert (i.own_telephone_timer is not None) == (i.dial is None), f"calls nobody: {i}"
        return
    if not i.leg:
        check_callback(core, i)
        return
    assert leg is not None, i
    if phase == "flow":
        going = (
            i.lookup_timer is not None
            or i.playback is not None
            or i.dial is not None
            or (i.flow is not None and i.flow.timer is not None)
        )
        assert going or not leg.up, f"stuck in its flow: {i}"
        assert i.own_telephone_timer is None or not leg.up
        assert i.lookup_timer is None or leg.up
        assert i.closing is None or i.playback is not None
    elif phase in ("queue", "offer"):
        asked = [wait.timer for wait in (i.question, i.flow) if wait is not None]
        assert i.music is not None or i.playback is not None or asked != []
        assert None not in asked or i.playback is not None, f"asked, and nothing ends it: {i}"
        assert core.queue(i.tenant, i.queue) is not None
        assert i.queue in i.places
    elif phase == "voicemail":
        assert i.voicemail is not None
        assert i.playback is not None or i.voicemail.timer is not None, f"stuck in voicemail: {i}"
    elif phase == "talk":
        assert i.peer is not None
        there = [core.agent(i.tenant, name) for name in (i.peer.agent, i.caller_agent)]
        assert all(agent.connected_ms is not None for agent in there if agent is not None), i
        assert i.peer.connection == "connected"
        assert i.bridged
        assert i.music is None
        assert i.playback is None
    elif phase == "conference":
        alone = all(party.connection != "connected" for party in parties(i))
        assert all((party.timer is not None) == (party.connection == "reconnecting") for party in parties(i))
        assert (i.music is not None) == alone, f"alone in a conference: {i}"
        assert i.bridged
        assert i.playback is None
    elif phase == "hold":
        assert i.peer is not None
        assert i.peer.connection == "hold"
        assert i.music is not None
    elif phase == "reconnecting":
        assert i.peer is not None
        assert i.peer.connection == "reconnecting"
        assert i.music is not None


def check_consultation(core: Core, i: Interaction) -> None:
    """The customer is on hold as long as the agent speaks with somebody else, and nobody rings for ever."""
    if i.consultation is None:
        return
    state = i.consultation.state
    assert i.phase in ("talk", "hold", "conference", "reconnecting")
    if on_consultation(i):
        assert i.peer is not None
        assert i.phase != "talk"
        assert i.peer.connection in ("hold", "reconnecting")
    assert (i.consultation.timer is not None) == (i.consultation.lost or state in ("waiting", "alerting", "joining"))
    assert i.consultation.lost or (core.live_leg(i.consultation.leg) is None) == (state == "waiting")
    assert not i.consultation.lost or state in ("connected", "held")
    assert i.consultation.place is None or i.consultation.queue is not None
    if state == "waiting":
        assert i.consultation.place is not None
        assert core.queue(i.tenant, i.consultation.queue) is not None


def check_callback(core: Core, i: Interaction) -> None:
    """Without a telephone: stands in line, is offered, is being called, or waits for its next attempt."""
    assert i.callback is not None
    assert not i.callback.parting
    assert i.music is None
    assert i.playback is None
    assert i.flow is None
    if i.phase == "callback":
        ways = (i.dial is not None, i.callback.retry_timer is not None, i.callback.lineless)
        assert ways.count(True) == 1, f"nobody calls back: {i}"
        assert not i.callback.until_open or i.callback.retry_timer is not None
        assert not i.callback.lineless or line_now(core, i) is None, f"nobody saw that there is a line: {i}"
    else:
        assert i.phase in ("queue", "offer")
        assert i.callback.retry_timer is None
        assert not i.callback.lineless
        assert not i.callback.until_open


def check_supervisions(core: Core) -> None:
    """Each is at a call the agent is in, and one supervisor at one call."""
    supervisors = [(one.tenant, one.supervisor) for one in core.state.supervisions.values()]
    assert len(set(supervisors)) == len(supervisors)
    for leg, one in core.state.supervisions.items():
        found = call_of(core, core.agent(one.tenant, one.agent))
        assert one.leg == leg
        assert found is not None, one
        assert found[0].id == one.interaction
        own = core.live_leg(leg)
        assert own is not None
        assert (one.timer is not None) != own.up, one


def check_legs(core: Core) -> None:
    owners: dict[str, str] = {}
    for i in core.state.interactions.values():
        legs = [i.leg] if i.phase != "wrap_up" and i.leg else []
        legs += [held.leg for held in (*i.offers, i.dial, i.peer, *i.others, i.consultation) if held is not None and held.leg]
        for leg in legs:
            assert leg not in owners, leg
            owners[leg] = i.id
    for supervision in core.state.supervisions.values():
        assert core.live_leg(supervision.leg) is not None
        assert supervision.leg not in owners
        owners[supervision.leg] = supervision.interaction
    for leg_id, found in core.state.legs.items():
        assert found.released or owners.get(leg_id) == found.interaction, found
    for i in core.state.interactions.values():
        for offer in i.offers:
            assert core.live_leg(offer.leg if offer.leg else i.dial.leg if i.dial else None) is not None
        if i.dial is not None:
            assert core.live_leg(i.dial.leg) is not None
        if i.peer is not None and i.peer.connection != "reconnecting":
            assert core.live_leg(i.peer.leg) is not None


def check_windows(core: Core) -> None:
    """What a queue's window says in one is the sum of its buckets."""
    for tenant in core.state.tenants.values():
        for window in tenant.windows.values():
            for count in ("answered", "waited_ms", "within", "abandoned"):
                assert getattr(window, count) == sum(getattr(bucket, count) for bucket in window.buckets)


def check_timers(core: Core) -> None:
    """Every timer waited for is set, and none is set that nobody waits for."""
    wanted: set[int | None] = set()
    for i in core.state.interactions.values():
        wanted |= {i.playback_timer, i.step_timer, i.reconnect_timer, i.own_telephone_timer, i.lookup_timer}
        holding = (*i.offers, i.dial, i.consultation, i.flow, i.preferred, i.question, i.voicemail)
        wanted |= {held.timer for held in holding if held is not None}
        wanted |= {i.callback.retry_timer} if i.callback is not None else set()
        wanted |= {i.parked.timer} if i.parked is not None else set()
        wanted |= {place.timer for place in i.places.values()}
        wanted |= {party.timer for party in parties(i)}
        if i.consultation is not None and i.consultation.place is not None:
            wanted.add(i.consultation.place.timer)
    for tenant in core.state.tenants.values():
        wanted.add(tenant.midnight_timer)
        wanted |= {window.timer for window in tenant.windows.values()}
        wanted |= {overflow.timer for overflow in tenant.overflow.values()}
        for agent in tenant.agents.values():
            wanted |= {agent.console_timer, agent.wrap_up_timer}
            wanted |= {rolling.timer for rolling in agent.rolling}
    wanted |= {supervision.timer for supervision in core.state.supervisions.values()}
    wanted |= {recording.timer for recording in core.state.recordings.values()}
    wanted |= {leg.timer for leg in core.state.legs.values()}
    assert wanted - {None} == {number for number, _ in core.clock.live()}


def check_index(core: Core) -> None:
    """The index kept up event by event is the one a restart would make."""
    fresh = Index(core.state)
    assert {k: picture(q) for k, q in core.index.queues.items()} == {k: picture(q) for k, q in fresh.queues.items()}
    assert core.index.trunk_calls == fresh.trunk_calls
    assert {g: n for g, n in core.index.on_duty.items() if n} == {g: n for g, n in fresh.on_duty.items() if n}
    assert core.index.devices == fresh.devices
    assert core.index.callbacks == fresh.callbacks
    assert core.index.lineless == fresh.lineless
    assert fresh.called_back <= core.index.called_back <= set(core.state.interactions)
    assert core.index.seats.of == fresh.seats.of
    assert core.index._asking == fresh._asking
    assert {k: list(v) for k, v in core.index.asked_for.items()} == {k: list(v) for k, v in fresh.asked_for.items()}
    assert core.index.served == fresh.served


def picture(queue: QueueIndex) -> Any:
    counts = {state: count for state, count in queue.counts.items() if count}
    needs = {
        need: (list(seekers.waiting), list(seekers.ready), seekers.ready.total_weight if len(seekers.ready) else 0)
        for need, seekers in queue.needs.items()
        if seekers.waiting or need == ANYONE
    }
    return (list(queue.line), list(queue.line._since), queue._standing, queue._beside, queue._ready_seats, needs, counts)


def check_nobody_waits_for_nothing(core: Core) -> None:
    """No caller waits whom a ready agent may serve."""
    for key, index in core.index.queues.items():
        ready = [index.ready_seat(found[3])[0] for found in index.ready]
        for _, _, _, interaction_id in index.line:
            interaction = core.state.interactions[interaction_id]
            if interaction.preferred is None and core.node_online(interaction.node):
                need = need_of(index.queue, interaction, interaction.places[key[1]])
                assert not [seat.agent for seat in ready if fits(need, seat)], f"{interaction_id} could be served"
        for interaction_id in index._beside:
            interaction = core.state.interactions[interaction_id]
            if interaction.consultation is not None and interaction.consultation.place is not None:
                need = need_of(index.queue, interaction, interaction.consultation.place)
                fitting = [seat.agent for seat in ready if fits(need, seat)]
                assert not fitting or not core.node_online(interaction.node), f"{interaction_id} could consult"
    for i in core.state.interactions.values():
        if i.phase == "queue" and i.preferred is not None and core.node_online(i.node):
            preferred = core.agent(i.tenant, i.preferred.agent)
            assert preferred is None or preferred.state != "ready", f"{i.id} could be served by whom it waits for"


CUSTOMERS = ("flow", "queue", "talk", "hold", "conference", "voicemail", "callback")
"""Segments that follow one another and cover the customer's time."""


# --- facts ---------------------------------------------------------------------------------------------------------


class Book:
    """Reads all facts as a report would, and objects to what does not add up."""

    def __init__(self) -> None:
        self.interactions: dict[str, InteractionStarted] = {}
        self.ended: dict[str, InteractionEnded] = {}
        self.open: dict[str, SegmentStarted] = {}
        self.closed: set[str] = set()
        self.present: dict[str, str] = {}
        self.until: dict[str, int] = {}
        self.sums: dict[str, dict[str, int]] = {}
        self.agents: dict[tuple[str, str], AgentStateChanged] = {}
        self.recordings: dict[str, bool] = {}
        self.supervisions: dict[str, SupervisionStarted] = {}

    def read(self, output: Output) -> None:
        for fact in output.facts:
            if isinstance(fact, InteractionStarted):
                assert fact.interaction not in self.interactions
                self.interactions[fact.interaction] = fact
                self.until[fact.interaction] = fact.at_ms
                self.sums[fact.interaction] = {}
            elif isinstance(fact, SegmentStarted):
                self._started(fact)
            elif isinstance(fact, SegmentEnded):
                self._ended(fact)
            elif isinstance(fact, InteractionEnded):
                assert fact.interaction not in self.ended
                assert fact.interaction not in self.present
                self.ended[fact.interaction] = fact
                sums = self.sums[fact.interaction]
                assert self.until[fact.interaction] == fact.at_ms, "the segments cover all of the customer's time"
                assert (fact.queue_ms, fact.talk_ms, fact.hold_ms) == (
                    sums.get("queue", 0),
                    sums.get("talk", 0) + sums.get("conference", 0),
                    sums.get("hold", 0),
                )
                assert sum(sums.values()) == fact.at_ms - fact.started_ms
            elif isinstance(fact, AgentStateChanged):
                before = self.agents.get((fact.tenant, fact.agent))
                if before is not None:
                    assert fact.previous == before.state
                    removed_and_back = before.state == "logged_off" and fact.previous_since_ms >= before.at_ms
                    same = (fact.previous_since_ms, fact.previous_reason) == (before.at_ms, before.reason)
                    assert same or removed_and_back
                self.agents[fact.tenant, fact.agent] = fact
            elif isinstance(fact, RoutingExplained):
                self._explained(fact)
            elif isinstance(fact, SupervisionStarted):
                assert fact.supervisor not in self.supervisions
                self.supervisions[fact.supervisor] = fact
            elif isinstance(fact, SupervisionEnded):
                began = self.supervisions.pop(fact.supervisor)
                assert (began.agent, began.mode, began.at_ms) == (fact.agent, fact.mode, fact.started_ms)
            elif isinstance(fact, RecordingBegan):
                assert fact.recording not in self.recordings
                self.recordings[fact.recording] = True
            elif isinstance(fact, RecordingFinished):
                assert self.recordings[fact.recording]
                self.recordings[fact.recording] = False

    def _explained(self, fact: RoutingExplained) -> None:
        """Where a queue is small each member is named once: chosen, or why not."""
        named = [passed.agent for passed in fact.passed_over]
        assert len(set(named)) == len(named) == fact.passed_over_count, fact
        assert not {fact.chosen, *fact.chosen_also} & set(named), fact

    def _started(self, fact: SegmentStarted) -> None:
        assert fact.segment not in self.open
        assert fact.segment not in self.closed
        self.open[fact.segment] = fact
        if fact.kind in CUSTOMERS:
            assert fact.interaction not in self.ended
            assert fact.interaction not in self.present, "one customer, one segment at a time"
            assert self.until[fact.interaction] == fact.at_ms, "no gap between segments"
            self.present[fact.interaction] = fact.segment

    def _ended(self, fact: SegmentEnded) -> None:
        start = self.open.pop(fact.segment)
        self.closed.add(fact.segment)
        assert (start.kind, start.at_ms, start.queue, start.agent) == (fact.kind, fact.started_ms, fact.queue, fact.agent)
        if fact.kind in CUSTOMERS:
            assert self.present.pop(fact.interaction) == fact.segment
            self.until[fact.interaction] = fact.at_ms
            sums = self.sums[fact.interaction]
            sums[fact.kind] = sums.get(fact.kind, 0) + fact.at_ms - fact.started_ms

    def check_closed(self) -> None:
        """At the very end: nothing begun is left open."""
        assert not self.open
        assert not self.supervisions
        assert set(self.interactions) == set(self.ended)
        assert not any(self.recordings.values())


# --- views ---------------------------------------------------------------------------------------------------------


class Mirror:
    """A client: takes each event's changes into its copy, which must then equal a fresh view."""

    def __init__(self) -> None:
        self.views: dict[str, dict[str, Any]] = {}

    def take(self, engine: Engine, output: Output) -> None:
        for tenant in engine.tenants():
            fresh = engine.view(tenant)
            assert fresh is not None
            changed = output.changed.get(tenant)
            if tenant not in self.views or (changed is not None and changed.everything):
                self.views[tenant] = plain(fresh)
            elif changed is not None:
                changed = msgspec.structs.replace(changed, interactions=changed.interactions | changed.places)
                partial = engine.view(tenant, changed)
                assert partial is not None
                for kind in ("agents", "interactions", "queues", "trunks"):
                    for name in getattr(changed, kind):
                        self.views[tenant][kind].pop(name, None)
                    self.views[tenant][kind] |= plain(partial)[kind]
            mine, now = self.views[tenant], plain(fresh)
            assert mine == now, [(kind, mine[kind], now[kind]) for kind in now if mine[kind] != now[kind]]


def plain(view: TenantView) -> dict[str, Any]:
    result: dict[str, Any] = msgspec.to_builtins(view)
    return result
