"""Why somebody an agent called, or the system for a queue, could not be reached: the call itself is gone by then, or goes on
without."""

from __future__ import annotations

from typing import Literal

from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.state import Interaction, Unreached

Unanswered = Literal["rejected", "busy", "no_answer", "unreachable", "no_line"]
"""How a telephone that rang, or could not, did not answer."""


def tell(
    core: Core, interaction: Interaction, agent_id: str | None, number: str, cause: Cause, *, own_telephone: bool = False
) -> None:
    agent = core.agent(interaction.tenant, agent_id)
    if agent is None:
        return
    agent.unreached = Unreached(
        interaction=interaction.id, number=number, cause=cause, own_telephone=own_telephone, at_ms=core.now_ms
    )
    core.touch_agent(agent)


def tell_queue(core: Core, interaction: Interaction, queue: str, cause: Cause) -> None:
    """Of whom the system called for it."""
    core.state.tenants[interaction.tenant].unreached[queue] = Unreached(
        interaction=interaction.id, number=interaction.called_number, cause=cause, own_telephone=False, at_ms=core.now_ms
    )
    core.touch_queue(interaction.tenant, queue)


def own_telephone(core: Core, interaction: Interaction, cause: Cause) -> None:
    """The agent's own, called first, did not answer."""
    peer = interaction.peer
    caller = interaction.caller_agent or (peer.agent if peer is not None else None)
    tell(core, interaction, caller, interaction.called_number, cause, own_telephone=True)
