"""What the core can find without searching, all of it derived from the state and kept up as that changes."""

from __future__ import annotations

from callbase.core.config import Queue, Tenant
from callbase.core.facts import AgentState
from callbase.core.queue.line import Line
from callbase.core.routing.ready import ReadyList
from callbase.core.rules.caller_lists import CallerLists
from callbase.core.state import Agent, State

QueueKey = tuple[str, str]
"""(tenant, queue)"""


class QueueIndex:
    """One queue's line, its ready members, and how many members are in which state."""

    __slots__ = ("counts", "line", "ready")

    def __init__(self, queue: Queue) -> None:
        self.line = Line(int(queue.aging_s * 1000))
        self.ready = ReadyList()
        self.counts: dict[AgentState, int] = {}


class Index:
    __slots__ = ("caller_lists", "devices", "groups", "memberships", "on_duty", "queues", "trunk_calls", "trunks")

    def __init__(self, state: State) -> None:
        self.queues: dict[QueueKey, QueueIndex] = {}
        self.memberships: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}
        """(tenant, agent) → its (queue, member priority)."""
        self.devices: dict[str, str] = {}
        """device → tenant"""
        self.trunks: dict[str, str] = {}
        """trunk → tenant"""
        self.trunk_calls: dict[tuple[str, str], int] = {}
        self.caller_lists: dict[str, CallerLists] = {}
        """By tenant."""
        self.groups: dict[tuple[str, str], tuple[str, ...]] = {}
        """(tenant, agent) → trunk groups that open lines for it."""
        self.on_duty: dict[tuple[str, str], int] = {}
        """(tenant, trunk group) → signed-in agents it opens lines for."""
        self._from_config(state)
        self._from_state(state)

    def _from_config(self, state: State) -> None:
        memberships: dict[tuple[str, str], list[tuple[str, int]]] = {}
        for tenant_id in sorted(state.config.tenants):
            tenant = state.config.tenants[tenant_id]
            for device in tenant.devices:
                self.devices.setdefault(device, tenant_id)
            for trunk in tenant.trunks:
                self.trunks.setdefault(trunk, tenant_id)
            self.caller_lists[tenant_id] = CallerLists(tenant)
            self._groups_of_agents(tenant)
            for queue_id in sorted(tenant.queues):
                self.queues[tenant_id, queue_id] = QueueIndex(tenant.queues[queue_id])
                seen: set[str] = set()
                for member in tenant.queues[queue_id].members:
                    if member.agent in tenant.agents and member.agent not in seen:
                        seen.add(member.agent)
                        memberships.setdefault((tenant_id, member.agent), []).append((queue_id, member.priority))
        self.memberships = {key: tuple(queues) for key, queues in memberships.items()}

    def _groups_of_agents(self, tenant: Tenant) -> None:
        for group in sorted(tenant.trunk_groups.values(), key=lambda group: group.id):
            members = {
                member.agent
                for queue in group.agents_of
                for member in (tenant.queues[queue].members if queue in tenant.queues else ())
            }
            for agent in members if group.agents_of else tenant.agents:
                self.groups[tenant.id, agent] = (*self.groups.get((tenant.id, agent), ()), group.id)

    def group_calls(self, tenant: Tenant, group: str) -> int:
        """Lines in use on the group's trunks, by calls in and out."""
        return sum(self.trunk_calls.get((tenant.id, trunk.id), 0) for trunk in tenant.trunks.values() if trunk.group == group)

    def _from_state(self, state: State) -> None:
        for tenant in state.tenants.values():
            for agent in tenant.agents.values():
                self.count(agent, 1)
        for interaction in state.interactions.values():
            for queue_id, place in interaction.places.items():
                queue = self.queues.get((interaction.tenant, queue_id))
                if queue is not None:
                    queue.line.enter(interaction, place)
                    if interaction.phase == "queue":
                        queue.line.stand(interaction, place)
        for leg in state.legs.values():
            if leg.trunk is not None:
                key = (leg.tenant, leg.trunk)
                self.trunk_calls[key] = self.trunk_calls.get(key, 0) + 1

    def count(self, agent: Agent, step: int) -> None:
        """Takes the agent, as it is, into (+1) or out of (-1) its queues' counts and ready lists, and its trunk groups'."""
        if agent.state != "logged_off":
            for group in self.groups.get((agent.tenant, agent.id), ()):
                self.on_duty[agent.tenant, group] = self.on_duty.get((agent.tenant, group), 0) + step
        for queue_id, priority in self.memberships.get((agent.tenant, agent.id), ()):
            queue = self.queues[agent.tenant, queue_id]
            queue.counts[agent.state] = queue.counts.get(agent.state, 0) + step
            if agent.state == "ready":
                key = (priority, agent.idle_since_ms, agent.id)
                if step > 0:
                    queue.ready.add(key)
                else:
                    queue.ready.remove(key)
