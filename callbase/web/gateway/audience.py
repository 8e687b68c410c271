"""All who listen to one tenant in this process, and when each is told what.

What concerns an agent, its own state and its calls, it is told at once; so is everything a supervisor or a program, who see all.
What other agents do, and the figures of queues and trunks, is gathered for a row of agents and told to them in turn, as one
message made once for the row, with only those fields of an agent that have changed. Told at once, each step of each agent
would be a message to every other: with a thousand agents tens of thousands a second, which no process sends.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Any, Protocol

from callbase.core.views import AgentView, InteractionView, TenantView
from callbase.cti.messages import AnswerNow, Change, FactMessage
from callbase.web.gateway.consoles import Page
from callbase.web.gateway.outbox import Unnumbered, unnumbered
from callbase.web.gateway.sight import seen_of_others

ROW = 25
"""Agents who are told in one turn."""
TURN_S = 0.025
"""From one row's turn to the next one's. With a thousand agents each has its turn once a second."""


class Listener(Page, Protocol):
    """A connection, as the audience sees it. Nothing here blocks."""

    tenant: str

    @property
    def alone(self) -> str | None:
        """The agent it is, where it sees that agent's calls and nobody else's; None: it is told everything at once."""

    @property
    def all_queues(self) -> bool:
        """Whether it sees all queues and trunks, not only the queues the agent serves."""

    @property
    def wants_facts(self) -> bool: ...

    def state(self, online: bool) -> None:
        """The whole state is new; show it."""

    def engine_gone(self) -> None: ...

    def change(self, change: Change, view: TenantView) -> None:
        """`view` is the tenant's state after it."""

    def gathered(self, change: Unnumbered) -> None:
        """As it is to be sent, of what others did."""

    def fact(self, message: FactMessage) -> None: ...

    def answer_now(self, message: AnswerNow) -> None: ...


