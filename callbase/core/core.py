"""What every part of the core works on: the state, its index, the clock, and the output of the event at hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from callbase.core.commands import AnyCommand
from callbase.core.config import Queue, Tenant
from callbase.core.errors import RequestRefused
from callbase.core.facts import AnyFact
from callbase.core.index import AgentKey, Index, QueueKey
from callbase.core.output import Changed, Output
from callbase.core.queue.lookout import QueueIndex
from callbase.core.state import Agent, Interaction, Leg, State
from callbase.core.timers import Clock, Timer, TimerKind

SHOWN_POSITIONS = 100
"""Places in line that a view shows; one caller leaving a longer line does not change thousands of views."""


class Core:
    __slots__ = ("asked_for", "clock", "dirty", "entered", "freed", "index", "last_ms", "now_ms", "out", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.index = Index(state)
        self.clock = Clock(state.timers)
        self.out = Output()
        self.now_ms = self.last_ms = state.now_ms
        """Of the event at hand, and of the one before it."""
        self.dirty: set[QueueKey] = set()
        """Queues in which somebody came to wait or became ready: routing looks at them when the event is done."""
        self.asked_for: set[AgentKey] = set()
        """Agents somebody waits for and who, or whose callers, changed: looked at likewise."""
        self.entered: list[str] = []
        """Interactions that came to wait in this event."""
        self.freed: set[str] = set()
        """Tenants in which a line may have come free, or a telephone, that a callback waits for."""

    # --- output ----------------------------------------------------------------------------------------------------

    def do(self, command: AnyCommand) -> None:
        self.out.commands.append(command)

    def note(self, fact: AnyFact) -> None:
        self.out.facts.append(fact)

    def changed(self, tenant: str) -> Changed:
        changed = self.out.changed.get(tenant)
        if changed is None:
            changed = self.out.changed[tenant] = Changed()
        return changed

    def touch(self, interaction: Interaction) -> None:
        self.changed(interaction.tenant).interactions.add(interaction.id)

    def touch_agent(self, agent: Agent) -> None:
        self.changed(agent.tenant).agents.add(agent.id)

    def touch_queue(self, tenant: str, queue: str) -> None:
        self.changed(tenant).queues.add(queue)

    def touch_lines(self, agent: Agent) -> None:
        """It came or went: trunk groups open more or fewer lines."""
        tenant = self.tenant(agent.tenant)
        groups = self.index.groups_of(agent)
        if tenant is not None and groups:
            lines = (trunk.id for trunk in tenant.trunks.values() if trunk.group in groups)
            self.changed(agent.tenant).trunks.update(lines)

    def touch_everything(self) -> None:
        for tenant in self.state.config.tenants:
            self.changed(tenant).everything = True

    # --- finding ---------------------------------------------------------------------------------------------------

    def tenant(self, tenant: str) -> Tenant | None:
        return self.state.config.tenants.get(tenant)

    def queue(self, tenant: str, queue: str | None) -> Queue | None:
        config = self.state.config.tenants.get(tenant)
        return config.queues.get(queue) if config is not None and queue is not None else None

    def queue_index(self, interaction: Interaction) -> QueueIndex | None:
        if interaction.queue is None:
            return None
        return self.index.queues.get((interaction.tenant, interaction.queue))

    def agent(self, tenant: str, agent: str | None) -> Agent | None:
        there = self.state.tenants.get(tenant)
        return there.agents.get(agent) if there is not None and agent is not None else None

    def agent_asked(self, tenant: str, agent: str) -> Agent:
        """The agent a request names. Raises RequestRefused(agent_unknown)."""
        found = self.agent(tenant, agent)
        if found is None or (found.removed and found.state == "logged_off"):
            raise RequestRefused("agent_unknown", "agent", agent=agent)
        return found

    def live_leg(self, leg: str) -> Leg | None:
        """The leg, unless it is gone or on its way out."""
        found = self.state.legs.get(leg)
        return found if found is not None and not found.released else None

    def node_online(self, node: str) -> bool:
        return self.state.nodes.get(node, False)

    def node_to_begin_on(self, device: str | None = None) -> str | None:
        """For a call of ours: where the telephone is registered, if that is in reach and takes calls, else any that does, else
        any in reach; None where none is."""
        registered_at = self.state.device_nodes.get(device or "", "")
        in_reach = [node for node, online in self.state.nodes.items() if online]
        return min(in_reach, key=lambda node: (self.state.drained.get(node, False), node != registered_at, node), default=None)

    # --- time and ids ----------------------------------------------------------------------------------------------

    @contextmanager
    def as_of(self, at_ms: int) -> Iterator[None]:
        """What is done within was so by then already, and is only found out now; timers count from then, too."""
        present_ms, self.now_ms = self.now_ms, min(at_ms, self.now_ms)
        try:
            yield
        finally:
            self.now_ms = present_ms

    def new_id(self) -> str:
        return self.state.ids.new(self.now_ms)

    def set_timer(self, kind: TimerKind, tenant: str, subject: str, after_ms: int) -> int:
        self.state.timer_count += 1
        number = self.state.timer_count
        self.clock.set(number, Timer(self.now_ms + max(0, after_ms), kind, tenant, subject))
        return number

    def cancel_timer(self, number: int | None) -> None:
        if number is not None:
            self.clock.cancel(number)
