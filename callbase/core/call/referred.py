"""A desk phone transfers by its own button (SIP REFER): as if its agent had asked for it. Only an agent's telephone may send its
call elsewhere; a customer or partner who asks is declined, and the call goes on."""

from __future__ import annotations

from callbase.core.call import house, transfer
from callbase.core.call.destination import meant
from callbase.core.call.make_call import destination
from callbase.core.commands import AnswerTransfer
from callbase.core.config import ToNumber
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import LegTransfers
from callbase.core.state import Interaction, Leg


def leg_transfers(core: Core, event: LegTransfers) -> None:
    leg = core.live_leg(event.leg)
    if leg is None:
        return
    interaction = core.state.interactions.get(leg.interaction)
    agent = _agent_on(interaction, leg.id) if interaction is not None else None
    done = interaction is not None and agent is not None and _transferred(core, interaction, agent, leg, event.number)
    if not done:
        core.do(AnswerTransfer(leg=leg.id, done=False, by_way_of=leg.by_way_of))


def _agent_on(interaction: Interaction, leg: str) -> str | None:
    peer = interaction.peer
    if interaction.phase not in ("talk", "hold") or interaction.consultation is not None or peer is None:
        return None
    agent = peer.agent if peer.leg == leg else interaction.caller_agent if interaction.leg == leg else None
    return agent if agent is not None and house.may_lead(interaction, agent) else None


def _transferred(core: Core, interaction: Interaction, agent_id: str, leg: Leg, number: str) -> bool:
    agent = core.agent(interaction.tenant, agent_id)
    if agent is None or not number:
        return False
    try:
        to = destination(core, agent, meant(core, agent.tenant, ToNumber(number=number)))
    except RequestRefused:
        return False
    way = transfer.way_to(core, interaction, to, agent_id)
    if way is None:
        return False
    core.do(AnswerTransfer(leg=leg.id, done=True, by_way_of=leg.by_way_of))
    house.lead(core, interaction, agent_id)
    transfer.send(core, interaction, to, agent_id, way)
    return True
