"""What the queue benchmarks need of a system under test, ours or a peer."""

from __future__ import annotations

from typing import Protocol

from benchmarks.sip.agents import Account
from benchmarks.sip.transport import Address


class System(Protocol):
    """A call centre with one queue that `accounts` are members of and `number` leads to, without announcements or wrap-up."""

    @property
    def name(self) -> str: ...

    @property
    def sip(self) -> Address:
        """Registrar and trunk."""
        ...

    @property
    def number(self) -> str: ...

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


def agent_accounts(count: int) -> list[Account]:
    """Agents 3001, 3002, …"""
    return [Account(str(3001 + index), f"secret-{index}") for index in range(count)]
