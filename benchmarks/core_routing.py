"""The core alone, on one CPU core: how many events it takes in a second, and how long a decision takes, with many agents and a
backlog kept. What is timed is the whole of `Engine.receive`: the state, its indexes, commands, facts and explanations.

Time is the CPU's (`time.thread_time_ns`), so that what else the machine does at the moment is not counted. Two centres: one with
200 skill groups and every agent in five of them, and one whose agents all serve a single queue, where calls ask for skills.
A timer that strikes (a waiting caller's announcement is due) is an event like any other; how many they are is in the detail.
"""

from __future__ import annotations

import gc
import math
import random
import time
from typing import Any, Literal

import msgspec

from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from callbase.core import events as e
from callbase.core.commands import Originate
from callbase.core.config import (
    Agent,
    Algorithm,
    Config,
    Device,
    Did,
    Enqueue,
    Flow,
    Member,
    Queue,
    Requirement,
    Tenant,
    Trunk,
)
from callbase.core.engine import Engine
from callbase.core.facts import RoutingExplained
from callbase.core.output import Output

NAME = "core_routing"
AGENTS = (100, 1_000, 5_000, 20_000)
GROUPS, GROUPS_EACH, WAITING = 200, 5, 10_000
CALLS = 4_000
"""Calls that come and go while it is measured."""
BAR_EVENTS, BAR_P99_MS = 15_000.0, 1.0
START_MS = 1_767_600_000_000

Kind = Literal["skill groups", "one queue"]
CENTRES: tuple[tuple[Kind, Algorithm], ...] = (("skill groups", "longest_idle"), ("one queue", "least_talk_time"))


def run(context: Context) -> list[Figure]:
    made: list[Figure] = []
    for kind, algorithm in CENTRES:
        for agents in AGENTS:
            centre = Centre(kind, agents, algorithm)
            centre.fill()
            found = centre.measure()
            context.say(
                f"{kind}, {agents:6} agents, {centre.waiting:6} waiting: {found.events_a_second:8.0f} events/s, decision "
                f"p50 {found.at(50):.3f} ms, p99 {found.at(99):.3f} ms, max {found.decisions_ms[-1]:.3f} ms"
            )
            detail: dict[str, Any] = {"centre": kind, "agents": agents, "waiting": centre.waiting, "algorithm": algorithm}
            detail |= {"events": found.events, "timers": found.timers}
            made.append(figure(NAME, "events/s", found.events_a_second, bar=BAR_EVENTS, **detail))
            made.append(
                figure(
                    NAME,
                    "ms a decision, p99",
                    found.at(99),
                    bar=BAR_P99_MS,
                    p50=round(found.at(50), 4),
                    max=round(found.decisions_ms[-1], 4),
                    decisions=len(found.decisions_ms),
                    **detail,
                )
            )
        made.append(_growth(made, kind))
    return made


def _growth(made: list[Figure], kind: str) -> Figure:
    """How a decision's cost (p50) grows from the fewest agents to the most, beside the logarithm's growth."""
    p50 = {
        int(one.detail["agents"]): float(one.detail["p50"])
        for one in made
        if one.detail.get("centre") == kind and "p50" in one.detail
    }
    few, many = AGENTS[0], AGENTS[-1]
    return figure(
        NAME,
        f"x cost of a decision, {many} agents to {few}",
        p50[many] / p50[few],
        centre=kind,
        logarithm=round(math.log(many) / math.log(few), 3),
        curve_ms={str(agents): p50[agents] for agents in AGENTS},
    )


