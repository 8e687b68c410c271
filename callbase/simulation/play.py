"""Plays a day: the configuration as it is or as it is planned, real routing, simulated callers and telephones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from heapq import merge

import msgspec

from callbase.core.config import Config, Device, Did, Enqueue, Flow, Tenant, Trunk
from callbase.core.events import AnyAction, SetReady, SignIn, SignOut
from callbase.core.facts import AnyFact
from callbase.simulation.result import Collector, DayResult
from callbase.simulation.staffing import Shift
from callbase.simulation.traffic import TracedCall
from callbase.switch.simulated import Simulation, Telephone

TRUNK = "simulated"
DRAIN_MS = 4 * 3_600_000
"""After the last call and shift it goes on for so long, that those who wait and talk may finish; who still waits gives up."""

Read = Callable[[list[AnyFact]], None]
Progress = Callable[[int, int], None]
"""(steps so far, of how many)"""


class UnknownInPlan(ValueError):
    """A call or shift names something the tenant does not have."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"unknown {kind}: {name}")
        self.kind, self.name = kind, name


def play(
    config: Config,
    tenant: str,
    calls: Sequence[TracedCall],
    shifts: Sequence[Shift],
    *,
    midnight_ms: int,
    ring_ms: int = 3_000,
    progress: Progress | None = None,
    read: Read | None = None,
) -> DayResult:
    """Plays the calls in. `midnight_ms`: when the day begins, so that calendars hold. Raises UnknownInPlan.

    `read` is given all facts as they are stated. Callers go straight into their queue; what a flow does before is not played.
    Who is called back answers as soon as an agent does, and talks as it would have; at other outside numbers nobody answers.
    """
    planned = config.tenants[tenant]
    _check(planned, calls, shifts)
    centre = _Centre(planned, config, midnight_ms, ring_ms, read)
    for done, (at_ms, what) in enumerate(_agenda(calls, shifts)):
        centre.simulation.run_until(midnight_ms + at_ms)
        if isinstance(what, TracedCall):
            centre.call(what)
        else:
            centre.ask(what)
        if progress is not None and done % 256 == 0:
            progress(done, len(calls) + 3 * len(shifts))
    end_ms = max([*(call.at_ms for call in calls), *(shift.end_ms for shift in shifts), 0])
    centre.simulation.run_until(midnight_ms + end_ms + DRAIN_MS)
    centre.give_up()
    return centre.collector.result(len(calls))


def _check(tenant: Tenant, calls: Sequence[TracedCall], shifts: Sequence[Shift]) -> None:
    for queue in {call.queue for call in calls} - set(tenant.queues):
        raise UnknownInPlan("queue", queue)
    for agent in {shift.agent for shift in shifts} - set(tenant.agents):
        raise UnknownInPlan("agent", agent)


def _agenda(calls: Sequence[TracedCall], shifts: Sequence[Shift]) -> Iterator[tuple[int, TracedCall | AnyAction]]:
    """Everything that happens from outside, in order of its moment."""
    actions: list[tuple[int, AnyAction]] = []
    for shift in shifts:
        actions.append((shift.start_ms, SignIn(agent=shift.agent, device=_device(shift.agent))))
        actions.append((shift.start_ms, SetReady(agent=shift.agent)))
        actions.append((shift.end_ms, SignOut(agent=shift.agent)))
    actions.sort(key=lambda action: action[0])
    yield from merge(actions, ((call.at_ms, call) for call in calls), key=lambda entry: entry[0])


class _Centre:
    """The simulation with the tenant's configuration, made callable queue by queue."""

    def __init__(self, tenant: Tenant, config: Config, midnight_ms: int, ring_ms: int, read: Read | None) -> None:
        self._tenant = tenant.id
        self._also, self._ring_ms = read, ring_ms
        self.collector = Collector({queue.id: int(queue.service_level_s * 1000) for queue in tenant.queues.values()})
        whole = msgspec.structs.replace(config, tenants={tenant.id: _callable(tenant)})
        self.simulation = Simulation(whole, start_ms=midnight_ms, keep=False, watch=lambda output: self._read(output.facts))
        self._talks: dict[str, int] = {}
        """Customer's leg → how long it is going to talk."""
        self._callers: dict[str, int] = {}
        """Number → how long who called from it talks when called back."""
        switch = self.simulation.switch
        switch.on_connected.append(self._connected)
        for agent in tenant.agents:
            switch.telephones[_device(agent)] = Telephone(answers_after_ms=ring_ms)
            switch.register(_device(agent), midnight_ms)

    def _read(self, facts: list[AnyFact]) -> None:
        self.collector.read(facts)
        if self._also is not None:
            self._also(facts)

    def ask(self, action: AnyAction) -> None:
        self.simulation.ask(action, tenant=self._tenant, actor="simulation")

    def call(self, call: TracedCall) -> None:
        switch, now_ms = self.simulation.switch, self.simulation.now_ms
        leg = switch.dial(_number(call.queue), now_ms, caller=call.caller_number, trunk=TRUNK)
        self._talks[leg] = self._callers[call.caller_number] = call.talk_ms
        switch.telephones[call.caller_number] = Telephone(answers_after_ms=self._ring_ms)
        if call.patience_ms is not None:
            switch.schedule(now_ms + call.patience_ms, lambda then_ms: self._lose_patience(leg, then_ms))

    def give_up(self) -> None:
        """All who still wait."""
        for leg in list(self._talks):
            self.simulation.switch.hang_up(leg, self.simulation.now_ms)
        self.simulation.settle()

    def _lose_patience(self, leg: str, now_ms: int) -> None:
        if self._talks.pop(leg, None) is not None:
            self.simulation.switch.hang_up(leg, now_ms)

    def _connected(self, leg: str, now_ms: int) -> None:
        talk_ms = self._talks.pop(leg, None)
        if talk_ms is None and self.simulation.switch.legs[leg].device is None:
            talk_ms = self._callers.get(self.simulation.switch.legs[leg].called_number)
        if talk_ms is not None:
            self.simulation.switch.schedule(now_ms + talk_ms, lambda then_ms: self.simulation.switch.hang_up(leg, then_ms))


def _callable(tenant: Tenant) -> Tenant:
    """Each queue reached by a number of its own; each agent at a telephone of its own."""
    flows = {
        _number(queue): Flow(id=_number(queue), version=1, start="queue", nodes={"queue": Enqueue(queue=queue)})
        for queue in tenant.queues
    }
    return msgspec.structs.replace(
        tenant,
        dids={**tenant.dids, **{number: Did(number=number, flow=number) for number in flows}},
        flows={**tenant.flows, **flows},
        trunks={**tenant.trunks, TRUNK: Trunk(id=TRUNK)},
        devices={_device(agent): Device(id=_device(agent), kind="sip", agent=agent) for agent in tenant.agents},
        agents={agent.id: msgspec.structs.replace(agent, devices=(_device(agent.id),)) for agent in tenant.agents.values()},
    )


def _number(queue: str) -> str:
    return f"queue:{queue}"


def _device(agent: str) -> str:
    return f"telephone:{agent}"
