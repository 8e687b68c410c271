"""What the queue benchmarks need of a system under test, ours or a peer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from benchmarks.sip.agents import Account
from benchmarks.sip.transport import Address


@dataclass(frozen=True, slots=True)
class Group:
    """A queue, the number that leads to it, and its members' users."""

    id: str
    number: str
    members: tuple[str, ...]


class System(Protocol):
    """A call centre with some queues, without announcements or wrap-up."""

    @property
    def name(self) -> str: ...

    @property
    def sip(self) -> Address:
        """Registrar and trunk."""
        ...

    @property
    def groups(self) -> tuple[Group, ...]: ...

    @property
    def accounts(self) -> list[Account]: ...

    async def start(self) -> None: ...

    async def make_ready(self) -> None:
        """Signs all agents in; called when their telephones are registered."""
        ...

    def cpu_ms(self) -> dict[str, float]:
        """CPU time used so far, by part of the system."""
        ...

    async def stop(self) -> None: ...


def one_group(accounts: list[Account]) -> tuple[Group, ...]:
    """All serve the same queue."""
    return (Group("bench", "4008009999", tuple(account.user for account in accounts)),)


def agent_accounts(count: int) -> list[Account]:
    """Agents 3001, 3002, …"""
    return [Account(str(3001 + index), f"secret-{index}") for index in range(count)]
