"""Routing as plainly as it can be said, slow and without state of its own but what the facts told: every decision of the core is
held against it."""

from __future__ import annotations

from zlib import crc32

from callbase.core.config import Member, Queue
from callbase.core.facts import AgentStateChanged, AnyFact, RoutingExplained, SegmentEnded
from callbase.core.routing.chance import draw
from callbase.core.state import State
from callbase.core.stats.agents import BUCKETS


class Happened:
    """Something an agent did: a call answered, a talk, or a stretch of idleness."""

    def __init__(self, what: str, at_ms: int, lasted_ms: int, *, today: int, shift: int) -> None:
        self.what, self.at_ms, self.lasted_ms, self.today, self.shift = what, at_ms, lasted_ms, today, shift


class Watched:
    """One agent, as the facts tell."""

    def __init__(self, agent: str) -> None:
        self.agent = agent
        self.state = "logged_off"
        self.since_ms = self.idle_since_ms = 0
        self.shift = 0
        self.did: list[Happened] = []


class Reference:
    """Reads the facts in order; `wrong` are the decisions it would have made otherwise."""

    def __init__(self, queue: Queue, levels: dict[str, dict[str, int]] | None = None) -> None:
        self.queue = queue
        self.levels = levels or {}
        self.agents = {member.agent: Watched(member.agent) for member in queue.members}
        self.chance = State(chance=1)
        self.turn: str | None = None
        self.served: dict[str, tuple[str, int]] = {}
        self.day = 0
        self.kept_idle: set[str] = set()
        self.decisions = 0

    def read(self, facts: list[AnyFact], callers: dict[str, str]) -> None:
        for fact in facts:
            if isinstance(fact, AgentStateChanged):
                self._moved(fact)
            elif isinstance(fact, SegmentEnded) and fact.kind == "offer" and fact.agent is not None:
                if fact.result in ("withdrawn", "answered_elsewhere"):
                    self.kept_idle.add(fact.agent)
                elif fact.result == "answered":
                    self.served[callers[fact.interaction]] = (fact.agent, fact.at_ms)
            elif isinstance(fact, RoutingExplained) and fact.chosen is not None:
                self.decisions += 1
                expected = self.expected(fact, callers[fact.interaction])
                assert (fact.chosen, *fact.chosen_also) == tuple(expected), (self.queue.algorithm, fact, expected)
                self.turn = fact.chosen

    def _moved(self, fact: AgentStateChanged) -> None:
        one, at_ms = self.agents[fact.agent], fact.at_ms
        kept = fact.agent in self.kept_idle and fact.state == "ready"
        if fact.previous == "logged_off":
            one.shift += 1
        if fact.previous == "ready" and fact.state != "reserved":
            self._did(one, "idle", at_ms, at_ms - one.idle_since_ms)
        elif fact.previous == "reserved" and not kept:
            self._did(one, "idle", at_ms, fact.previous_since_ms - one.idle_since_ms)
        elif fact.previous == "busy":
            self._did(one, "talk", at_ms, at_ms - fact.previous_since_ms)
        if fact.state == "busy":
            self._did(one, "call", at_ms, 0)
        if fact.state == "ready" and not kept:
            one.idle_since_ms = at_ms
        self.kept_idle.discard(fact.agent)
        one.state, one.since_ms = fact.state, at_ms

    def _did(self, one: Watched, what: str, at_ms: int, lasted_ms: int) -> None:
        one.did.append(Happened(what, at_ms, lasted_ms, today=self.day, shift=one.shift))

    def expected(self, fact: RoutingExplained, caller: str) -> list[str]:
        ready = [member for member in self.queue.members if self.agents[member.agent].state == "ready"]
        ready = [member for member in ready if self._fits(member, fact.requires)]
        ready = [member for member in ready if member.priority == min(one.priority for one in ready)]
        by_idle = sorted(ready, key=lambda member: (self.agents[member.agent].idle_since_ms, member.agent))
        order = {member.agent: number for number, member in enumerate(self.queue.members)}
        if self.queue.algorithm == "ring_all":
            return [member.agent for member in by_idle]
        if self.queue.algorithm == "round_robin":
            after = order[self.turn] if self.turn is not None else -1
            following = [member for member in ready if order[member.agent] > after]
            return [(following or ready)[0].agent]
        if self.queue.algorithm == "last_served":
            agent, at_ms = self.served.get(caller, ("", 0))
            if agent in [member.agent for member in ready] and fact.at_ms - at_ms <= self.queue.last_served_s * 1000:
                return [agent]
        if self.queue.algorithm == "weighted_random":
            hat = [member.agent for member in ready for _ in range(member.weight)]
            return [hat[draw(self.chance, len(hat))]] if hat else [ready[0].agent]
        return [min(by_idle, key=lambda member: self._rank(member, fact)).agent]

    def _fits(self, member: Member, requires: dict[str, int]) -> bool:
        has = self.levels.get(member.agent, {})
        return all(has.get(skill, 0) >= level for skill, level in requires.items())

    def _rank(self, member: Member, fact: RoutingExplained) -> float:
        did = [one for one in self.agents[member.agent].did if self._counts(member.agent, one, fact.at_ms)]
        calls = sum(one.what == "call" for one in did)
        talk_ms = sum(one.lasted_ms for one in did if one.what == "talk")
        idles = [one.lasted_ms for one in did if one.what == "idle"]
        idle_since_ms = self.agents[member.agent].idle_since_ms
        level = sum(self.levels.get(member.agent, {}).get(skill, 0) for skill in fact.requires) if fact.requires else member.level
        order = [one.agent for one in self.queue.members].index(member.agent)
        ranks = {
            "longest_average_idle": idle_since_ms - sum(idles) // len(idles) if idles else float("-inf"),
            "least_talk_time": talk_ms,
            "least_average_talk_time": talk_ms // calls if calls else float("-inf"),
            "fewest_calls": calls,
            "highest_skill": -level,
            "lowest_skill": level,
            "fixed_order": order,
        }
        return ranks.get(self.queue.algorithm, 0)

    def _counts(self, agent: str, one: Happened, now_ms: int) -> bool:
        if self.queue.measure_window == "today":
            return one.today == self.day
        if self.queue.measure_window == "shift":
            return one.shift == self.agents[agent].shift
        width_ms = int(self.queue.measure_over_s * 1000)
        bucket_ms = width_ms // BUCKETS
        offset_ms = crc32(agent.encode()) % bucket_ms
        ends_ms = ((one.at_ms + offset_ms) // bucket_ms + 1) * bucket_ms - offset_ms
        return now_ms < ends_ms + width_ms
