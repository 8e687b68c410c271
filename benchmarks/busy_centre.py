"""Hours of a busy centre of 300 seats, by the simulation: every event of the core with its moment and what came of it.

Callers hear a greeting, press a key, wait in one of three queues with music and announcements, talk, are recorded and worked on
afterwards, or give up; there are a little more of them than the agents can take. Telephones answer after three seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from callbase.core.commands import AnyCommand
from callbase.core.config import (
    Agent,
    Config,
    Device,
    Did,
    Enqueue,
    Flow,
    Greet,
    Member,
    Menu,
    Prompt,
    Queue,
    Say,
    Tenant,
    Trunk,
)
from callbase.core.events import AnyEvent, SetReady, SignIn
from callbase.core.facts import AnyFact
from callbase.core.output import Output
from callbase.switch.simulated import Crowd, Simulation, Telephone

SEATS, QUEUES = 300, 3
NUMBER, TRUNK, TENANT = "4008001234", "trunk", "t"
RINGS_MS, TALK_MS, WRAP_UP_S, PATIENCE_MS = 3_000, 180_000, 15.0, 180_000
CALLS_PER_HOUR = 1.02 * SEATS * 3_600_000 / (RINGS_MS + TALK_MS + WRAP_UP_S * 1000)
SNAPSHOT_EVERY_MS = 600_000


@dataclass(frozen=True, slots=True)
class Happened:
    at_ms: int
    event: AnyEvent
    facts: tuple[AnyFact, ...]
    commands: tuple[AnyCommand, ...]


@dataclass(frozen=True, slots=True)
class Played:
    happened: list[Happened]
    calls: int
    talked: int
    begun_ms: int
    """When the callers began to come."""
    snapshots: list[tuple[int, bytes]]
    """After how many events, and the state then."""


def play(hours: float) -> Played:
    outputs: list[Output] = []
    snapshots: list[tuple[int, bytes]] = []
    centre = Simulation(Config(version=1, tenants={TENANT: _tenant()}), watch=outputs.append)
    for number in range(SEATS):
        agent = f"a{number:03}"
        centre.switch.telephones[agent] = Telephone(answers_after_ms=RINGS_MS)
        centre.switch.register(agent, centre.now_ms)
        centre.settle()
        centre.ask(SignIn(agent=agent, device=agent), TENANT, agent)
        centre.ask(SetReady(agent=agent), TENANT, agent)
        centre.run_for(10)
    begun_ms = centre.now_ms
    until_ms = begun_ms + int(hours * 3_600_000)
    crowd = Crowd(
        centre.switch,
        NUMBER,
        TRUNK,
        seed=7,
        calls_per_hour=CALLS_PER_HOUR,
        patience_ms=PATIENCE_MS,
        talk_ms=TALK_MS,
        keys=tuple(str(queue + 1) for queue in range(QUEUES)),
    )
    crowd.come(begun_ms, until_ms)
    while centre.now_ms < until_ms:
        centre.run_until(min(centre.now_ms + SNAPSHOT_EVERY_MS, until_ms))
        snapshots.append((len(outputs), centre.engine.snapshot()))
    happened = [
        Happened(at_ms, event, tuple(output.facts), tuple(output.commands))
        for (at_ms, event), output in zip(centre.journal, outputs, strict=True)
    ]
    return Played(happened, crowd.came, len(crowd.talked), begun_ms, snapshots)


def _tenant() -> Tenant:
    agents = [f"a{number:03}" for number in range(SEATS)]
    queues = [f"q{number}" for number in range(QUEUES)]
    nodes = {queue: Enqueue(queue=queue) for queue in queues}
    menu = Menu(say=Say(prompt="menu"), choices={str(number + 1): queue for number, queue in enumerate(queues)})
    return Tenant(
        id=TENANT,
        name="T",
        agents={agent: Agent(id=agent, name=agent, devices=(agent,)) for agent in agents},
        devices={agent: Device(id=agent, kind="sip", agent=agent) for agent in agents},
        queues={
            queue: Queue(
                id=queue,
                name={},
                members=tuple(Member(agent=agent) for agent in agents[number::QUEUES]),
                wrap_up_s=WRAP_UP_S,
            )
            for number, queue in enumerate(queues)
        },
        dids={NUMBER: Did(number=NUMBER, flow="main")},
        trunks={TRUNK: Trunk(id=TRUNK)},
        flows={
            "main": Flow(
                id="main",
                version=1,
                start="welcome",
                nodes={"welcome": Greet(say=Say(prompt="welcome"), next="menu"), "menu": menu, **nodes},
            )
        },
        prompts={name: Prompt(id=name, text={"zh-CN": name}) for name in ("welcome", "menu")},
    )
