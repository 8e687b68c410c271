"""Whatever happens in whatever order: no call and no agent is ever stuck, two agents never get one call, no agent two.

Two machines throw events at the engine. In the first nothing makes sense: any event about any leg, known or not. In the second
callers, agents and a switch behave as they do, with failures of everything in between.
"""

from __future__ import annotations

from typing import Any

import msgspec
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from callbase.core import events as e
from callbase.core.config import Config, Member
from callbase.core.engine import Engine, Output
from callbase.switch.simulated import Telephone
from tests.core.centre import AGENTS, MAIN, STRAIGHT, SUPPORT, Centre, config, tenant
from tests.core.invariants import Book, Mirror, check

EVENT = msgspec.json.Decoder(e.AnyEvent)
agents = st.sampled_from((*AGENTS, SUPPORT, "nobody"))
devices = st.sampled_from([*AGENTS, SUPPORT, *(f"{a}-web" for a in AGENTS), "demo-customer-1", "none"])
causes = st.sampled_from(
    ["normal", "busy", "no_answer", "rejected", "unreachable", "media_lost", "cancelled", "switch_lost", "error", "congestion"]
)
actions = st.one_of(
    agents.flatmap(
        lambda agent: st.sampled_from(
            [
                e.SignIn(agent=agent),
                e.SignIn(agent=agent, device=f"{agent}-web"),
                e.SignOut(agent=agent),
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
                e.FinishWrapUp(agent=agent),
                e.ConsoleLost(agent=agent),
                e.ConsoleBack(agent=agent),
            ]
        )
    )
)


