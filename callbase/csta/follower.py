"""Turns the link's messages into what happened, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from callbase.core.views import AgentView, TenantView, UnreachedView
from callbase.csta.changes import call_events
from callbase.csta.happenings import AgentEvent, CallEvent, Happening, agent_events
from callbase.csta.model import Calls, Party, calls_of
from callbase.csta.steps import Memory
from callbase.cti.messages import Change, Snapshot
from callbase.cti.mirror import apply


class Follower:
    """The tenant as it was told last. A first snapshot is where one begins: nothing has happened by it."""

    def __init__(self) -> None:
        self._view: TenantView | None = None
        self._calls: dict[str, Calls] = {}
        self._memories: dict[str, Memory] = {}
        self._at: dict[str, set[str]] = {}
        """Interaction → the agents who are at it."""

    def take(self, message: Snapshot | Change) -> list[Happening]:
        before, self._view = self._view, apply(self._view, message)
        after = self._view
        agents = _changed_agents(before, after, message)
        self._place(before, after, agents)
        queues = [one.queue for one in message.queues] if isinstance(message, Change) else [*after.queues]
        calls = self._calls_touched(before, after, agents, message)
        happened: list[Happening] = []
        for name in sorted(calls, key=lambda one: (self._there(after, one).main is not None, one)):
            happened += self._compare(after, name, _unreached(before, after, agents, queues, name))
        if before is None:
            return []
        for agent in agents:
            happened += self._digits_sent(before.agents.get(agent), after.agents.get(agent))
        told = [
            one
            for agent in agents
            if agent in after.agents
            for one in agent_events(before.agents.get(agent), after.agents[agent])
        ]
        first = [one for one in told if one.agent.state == "reserved"]  # became ready, and is called for that
        return [*first, *happened, *(one for one in told if one not in first)]

    def _compare(self, view: TenantView, name: str, failed: UnreachedView | None) -> Iterator[CallEvent | AgentEvent]:
        old, new = self._calls.get(name, Calls()), self._there(view, name)
        memory = self._memories.setdefault(name, Memory())
        memory.failed = failed
        yield from call_events(old, new, memory)
        if new.main is None:
            self._calls.pop(name, None)
            self._memories.pop(name, None)
        else:
            self._calls[name] = new

    def _digits_sent(self, before: AgentView | None, after: AgentView | None) -> Iterator[CallEvent]:
        """In the call in which the agent speaks: of two the one that is not on hold."""
        if after is None or after.digits_sent is None:
            return
        if before is not None and (before.interaction, before.digits_sent) == (after.interaction, after.digits_sent):
            return
        by = Party("agent", after.agent)
        for call in self._calls.get(after.interaction or "", Calls()):
            if call is not None and call.parties.get(by) == "connected":
                concerns = frozenset(call.parties)
                yield CallEvent("DigitsGeneratedEvent", call, by, "normal", concerns, digits=after.digits_sent.digits)

    def _there(self, view: TenantView, name: str) -> Calls:
        one = view.interactions.get(name)
        agents = (view.agents[agent] for agent in sorted(self._at.get(name, ())))
        return calls_of(one, agents) if one is not None else Calls()

    def _place(self, before: TenantView | None, after: TenantView, agents: Iterable[str]) -> None:
        for agent in agents:
            old = _interaction(before.agents.get(agent)) if before is not None else None
            new = _interaction(after.agents.get(agent))
            if old is not None:
                there = self._at.get(old, set())
                there.discard(agent)
                if not there:
                    self._at.pop(old, None)
            if new is not None:
                self._at.setdefault(new, set()).add(agent)

    def _calls_touched(
        self, before: TenantView | None, after: TenantView, agents: Iterable[str], message: Snapshot | Change
    ) -> set[str]:
        if isinstance(message, Snapshot):
            return set(self._calls) | set(after.interactions)
        touched = {one.interaction for one in message.interactions} | set(message.removed_interactions)
        for agent in agents:
            for view in (before, after):
                one = _interaction(view.agents.get(agent)) if view is not None else None
                if one is not None:
                    touched.add(one)
        return touched


def _changed_agents(before: TenantView | None, after: TenantView, message: Snapshot | Change) -> list[str]:
    if isinstance(message, Change):
        return [*(one.agent for one in message.agents), *message.removed_agents]
    return sorted({*after.agents, *(before.agents if before is not None else ())})


def _unreached(
    before: TenantView | None, after: TenantView, agents: Iterable[str], queues: Iterable[str], interaction: str
) -> UnreachedView | None:
    """Whom an agent of these, or the system for one of these queues, has called in vain in that call, if that is new."""
    called = [*((_agent_called(after, one), _agent_called(before, one)) for one in agents)]
    called += ((_called_for(after, one), _called_for(before, one)) for one in queues)
    for now, told in called:
        if now is not None and now != told and now.interaction == interaction and not now.own_telephone:
            return now
    return None


def _agent_called(view: TenantView | None, agent: str) -> UnreachedView | None:
    return view.agents[agent].unreached if view is not None and agent in view.agents else None


def _called_for(view: TenantView | None, queue: str) -> UnreachedView | None:
    return view.queues[queue].unreached if view is not None and queue in view.queues else None


def _interaction(agent: AgentView | None) -> str | None:
    return agent.interaction if agent is not None else None