class Measured(msgspec.Struct):
    events: int
    timers: int
    spent_s: float
    decisions_ms: list[float]
    """Sorted."""

    @property
    def events_a_second(self) -> float:
        return self.events / self.spent_s

    def at(self, percentile: int) -> float:
        return self.decisions_ms[min(len(self.decisions_ms) - 1, len(self.decisions_ms) * percentile // 100)]


class Centre:
    """All agents talk and a backlog waits; each call that ends frees an agent for the next, and a new caller comes."""

    def __init__(self, kind: Kind, agents: int, algorithm: Algorithm) -> None:
        self.waiting = max(1, WAITING * agents // AGENTS[-1])
        self._agents = [f"a{number:05}" for number in range(agents)]
        self._numbers = [f"4{number:05}" for number in range(GROUPS)]
        self._chance = random.Random(5)
        self._engine = Engine()
        self._now_ms = START_MS
        self._calls = 0
        self._talking: list[tuple[str, str]] = []
        """(customer's leg, agent's leg)"""
        self._events = self._timers = 0
        self._spent_ns = 0
        self._decisions_ns: list[int] = []
        tenant = self._one_queue(algorithm) if kind == "one queue" else self._groups(algorithm)
        self._give(e.EngineStarted(epoch=1))
        self._give(e.ConfigPublished(config=Config(version=1, tenants={"t": tenant})))
        self._give(e.SwitchConnected(node="a", devices=tuple(self._agents)))

    def _groups(self, algorithm: Algorithm) -> Tenant:
        members: list[list[Member]] = [[] for _ in range(GROUPS)]
        for agent in self._agents:
            for group in self._chance.sample(range(GROUPS), GROUPS_EACH):
                members[group].append(Member(agent=agent, priority=self._chance.choice((1, 1, 2))))
        queues = {
            f"q{group}": Queue(id=f"q{group}", name={}, members=tuple(members[group]), algorithm=algorithm, wrap_up_s=0.0)
            for group in range(GROUPS)
        }
        return self._tenant({}, queues, [Enqueue(queue=f"q{group}") for group in range(GROUPS)])

    def _one_queue(self, algorithm: Algorithm) -> Tenant:
        skills = {agent: {f"s{self._chance.randrange(8)}": 80, "all": 50} for agent in self._agents}
        members = tuple(Member(agent=agent) for agent in self._agents)
        queue = Queue(id="q", name={}, members=members, algorithm=algorithm, wrap_up_s=0.0)
        nodes = [
            Enqueue(queue="q", requires=(Requirement(skill=f"s{number % 8}", level=60),) if number % 2 else ())
            for number in range(GROUPS)
        ]
        return self._tenant(skills, {"q": queue}, nodes)

    def _tenant(self, skills: dict[str, dict[str, int]], queues: dict[str, Queue], nodes: list[Enqueue]) -> Tenant:
        return Tenant(
            id="t",
            name="T",
            agents={agent: Agent(id=agent, name=agent, devices=(agent,), skills=skills.get(agent, {})) for agent in self._agents},
            devices={agent: Device(id=agent, kind="sip", agent=agent) for agent in self._agents},
            queues=queues,
            dids={number: Did(number=number, flow=number) for number in self._numbers},
            flows={
                number: Flow(id=number, version=1, start="q", nodes={"q": node})
                for number, node in zip(self._numbers, nodes, strict=True)
            },
            trunks={"trunk": Trunk(id="trunk")},
        )

    def fill(self) -> None:
        """Everybody works, and the backlog is there."""
        for agent in self._agents:
            self._ask(e.SignIn(agent=agent))
            self._ask(e.SetReady(agent=agent))
        while len(self._talking) < 0.9 * len(self._agents):
            self._arrive()
        for _ in range(self.waiting):
            self._arrive()

    def measure(self) -> Measured:
        gc.collect()
        self._events = self._timers = self._spent_ns = 0
        self._decisions_ns = []
        for _ in range(CALLS):
            self._hang_up()
            self._arrive()
        decisions_ms = sorted(spent / 1e6 for spent in self._decisions_ns)
        return Measured(events=self._events, timers=self._timers, spent_s=self._spent_ns / 1e9, decisions_ms=decisions_ms)

    def _arrive(self) -> None:
        """A call comes in, is answered, and its caller is looked up. No two calls at the same millisecond."""
        self._calls += 1
        self._now_ms += self._chance.randrange(1, 20)
        leg, number = f"c{self._calls}", self._chance.choice(self._numbers)
        offered = self._give(
            e.CallOffered(leg=leg, node="a", caller_number=f"1{self._calls:07}", called_number=number, trunk="trunk", tenant="t")
        )
        for command in offered.commands:
            if type(command).__name__ == "LookUpCustomer":
                lookup = getattr(command, "lookup", "")
                self._give(e.LookupFinished(lookup=lookup, tenant="t", interaction=getattr(command, "interaction", "")))
        self._rings(self._give(e.LegAnswered(leg=leg)))

    def _hang_up(self) -> None:
        """One of those who talk ends: its agent takes the next."""
        if not self._talking:
            return
        at = self._chance.randrange(len(self._talking))
        self._talking[at], self._talking[-1] = self._talking[-1], self._talking[at]
        customer, agent = self._talking.pop()
        self._now_ms += self._chance.randrange(1, 20)
        ended = self._give(e.LegEnded(leg=customer, cause="normal"))
        self._give(e.LegEnded(leg=agent, cause="normal", by_far_end=False))
        self._rings(ended)

    def _rings(self, output: Output) -> None:
        for command in output.commands:
            if isinstance(command, Originate):
                interaction = self._engine._core.state.interactions[command.interaction]
                self._give(e.LegAlerting(leg=command.leg))
                self._give(e.LegAnswered(leg=command.leg))
                self._talking.append((interaction.leg, command.leg))

    def _ask(self, action: e.AnyAction) -> None:
        self._give(e.Request(id="r", tenant="t", actor="benchmark", action=action))

    def _give(self, event: e.AnyEvent) -> Output:
        """Timers strike at their own time, as events of their own, like the engine's loop has it."""
        while (due_ms := self._engine.next_timer()) is not None and due_ms <= self._now_ms:
            self._receive(e.TimerDue(), due_ms)
            self._timers += 1
        return self._receive(event, self._now_ms)

    def _receive(self, event: e.AnyEvent, now_ms: int) -> Output:
        began_ns = time.thread_time_ns()
        output = self._engine.receive(event, now_ms)
        spent_ns = time.thread_time_ns() - began_ns
        self._events += 1
        self._spent_ns += spent_ns
        if any(isinstance(fact, RoutingExplained) and fact.chosen is not None for fact in output.facts):
            self._decisions_ns.append(spent_ns)
        return output