def configs(version: int, shape: int) -> Config:
    """Configurations as they may follow one another; each takes something away or gives it back."""
    whole = tenant()
    sales, support = whole.queues["sales"], whole.queues["support"]
    change = msgspec.structs.replace
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
        change(whole, timezone="Not/AZone"),
        None,
    ]  # fmt: skip
    chosen = shapes[shape % len(shapes)]
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
        self.give(e.ConfigPublished(config=config()))
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

    def legs(self) -> list[str]:
        return [*sorted(self.engine._core.state.legs), "unknown"]

    def pick(self, data: st.DataObject) -> str:
        return data.draw(st.sampled_from(self.legs()))

    @rule(ms=st.sampled_from([0, 1, 500, 2_000, 5_000, 21_000, 31_000, 700_000]))
    def time_passes(self, ms: int) -> None:
        self.now_ms += ms
        self.give(e.TimerDue())

    @rule()
    def next_timer_strikes(self) -> None:
        due_ms = self.engine.next_timer()
        if due_ms is not None and due_ms - self.now_ms < 3_600_000:
            self.now_ms = max(self.now_ms, due_ms)
            self.give(e.TimerDue())

    @rule(
        leg=st.sampled_from(["c1", "c2", "c3", "c4", "c5"]),
        number=st.sampled_from([MAIN, STRAIGHT, STRAIGHT, "999", "1002", "0215556", ""]),
        origin=st.sampled_from(["demo-trunk", "demo-trunk", "rogue", "1001", "1003", "demo-customer-1", None]),
    )
    def call(self, leg: str, number: str, origin: str | None) -> None:
        trunk = origin if origin in ("demo-trunk", "rogue") else None
        device = origin if trunk is None else None
        self.give(e.CallOffered(leg=leg, node="a", caller_number="138", called_number=number, trunk=trunk, device=device))

    @rule(data=st.data())
    def leg_answered(self, data: st.DataObject) -> None:
        self.give(e.LegAnswered(leg=self.pick(data)))

    @rule(data=st.data())
    def leg_answered_too(self, data: st.DataObject) -> None:
        self.give(e.LegAnswered(leg=self.pick(data)))

    @rule(data=st.data(), cause=causes)
    def leg_ended(self, data: st.DataObject, cause: Any) -> None:
        self.give(e.LegEnded(leg=self.pick(data), cause=cause))

    @rule(data=st.data(), held=st.booleans())
    def leg_held(self, data: st.DataObject, held: bool) -> None:
        leg = self.pick(data)
        self.give(e.LegHeld(leg=leg) if held else e.LegRetrieved(leg=leg))

    @rule(data=st.data(), digit=st.sampled_from([*"1234590#", "x", ""]))
    def digit(self, data: st.DataObject, digit: str) -> None:
        self.give(e.DigitPressed(leg=self.pick(data), digit=digit))

    @rule(data=st.data(), result=st.sampled_from(["finished", "stopped", "failed"]))
    def playback_finished(self, data: st.DataObject, result: Any) -> None:
        playing = {i.leg: i.playback for i in self.engine._core.state.interactions.values() if i.playback}
        leg = data.draw(st.sampled_from([*sorted(playing), "unknown"]))
        self.give(e.PlaybackFinished(leg=leg, playback=playing.get(leg) or "unknown", result=result))

    @rule(data=st.data(), failed=st.booleans())
    def recording_ended(self, data: st.DataObject, failed: bool) -> None:
        recording = data.draw(st.sampled_from([*sorted(self.engine._core.state.recordings), "unknown"]))
        ended = e.RecordingEnded(leg="any", recording=recording)
        self.give(e.RecordingFailed(leg="any", recording=recording, reason="disk full") if failed else ended)

    @rule(device=devices, contact=st.sampled_from(["sip:one", "sip:two", ""]), there=st.integers(0, 2))
    def device(self, device: str, contact: str, there: int) -> None:
        registered = e.DeviceRegistered(device=device, contact=contact)
        self.give(registered if there else e.DeviceUnregistered(device=device))

    @rule(action=actions)
    def asked(self, action: e.AnyAction) -> None:
        self.request(action)

    @rule(action=actions)
    def asked_again(self, action: e.AnyAction) -> None:
        self.request(action)

    @rule(data=st.data(), agent=agents, known=st.booleans())
    def asked_about_an_interaction(self, data: st.DataObject, agent: str, known: bool) -> None:
        found = data.draw(st.sampled_from([*sorted(self.engine._core.state.interactions), "unknown"]))
        self.request(e.SetOutcome(agent=agent, interaction=found, outcome="sold" if known else "nonsense"))
        self.request(e.SetData(interaction=found, data={"a": "b", "c": None} if known else {"": "x"}))
        if agent == "nobody":
            self.request(e.ReleaseInteraction(interaction=found))

    @rule(action=actions)
    def asked_of_no_tenant(self, action: e.AnyAction) -> None:
        self.request(action, "nowhere")

    @rule(data=st.data())
    def looked_up(self, data: st.DataObject) -> None:
        lookups = {i.lookup: i.id for i in self.engine._core.state.interactions.values() if i.lookup}
        lookup = data.draw(st.sampled_from([*sorted(lookups), "unknown"]))
        customer = data.draw(st.sampled_from([None, e.Customer(id="c", name="Wang")]))
        found = lookups.get(lookup, "unknown")
        self.give(e.LookupFinished(lookup=lookup, tenant="demo", interaction=found, customer=customer))

    @rule(shape=st.integers(0, 12))
    def config_changes(self, shape: int) -> None:
        self.version += 1
        self.give(e.ConfigPublished(config=configs(self.version, shape)))

    @rule()
    def config_is_whole_again(self) -> None:
        self.config_changes(0)

    @rule()
    def switch_lost(self) -> None:
        self.give(e.SwitchLost(node="a"))

    @rule(data=st.data())
    def switch_connected(self, data: st.DataObject) -> None:
        """With some of the legs, some others, and some of the bridges."""
        known = self.engine._core.state
        legs = [
            e.LiveLeg(
                leg=leg,
                up=data.draw(st.booleans()),
                called_number=data.draw(st.sampled_from([STRAIGHT, MAIN, ""])),
                trunk=data.draw(st.sampled_from(["demo-trunk", None])),
                device=data.draw(st.sampled_from([None, "1001", "demo-customer-1"])),
                bridge=data.draw(st.sampled_from([None, *sorted(known.interactions)])),
            )
            for leg in [*sorted(known.legs), "c1", "c2", "stray"]
            if data.draw(st.booleans())
        ]
        bridges = tuple(b for b in [*sorted(known.interactions), "stray"] if data.draw(st.booleans()))
        registered = tuple(d for d in (*AGENTS, "1001-web", SUPPORT) if data.draw(st.integers(0, 4)))
        unique = {leg.leg: leg for leg in legs}
        self.give(e.SwitchConnected(node="a", legs=tuple(unique.values()), bridges=bridges, devices=registered))

    @rule()
    def restored(self) -> None:
        snapshot = self.engine.snapshot()
        self.twin = Engine.restore(snapshot)
        assert self.twin.snapshot() == snapshot
        assert self.twin.next_timer() == self.engine.next_timer()

    @rule(epoch=st.integers(1, 2**32 - 1))
    def restarted(self, epoch: int) -> None:
        self.engine = Engine.restore(self.engine.snapshot())
        self.give(e.EngineStarted(epoch=epoch))
        if epoch % 3:
            self.give(e.SwitchConnected(node="a", devices=(*AGENTS, SUPPORT)))

    def teardown(self) -> None:
        """The switch has nothing any more, and hours pass: nothing is left, nobody is stuck, and a replay ends the same."""
        if not hasattr(self, "engine"):
            return
        self.config_changes(0)
        self.give(e.SwitchConnected(node="a", devices=AGENTS))
        for _ in range(3):
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


