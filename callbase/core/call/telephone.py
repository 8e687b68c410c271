"""Calling: a device by its name, a number by a trunk, and an agent at an outside number by the first trunk with room.

Who answers at an outside number may be a voicemail box. So the leg is not up before the key is pressed there: until then the
call is for all others one that rings, and ends by the same time-out.
"""

from __future__ import annotations

import msgspec

from callbase.core.agent.states import at_outside_number
from callbase.core.call.legs import add_leg, free_trunk
from callbase.core.commands import Originate, Play, Speech, StopPlay
from callbase.core.config import Device, Prompt
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.flow.speech import FROM_QUEUE, GO_ON, TAKE_CALL, said_to_agent
from callbase.core.state import Agent, Interaction, Leg

KEY = "1"
ASKED_AGAIN_MS = 8_000
OWN_RINGS_MS = 20_000
"""How long an agent's telephone may take to answer, by itself or by hand, where the agent asked for it."""
OUTSIDE_RINGS_MS = 40_000
"""Until the key is pressed at an outside number: a mobile network takes its time, and so does the question."""


def call(core: Core, interaction: Interaction, command: Originate) -> None:
    """Without a line for an outside number the leg ends as soon as it has begun."""
    tenant = core.tenant(interaction.tenant)
    assert tenant is not None
    outside = tenant.devices.get(command.device or "")
    if outside is not None and outside.kind == "outside":
        _call_outside(core, interaction, outside, command)
        return
    leg = add_leg(core, interaction, command.leg, device=command.device, trunk=command.trunk)
    registered_at = core.state.device_nodes.get(command.device or "", interaction.node)
    if registered_at != interaction.node:
        leg.by_way_of = registered_at
        command = msgspec.structs.replace(command, by_way_of=registered_at)
    core.do(_as_shown(core, command))


def own_rings_ms(core: Core, agent: Agent) -> int:
    return OUTSIDE_RINGS_MS if at_outside_number(core, agent) else OWN_RINGS_MS


def _call_outside(core: Core, interaction: Interaction, device: Device, command: Originate) -> None:
    trunk = free_trunk(core, interaction.tenant)
    leg = add_leg(core, interaction, command.leg, device=device.id, trunk=trunk)
    leg.asks = True
    if trunk is None:
        leg.timer = core.set_timer("no_line", interaction.tenant, leg.id, 0)
        return
    by_trunk = msgspec.structs.replace(command, trunk=trunk, number=device.dials, caller_name="", auto_answer=False)
    core.do(_as_shown(core, by_trunk))


def cause_of(core: Core, leg: Leg, cause: Cause) -> Cause:
    """To an outside number a trunk without a server has no line, however the switch puts it."""
    tenant = core.tenant(leg.tenant)
    trunk = tenant.trunks.get(leg.trunk or "") if tenant is not None else None
    nowhere = leg.asks and trunk is not None and not trunk.host
    return "congestion" if nowhere and cause in ("unreachable", "error") else cause


def _as_shown(core: Core, command: Originate) -> Originate:
    """With the number that the trunk shows as caller, if it has one."""
    tenant = core.tenant(command.tenant)
    trunk = tenant.trunks.get(command.trunk or "") if tenant is not None else None
    if trunk is None or not trunk.caller_number:
        return command
    return msgspec.structs.replace(command, caller_number=trunk.caller_number)


def ask(core: Core, leg: Leg) -> None:
    """Somebody has answered at an outside number: asked for the key, and again after a while."""
    core.cancel_timer(leg.timer)
    leg.timer = core.set_timer("key", leg.tenant, leg.id, ASKED_AGAIN_MS)
    leg.playback = core.new_id()
    speech = _question(core, leg)
    if speech:
        core.do(Play(leg=leg.id, playback=leg.playback, speech=speech))


def pressed(core: Core, leg: Leg, digit: str) -> bool:
    """Whether that was the key that takes the call."""
    if leg.playback is None or digit != KEY:
        return False
    core.cancel_timer(leg.timer)
    core.do(StopPlay(leg=leg.id, playback=leg.playback))
    leg.asks, leg.playback, leg.timer = False, None, None
    return True


def ask_again(core: Core, leg_id: str, timer: int) -> None:
    leg = core.live_leg(leg_id)
    if leg is not None and leg.timer == timer:
        ask(core, leg)


def _question(core: Core, leg: Leg) -> tuple[Speech, ...]:
    tenant = core.tenant(leg.tenant)
    device = tenant.devices.get(leg.device or "") if tenant is not None else None
    interaction = core.state.interactions.get(leg.interaction)
    if tenant is None or device is None or interaction is None:
        return ()
    prompt, queue = _meant(interaction, leg.id)
    return said_to_agent(tenant, device.agent or "", prompt, queue)


def _meant(interaction: Interaction, leg: str) -> tuple[Prompt, str | None]:
    """What the call is to the agent: a queue's, somebody else's, or its own."""
    offer = next((offer for offer in interaction.offers if offer.leg == leg), None)
    asked = interaction.consultation
    if offer is not None and not offer.picked:
        return FROM_QUEUE, offer.queue
    if asked is not None and asked.leg == leg and not asked.lost:
        return (FROM_QUEUE, asked.queue) if asked.queue is not None else (TAKE_CALL, None)
    if interaction.dial is not None and interaction.dial.leg == leg:
        return TAKE_CALL, None
    return GO_ON, None
