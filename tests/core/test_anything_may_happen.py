"""Whatever happens in whatever order: no call and no agent is ever stuck, two agents never get one call, no agent two.

Two machines throw events at the engine. In the first nothing makes sense: any event about any leg, known or not. In the second
callers, agents and a switch behave as they do, with failures of everything in between. Hypothesis searches for short stories
that go wrong; long random walks reach what short stories do not.

All of it is the same on every run. With `CALLBASE_HYPOTHESIS_SEED=random` the long walks go new ways; one that fails prints the
seed, and `CALLBASE_HYPOTHESIS_SEED=<seed>` walks it again.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar, cast

import msgspec
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from callbase.core import events as e
from callbase.core.call.conference import legs
from callbase.core.call.consultation_states import apart
from callbase.core.call.phases import present_agents
from callbase.core.config import (
    Callback,
    Config,
    Device,
    Enqueue,
    Flow,
    Greet,
    Member,
    Menu,
    Prefer,
    Relaxation,
    Requirement,
    Ring,
    Say,
    SetLanguage,
    Tenant,
    ToAgent,
    ToCallback,
    ToFlow,
    ToGoodbye,
    ToNumber,
    ToQueues,
    ToVoicemail,
    TransferTo,
    WaitingStep,
    WaitingTreatment,
)
from callbase.core.engine import Engine, Output
from callbase.core.facts import Discrepancy
from callbase.core.state import Consultation, Interaction
from callbase.switch.simulated import Telephone
from callbase.switch.simulated.switch import SimulatedSwitch
from tests.core.centre import AGENTS, MAIN, STRAIGHT, SUPPORT, Centre, tenant
from tests.core.invariants import Book, Mirror, check
from tests.core.ruled import ruled

EVENT = msgspec.json.Decoder(e.AnyEvent)
F = TypeVar("F", bound=Callable[..., None])
DEVICES = [*AGENTS, SUPPORT, *(f"{a}-web" for a in AGENTS), "demo-customer-1", "none"]
CUSTOMERS = ["13900139000", "13900139001", "13900139002"]
CAUSES = ["normal", "busy", "no_answer", "rejected", "unreachable", "media_lost", "cancelled", "switch_lost", "error"]
CALLERS = {"c1": "1381", "c2": "1382", "c3": ""}
"""Callers of their own; all others have one number."""
PICK = range(60)
"""Chooses one of what there is, modulo how many there are."""


def first_seed(asked: str) -> int:
    """What `CALLBASE_HYPOTHESIS_SEED` says: a number, or `random`."""
    return random.SystemRandom().randrange(1_000_000) if asked == "random" else int(asked)


SEED = first_seed(os.environ.get("CALLBASE_HYPOTHESIS_SEED", "0"))


def step(weight: int = 1, **choices: Any) -> Callable[[F], F]:
    """A rule whose arguments come from lists; `weight` is how often a random walk takes it."""

    def decorate(method: F) -> F:
        ruled: Any = rule(**{name: st.sampled_from(list(values)) for name, values in choices.items()})(method)
        ruled.walked = (weight, {name: list(values) for name, values in choices.items()})
        return cast(F, ruled)

    return decorate


def walk(machine: Any, seed: int, steps: int) -> None:
    """A long random story."""
    print(f"CALLBASE_HYPOTHESIS_SEED={SEED}, walk {seed}")
    chance = random.Random(SEED + seed)
    methods = [getattr(machine, name) for name in sorted(dir(type(machine))) if hasattr(getattr(type(machine), name), "walked")]
    weights = [method.walked[0] for method in methods]
    for _ in range(steps):
        (method,) = chance.choices(methods, weights)
        method(**{name: chance.choice(values) for name, values in method.walked[1].items()})
        if hasattr(machine, "far_ends_hear_what_the_core_believes"):
            machine.far_ends_hear_what_the_core_believes()
    machine.teardown()


SUPERVISORS = {"1001": "1002", "1002": "1003", "1003": SUPPORT, SUPPORT: "1001", "nobody": "1001"}
"""Who supervises whom."""
MODES: list[e.SupervisionMode] = ["listen", "whisper", "barge", "take_over"]

ACTIONS: list[e.AnyAction] = [
    action
    for agent in (*AGENTS, SUPPORT, "nobody")
    for action in (
        e.SignIn(agent=agent),
        e.SignIn(agent=agent, device=f"{agent}-web"),
        e.SignOut(agent=agent),
        e.SignOut(agent=agent, now=True),
        e.RestartSession(agent=agent),
        e.SetReady(agent=agent),
        e.SetReady(agent=agent),
        e.SetReady(agent=agent),
        e.SetNotReady(agent=agent),
        e.SetNotReady(agent=agent, reason="lunch"),
        e.SetNotReady(agent=agent, reason="rubbish"),
        e.AnswerCall(agent=agent),
        e.RejectCall(agent=agent),
        e.ClearCall(agent=agent),
        e.HoldCall(agent=agent),
        e.RetrieveCall(agent=agent),
        e.ConsultationCall(agent=agent, to=ToAgent(agent="1002")),
        e.SingleStepTransferCall(agent=agent, to=ToQueues(queues=("support",))),
        e.SingleStepConferenceCall(agent=agent, to=ToNumber(number="0215556")),
        e.FinishWrapUp(agent=agent),
        e.MakeCall(agent=agent, to=ToNumber(number="0215556")),
        e.MakeCall(agent=agent, to=ToNumber(number=STRAIGHT)),
        e.MakeCall(agent=agent, to=ToAgent(agent="1002")),
        e.MakeCall(agent=agent, to=ToQueues(queues=("gone", "sales"))),
        e.MakePredictiveCall(queue="sales", to=ToNumber(number="0215557")),
        e.GenerateDigits(agent=agent, digits="1#"),
        e.GenerateDigits(agent=agent, digits="1#", party="rubbish"),
        e.ParkCall(agent=agent),
        e.DirectedPickupCall(agent=agent, of="1001"),
        e.DirectedPickupCall(agent=agent, of="1002"),
        e.DeflectCall(agent=agent, to=ToAgent(agent="1003")),
        e.DeflectCall(agent=agent, to=ToQueues(queues=("support", "sales"))),
        e.DeflectCall(agent=agent, to=ToNumber(number="0215556")),
        e.ConsoleLost(agent=agent),
        e.ConsoleBack(agent=agent),
        e.MoveAgent(agent=agent, queues=("support",)),
        e.MoveAgent(agent=agent, queues=("sales", "support")),
        e.MoveAgent(agent=agent, queues=None),
        e.ExplainAgent(agent=agent),
        *(e.Supervise(agent=agent, supervisor=SUPERVISORS[agent], mode=mode) for mode in MODES),
        e.Supervise(agent=agent, supervisor="1002"),
        e.StopSupervising(agent=agent, supervisor=SUPERVISORS[agent]),
    )
]

MEANWHILE: list[Callable[..., e.AnyAction]] = [
    e.HoldCall,
    e.HoldCall,
    e.RetrieveCall,
    e.ConsoleLost,
    e.ConsoleLost,
    e.ConsoleBack,
    e.SetNotReady,
    e.SetReady,
    e.SignOut,
    e.RestartSession,
    e.SignIn,
    e.AnswerCall,
    e.RejectCall,
    e.ClearCall,
    e.FinishWrapUp,
    e.ParkCall,
    e.ParkCall,
]
"""What agents who have a call may ask."""

WHERE: tuple[e.Party, ...] = (
    ToAgent(agent="1001"),
    ToAgent(agent="1002"),
    ToAgent(agent="1003"),
    ToAgent(agent=SUPPORT),
    ToAgent(agent="nobody"),
    ToQueues(queues=("sales",)),
    ToQueues(queues=("none", "support")),
    ToQueues(queues=()),
    ToNumber(number="0215556", timeout_s=10.0),
    ToNumber(number="1002"),
    ToNumber(number="0215557", trunk="demo-trunk"),
    ToNumber(number="", trunk="none"),
    ToFlow(flow="main"),
    ToFlow(flow="straight"),
    ToFlow(flow="none"),
)
CALLS: list[Callable[..., e.AnyAction]] = [
    e.ConsultationCall,
    e.ConsultationCall,
    e.ConsultationCall,
    e.SingleStepTransferCall,
    e.SingleStepConferenceCall,
    e.SingleStepConferenceCall,
]
AMONG_THREE: list[Callable[..., e.AnyAction]] = [
    e.ReconnectCall,
    e.AlternateCall,
    e.AlternateCall,
    e.TransferCall,
    e.ConferenceCall,
    e.ConferenceCall,
    e.ClearConnection,
    e.ClearCall,
    e.HoldCall,
    e.RetrieveCall,
    e.RejectCall,
]
"""What is asked once somebody else is called."""


def talking(engine: Engine) -> list[str]:
    """Agents who lead a talk, or called and may."""
    found = [i for i in engine._core.state.interactions.values() if i.peer is not None]
    return sorted(agent for i in found for agent in (i.peer.agent if i.peer else None, i.caller_agent) if agent is not None)


def called_beside(engine: Engine) -> list[str]:
    """Legs of who is called by an agent beside its call."""
    found = [i.consultation.leg for i in engine._core.state.interactions.values() if i.consultation is not None]
    return sorted(leg for leg in found if leg)


def among_three(engine: Engine) -> list[str]:
    """Agents in a talk to which others were called."""
    found = [i for i in engine._core.state.interactions.values() if i.consultation is not None or i.others]
    here = [agent for i in found for agent in present_agents(i)]
    return sorted(set(here))


def engaged(engine: Engine) -> list[str]:
    agents = engine._core.state.tenants["demo"].agents.values() if "demo" in engine.tenants() else ()
    return sorted(agent.id for agent in agents if agent.interaction is not None)


def idle(engine: Engine) -> list[str]:
    """Who could supervise, or does."""
    agents = engine._core.state.tenants["demo"].agents.values() if "demo" in engine.tenants() else ()
    return sorted(agent.id for agent in agents if agent.state != "logged_off" and agent.interaction is None)


def at_outside_numbers(engine: Engine) -> list[str]:
    """Legs that are called, or asked for the key."""
    return sorted(leg.id for leg in engine._core.state.legs.values() if leg.asks and not leg.released)


def waiting_legs(engine: Engine) -> list[str]:
    """Of callers who wait."""
    return sorted(i.leg for i in engine._core.state.interactions.values() if i.leg and i.phase in ("queue", "offer"))


def waiting_to_be_called_back(engine: Engine) -> list[str]:
    return sorted(i.id for i in engine._core.state.interactions.values() if not i.leg)


SHAPES = 25
ODD_FLOWS = {
    "main": Flow(
        id="main",
        version=3,
        start="a",
        nodes={
            "a": Menu(say=Say(prompt="none"), choices={"1": "b", "2": "c", "3": "gone", "4": "d"}, timeout_s=0.0, attempts=0),
            "b": SetLanguage(language="other", next="e"),
            "c": TransferTo(number=STRAIGHT),
            "d": TransferTo(number=SUPPORT),
            "e": SetLanguage(language="xx", next="b"),
        },
    ),
    "straight": Flow(
        id="straight",
        version=3,
        start="a",
        nodes={
            "a": Greet(say=Say(prompt="welcome"), next="b"),
            "b": TransferTo(number="1003", failed="c"),
            "c": Greet(say=Say()),
        },
    ),
}
"""Flows that go in circles, lead nowhere, or say nothing."""
FRENCH = Requirement(skill="fr", level=60, relax=(Relaxation(after_s=5.0, level=30), Relaxation(after_s=20.0, level=0)))
RINGS = (Ring(after_s=0.0, priority=1, level=60), Ring(after_s=2.0))
PREFERRING = {
    "straight": Flow(id="straight", version=4, start="q", nodes={
        "q": Enqueue(queue="sales", prefer=Prefer(by="agent", agent="1002", for_s=5.0))}),
    "main": Flow(id="main", version=4, start="m", nodes={
        "m": Menu(say=Say(prompt="menu"), choices={"1": "last", "2": "only", "3": "data"}),
        "last": Enqueue(queue="sales", prefer=Prefer(by="last_agent", for_s=5.0)),
        "only": Enqueue(queue="sales", prefer=Prefer(by="agent", agent=SUPPORT, only=True)),
        "data": Enqueue(queue="support", priority=1, prefer=Prefer(by="data", key="a"), requires=(FRENCH,)),
    }),
}  # fmt: skip


def busy_tenant() -> Tenant:
    """Those who wait may press keys for everything there is, and are called back agent first in one queue, customer first in
    the other. Agents may be at outside numbers."""
    whole = tenant()
    change = msgspec.structs.replace
    outside = {f"{a}-outside": Device(id=f"{a}-outside", kind="outside", agent=a, dials=f"137{a}") for a in whole.agents}
    agents = {a: change(agent, devices=(*agent.devices, f"{a}-outside")) for a, agent in whole.agents.items()}
    treatment = WaitingTreatment(keys=KEYS, steps=STEPS)
    sales = change(whole.queues["sales"], waiting=treatment, callback=Callback(attempts=2, retry_after_s=20.0, ring_s=10.0))
    support = change(
        whole.queues["support"],
        waiting=treatment,
        callback=Callback(first="customer", attempts=2, retry_after_s=20.0, ring_s=10.0),
    )
    return change(whole, queues={"sales": sales, "support": support}, agents=agents, devices={**whole.devices, **outside})


KEYS: dict[str, Any] = {
    "1": ToCallback(),
    "2": ToVoicemail(),
    "3": ToFlow(flow="main"),
    "4": ToQueues(queues=("support", "sales")),
    "5": ToAgent(agent="1003"),
    "9": ToGoodbye(),
    "0": ToNumber(number="0215556"),
}
STEPS = (
    WaitingStep(at_s=5.0, what="place", every_s=30.0),
    WaitingStep(at_s=6.0, what="expected_wait", every_s=30.0),
    WaitingStep(at_s=7.0, what="say", say=Say(prompt="welcome"), every_s=60.0),
    WaitingStep(at_s=10.0, what="music", music="jazz"),
)


def configs(version: int, shape: int) -> Config:
    """Configurations as they may follow one another; each takes something away or gives it back."""
    whole = busy_tenant()
    sales, support = whole.queues["sales"], whole.queues["support"]
    change = msgspec.structs.replace
    skilled = {a: change(agent, skills={"fr": 30 * n}) for n, (a, agent) in enumerate(whole.agents.items())}
    shapes: list[Any] = [
        whole,
        change(whole, queues={"support": support}),
        change(whole, queues={"sales": change(sales, when_deleted="support"), "support": support}),
        change(whole, queues={"sales": change(sales, wrap_up_s=0.0, record=False), "support": support}),
        change(whole, queues={"sales": change(sales, members=(Member(agent="1001", priority=2), Member(agent=SUPPORT)))}),
        change(whole, agents={a: whole.agents[a] for a in ("1001", SUPPORT)}),
        change(whole, devices={d: v for d, v in whole.devices.items() if not d.startswith("1002")}),
        change(whole, dids={}),
        change(whole, flows={}),
        change(whole, flows={**whole.flows, "main": change(whole.flows["main"], version=2, start="bye", nodes={
            "bye": whole.flows["main"].nodes["bye"]})}),
        change(whole, trunks={}, unknown_did=None),
        change(whole, trunks={"demo-trunk": change(whole.trunks["demo-trunk"], max_channels=2, caller_number="021555")}),
        change(whole, timezone="Not/AZone"),
        change(whole, flows=ODD_FLOWS),
        change(whole, queues={}, device_grace_s=0.0),
        change(whole, queues={"sales": change(sales, algorithm="ring_all", aging_s=10.0), "support": support}),
        change(whole, agents=skilled, queues={"sales": change(sales, requires=(FRENCH,), rings=RINGS, algorithm="highest_skill"),
            "support": support}),
        change(whole, flows={**whole.flows, **PREFERRING}, customer_levels={"gold": 3}),
        change(whole, flows={**whole.flows, **PREFERRING}, agents=skilled, queues={
            "sales": change(sales, algorithm="weighted_random", requires=(FRENCH,)), "support": change(support, aging_s=5.0)}),
        change(whole, queues={"sales": change(sales, algorithm="fewest_calls", measure_window="rolling", measure_over_s=60.0),
            "support": change(support, members=sales.members, algorithm="last_served")}),
        *ruled(whole),
        None,
    ]  # fmt: skip
    chosen = shapes[shape]
    assert len(shapes) == SHAPES
    return Config(version=version, tenants={} if chosen is None else {"demo": chosen})


class Chaos(RuleBasedStateMachine):
    """Events without sense. A second engine, restored again and again from snapshots, must do exactly the same."""

    @initialize()
    def begin(self) -> None:
        self.engine = Engine()
        self.twin = Engine()
        self.now_ms = 1_767_600_000_000
        self.version = 1
        self.unanswered = 0
        self.book, self.mirror = Book(), Mirror()
        self.journal: list[tuple[int, bytes]] = []
        self.give(e.EngineStarted(epoch=1))
        self.give(e.ConfigPublished(config=configs(1, 0)))
        self.give(e.SwitchConnected(node="a", devices=(*AGENTS, "1001-web", SUPPORT)))
        for agent in AGENTS[:2]:
            self.request(e.SignIn(agent=agent))
            self.request(e.SetReady(agent=agent))

    def give(self, event: e.AnyEvent) -> Output:
        line = msgspec.json.encode(event)
        self.journal.append((self.now_ms, line))
        output = self.engine.receive(event, self.now_ms)
        assert self.twin.receive(EVENT.decode(line), self.now_ms) == output
        self.book.read(output)
        self.mirror.take(self.engine, output)
        check(self.engine)
        return output

    def request(self, action: e.AnyAction, tenant_id: str = "demo") -> None:
        output = self.give(e.Request(id="r", tenant=tenant_id, actor="test", action=action))
        assert [reply.id for reply in output.replies] == ["r"]

    def one(self, pick: int, of: Any) -> Any:
        """One of what there is, or something unknown."""
        known = [*sorted(of), "unknown"]
        return known[pick % len(known)]

    @step(ms=[0, 1, 500, 2_000, 5_000, 21_000, 31_000, 700_000])
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms
        self.give(e.TimerDue())

    @step(weight=3)
    def next_timer_strikes(self) -> None:
        due_ms = self.engine.next_timer()
        if due_ms is not None and due_ms - self.now_ms < 3_600_000:
            self.now_ms = max(self.now_ms, due_ms)
            self.give(e.TimerDue())

    @step(
        weight=4,
        leg=["c1", "c2", "c3", "c4", "c5"],
        number=[MAIN, MAIN, STRAIGHT, STRAIGHT, "999", "1001", "1002", SUPPORT, "0215556", ""],
        origin=["demo-trunk", "demo-trunk", "demo-trunk", "rogue", "1001", "1003", "1002-web", "demo-customer-1", None],
        waited_ms=[0, 0, 0, 2_000],
    )
    def call(self, leg: str, number: str, origin: str | None, waited_ms: int) -> None:
        trunk = origin if origin in ("demo-trunk", "rogue") else None
        device = origin if trunk is None else None
        self.give(
            e.CallOffered(
                leg=leg,
                node="a",
                caller_number=f"138{leg[-1]}" if leg[-1] in "123" else "138",
                called_number=number,
                trunk=trunk,
                device=device,
                waited_ms=waited_ms,
            )
        )

    @step(weight=8, pick=PICK)
    def leg_answered(self, pick: int) -> None:
        legs = self.engine._core.state.legs
        self.give(e.LegAnswered(leg=self.one(pick, [leg for leg in legs if not legs[leg].up])))

    @step(weight=2, pick=PICK, cause=[*CAUSES, "normal", "media_lost"])
    def leg_ended(self, pick: int, cause: Any) -> None:
        self.give(e.LegEnded(leg=self.one(pick, self.engine._core.state.legs), cause=cause))

    @step(weight=2, pick=PICK, held=[True, False])
    def leg_held(self, pick: int, held: bool) -> None:
        leg = self.one(pick, self.engine._core.state.legs)
        self.give(e.LegHeld(leg=leg) if held else e.LegRetrieved(leg=leg))

    @step(weight=2, pick=PICK, number=["1002", "0215556", STRAIGHT, SUPPORT, "", "nobody"])
    def a_telephone_transfers(self, pick: int, number: str) -> None:
        self.give(e.LegTransfers(leg=self.one(pick, self.engine._core.state.legs), number=number))

    @step(weight=6, pick=PICK, digit=[*"11112223334590#", "x", ""])
    def digit(self, pick: int, digit: str) -> None:
        found = self.engine._core.state.interactions.values()
        self.give(
            e.DigitPressed(leg=self.one(pick, [i.leg for i in found if i.phase in ("flow", "queue", "offer")]), digit=digit)
        )

    @step(weight=4, pick=PICK, digit=["1", "1", "2"])
    def an_outside_number_is_answered(self, pick: int, digit: str) -> None:
        leg = self.one(pick, at_outside_numbers(self.engine))
        self.give(e.LegAnswered(leg=leg))
        self.give(e.DigitPressed(leg=leg, digit=digit))

    @step(weight=4, pick=PICK, keys=["11", "11", "21", "31", "12"])
    def who_waits_decides(self, pick: int, keys: str) -> None:
        leg = self.one(pick, waiting_legs(self.engine))
        for key in keys:
            self.give(e.DigitPressed(leg=leg, digit=key))
        playing = {i.leg: i.playback for i in self.engine._core.state.interactions.values() if i.playback}
        self.give(e.PlaybackFinished(leg=leg, playback=playing.get(leg) or "unknown", result="finished"))

    @step(weight=5, pick=PICK, result=["finished", "finished", "stopped", "failed"])
    def playback_finished(self, pick: int, result: Any) -> None:
        playing = {i.leg: i.playback for i in self.engine._core.state.interactions.values() if i.playback}
        leg = self.one(pick, playing)
        self.give(e.PlaybackFinished(leg=leg, playback=playing.get(leg) or "unknown", result=result))

    @step(pick=PICK, failed=[False, True])
    def recording_ended(self, pick: int, failed: bool) -> None:
        recording = self.one(pick, self.engine._core.state.recordings)
        ended = e.RecordingEnded(leg="any", recording=recording)
        self.give(e.RecordingFailed(leg="any", recording=recording, reason="disk full") if failed else ended)

    @step(weight=3, device=DEVICES, contact=["sip:one", "sip:two", ""], there=[True, True, True, False])
    def device(self, device: str, contact: str, there: bool) -> None:
        registered = e.DeviceRegistered(device=device, contact=contact)
        self.give(registered if there else e.DeviceUnregistered(device=device))

    @step(weight=12, action=ACTIONS)
    def asked(self, action: e.AnyAction) -> None:
        self.request(action)

    @step(weight=5, agent=[*AGENTS, SUPPORT], device=["{}", "{}-web", "{}-outside"])
    def somebody_comes_to_work(self, agent: str, device: str) -> None:
        if "outside" not in device:
            self.give(e.DeviceRegistered(device=device.format(agent), contact="sip:one"))
        for action in (e.SignIn(agent=agent, device=device.format(agent)), e.ConsoleBack(agent=agent), e.SetReady(agent=agent)):
            self.request(action)

    @step(weight=8, pick=PICK, action=MEANWHILE)
    def asked_by_who_has_a_call(self, pick: int, action: Callable[..., e.AnyAction]) -> None:
        self.request(action(agent=self.one(pick, engaged(self.engine))))

    @step(weight=6, pick=PICK, other=PICK, mode=MODES)
    def supervised(self, pick: int, other: int, mode: e.SupervisionMode) -> None:
        agents = sorted(self.engine._core.state.tenants["demo"].agents) if "demo" in self.engine.tenants() else []
        agent = self.one(pick, engaged(self.engine))
        self.request(e.Supervise(agent=agent, supervisor=self.one(other, agents), mode=mode))

    @step(weight=5, pick=PICK, action=CALLS, to=WHERE, answers=[True, True, False])
    def somebody_else_is_called(self, pick: int, action: Callable[..., e.AnyAction], to: e.Party, answers: bool) -> None:
        self.request(action(agent=self.one(pick, talking(self.engine)), to=to))
        if answers:
            self.give(e.LegAnswered(leg=self.one(pick, called_beside(self.engine))))

    @step(weight=8, pick=PICK, action=AMONG_THREE)
    def asked_among_three(self, pick: int, action: Callable[..., e.AnyAction]) -> None:
        self.request(action(agent=self.one(pick, among_three(self.engine))))

    @step(weight=2, pick=PICK)
    def a_party_is_taken_out(self, pick: int) -> None:
        party = self.one(pick, self.engine._core.state.legs)
        self.request(e.ClearConnection(agent=self.one(pick, among_three(self.engine)), party=party))

    @step(weight=2, pick=PICK)
    def a_laptop_is_closed_for_good(self, pick: int) -> None:
        agent = self.one(pick, engaged(self.engine))
        self.request(e.ConsoleLost(agent=agent))
        self.give(e.DeviceUnregistered(device=f"{agent}-web"))
        for ms in (2_500, 32_000):
            self.now_ms += ms
            self.give(e.TimerDue())

    @step(agent=[*AGENTS, "nobody"], pick=PICK, known=[True, False])
    def asked_about_an_interaction(self, agent: str, pick: int, known: bool) -> None:
        found = self.one(pick, self.engine._core.state.interactions)
        self.request(e.SetOutcome(agent=agent, interaction=found, outcome="sold" if known else "nonsense"))
        self.request(e.SetData(interaction=found, data={"a": "b", "c": None} if known else {"": "x"}))
        self.request(e.Reprioritize(interaction=found, priority=pick % 7 - 3))
        self.request(e.DirectedPickupCall(agent=agent, interaction=found))
        self.request(e.Reprioritize(interaction=found, first=True))
        self.request(e.Reroute(interaction=found, queue="support") if known else e.Reroute(interaction=found, agent=agent))
        self.request(e.Reroute(interaction=found, to=WHERE[pick % len(WHERE)]))
        if agent == "nobody":
            self.request(e.ReleaseInteraction(interaction=found))

    @step(action=ACTIONS)
    def asked_of_no_tenant(self, action: e.AnyAction) -> None:
        self.request(action, "nowhere")

    @step(pick=PICK, customer=[None, e.Customer(id="c", name="Wang"), e.Customer(id="c", name="Wang", level="gold")])
    def looked_up(self, pick: int, customer: e.Customer | None) -> None:
        lookups = {i.lookup: i.id for i in self.engine._core.state.interactions.values() if i.lookup}
        lookup = self.one(pick, lookups)
        found = lookups.get(lookup, "unknown")
        self.give(e.LookupFinished(lookup=lookup, tenant="demo", interaction=found, customer=customer))

    @step(shape=range(SHAPES))
    def config_changes(self, shape: int) -> None:
        self.version += 1
        self.give(e.ConfigPublished(config=configs(self.version, shape)))
        if shape:
            return
        for device in (*AGENTS, SUPPORT):
            self.give(e.DeviceRegistered(device=device, contact="sip:one"))

    @step(weight=2)
    def config_is_whole_again(self) -> None:
        self.config_changes(0)

    @step()
    def switch_lost(self) -> None:
        self.give(e.SwitchLost(node="a"))

    @step(weight=1, seed=range(1000), keeps=[2, 9, 9])
    def switch_connected(self, seed: int, keeps: int) -> None:
        """With most of the legs, some others, and some of the bridges; of some legs it has noted what happened meanwhile."""
        known, chance = self.engine._core.state, random.Random(seed)
        legs = {
            leg: e.LiveLeg(
                leg=leg,
                up=chance.random() < 0.6,
                called_number=chance.choice([STRAIGHT, MAIN, ""]),
                trunk=chance.choice(["demo-trunk", None]),
                device=chance.choice([None, "1001", "demo-customer-1"]),
                bridge=chance.choice([None, *sorted(known.interactions)]),
            )
            for leg in [*sorted(known.legs), "c1", "c2", "stray"]
            if chance.randrange(10) < keeps
        }
        bridges = tuple(b for b in [*sorted(known.interactions), "stray"] if chance.randrange(10) < keeps)
        registered = tuple(d for d in (*AGENTS, "1001-web", SUPPORT) if chance.randrange(10) < keeps)
        started_ms = chance.choice([0, self.now_ms - 1, self.now_ms - 100_000])
        meanwhile = [
            e.Meanwhile(
                leg=leg,
                answered_ago_ms=chance.choice([None, 700, 4_000, 70_000]),
                ended_ago_ms=chance.choice([-5, 0, 600, 3_000, 90_000]) if leg not in legs else None,
                cause=chance.choice(CAUSES),
            )
            for leg in [*sorted(known.legs), "c1", "stray"]
            if chance.random() < 0.7
        ]
        self.give(
            e.SwitchConnected(
                node="a",
                legs=tuple(legs.values()),
                bridges=bridges,
                devices=registered,
                started_ms=max(0, started_ms),
                unheard_ms=chance.choice([None, 500, 5_000, 100_000]),
                meanwhile=tuple(meanwhile),
            )
        )

    @step(weight=1, legs=range(3), before_ms=[0, 3_000, 90_000])
    def calls_missed(self, legs: int, before_ms: int) -> None:
        calls = tuple(
            e.MissedCall(
                leg=f"missed-{leg}",
                started_ms=max(0, self.now_ms - before_ms),
                ended_ms=self.now_ms,
                called_number=MAIN,
                trunk="demo-trunk",
                tenant="demo",
            )
            for leg in range(legs)
        )
        self.give(e.CallsMissed(node="a", calls=calls))

    @step(weight=2)
    def restored(self) -> None:
        snapshot = self.engine.snapshot()
        self.twin = Engine.restore(snapshot)
        assert self.twin.snapshot() == snapshot
        assert self.twin.next_timer() == self.engine.next_timer()

    @step(epoch=range(1, 1000))
    def restarted(self, epoch: int) -> None:
        self.engine = Engine.restore(self.engine.snapshot())
        self.give(e.EngineStarted(epoch=epoch))
        if epoch % 3:
            self.switch_connected(epoch, 9)

    def teardown(self) -> None:
        """The switch has nothing any more, and hours pass: nothing is left, nobody is stuck, and a replay ends the same."""
        if not hasattr(self, "engine"):
            return
        self.config_changes(0)
        self.give(e.SwitchConnected(node="a", devices=AGENTS))
        for _ in range(3):
            self.now_ms += 700_000
            self.give(e.TimerDue())
        for callback in waiting_to_be_called_back(self.engine):
            self.request(e.ReleaseInteraction(interaction=callback))
        self.give(e.SwitchConnected(node="a", devices=AGENTS))
        self.now_ms += 700_000
        self.give(e.TimerDue())
        state = self.engine._core.state
        assert not state.interactions
        assert not state.legs
        assert not state.recordings
        for agent in state.tenants["demo"].agents.values():
            assert agent.state in ("logged_off", "not_ready", "ready")
        self.book.check_closed()
        replayed = Engine()
        for now_ms, line in self.journal:
            replayed.receive(EVENT.decode(line), now_ms)
        assert replayed.snapshot() == self.engine.snapshot()


def hears_consultation(switch: SimulatedSwitch, i: Interaction, consultation: Consultation) -> None:
    """Agent and consulted party are alone in a bridge of their own; who is held hears music, as does the agent who waits for one
    of a queue, and who waits for one who is lost; who called hears it ring."""
    asks = i.peer is not None and not consultation.joining and i.peer.connection != "reconnecting"
    agent = switch.legs[i.peer.leg] if i.peer is not None and asks else None
    assert agent is None or agent.ringback == (consultation.state == "alerting")
    if consultation.state == "waiting":
        assert agent is None or agent.music is not None
        return
    if consultation.lost:
        assert agent is None or (agent.music is not None) == (consultation.state == "connected")
        return
    called = switch.legs[consultation.leg]
    if consultation.state == "connected" and not apart(i):
        assert i.peer is not None
        assert switch.bridges[consultation.id] == {i.peer.leg, consultation.leg}
        assert called.music is None
    else:
        assert called.bridge is None
        assert (called.music is not None) == (consultation.state in ("held", "connected"))


class Life(RuleBasedStateMachine):
    """Callers, agents and a switch as they are, failures included; what the far ends hear must be what the core believes."""

    @initialize(seed=st.integers(0, 3))
    def begin(self, seed: int) -> None:
        self.book, self.mirror = Book(), Mirror()
        busy = busy_tenant()
        self.centre = Centre(queues=busy.queues, agents=busy.agents, devices=busy.devices)
        self.centre._watch = self.watch
        self.book.read(self.centre.output)
        for agent in (*AGENTS, SUPPORT)[: seed + 1]:
            self.centre.staff(agent, device="{}-web" if seed % 2 else "{}", answers_after_ms=seed * 3000 or None)

    def watch(self, output: Output) -> None:
        self.book.read(output)
        self.mirror.take(self.centre.engine, output)
        check(self.centre.engine)

    def leg(self, pick: int, *, talking: bool = False) -> str | None:
        legs = sorted(leg.id for leg in self.centre.switch.legs.values() if leg.up or not talking)
        return legs[pick % len(legs)] if legs else None

    @step(weight=6, ms=[100, 1_000, 2_500, 6_000, 22_000, 31_000])
    def time_passes(self, ms: int) -> None:
        self.centre.run_for(ms)

    @step(
        weight=5,
        number=[STRAIGHT, STRAIGHT, MAIN, "999", "1001", "1002", SUPPORT, "02155"],
        origin=["demo-trunk", "demo-trunk", "demo-trunk", "1001", "1002-web", "demo-customer-1"],
        caller=[*CUSTOMERS, CUSTOMERS[0], "anonymous"],
    )
    def call(self, number: str, origin: str, caller: str) -> None:
        if len(self.centre.switch.legs) < 12:
            self.centre.call(
                number, caller, **({"trunk": origin} if origin == "demo-trunk" else {"device": origin, "trunk": None})
            )

    @step(weight=3, pick=PICK, digits=["1", "2", "3", "4", "91", "5", "11", "21", "11", "21", "31", "9", "0", "#"])
    def press(self, pick: int, digits: str) -> None:
        leg = self.leg(pick)
        if leg is not None:
            self.centre.press(leg, digits)

    @step(weight=4, pick=PICK, digits=["1", "1", "2", ""], ms=[0, 500, 9_000])
    def an_outside_number_is_answered(self, pick: int, digits: str, ms: int) -> None:
        legs = at_outside_numbers(self.centre.engine)
        if legs:
            leg = legs[pick % len(legs)]
            self.centre.switch.answer(leg, self.centre.now_ms)
            self.centre.run_for(ms)
            if leg in self.centre.switch.legs:
                self.centre.press(leg, digits)

    @step(weight=4, pick=PICK, keys=["11", "11", "21", "31", "12"], ms=[0, 500, 2_000])
    def who_waits_decides(self, pick: int, keys: str, ms: int) -> None:
        legs = waiting_legs(self.centre.engine)
        if legs:
            self.centre.press(legs[pick % len(legs)], keys)
            self.centre.run_for(ms)

    @step(weight=6, pick=PICK)
    def answer(self, pick: int) -> None:
        ringing = sorted(leg.id for leg in self.centre.switch.legs.values() if not leg.up and len(leg.id) > 10)
        if ringing:
            self.centre.switch.answer(ringing[pick % len(ringing)], self.centre.now_ms)
            self.centre.settle()

    @step(weight=2, pick=PICK, cause=["normal", "normal", "media_lost", "error"])
    def hang_up(self, pick: int, cause: Any) -> None:
        leg = self.leg(pick)
        if leg is not None:
            self.centre.hang_up(leg, cause)

    @step(weight=2, pick=PICK)
    def hold_button(self, pick: int) -> None:
        leg = self.leg(pick, talking=True)
        if leg is not None:
            held = self.centre.switch.legs[leg].held
            (self.centre.switch.retrieve if held else self.centre.switch.hold)(leg, self.centre.now_ms)
            self.centre.settle()

    @step(weight=2, pick=PICK, number=["1002", "0215556", STRAIGHT, SUPPORT, "", "nobody"])
    def a_telephone_transfers(self, pick: int, number: str) -> None:
        leg = self.leg(pick, talking=True)
        if leg is not None:
            self.centre.switch.refer(leg, number, self.centre.now_ms)
            self.centre.settle()

    @step(weight=2, pick=PICK, agent=[*AGENTS, SUPPORT])
    def somebody_is_signed_out_in_its_call(self, pick: int, agent: str) -> None:
        agents = engaged(self.centre.engine)
        self.centre.ask(e.SignOut(agent=agents[pick % len(agents)] if agents else agent, now=True))

    @step(weight=2, pick=PICK, to=WHERE)
    def who_waits_is_sent_elsewhere(self, pick: int, to: e.Party) -> None:
        waiting = sorted(i.id for i in self.centre.engine._core.state.interactions.values() if i.phase in ("queue", "offer"))
        if waiting:
            self.centre.ask(e.Reroute(interaction=waiting[pick % len(waiting)], to=to))

    @step(weight=12, action=ACTIONS)
    def asked(self, action: e.AnyAction) -> None:
        self.centre.ask(action)

    @step(weight=5, agent=[*AGENTS, SUPPORT], device=["{}", "{}-web", "{}-outside"])
    def somebody_comes_to_work(self, agent: str, device: str) -> None:
        if "outside" not in device:
            self.device(device.format(agent), "sip:one", True)
        for action in (e.SignIn(agent=agent, device=device.format(agent)), e.ConsoleBack(agent=agent), e.SetReady(agent=agent)):
            self.centre.ask(action)

    @step(weight=8, pick=PICK, action=MEANWHILE)
    def asked_by_who_has_a_call(self, pick: int, action: Callable[..., e.AnyAction]) -> None:
        agents = engaged(self.centre.engine)
        if agents:
            self.centre.ask(action(agent=agents[pick % len(agents)]))

    @step(weight=6, pick=PICK, other=PICK, mode=MODES)
    def supervised(self, pick: int, other: int, mode: e.SupervisionMode) -> None:
        agents, free = engaged(self.centre.engine), idle(self.centre.engine)
        if agents and free:
            supervisor = free[other % len(free)]
            self.centre.ask(e.Supervise(agent=agents[pick % len(agents)], supervisor=supervisor, mode=mode))

    @step(weight=5, pick=PICK, action=CALLS, to=WHERE, answers=[True, True, False])
    def somebody_else_is_called(self, pick: int, action: Callable[..., e.AnyAction], to: e.Party, answers: bool) -> None:
        agents = talking(self.centre.engine)
        if agents:
            self.centre.ask(action(agent=agents[pick % len(agents)], to=to))
        legs = called_beside(self.centre.engine)
        if answers and legs:
            self.centre.switch.answer(legs[pick % len(legs)], self.centre.now_ms)
            self.centre.settle()

    @step(weight=8, pick=PICK, action=AMONG_THREE)
    def asked_among_three(self, pick: int, action: Callable[..., e.AnyAction]) -> None:
        agents = among_three(self.centre.engine)
        if agents:
            self.centre.ask(action(agent=agents[pick % len(agents)]))

    @step(weight=2, pick=PICK)
    def a_laptop_is_closed_for_good(self, pick: int) -> None:
        agents = engaged(self.centre.engine)
        if agents:
            agent = agents[pick % len(agents)]
            self.centre.ask(e.ConsoleLost(agent=agent))
            self.device(f"{agent}-web", "", False)
            self.centre.run_for(35_000)

    @step(
        device=[*DEVICES, "13900139000", "13900139000", "13900139001", "13900139002"],
        refuses=[None, None, "busy", "rejected"],
        after_ms=[None, 500, 15_000],
    )
    def telephone_behaves(self, device: str, refuses: Any, after_ms: int | None) -> None:
        self.centre.switch.telephones[device] = Telephone(answers_after_ms=after_ms, refuses=refuses)

    @step(weight=3, device=DEVICES, contact=["sip:one", "sip:one", "sip:two"], there=[True, True, True, False])
    def device(self, device: str, contact: str, there: bool) -> None:
        if there:
            self.centre.switch.register(device, self.centre.now_ms, contact)
        else:
            self.centre.switch.unregister(device, self.centre.now_ms)
        self.centre.settle()

    @step(away_ms=[0, 1_000, 30_000])
    def link_lost(self, away_ms: int) -> None:
        self.centre.switch.disconnect(self.centre.now_ms)
        self.centre.run_for(away_ms)
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()

    @step()
    def switch_restarts(self) -> None:
        self.centre.switch.disconnect(self.centre.now_ms)
        self.centre.settle()
        self.centre.switch.restart(self.centre.now_ms)
        self.centre.run_for(3000)
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()
        for device in (*AGENTS, SUPPORT):
            self.centre.switch.register(device, self.centre.now_ms)
        self.centre.settle()

    @step(away_ms=[0, 3_000, 60_000])
    def engine_dies(self, away_ms: int) -> None:
        """Nobody listens for a while; the switch goes on by itself."""
        with self.nobody_listens():
            self.passes(away_ms)

    @step(weight=3, picks=[(one, other) for one in range(8) for other in range(8)], ms=[0, 600, 20_000])
    def some_come_and_go_while_nobody_listens(self, picks: tuple[int, int], ms: int) -> None:
        """A telephone that rings is answered; one leg ends, then another one, be it that telephone's."""
        with self.nobody_listens():
            ringing = sorted(leg.id for leg in self.centre.switch.legs.values() if not leg.up and len(leg.id) > 10)
            if ringing:
                self.centre.switch.answer(ringing[picks[0] % len(ringing)], self.passes(ms))
            for pick, cause in zip(picks, ("normal", "media_lost" if ms else "normal"), strict=True):
                leg = self.leg(pick)
                if leg is not None:
                    self.centre.switch.hang_up(leg, self.passes(ms), cause)  # type: ignore[arg-type]
            self.passes(ms)

    @contextmanager
    def nobody_listens(self) -> Iterator[None]:
        snapshot = self.centre.engine.snapshot()
        self.centre.switch.leave(self.centre.now_ms)
        yield
        self.centre.engine = Engine.restore(snapshot)
        self.centre.give(e.EngineStarted(epoch=self.centre.now_ms & 0xFFFF))
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()

    def passes(self, ms: int) -> int:
        """Returns the moment after."""
        self.centre.now_ms += ms
        self.centre.switch.events(self.centre.now_ms)
        return self.centre.now_ms

    @step(shape=[*range(SHAPES - 1), 0, 0, 0, 0])
    def config_changes(self, shape: int) -> None:
        version = self.centre.engine._core.state.config.version
        self.centre.give(e.ConfigPublished(config=configs(version + 1, shape)))
        self.centre.settle()

    @invariant()
    def far_ends_hear_what_the_core_believes(self) -> None:
        """Two who talk are in one bridge, alone; who waits hears something; who was released is gone."""
        if not hasattr(self, "centre") or not self.centre.switch.online:
            return
        switch, state = self.centre.switch, self.centre.engine._core.state
        assert set(switch.legs) == set(state.legs)
        for i in state.interactions.values():
            if i.phase in ("talk", "conference"):
                assert switch.bridges.get(i.id, set()) == set(legs(i))
                assert legs(i) or switch.legs[i.leg].music is not None
            elif i.leg and i.phase in ("queue", "offer", "hold", "parked", "reconnecting", "voicemail"):
                customer = switch.legs[i.leg]
                assert customer.bridge is None
                asked = [wait.timer for wait in (i.question, i.flow) if wait is not None]
                heard = (customer.music, customer.playback, customer.message)
                assert not customer.ringback
                assert any(one is not None for one in heard) or asked or i.phase == "voicemail"
            if i.leg and i.phase in ("flow", "talk", "conference"):
                assert switch.legs[i.leg].ringback == i.ringback == (i.ringback and i.dial is not None)
        for one in state.supervisions.values():
            own, there = switch.legs[one.leg], switch.legs.get(one.of)
            assert own.bridge is None
            assert own.supervises == ((one.of, one.mode) if own.up and there is not None else None)
        for i in state.interactions.values():
            if i.consultation is not None:
                hears_consultation(switch, i, i.consultation)
        consulting = [i.consultation for i in state.interactions.values() if i.consultation is not None and not apart(i)]
        assert set(switch.bridges) == {
            *(i.id for i in state.interactions.values() if i.bridged),
            *(found.id for found in consulting if found.state == "connected"),
        }
        output = Engine.restore(self.centre.engine.snapshot()).receive(switch.has(self.centre.now_ms), self.centre.now_ms)
        assert not [fact for fact in output.facts if isinstance(fact, Discrepancy)], "so after a gap nothing differs"

    def teardown(self) -> None:
        if not hasattr(self, "centre"):
            return
        for leg in list(self.centre.switch.legs):
            self.centre.hang_up(leg)
        self.centre.run_for(120_000)
        for callback in waiting_to_be_called_back(self.centre.engine):
            self.centre.ask(e.ReleaseInteraction(interaction=callback))
        for leg in list(self.centre.switch.legs):
            self.centre.hang_up(leg)
        self.centre.run_for(120_000)
        state = self.centre.engine._core.state
        assert not state.interactions
        assert not state.legs
        assert not self.centre.switch.legs
        self.book.check_closed()


machine_settings = settings(max_examples=40, stateful_step_count=40)
TestChaos = Chaos.TestCase
TestChaos.settings = machine_settings
TestLife = Life.TestCase
TestLife.settings = machine_settings


@pytest.mark.parametrize("seed", range(6))
def test_a_long_walk_without_sense(seed: int) -> None:
    machine = Chaos()
    machine.begin()
    walk(machine, seed, 1000)


@pytest.mark.parametrize("seed", range(6))
def test_a_long_life(seed: int) -> None:
    machine = Life()
    machine.begin(seed % 4)
    walk(machine, seed, 1000)


def test_walks_are_the_same_on_every_run_unless_others_are_asked_for() -> None:
    assert [first_seed("0"), first_seed("4711")] == [0, 4711]
    assert len({first_seed("random") for _ in range(20)}) > 1


def test_no_example_is_too_slow_and_none_is_new() -> None:
    assert (settings.default.deadline, settings.default.derandomize) == (None, True)