class _Row:
    """Agents, and what they are still to be told of."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self.agents: dict[str, set[str]] = defaultdict(set)
        """Agent → its fields that have changed."""
        self.queues: set[str] = set()
        self.trunks: set[str] = set()

    @property
    def waits(self) -> bool:
        return bool(self.agents or self.queues or self.trunks)

    def forget(self) -> None:
        self.agents.clear()
        self.queues.clear()
        self.trunks.clear()

    def tell(self, view: TenantView, now_ms: int) -> None:
        """As it is now, so nobody is told of what was before what it knows already."""
        gathered = _Gathered(self, view, now_ms)
        self.forget()
        for listener in tuple(self.listeners):
            text = gathered.text_for(listener)
            if text is not None:
                listener.gathered(text)


class _Gathered:
    """What a row is told in its turn: encoded once for all who see the same."""

    def __init__(self, row: _Row, view: TenantView, now_ms: int) -> None:
        self._view = view
        self._now_ms = now_ms
        self._agents = {name: frozenset(fields) for name, fields in row.agents.items() if name in view.agents}
        self._queues = [view.queues[name] for name in sorted(row.queues) if name in view.queues]
        self._trunks = tuple(view.trunks[name] for name in sorted(row.trunks) if name in view.trunks)
        self._texts: dict[tuple[str, ...] | None, Unnumbered | None] = {}

    def text_for(self, listener: Listener) -> Unnumbered | None:
        """None where there is nothing for it."""
        agent = self._view.agents.get(listener.alone or "")
        sees = None if listener.all_queues else agent.queues if agent is not None else ()
        if sees not in self._texts:
            self._texts[sees] = self._text(sees)
        return self._texts[sees]

    def _text(self, sees: tuple[str, ...] | None) -> Unnumbered | None:
        """`sees`: the queues that are seen; None: all, and the trunks too."""
        agents = self._changed_agents(_SEEN[sees is None])
        queues = tuple(one for one in self._queues if sees is None or one.queue in sees)
        trunks = self._trunks if sees is None else ()
        if not agents and not queues and not trunks:
            return None
        change = Change(seq=0, now_ms=self._now_ms, tenant=self._view.tenant, changed_agents=agents, queues=queues, trunks=trunks)
        return unnumbered(change)

    def _changed_agents(self, seen: frozenset[str]) -> dict[str, dict[str, Any]]:
        return {
            name: {field: getattr(self._view.agents[name], field) for field in sorted(told)}
            for name, fields in self._agents.items()
            if (told := fields & seen)
        }


_SEEN = {every: seen_of_others(all_queues=every) for every in (False, True)}


class Audience:
    """`became` is called with each new state, `change` with each change of it."""

    def __init__(self) -> None:
        self.listeners: set[Listener] = set()
        self._at_once: set[Listener] = set()
        self._facts_to: set[Listener] = set()
        self._of_agent: dict[str, set[Listener]] = defaultdict(set)
        self._seats: dict[Listener, tuple[str, _Row]] = {}
        """Of those who are told in turn: whose work it sees, and its row."""
        self._rows: list[_Row] = []
        self._next_row = 0
        self._holders: dict[str, set[str]] = defaultdict(set)
        """Interaction → agents who are at it."""
        self._view: TenantView | None = None
        self._now_ms = 0
        self._turn: asyncio.TimerHandle | None = None
        self._last_turn_s = 0.0

    # --- who listens -----------------------------------------------------------------------------------------------

    def add(self, listener: Listener) -> None:
        self.listeners.add(listener)
        if listener.wants_facts:
            self._facts_to.add(listener)
        agent = listener.alone
        if agent is None:
            self._at_once.add(listener)
            return
        self._of_agent[agent].add(listener)
        row = next((row for row in self._rows if len(row.listeners) < ROW), None)
        if row is None:
            row = _Row()
            self._rows.append(row)
        row.listeners.add(listener)
        self._seats[listener] = agent, row

    def remove(self, listener: Listener) -> None:
        self.listeners.discard(listener)
        self._at_once.discard(listener)
        self._facts_to.discard(listener)
        if listener not in self._seats:
            return
        agent, row = self._seats.pop(listener)
        row.listeners.discard(listener)
        self._of_agent[agent].discard(listener)
        if not self._of_agent[agent]:
            del self._of_agent[agent]
        if not row.listeners:
            self._rows.remove(row)

    # --- what they are told ----------------------------------------------------------------------------------------

    def became(self, view: TenantView | None) -> None:
        """Whoever listens is shown the whole; nothing gathered before counts any more."""
        self._view = view
        self._holders.clear()
        for agent in view.agents.values() if view is not None else ():
            self._hold(agent)
        for row in self._rows:
            row.forget()

    def change(self, change: Change, view: TenantView) -> None:
        before, self._view, self._now_ms = self._view, view, change.now_ms
        for listener in tuple(self._at_once):
            listener.change(change, view)
        if before is None or _concerns_all(change, before, view):
            self._track(change, before)
            for listener in tuple(self._seats):
                listener.change(change, view)
            return
        agents = self._concerned(change, before, view)
        self._track(change, before)
        for agent in agents & self._of_agent.keys():
            for listener in tuple(self._of_agent[agent]):
                listener.change(change, view)
        self._gather(change, before)

    def fact(self, message: FactMessage) -> None:
        for listener in tuple(self._facts_to):
            listener.fact(message)

    def _concerned(self, change: Change, before: TenantView, view: TenantView) -> set[str]:
        """The agents who see more or less, or something else, of their own work by it."""
        agents = {one.agent for one in change.agents}
        for name in (*(one.interaction for one in change.interactions), *change.removed_interactions):
            agents |= self._holders.get(name, set())
            agents |= {one.agent for one in _in_both(name, before, view) if one.agent is not None}
        return agents

    def _track(self, change: Change, before: TenantView | None) -> None:
        """Who is at which interaction."""
        for one in change.agents:
            was = before.agents.get(one.agent) if before is not None else None
            if was is not None and was.interaction is not None:
                self._holders[was.interaction].discard(one.agent)
                if not self._holders[was.interaction]:
                    del self._holders[was.interaction]
            self._hold(one)

    def _hold(self, agent: AgentView) -> None:
        if agent.interaction is not None:
            self._holders[agent.interaction].add(agent.agent)

    # --- in turn ---------------------------------------------------------------------------------------------------

    def _gather(self, change: Change, before: TenantView) -> None:
        agents = [(one.agent, _fields_changed(before.agents[one.agent], one)) for one in change.agents]
        for row in self._rows:
            for agent, fields in agents:
                row.agents[agent] |= fields
            row.queues |= {one.queue for one in change.queues}
            row.trunks |= {one.trunk for one in change.trunks}
        if any(row.waits for row in self._rows):
            self._arm()

    def _arm(self) -> None:
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.call_at(max(loop.time(), self._last_turn_s + TURN_S), self._take_turn)

    def _take_turn(self) -> None:
        self._turn = None
        self._last_turn_s = asyncio.get_running_loop().time()
        row = self._row_in_turn()
        if row is None or self._view is None:
            return
        row.tell(self._view, self._now_ms)
        if any(row.waits for row in self._rows):
            self._arm()

    def _row_in_turn(self) -> _Row | None:
        """The next of those that are to be told anything."""
        for step in range(len(self._rows)):
            place = (self._next_row + step) % len(self._rows)
            if self._rows[place].waits:
                self._next_row = place + 1
                return self._rows[place]
        return None


def _fields_changed(before: AgentView, now: AgentView) -> set[str]:
    return {field for field in AgentView.__struct_fields__ if getattr(before, field) != getattr(now, field)}


def _in_both(name: str, before: TenantView, view: TenantView) -> list[InteractionView]:
    return [one for one in (before.interactions.get(name), view.interactions.get(name)) if one is not None]


def _concerns_all(change: Change, before: TenantView, view: TenantView) -> bool:
    """What is rare: something of the centre itself is another, or a call is parked, for whoever serves its queue to fetch."""
    if change.removed_agents or change.removed_queues or change.removed_trunks:
        return True
    if view.config_version != before.config_version or view.switch_online != before.switch_online:
        return True
    if any(one.queue not in before.queues for one in change.queues) or any(
        one.agent not in before.agents for one in change.agents
    ):
        return True
    touched = (*(one.interaction for one in change.interactions), *change.removed_interactions)
    return any(one.phase == "parked" for name in touched for one in _in_both(name, before, view))