class Life(RuleBasedStateMachine):
    """Callers, agents and a switch as they are, failures included; what the far ends hear must be what the core believes."""

    @initialize(seed=st.integers(0, 3))
    def begin(self, seed: int) -> None:
        self.book, self.mirror = Book(), Mirror()
        self.centre = Centre()
        self.centre._watch = self.watch
        self.book.read(self.centre.output)
        for agent in (*AGENTS, SUPPORT)[: seed + 1]:
            self.centre.staff(agent, device="{}-web" if seed % 2 else "{}", answers_after_ms=seed * 3000 or None)

    def watch(self, output: Output) -> None:
        self.book.read(output)
        self.mirror.take(self.centre.engine, output)
        check(self.centre.engine)

    def leg(self, data: st.DataObject, **wanted: bool) -> str | None:
        legs = sorted(self.centre.switch.legs)
        return data.draw(st.sampled_from(legs)) if legs else None

    @rule(ms=st.sampled_from([100, 1_000, 2_500, 6_000, 22_000, 31_000]))
    def time_passes(self, ms: int) -> None:
        self.centre.run_for(ms)

    @precondition(lambda self: len(self.centre.switch.legs) < 12)
    @rule(
        number=st.sampled_from([STRAIGHT, STRAIGHT, MAIN, "999", "1002", "02155"]),
        origin=st.sampled_from(["demo-trunk", "demo-trunk", "demo-trunk", "1001", "1002-web", "demo-customer-1"]),
    )
    def call(self, number: str, origin: str) -> None:
        self.centre.call(number, **({"trunk": origin} if origin == "demo-trunk" else {"device": origin, "trunk": None}))

    @rule(data=st.data(), digits=st.sampled_from(["1", "2", "3", "4", "91", "5"]))
    def press(self, data: st.DataObject, digits: str) -> None:
        leg = self.leg(data)
        if leg is not None:
            self.centre.press(leg, digits)

    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        ringing = sorted(leg.id for leg in self.centre.switch.legs.values() if not leg.up and len(leg.id) > 10)
        if ringing:
            self.centre.switch.answer(data.draw(st.sampled_from(ringing)), self.centre.now_ms)
            self.centre.settle()

    @rule(data=st.data(), cause=st.sampled_from(["normal", "normal", "media_lost", "error"]))
    def hang_up(self, data: st.DataObject, cause: Any) -> None:
        leg = self.leg(data)
        if leg is not None:
            self.centre.hang_up(leg, cause)

    @rule(data=st.data())
    def hold_button(self, data: st.DataObject) -> None:
        leg = self.leg(data)
        if leg is not None:
            held = self.centre.switch.legs[leg].held
            (self.centre.switch.retrieve if held else self.centre.switch.hold)(leg, self.centre.now_ms)
            self.centre.settle()

    @rule(action=actions)
    def asked(self, action: e.AnyAction) -> None:
        self.centre.ask(action)

    @rule(device=devices, refuses=st.sampled_from([None, "busy", "rejected"]), after_ms=st.sampled_from([None, 500, 15_000]))
    def telephone_behaves(self, device: str, refuses: Any, after_ms: int | None) -> None:
        self.centre.switch.telephones[device] = Telephone(answers_after_ms=after_ms, refuses=refuses)

    @rule(device=devices, contact=st.sampled_from(["sip:one", "sip:two"]), there=st.integers(0, 3))
    def device(self, device: str, contact: str, there: int) -> None:
        if there:
            self.centre.switch.register(device, self.centre.now_ms, contact)
        else:
            self.centre.switch.unregister(device, self.centre.now_ms)
        self.centre.settle()

    @rule(away_ms=st.sampled_from([0, 1_000, 30_000]))
    def link_lost(self, away_ms: int) -> None:
        self.centre.switch.disconnect(self.centre.now_ms)
        self.centre.run_for(away_ms)
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()

    @rule()
    def switch_restarts(self) -> None:
        self.centre.switch.disconnect(self.centre.now_ms)
        self.centre.settle()
        self.centre.switch.restart()
        self.centre.run_for(3000)
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()
        for device in (*AGENTS, SUPPORT):
            self.centre.switch.register(device, self.centre.now_ms)
        self.centre.settle()

    @rule(away_ms=st.sampled_from([0, 3_000, 60_000]))
    def engine_dies(self, away_ms: int) -> None:
        """Nobody listens for a while; the switch goes on by itself."""
        snapshot = self.centre.engine.snapshot()
        self.centre.switch.online = False
        self.centre.switch.events(self.centre.now_ms + away_ms)
        self.centre.now_ms += away_ms
        self.centre.engine = Engine.restore(snapshot)
        self.centre.give(e.EngineStarted(epoch=self.centre.now_ms & 0xFFFF))
        self.centre.switch.connect(self.centre.now_ms)
        self.centre.settle()

    @rule(shape=st.integers(0, 11))
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
            if i.phase == "talk":
                assert i.peer is not None
                assert switch.bridges[i.id] == {i.leg, i.peer.leg}
            elif i.phase in ("queue", "offer", "hold", "reconnecting"):
                customer = switch.legs[i.leg]
                assert customer.bridge is None
                assert (customer.music is not None) or (customer.playback is not None)
        assert set(switch.bridges) == {i.id for i in state.interactions.values() if i.bridged}

    def teardown(self) -> None:
        if not hasattr(self, "centre"):
            return
        for leg in list(self.centre.switch.legs):
            self.centre.hang_up(leg)
        self.centre.run_for(120_000)
        for leg in list(self.centre.switch.legs):
            self.centre.hang_up(leg)
        self.centre.run_for(120_000)
        state = self.centre.engine._core.state
        assert not state.interactions
        assert not state.legs
        assert not self.centre.switch.legs
        self.book.check_closed()


machine_settings = settings(
    max_examples=60,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestChaos = Chaos.TestCase
TestChaos.settings = machine_settings
TestLife = Life.TestCase
TestLife.settings = machine_settings
