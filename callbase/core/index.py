"""What the core can find without searching, all of it derived from the state and kept up as that changes."""

from __future__ import annotations

from collections import OrderedDict

from callbase.core.config import Queue, Tenant
from callbase.core.queue.line import LineKey, line_key
from callbase.core.queue.lookout import Heads, QueueIndex
from callbase.core.routing.seat import Seat, Seats
from callbase.core.rules.caller_lists import CallerLists
from callbase.core.rules.plan import QueuePlan, plan_of
from callbase.core.state import Agent, Interaction, State
from callbase.numbers import caller_key

QueueKey = tuple[str, str]
"""(tenant, queue)"""
AgentKey = tuple[str, str]
"""(tenant, agent)"""


class Index:
    __slots__ = (
        "_asking",
        "_groups",
        "asked_for",
        "callbacks",
        "called_back",
        "caller_lists",
        "devices",
        "dids",
        "lineless",
        "on_duty",
        "overflow",
        "queues",
        "seats",
        "served",
        "trunk_calls",
        "trunks",
        "watchers",
    )

    def __init__(self, state: State) -> None:
        self.queues: dict[QueueKey, QueueIndex] = {}
        self.seats = Seats()
        self.asked_for: dict[AgentKey, Heads] = {}
        """Agent → those who wait for it and nobody else."""
        self._asking: dict[str, tuple[AgentKey, str, LineKey]] = {}
        self.served: dict[str, OrderedDict[str, None]] = {}
        """Tenant → the callers of `TenantState.served`, whose service is longest ago first."""
        self.devices: dict[str, str] = {}
        """device → tenant"""
        self.trunks: dict[str, str] = {}
        """trunk → tenant"""
        self.dids: dict[tuple[str, str], str] = {}
        """(tenant, number as `caller_key` has it) → that number of ours as it is configured."""
        self.trunk_calls: dict[tuple[str, str], int] = {}
        self.caller_lists: dict[str, CallerLists] = {}
        """By tenant."""
        self.overflow: dict[QueueKey, QueuePlan] = {}
        """Of queues that have overflow rules."""
        self.watchers: dict[QueueKey, tuple[str, ...]] = {}
        """Queue → queues whose overflow rules look at it."""
        self._groups: dict[QueueKey, tuple[str, ...]] = {}
        """Queue → trunk groups that open lines for its agents; under "" those that do for every agent."""
        self.on_duty: dict[tuple[str, str], int] = {}
        """(tenant, trunk group) → signed-in agents it opens lines for."""
        self.callbacks: dict[tuple[str, str], set[str]] = {}
        """(tenant, number as `caller_key` has it) → interactions that wait to be called back there."""
        self.called_back: set[str] = set()
        """Interactions of which a callback was agreed on, and more than those that wait for it."""
        self.lineless: dict[str, set[str]] = {}
        """Tenant → those of them that wait for a line to do it by."""
        self._from_config(state)
        self._from_state(state)

    def _from_config(self, state: State) -> None:
        for tenant_id in sorted(state.config.tenants):
            tenant = state.config.tenants[tenant_id]
            for device in tenant.devices:
                self.devices.setdefault(device, tenant_id)
            for trunk in tenant.trunks:
                self.trunks.setdefault(trunk, tenant_id)
            for number in sorted(tenant.dids):
                self.dids.setdefault((tenant_id, caller_key(number)), number)
            self.caller_lists[tenant_id] = CallerLists(tenant)
            self._plan_groups(tenant)
            for queue_id in sorted(tenant.queues):
                self.queues[tenant_id, queue_id] = QueueIndex(tenant_id, tenant.queues[queue_id])
                self._plan_overflow(tenant_id, tenant.queues[queue_id])
            self.seats.add_tenant(tenant_id, tenant)

    def _plan_overflow(self, tenant: str, queue: Queue) -> None:
        if queue.overflow:
            plan = self.overflow[tenant, queue.id] = plan_of(queue)
            for looked_at in sorted(plan.looks_at):
                self.watchers[tenant, looked_at] = (*self.watchers.get((tenant, looked_at), ()), queue.id)

    def _plan_groups(self, tenant: Tenant) -> None:
        for group in sorted(tenant.trunk_groups):
            for queue in tenant.trunk_groups[group].agents_of or ("",):
                self._groups[tenant.id, queue] = (*self._groups.get((tenant.id, queue), ()), group)

    def number_called(self, tenant: Tenant, number: str) -> str:
        """The number of ours that this is, however a network writes it ("+864008001234"); as it is where it is none of ours."""
        return number if number in tenant.dids else self.dids.get((tenant.id, caller_key(number)), number)

    def groups_of(self, agent: Agent) -> set[str]:
        """Trunk groups that open lines for it, by the queues it serves now."""
        queues = ("", *(seat.queue for seat in self.seats_of(agent)))
        return {group for queue in queues for group in self._groups.get((agent.tenant, queue), ())}

    def group_calls(self, tenant: Tenant, group: str) -> int:
        """Lines in use on the group's trunks, by calls in and out."""
        return sum(self.trunk_calls.get((tenant.id, trunk.id), 0) for trunk in tenant.trunks.values() if trunk.group == group)

    def _from_state(self, state: State) -> None:
        for tenant_id, tenant in state.tenants.items():
            config = state.config.tenants.get(tenant_id)
            for agent in tenant.agents.values():
                if agent.moved_to is not None and config is not None:
                    self.seats.move(tenant_id, config, agent)
                self.count(agent, 1)
            callers = sorted(tenant.served, key=lambda caller: tenant.served[caller].number)
            self.served[tenant_id] = OrderedDict.fromkeys(callers)
        for interaction in state.interactions.values():
            for queue_id, place in interaction.places.items():
                queue = self.queues.get((interaction.tenant, queue_id))
                if queue is not None:
                    queue.line.enter(interaction, place)
                    if interaction.phase == "queue":
                        queue.stand(interaction, place)
            if interaction.phase == "queue":
                self.ask_for(interaction)
            self._consulting(interaction)
            if not interaction.leg:
                self.add_callback(interaction)
            if interaction.callback is not None:
                self.called_back.add(interaction.id)
        for leg in state.legs.values():
            if leg.trunk is not None:
                key = (leg.tenant, leg.trunk)
                self.trunk_calls[key] = self.trunk_calls.get(key, 0) + 1

    def _consulting(self, interaction: Interaction) -> None:
        found = interaction.consultation
        queue = self.queues.get((interaction.tenant, found.queue or "")) if found is not None else None
        if found is not None and found.state == "waiting" and found.place is not None and queue is not None:
            queue.stand_beside(interaction, found.place)

    # --- agents ----------------------------------------------------------------------------------------------------

    def seats_of(self, agent: Agent) -> tuple[Seat, ...]:
        return self.seats.of.get((agent.tenant, agent.id), ())

    def count(self, agent: Agent, step: int) -> None:
        """Takes the agent, as it is, into (+1) or out of (-1) its queues' counts and ready lists, and its trunk groups'."""
        if agent.state != "logged_off":
            for group in self.groups_of(agent):
                self.on_duty[agent.tenant, group] = self.on_duty.get((agent.tenant, group), 0) + step
        for seat in self.seats_of(agent):
            queue = self.queues[agent.tenant, seat.queue]
            if step > 0:
                queue.come(seat, agent)
            else:
                queue.go(seat, agent)

    def turn(self, state: State, tenant: str, queue: str) -> int:
        """The order of the member asked last; -1 where there is none, so the first member is next."""
        last = state.tenants[tenant].turns.get(queue)
        seats = self.seats.of.get((tenant, last), ()) if last is not None else ()
        return next((seat.order for seat in seats if seat.queue == queue), -1)

    def windows_ms(self, agent: Agent) -> set[int]:
        """Widths of the rolling windows its queues go by."""
        queues = [self.queues[agent.tenant, seat.queue] for seat in self.seats_of(agent)]
        return {queue.window_ms for queue in queues if queue.queue.measure_window == "rolling"}

    # --- callers who wait for one agent ----------------------------------------------------------------------------

    def ask_for(self, interaction: Interaction) -> None:
        """Waits for the agent it prefers, by its place in its own queue."""
        queue = self.queues.get((interaction.tenant, interaction.queue or ""))
        place = interaction.places.get(interaction.queue or "")
        if interaction.preferred is None or queue is None or place is None:
            return
        agent = (interaction.tenant, interaction.preferred.agent)
        key = line_key(interaction, place, queue.line.aging_ms)
        self._asking[interaction.id] = (agent, interaction.node, key)
        self.asked_for.setdefault(agent, Heads()).add(interaction.node, key)

    def ask_no_more(self, interaction: str) -> None:
        asking = self._asking.pop(interaction, None)
        if asking is not None:
            agent, node, key = asking
            heads = self.asked_for[agent]
            heads.remove(node, key)
            if not heads:
                del self.asked_for[agent]

    # --- callers who wait to be called back --------------------------------------------------------------------------

    def add_callback(self, interaction: Interaction) -> None:
        if interaction.callback is not None:
            key = (interaction.tenant, caller_key(interaction.callback.number))
            self.callbacks.setdefault(key, set()).add(interaction.id)
            if interaction.callback.lineless:
                self.wait_for_line(interaction)

    def drop_callback(self, interaction: Interaction) -> None:
        key = (interaction.tenant, caller_key(interaction.callback.number) if interaction.callback is not None else "")
        found = self.callbacks.get(key)
        if found is not None:
            found.discard(interaction.id)
            if not found:
                del self.callbacks[key]
        self.wait_for_line_no_more(interaction)

    def wait_for_line(self, interaction: Interaction) -> None:
        self.lineless.setdefault(interaction.tenant, set()).add(interaction.id)

    def wait_for_line_no_more(self, interaction: Interaction) -> None:
        found = self.lineless.get(interaction.tenant)
        if found is not None:
            found.discard(interaction.id)
            if not found:
                del self.lineless[interaction.tenant]
