"""A core small enough to see through: for tests of what is around the core, whatever the real one decides."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core import commands, events, facts
from callbase.core.config import Agent, Config, Device, Tenant
from callbase.core.engine import Engine
from callbase.core.errors import CoreError
from callbase.core.ids import IdSource
from callbase.core.output import Changed, Output, Reply
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView

TENANT = "demo"
FAULT = "!"
"""A digit this core fails on."""


class Call(msgspec.Struct):
    interaction: str
    segment: str
    started_ms: int
    caller: str
    customer: events.Customer | None = None
    data: dict[str, str] = {}


class AgentRecord(msgspec.Struct):
    state: facts.AgentState = "logged_off"
    since_ms: int = 0


class FakeState(msgspec.Struct):
    config: Config = Config(version=0)
    ids: IdSource = msgspec.field(default_factory=IdSource)
    calls: dict[str, Call] = {}
    agents: dict[str, AgentRecord] = {}
    online: bool = False
    received: int = 0
    starts: int = 0
    timer_ms: int | None = None
    timers_rung: int = 0


def config(version: int = 1, agents: int = 3, tenant: str = TENANT) -> Config:
    names = [str(1001 + index) for index in range(agents)]
    devices = {f"{name}-web": Device(id=f"{name}-web", kind="browser", agent=name) for name in names}
    devices |= {name: Device(id=name, kind="sip", agent=name) for name in names}
    return Config(
        version=version,
        tenants={
            tenant: Tenant(
                id=tenant,
                name="Demo",
                devices=devices,
                agents={name: Agent(id=name, name=f"Agent {name}", devices=(f"{name}-web", name)) for name in names},
            )
        },
    )


class FakeCore(Engine):
    """One tenant's calls wait until they end; agents become what they ask; AnswerCall asks both of an agent's telephones."""

    def __init__(self) -> None:
        self.state = FakeState()

    @property
    def in_call(self) -> bool:
        return bool(self.state.calls)

    @property
    def at_rest(self) -> bool:
        return not self.state.calls

    def receive(self, event: events.AnyEvent, now_ms: int) -> Output:
        state, out = self.state, Output()
        state.received += 1
        match event:
            case events.EngineStarted(epoch=epoch):
                state.ids.epoch = epoch
                state.starts += 1
            case events.ConfigPublished(config=new):
                state.config = new
                for tenant in new.tenants:
                    out.changed[tenant] = Changed(everything=True)
            case events.SwitchConnected() | events.SwitchLost():
                state.online = isinstance(event, events.SwitchConnected)
                for tenant in state.config.tenants:
                    out.changed[tenant] = Changed(everything=True)
            case events.CallOffered(leg=leg):
                call = Call(state.ids.new(now_ms), state.ids.new(now_ms), now_ms, event.caller_number)
                state.calls[leg] = call
                out.commands += [
                    commands.Answer(leg=leg),
                    commands.LookUpCustomer(lookup="1", tenant=TENANT, interaction=leg, number=event.caller_number),
                ]
                out.facts += [
                    facts.InteractionStarted(
                        tenant=TENANT,
                        at_ms=now_ms,
                        interaction=call.interaction,
                        channel="voice",
                        direction="inbound",
                        caller_number=event.caller_number,
                        called_number=event.called_number,
                        trunk=None,
                        language="zh-CN",
                    ),
                    facts.SegmentStarted(
                        tenant=TENANT,
                        at_ms=now_ms,
                        interaction=call.interaction,
                        segment=call.segment,
                        kind="queue",
                        queue="sales",
                    ),
                ]
                self._show(out, interactions={call.interaction})
            case events.LookupFinished(interaction=leg, customer=customer) if leg in state.calls:
                call = state.calls[leg]
                call.customer = customer
                if customer is not None:
                    out.facts.append(
                        facts.CustomerIdentified(tenant=TENANT, at_ms=now_ms, interaction=call.interaction, customer=customer)
                    )
                self._show(out, interactions={call.interaction})
            case events.LegEnded(leg=leg) if leg in state.calls:
                call = state.calls.pop(leg)
                out.facts += self._ended(call, now_ms)
                self._show(out, interactions={call.interaction})
            case events.DigitPressed(digit=digit) if digit == FAULT:
                raise RuntimeError("a fault in the core")
            case events.DigitPressed(digit=digit):
                state.timer_ms = now_ms + int(digit)
            case events.TimerDue() if state.timer_ms is not None and now_ms >= state.timer_ms:
                state.timer_ms = None
                state.timers_rung += 1
            case events.Request():
                self._request(event, now_ms, out)
        return out

    def _request(self, event: events.Request, now_ms: int, out: Output) -> None:
        action: Any = event.action
        name = getattr(action, "agent", None)
        if name is not None and name not in self.state.config.tenants[event.tenant].agents:
            out.replies.append(Reply(id=event.id, tenant=event.tenant, error=CoreError(code="agent_unknown", field="agent")))
            return
        match action:
            case events.SetReady() | events.SetNotReady() | events.SignIn():
                agent = self.state.agents.setdefault(name, AgentRecord())
                new: facts.AgentState = "ready" if isinstance(action, events.SetReady) else "not_ready"
                out.facts.append(
                    facts.AgentStateChanged(
                        tenant=event.tenant,
                        at_ms=now_ms,
                        agent=name,
                        state=new,
                        reason=None,
                        device=None,
                        interaction=None,
                        previous=agent.state,
                        previous_since_ms=agent.since_ms,
                        previous_reason=None,
                        actor=event.actor,
                    )
                )
                agent.state, agent.since_ms = new, now_ms
                self._show(out, tenant=event.tenant, agents={name})
            case events.AnswerCall():
                out.commands += [
                    commands.AnswerDevice(leg="leg", device=f"{name}-web"),
                    commands.AnswerDevice(leg="leg", device=name),
                ]
            case events.SetData(interaction=leg, data=data):
                call = self.state.calls[leg]
                out.facts.append(
                    facts.DataChanged(
                        tenant=event.tenant, at_ms=now_ms, interaction=call.interaction, data=data, actor=event.actor
                    )
                )
                self._show(out, interactions={call.interaction})
        out.replies.append(Reply(id=event.id, tenant=event.tenant))

    def _ended(self, call: Call, now_ms: int) -> list[facts.AnyFact]:
        return [
            facts.SegmentEnded(
                tenant=TENANT,
                at_ms=now_ms,
                interaction=call.interaction,
                segment=call.segment,
                kind="queue",
                result="abandoned",
                started_ms=call.started_ms,
                queue="sales",
            ),
            facts.InteractionEnded(
                tenant=TENANT,
                at_ms=now_ms,
                interaction=call.interaction,
                reason="abandoned",
                cause="normal",
                started_ms=call.started_ms,
                answered_ms=None,
                queue="sales",
                agent=None,
                language="zh-CN",
                queue_ms=now_ms - call.started_ms,
                talk_ms=0,
                hold_ms=0,
            ),
        ]

    def _show(self, out: Output, *, tenant: str = TENANT, **names: set[str]) -> None:
        changed = out.changed.setdefault(tenant, Changed(queues={"sales"}))
        for kind, ids in names.items():
            getattr(changed, kind).update(ids)

    def next_timer(self) -> int | None:
        return self.state.timer_ms

    def snapshot(self) -> bytes:
        return msgspec.msgpack.encode(self.state)

    @classmethod
    def restore(cls, snapshot: bytes) -> FakeCore:
        core = cls()
        core.state = msgspec.msgpack.decode(snapshot, type=FakeState)
        return core

    def tenants(self) -> tuple[str, ...]:
        return tuple(self.state.config.tenants)

    def view(self, tenant: str, only: Changed | None = None) -> TenantView | None:
        found = self.state.config.tenants.get(tenant)
        if found is None:
            return None

        def wanted(kind: str, name: str) -> bool:
            return only is None or name in getattr(only, kind)

        agents = {
            name: AgentView(
                agent=name,
                name=agent.name,
                state=record.state,
                reason=None,
                since_ms=record.since_ms,
                device=None,
                device_online=False,
                devices_online=(),
                interaction=None,
                next_state=None,
                queues=("sales",),
                moved=False,
                wrap_up_until_ms=None,
                connection=None,
                console_online=False,
                supervises=None,
                supervised_by=(),
                unreached=None,
            )
            for name, agent in found.agents.items()
            for record in (self.state.agents.get(name, AgentRecord()),)
            if wanted("agents", name)
        }
        interactions = {
            call.interaction: InteractionView(
                interaction=call.interaction,
                channel="voice",
                direction="inbound",
                phase="queue",
                caller_number=call.caller,
                called_number="",
                trunk=None,
                language="zh-CN",
                customer=call.customer,
                data=call.data,
                queue="sales",
                also_in=(),
                position=1,
                priority=0,
                agent=None,
                outcome=None,
                note="",
                started_ms=call.started_ms,
                phase_since_ms=call.started_ms,
                recording=None,
                callback=False,
                parties=(),
                asks=None,
                dialled=None,
                consultation=None,
                consultation_id=None,
                consultation_queue=None,
            )
            for call in self.state.calls.values()
            if tenant == TENANT and wanted("interactions", call.interaction)
        }
        queues = (
            {
                "sales": QueueView(
                    queue="sales",
                    waiting=len(self.state.calls),
                    oldest_since_ms=None,
                    signed_in=0,
                    ready=0,
                    busy=0,
                    not_ready=0,
                    offered_today=0,
                    answered_today=0,
                    abandoned_today=0,
                    within_service_level_today=0,
                    average_wait_ms=None,
                    service_level=None,
                    expected_wait_ms=None,
                    overflowing=(),
                )
            }
            if wanted("queues", "sales")
            else {}
        )
        return TenantView(
            tenant=tenant,
            config_version=self.state.config.version,
            agents=agents,
            interactions=interactions,
            queues=queues,
            trunks={},
            switch_online=self.state.online,
        )
