"""A seat: an agent's place in a queue, with all about it that routing goes by and that only the configuration can change."""

from __future__ import annotations

import msgspec

from callbase.core.config import Member, Tenant
from callbase.core.state import Agent

NO_SKILLS: dict[str, int] = {}


class Seat(msgspec.Struct, frozen=True, gc=False):
    """`order`: which of the queue's members, counted from 0; agents moved here for a time come after all members."""

    queue: str
    agent: str
    order: int
    priority: int
    level: int
    weight: int
    skills: dict[str, int]


class Seats:
    """All seats there are: those configured, and for agents who are moved for a time those they have meanwhile."""

    __slots__ = ("_members", "_numbers", "of")

    def __init__(self) -> None:
        self._members: dict[tuple[str, str, str], Seat] = {}
        self._numbers: dict[tuple[str, str], int] = {}
        self.of: dict[tuple[str, str], tuple[Seat, ...]] = {}
        """(tenant, agent) → its seats."""

    def add_tenant(self, tenant_id: str, tenant: Tenant) -> None:
        found: dict[str, list[Seat]] = {}
        for number, agent in enumerate(sorted(tenant.agents)):
            self._numbers[tenant_id, agent] = number
        for queue_id in sorted(tenant.queues):
            for order, member in enumerate(tenant.queues[queue_id].members):
                key = (tenant_id, queue_id, member.agent)
                if member.agent in tenant.agents and key not in self._members:
                    seat = self._members[key] = _seat(tenant, queue_id, member, order)
                    found.setdefault(member.agent, []).append(seat)
        for agent, seats in found.items():
            self.of[tenant_id, agent] = tuple(seats)

    def move(self, tenant_id: str, tenant: Tenant, agent: Agent) -> None:
        """Gives the agent the seats due to it now."""
        seats = []
        for queue_id in sorted(tenant.queues if agent.moved_to is None else set(agent.moved_to) & set(tenant.queues)):
            seat = self._members.get((tenant_id, queue_id, agent.id))
            if seat is None and agent.moved_to is not None and agent.id in tenant.agents:
                order = len(tenant.queues[queue_id].members) + self._numbers[tenant_id, agent.id]
                seat = _seat(tenant, queue_id, Member(agent=agent.id), order)
            if seat is not None:
                seats.append(seat)
        if seats:
            self.of[tenant_id, agent.id] = tuple(seats)
        else:
            self.of.pop((tenant_id, agent.id), None)


def _seat(tenant: Tenant, queue_id: str, member: Member, order: int) -> Seat:
    skills = tenant.agents[member.agent].skills or NO_SKILLS
    return Seat(queue_id, member.agent, order, member.priority, member.level, max(0, member.weight), skills)
