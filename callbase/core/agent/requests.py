"""What people and programs may ask about an agent, and when it is refused. Each handler raises RequestRefused or has done it."""

from __future__ import annotations

from callbase.core.agent import presence
from callbase.core.agent.intervention import is_another
from callbase.core.agent.states import at_outside_number, move, not_ready, reachable, sign_out
from callbase.core.call.callback import agent_gone
from callbase.core.call.conference import caller_left, come_back, hears_all, left, outside, party_of, step_aside
from callbase.core.call.consultation import reconnect
from callbase.core.call.consultation_states import apart, on_consultation
from callbase.core.call.ending import end, finish_wrap_up
from callbase.core.call.house import lead, may_lead
from callbase.core.call.leg_events import consulted_gone, dial_failed
from callbase.core.call.lost import find, is_lost, part_of
from callbase.core.call.offer import offer_failed, offer_to
from callbase.core.call.remaining import give_back
from callbase.core.call.talk import hold, retrieve
from callbase.core.commands import AnswerDevice, SendDigits
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import (
    AnswerCall,
    ClearCall,
    ConsoleBack,
    ConsoleLost,
    FinishWrapUp,
    GenerateDigits,
    HoldCall,
    RejectCall,
    RestartSession,
    RetrieveCall,
    SetNotReady,
    SetReady,
    SignIn,
    SignOut,
)
from callbase.core.facts import AutomaticReason
from callbase.core.state import Agent, DigitsSent, Interaction, NextState, Peer
from callbase.core.supervision import joined
from callbase.core.supervision.find import supervision_by

ON_CALL = ("reserved", "busy")
DIGITS = frozenset("0123456789*#ABCD")
MOST_DIGITS = 32


