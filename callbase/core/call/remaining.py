"""Who is left when the agent's part in a call is over: never in silence, and not sent away without a word. The call's own queue
has it again. Without one, who came in goes through the flow of the number once more, and an outside party whom an agent called
waits in that agent's first queue; whoever has neither is told before the call ends."""

from __future__ import annotations

from callbase.core.call import talk
from callbase.core.call.ending import drop_consultation, leave
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.core import Core
from callbase.core.flow import interpreter
from callbase.core.queue import waiting
from callbase.core.state import Agent, FlowRun, Interaction


def give_back(core: Core, interaction: Interaction) -> None:
    """The agent is taken out of the call."""
    peer = interaction.peer
    queue = goes_to(core, interaction, core.agent(interaction.tenant, peer.agent if peer is not None else None))
    leave_alone(core, interaction)
    go_on(core, interaction, queue)


def leave_alone(core: Core, interaction: Interaction) -> None:
    """Whoever talks with the customer does so no longer, and the customer hears music."""
    peer = interaction.peer
    assert peer is not None
    drop_consultation(core, interaction, "ended", "ended")
    core.cancel_timer(interaction.reconnect_timer)
    interaction.reconnect_timer = None
    talk.part(core, interaction, peer)
    interaction.peer = None
    leave(core, interaction, peer)


def goes_to(core: Core, interaction: Interaction, agent: Agent | None) -> str | None:
    """The queue that has the call once the agent does not; None: no queue has."""
    if core.queue(interaction.tenant, interaction.queue) is not None:
        return interaction.queue
    called = agent is not None and interaction.direction == "outbound" and interaction.caller_agent is None
    return next((seat.queue for seat in core.index.seats_of(agent)), None) if called and agent is not None else None


def go_on(core: Core, interaction: Interaction, queue: str | None) -> None:
    """Without an agent. `queue`: where it `goes_to`."""
    if queue is not None and core.queue(interaction.tenant, queue) is not None:
        interaction.returned = True
        waiting.enter(core, interaction, queue, how="returned")
    elif (flow := _came_by(core, interaction)) is not None:
        next_segment(core, interaction, "flow", flow=flow)
        if interaction.phase != "flow":
            advance(core, interaction, "left")
        interaction.flow = FlowRun(flow=flow, version=0, node="")
        interpreter.start(core, interaction, flow)
    else:
        talk.apologise(core, interaction)


def _came_by(core: Core, interaction: Interaction) -> str | None:
    """The flow of the number that was called from outside."""
    tenant = core.tenant(interaction.tenant)
    did = tenant.dids.get(interaction.called_number) if tenant is not None else None
    inbound = interaction.direction == "inbound" and interaction.caller_agent is None
    return did.flow if did is not None and inbound and tenant is not None and did.flow in tenant.flows else None
