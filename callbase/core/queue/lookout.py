"""A queue as routing sees it: its line, and for each need in it, who waits with that need and who is ready for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sortedcontainers import SortedList

from callbase.core.config import Queue
from callbase.core.facts import AgentState
from callbase.core.queue.line import Line, LineKey, line_key
from callbase.core.routing.algorithms import STRATEGIES
from callbase.core.routing.needs import ANYONE, Need, fits, need_of
from callbase.core.routing.ready import ReadyList
from callbase.core.routing.seat import Seat
from callbase.core.state import Agent, Interaction, Place, Tally

KEPT_NEEDS = 16
"""Needs nobody waits with any more are kept up to so many, since the next caller's is likely one of them."""


class Heads:
    """Lines by switch node: the callers of a node that is out of reach keep those of others not waiting."""

    __slots__ = ("_by_node",)

    def __init__(self) -> None:
        self._by_node: dict[str, SortedList[LineKey]] = {}

    def __bool__(self) -> bool:
        return bool(self._by_node)

    def add(self, node: str, key: LineKey) -> None:
        keys = self._by_node.get(node)
        if keys is None:
            keys = self._by_node[node] = SortedList()
        keys.add(key)

    def remove(self, node: str, key: LineKey) -> None:
        keys = self._by_node[node]
        keys.remove(key)
        if not keys:
            del self._by_node[node]

    def first(self, online: Callable[[str], bool]) -> LineKey | None:
        return min((keys[0] for node, keys in self._by_node.items() if online(node)), default=None)

    def count(self, online: Callable[[str], bool]) -> int:
        """Those on a node that is in reach."""
        return sum(len(keys) for node, keys in self._by_node.items() if online(node))

    def __len__(self) -> int:
        return sum(len(keys) for keys in self._by_node.values())

    def __iter__(self) -> Iterator[LineKey]:
        for node in sorted(self._by_node):
            yield from self._by_node[node]


class Seekers:
    """Those who wait with the same need, and the ready agents who fit it."""

    __slots__ = ("ready", "waiting")

    def __init__(self, ready: ReadyList) -> None:
        self.ready = ready
        self.waiting = Heads()