def sign_in(core: Core, tenant: str, action: SignIn, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    device = _device_asked(core, agent, action.device)
    if agent.removed:
        raise RequestRefused("agent_unknown", "agent", agent=agent.id)
    if agent.state == "logged_off":
        agent.device = device
        agent.away = False
        move(core, agent, "sign_in", reason="signed_in", actor=actor)
        return
    on_call = agent.state in ON_CALL
    if on_call and agent.device != device:
        talks = part_of(core, agent)
        if talks is None or not is_lost(talks[1]):
            raise RequestRefused("agent_busy", "device", agent=agent.id)
    if agent.next_state == "logged_off":
        agent.next_state = None
        core.touch_agent(agent)
    if agent.device == device:
        return
    if on_call:
        agent.device = device
        core.touch_agent(agent)
        find(core, agent)
        return
    agent.device = device
    core.touch_agent(agent)
    if agent.state == "ready":
        move(core, agent, "go_ready", actor=actor, keep_idle=True)
        presence.check(core, agent)
    elif agent.state == "not_ready":
        comes_back = agent.comes_back
        not_ready(core, agent, agent.reason, actor=actor, comes_back=comes_back)
        presence.recover(core, agent)


def ask_sign_out(core: Core, tenant: str, action: SignOut, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    reason = _forced(core, agent, actor)
    if action.now and agent.state == "busy":
        _next(core, agent, "logged_off", reason)
        _take_out(core, agent)
        if core.agent(tenant, agent.id) is None:
            return
    interaction = _interaction(core, agent)
    if agent.state == "busy":
        _next(core, agent, "logged_off", reason)
    elif interaction is not None and (offer := offer_to(interaction, agent.id)) is not None:
        agent.next_state, agent.next_reason = "logged_off", reason
        offer_failed(core, interaction, offer, "rejected", cause="rejected", actor=actor)
    elif agent.state == "working_after_call":
        agent.next_state, agent.next_reason = "logged_off", reason
        finish_wrap_up(core, agent, actor=actor)
    else:
        sign_out(core, agent, actor=actor, reason=reason)


def _take_out(core: Core, agent: Agent) -> None:
    """Of the call it is in, which goes on with others as far as it can."""
    interaction, supervises = _interaction(core, agent), supervision_by(core, agent)
    if supervises is not None:
        joined.end(core, supervises, "stopped")
    elif interaction is None:
        return
    elif interaction.dial is not None and interaction.dial.agent == agent.id:
        dial_failed(core, interaction, "rejected")
    elif interaction.phase == "callback":
        agent_gone(core, interaction, "normal")
    elif interaction.consultation is not None and interaction.consultation.agent == agent.id:
        consulted_gone(core, interaction, "rejected")
    elif (party := party_of(interaction, agent.id)) is not None:
        left(core, interaction, party)
    elif interaction.phase == "conference":
        caller_left(core, interaction)
    elif interaction.phase != "dialing" and may_lead(interaction, agent.id):
        lead(core, interaction, agent.id)
        give_back(core, interaction)
    else:
        end(core, interaction, "agent_hung_up")


def restart_session(core: Core, tenant: str, action: RestartSession, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    device = _device_asked(core, agent, action.device)
    if agent.removed:
        raise RequestRefused("agent_unknown", "agent", agent=agent.id)
    if agent.state == "busy":
        raise RequestRefused("agent_busy", "agent", agent=agent.id)
    if agent.state != "logged_off":
        ask_sign_out(core, tenant, SignOut(agent=agent.id), actor)
    sign_in(core, tenant, SignIn(agent=agent.id, device=device), actor)


def set_ready(core: Core, tenant: str, action: SetReady, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    if agent.state == "busy":
        _next(core, agent, "ready", None)
    elif agent.state == "reserved":
        _next(core, agent, None, None)
    elif agent.state == "working_after_call":
        agent.next_state = "ready"
        finish_wrap_up(core, agent, actor=actor)
    elif agent.state == "not_ready":
        if not reachable(core, agent):
            raise RequestRefused("device_offline", "agent", device=agent.device or "")
        move(core, agent, "go_ready", actor=actor)


def set_not_ready(core: Core, tenant: str, action: SetNotReady, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    config = core.tenant(tenant)
    if action.reason is not None and (config is None or action.reason not in config.not_ready_reasons):
        raise RequestRefused("reason_unknown", "reason", reason=action.reason)
    reason = action.reason if action.reason is not None else _forced(core, agent, actor)
    if agent.state in (*ON_CALL, "working_after_call"):
        _next(core, agent, "not_ready", reason)
    elif agent.state == "ready" or agent.reason != reason or agent.comes_back:
        not_ready(core, agent, reason, actor=actor)


def answer_call(core: Core, tenant: str, action: AnswerCall, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    interaction = _interaction(core, agent)
    leg = None
    offer = offer_to(interaction, agent.id)
    if offer is not None:
        leg = offer.leg
    elif interaction is not None and interaction.dial is not None and interaction.dial.agent == agent.id:
        leg = interaction.dial.leg
    elif (supervises := supervision_by(core, agent)) is not None:
        leg = supervises.leg
    elif interaction is not None and interaction.own_telephone_timer is not None:
        leg = interaction.leg or (interaction.peer.leg if interaction.peer is not None else None)
    elif interaction is not None and interaction.consultation is not None and _rings_to_consult(interaction, agent):
        leg = interaction.consultation.leg
    rings = core.live_leg(leg) if leg else None
    if leg is None or rings is None or rings.up:
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    if at_outside_number(core, agent):
        raise RequestRefused("device_unanswerable", "agent", device=agent.device or "")
    if agent.device is None or agent.device not in core.state.devices:
        raise RequestRefused("device_offline", "agent", device=agent.device or "")
    core.do(AnswerDevice(leg=leg, device=agent.device, by_way_of=rings.by_way_of))


def reject_call(core: Core, tenant: str, action: RejectCall, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    interaction = _interaction(core, agent)
    offer = offer_to(interaction, agent.id)
    if interaction is not None and offer is not None:
        offer_failed(core, interaction, offer, "rejected", cause="rejected", actor=actor)
    elif interaction is not None and interaction.dial is not None and interaction.dial.agent == agent.id:
        dial_failed(core, interaction, "rejected")
    elif interaction is not None and _rings_to_consult(interaction, agent):
        consulted_gone(core, interaction, "rejected")
    else:
        raise RequestRefused("wrong_state", "agent", state=agent.state)


def clear_call(core: Core, tenant: str, action: ClearCall, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    supervises = supervision_by(core, agent)
    if supervises is not None:
        joined.end(core, supervises, "stopped")
        return
    interaction = _interaction(core, agent)
    if agent.state != "busy" or interaction is None:
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    if interaction.dial is not None and interaction.dial.agent == agent.id:
        dial_failed(core, interaction, "rejected")
    elif interaction.phase == "callback":
        agent_gone(core, interaction, "normal")
    elif interaction.consultation is not None and interaction.consultation.agent == agent.id:
        consulted_gone(core, interaction, "rejected")
    elif (party := party_of(interaction, agent.id)) is not None and party is not interaction.peer:
        left(core, interaction, party)
    elif interaction.phase == "conference" and interaction.caller_agent == agent.id:
        caller_left(core, interaction)
    elif on_consultation(interaction):
        reconnect(core, interaction)
    else:
        end(core, interaction, "agent_hung_up")


def hold_call(core: Core, tenant: str, action: HoldCall, actor: str) -> None:
    found = _in_conference(core, tenant, action.agent)
    if found is not None:
        if found[1].connection != "connected":
            raise RequestRefused("wrong_state", "agent", connection=found[1].connection)
        step_aside(core, *found)
        return
    interaction, peer = _talking(core, tenant, action.agent)
    if peer.connection != "connected" or interaction.phase != "talk":
        raise RequestRefused("wrong_state", "agent", connection=peer.connection)
    lead(core, interaction, action.agent)
    hold(core, interaction)


def retrieve_call(core: Core, tenant: str, action: RetrieveCall, actor: str) -> None:
    found = _in_conference(core, tenant, action.agent)
    if found is not None:
        conference, party = found
        if party.connection != "hold" or (party is conference.peer and on_consultation(conference)):
            raise RequestRefused("wrong_state", "agent", connection=party.connection)
        come_back(core, conference, party)
        return
    interaction, peer = _talking(core, tenant, action.agent)
    if peer.agent != action.agent or peer.connection != "hold" or on_consultation(interaction):
        raise RequestRefused("wrong_state", "agent", connection=peer.connection)
    retrieve(core, interaction)


def generate_digits(core: Core, tenant: str, action: GenerateDigits, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    interaction = _interaction(core, agent)
    hear = _spoken_to(interaction, agent) if interaction is not None else ()
    if not hear:
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    if action.party is not None and action.party not in hear:
        raise RequestRefused("party_unknown", "party", party=action.party)
    other = action.party or hear[0]
    if len(action.digits) > MOST_DIGITS:
        raise RequestRefused("value_invalid", "digits", longest=str(MOST_DIGITS))
    if not action.digits or not set(action.digits) <= DIGITS:
        raise RequestRefused("value_invalid", "digits", allowed="0-9 * # A-D")
    core.do(SendDigits(leg=other, digits=action.digits))
    before = agent.digits_sent.times if agent.digits_sent is not None else 0
    agent.digits_sent = DigitsSent(digits=action.digits, times=before + 1)
    core.touch_agent(agent)


def _spoken_to(interaction: Interaction, agent: Agent) -> tuple[str, ...]:
    """Legs: of the other one of two who talk, of whom the agent consults, or of those outside who are in a conference with it,
    the customer first."""
    peer, asked = interaction.peer, interaction.consultation
    if peer is None:
        return ()
    if asked is not None and asked.state == "connected" and peer.agent == agent.id:
        return () if apart(interaction) else (asked.leg,)
    if interaction.phase == "conference":
        return outside(interaction) if hears_all(interaction, agent.id) else ()
    if interaction.phase != "talk" or agent.id not in (peer.agent, interaction.caller_agent):
        return ()
    return (interaction.leg if peer.agent == agent.id else peer.leg,)


def ask_finish_wrap_up(core: Core, tenant: str, action: FinishWrapUp, actor: str) -> None:
    agent = _signed_in(core, tenant, action.agent)
    if agent.state != "working_after_call":
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    finish_wrap_up(core, agent, actor=actor)


def console_lost(core: Core, tenant: str, action: ConsoleLost, actor: str) -> None:
    presence.console_lost(core, core.agent_asked(tenant, action.agent))


def console_back(core: Core, tenant: str, action: ConsoleBack, actor: str) -> None:
    presence.console_back(core, core.agent_asked(tenant, action.agent))


def _forced(core: Core, agent: Agent, actor: str) -> AutomaticReason | None:
    return "forced" if is_another(core, agent, actor) else None


def _rings_to_consult(interaction: Interaction, agent: Agent) -> bool:
    found = interaction.consultation
    return found is not None and found.agent == agent.id and found.state in ("alerting", "joining")


def _signed_in(core: Core, tenant: str, agent_id: str) -> Agent:
    agent = core.agent_asked(tenant, agent_id)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent_id)
    return agent


def _interaction(core: Core, agent: Agent) -> Interaction | None:
    return core.state.interactions.get(agent.interaction) if agent.interaction is not None else None


def _talking(core: Core, tenant: str, agent_id: str) -> tuple[Interaction, Peer]:
    agent = _signed_in(core, tenant, agent_id)
    interaction = _interaction(core, agent)
    if agent.state != "busy" or interaction is None or interaction.peer is None or not may_lead(interaction, agent.id):
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    return interaction, interaction.peer


def _in_conference(core: Core, tenant: str, agent_id: str) -> tuple[Interaction, Peer] | None:
    interaction = _interaction(core, _signed_in(core, tenant, agent_id))
    party = party_of(interaction, agent_id) if interaction is not None else None
    return (interaction, party) if interaction is not None and party is not None else None


def _next(core: Core, agent: Agent, state: NextState | None, reason: str | None) -> None:
    agent.next_state, agent.next_reason = state, reason
    core.touch_agent(agent)


def _device_asked(core: Core, agent: Agent, device: str | None) -> str:
    """The device a sign-in names, else the present one, else the agent's first."""
    config = core.tenant(agent.tenant)
    if config is None:
        raise RequestRefused("tenant_unknown")
    own = config.agents[agent.id].devices if agent.id in config.agents else ()
    if device is None:
        if agent.device is not None and agent.device in config.devices:
            return agent.device
        if own and own[0] in config.devices:
            return own[0]
        raise RequestRefused("device_unknown", "device", agent=agent.id)
    found = config.devices.get(device)
    if found is None or found.agent is None:
        raise RequestRefused("device_unknown", "device", device=device)
    if found.agent != agent.id:
        raise RequestRefused("device_taken", "device", device=device)
    return device