class QueueIndex:
    """One queue's line, its ready members, and how many members are in which state."""

    __slots__ = ("_beside", "_ready_seats", "_seats", "_standing", "counts", "line", "needs", "queue", "strategy", "tenant")

    def __init__(self, tenant: str, queue: Queue) -> None:
        self.tenant = tenant
        self.queue = queue
        self.strategy = STRATEGIES[queue.algorithm]
        self.line = Line(int(queue.aging_s * 1000))
        self.needs: dict[Need, Seekers] = {}
        self.counts: dict[AgentState, int] = {}
        self._seats: dict[str, Seat] = {}
        """Of all who serve it now, moved here for a time or not."""
        self._ready_seats: dict[str, tuple[Seat, Tally, int]] = {}
        self._standing: dict[str, tuple[LineKey, str, Need | None]] = {}
        """Who stands in line: its key, its node, and its need; no need where it waits for one agent only."""
        self._beside: set[str] = set()
        """Who of them is an agent's to consult somebody here: served by turn, but no caller of this queue."""
        self.seekers(ANYONE)

    @property
    def ready(self) -> ReadyList:
        """All ready members."""
        return self.needs[ANYONE].ready

    # --- agents ----------------------------------------------------------------------------------------------------

    def come(self, seat: Seat, agent: Agent) -> None:
        """The member is in this state now."""
        self.counts[agent.state] = self.counts.get(agent.state, 0) + 1
        self._seats[seat.agent] = seat
        if agent.state == "ready":
            tally = self.tally(agent)
            self._ready_seats[seat.agent] = (seat, tally, agent.idle_since_ms)
            for need, seekers in self.needs.items():
                if fits(need, seat):
                    seekers.ready.add(seat, self.strategy.rank(seat, tally, need, agent.idle_since_ms), agent.idle_since_ms)

    def go(self, seat: Seat, agent: Agent) -> None:
        self.counts[agent.state] -= 1
        del self._seats[seat.agent]
        if self._ready_seats.pop(seat.agent, None) is not None:
            for seekers in self.needs.values():
                seekers.ready.remove(seat)

    def tally(self, agent: Agent) -> Tally:
        """Of the queue's window."""
        if self.queue.measure_window == "today":
            return agent.today
        if self.queue.measure_window == "shift":
            return agent.shift
        return next((rolling.total for rolling in agent.rolling if rolling.width_ms == self.window_ms), Tally())

    @property
    def window_ms(self) -> int:
        """Of the rolling measures."""
        return max(1, int(self.queue.measure_over_s * 1000))

    def ready_seat(self, agent: str) -> tuple[Seat, Tally]:
        seat, tally, _ = self._ready_seats[agent]
        return seat, tally

    def members(self) -> list[str]:
        """All who serve it now, in the order of the configuration, those moved here for a time last."""
        return sorted(self._seats, key=lambda agent: self._seats[agent].order)

    def __contains__(self, agent: str) -> bool:
        """Whether that agent serves it now."""
        return agent in self._seats

    def fitting(self, need: Need) -> ReadyList:
        """The ready who may serve that need."""
        found = self.needs.get(need)
        if found is not None:
            return found.ready
        ready = ReadyList(weighted=self.queue.algorithm == "weighted_random")
        for seat, tally, idle_since_ms in self._ready_seats.values():
            if fits(need, seat):
                ready.add(seat, self.strategy.rank(seat, tally, need, idle_since_ms), idle_since_ms)
        return ready

    def seekers(self, need: Need) -> Seekers:
        """Of that need; made when it is the first of its kind."""
        found = self.needs.get(need)
        if found is None:
            found = self.needs[need] = Seekers(self.fitting(need))
        return found

    # --- callers ---------------------------------------------------------------------------------------------------

    def stand(self, interaction: Interaction, place: Place) -> int:
        """Takes (or takes again) the place due to it; returns the index."""
        key = line_key(interaction, place, self.line.aging_ms)
        self.line.stand(key)
        need = None
        if interaction.preferred is None:
            need = need_of(self.queue, interaction, place)
            self.seekers(need).waiting.add(interaction.node, key)
        self._standing[interaction.id] = (key, interaction.node, need)
        return self.line.index(key)

    @property
    def anybody_waits(self) -> bool:
        """For its agents: callers, or who is to consult one of them."""
        return bool(len(self.line) or self._beside)

    def stand_beside(self, interaction: Interaction, place: Place) -> None:
        """Waits for an agent by its place, without being a caller in the line."""
        key, need = line_key(interaction, place, self.line.aging_ms), need_of(self.queue, interaction, place)
        self.seekers(need).waiting.add(interaction.node, key)
        self._standing[interaction.id] = (key, interaction.node, need)
        self._beside.add(interaction.id)

    def step_out(self, interaction: str) -> int | None:
        """Leaves the place, being offered or gone; returns the index it had."""
        standing = self._standing.pop(interaction, None)
        if standing is None:
            return None
        key, node, need = standing
        if need is not None:
            waiting = self.needs[need].waiting
            waiting.remove(node, key)
            if not waiting and need != ANYONE and len(self.needs) > KEPT_NEEDS:
                del self.needs[need]
        if interaction in self._beside:
            self._beside.remove(interaction)
        else:
            self.line.step_out(key)
        return self.line.index(key)

    def position(self, interaction: str) -> int | None:
        """1 is the head; None when not standing in line."""
        standing = self._standing.get(interaction)
        return self.line.index(standing[0]) + 1 if standing is not None else None

    def heads_of_only(self, agent: str, online: Callable[[str], bool]) -> Iterator[tuple[LineKey, Need]]:
        """The first callers for whom this agent is ready and no other."""
        for need, seekers in self.needs.items():
            if seekers.waiting and len(seekers.ready) == 1 and agent in seekers.ready:
                key = seekers.waiting.first(online)
                if key is not None:
                    yield key, need

    def head(self, online: Callable[[str], bool]) -> tuple[LineKey, Need] | None:
        """The first caller for whom somebody is ready."""
        best: tuple[LineKey, Need] | None = None
        for need, seekers in self.needs.items():
            if seekers.waiting and len(seekers.ready):
                key = seekers.waiting.first(online)
                if key is not None and (best is None or key < best[0]):
                    best = (key, need)
        return best
