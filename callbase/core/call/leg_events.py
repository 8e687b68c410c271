"""What happens on a leg, and what it means: it is the customer's, an offered agent's, a dialled party's, or the peer's."""

from __future__ import annotations

from callbase.core.agent.states import come_back, on_browser
from callbase.core.call import (
    callback,
    conference,
    consultation,
    house,
    lost,
    make_call,
    predictive,
    remaining,
    talk,
    telephone,
    transfer,
    unanswered,
    unreached,
    voicemail,
)
from callbase.core.call.arrivals import customer_answered
from callbase.core.call.audio import played
from callbase.core.call.consultation_states import apart, on_consultation
from callbase.core.call.dial import dial_answered, dial_over
from callbase.core.call.ending import end, said_goodbye
from callbase.core.call.legs import drop_leg, registered_elsewhere
from callbase.core.call.offer import offer_answered, offer_failed, offer_on, result_of
from callbase.core.call.unreached import Unanswered
from callbase.core.core import Core
from callbase.core.events import (
    Cause,
    DigitPressed,
    LegAnswered,
    LegEnded,
    LegHeld,
    LegRetrieved,
    PlaybackFinished,
    RecordingEnded,
    RecordingFailed,
)
from callbase.core.facts import EndReason
from callbase.core.flow import interpreter
from callbase.core.queue import keys, treatment
from callbase.core.recording.policy import finish_recording
from callbase.core.state import Agent, Consultation, Interaction, Leg, Peer
from callbase.core.supervision import joined

KEYS = frozenset("0123456789*#")


def leg_answered(core: Core, event: LegAnswered) -> None:
    leg = core.live_leg(event.leg)
    if leg is None or leg.up:
        return
    if leg.asks:
        telephone.ask(core, leg)
    else:
        _up(core, leg)


def _up(core: Core, leg: Leg) -> None:
    leg.up = True
    if leg.id in core.state.supervisions:
        joined.answered(core, core.state.supervisions[leg.id])
        return
    interaction = core.state.interactions.get(leg.interaction)
    if interaction is None:
        return
    if leg.id == interaction.leg:
        customer_answered(core, interaction)
    elif (offer := offer_on(interaction, leg.id)) is not None:
        offer_answered(core, interaction, offer)
    elif interaction.dial is not None and leg.id == interaction.dial.leg and not interaction.leg:
        _customer_reached(core, interaction)
    elif interaction.dial is not None and leg.id == interaction.dial.leg:
        dial_answered(core, interaction)
    elif interaction.phase == "dialing" and interaction.peer is not None and leg.id == interaction.peer.leg:
        make_call.own_telephone_answered(core, interaction)
    elif interaction.consultation is not None and leg.id == interaction.consultation.leg and not interaction.consultation.lost:
        consultation.answered(core, interaction)
    elif (part := _part_on(interaction, leg.id)) is not None and lost.is_lost(part):
        lost.back(core, interaction, part)


def leg_ended(core: Core, event: LegEnded) -> None:
    leg = core.state.legs.get(event.leg)
    if leg is None:
        return
    drop_leg(core, leg)
    if leg.id in core.state.supervisions:
        joined.end(core, core.state.supervisions[leg.id], "hung_up")
        return
    interaction = core.state.interactions.get(leg.interaction)
    if leg.released or interaction is None:
        return
    if leg.id == interaction.leg and interaction.phase == "conference" and interaction.caller_agent is not None:
        conference.caller_left(core, interaction)
    elif leg.id == interaction.leg and (caller := _caller_vanished(core, interaction, event.cause)) is not None:
        _vanished(core, interaction, lost.lead(core, interaction, caller), caller, leg)
    elif leg.id == interaction.leg and _parts(interaction):
        callback.part(core, interaction)
    elif leg.id == interaction.leg:
        if interaction.own_telephone_timer is not None:
            unreached.own_telephone(core, interaction, telephone.cause_of(core, leg, event.cause))
        end(core, interaction, _customer_gone(core, interaction, leg, event.cause), event.cause)
    elif (offer := offer_on(interaction, leg.id)) is not None:
        offer_failed(core, interaction, offer, result_of(core, leg, event.cause))
        agent = core.agent(interaction.tenant, offer.agent)
        if agent is not None and registered_elsewhere(core, leg):
            come_back(core, agent)
    elif interaction.dial is not None and leg.id == interaction.dial.leg:
        dial_failed(core, interaction, event.cause)
    elif interaction.consultation is not None and leg.id == interaction.consultation.leg:
        _consulted_gone(core, interaction, interaction.consultation, leg, event.cause)
    elif (party := conference.party_on(interaction, leg.id)) is not None:
        _party_gone(core, interaction, party, leg, event.cause)
    elif interaction.peer is not None and leg.id == interaction.peer.leg:
        _peer_gone(core, interaction, interaction.peer, leg, event.cause)


def _customer_reached(core: Core, interaction: Interaction) -> None:
    """Who was called back, by the system for a queue, or by an agent."""
    if interaction.phase != "dialing":
        callback.reached(core, interaction)
    elif interaction.called_for is not None:
        predictive.reached(core, interaction)
    else:
        make_call.reached(core, interaction)


def _customer_not_reached(core: Core, interaction: Interaction, cause: Cause) -> None:
    if interaction.phase != "dialing":
        callback.not_reached(core, interaction, cause)
    elif interaction.called_for is not None:
        predictive.not_reached(core, interaction, cause)
    else:
        make_call.not_reached(core, interaction, cause)


def _parts(interaction: Interaction) -> bool:
    """Was told that we call back, and still stands in line for it."""
    return interaction.callback is not None and interaction.callback.parting and interaction.phase in ("queue", "offer")


def consulted_gone(core: Core, interaction: Interaction, result: Unanswered) -> None:
    """Who was consulted, or asked to join, did not answer, or has hung up."""
    assert interaction.consultation is not None
    if interaction.consultation.state in ("waiting", "alerting", "joining"):
        consultation.failed(core, interaction, result)
    else:
        consultation.ended(core, interaction)


def dial_failed(core: Core, interaction: Interaction, cause: Cause) -> None:
    """The dialled party did not answer."""
    if not interaction.leg:
        _customer_not_reached(core, interaction, cause)
        return
    unanswered.go_on(core, interaction, dial_over(core, interaction), cause)


def without_line(core: Core, leg: str) -> None:
    """An agent's outside number could not be called at all."""
    leg_ended(core, LegEnded(leg=leg, cause="congestion", by_far_end=False))


def leg_held(core: Core, event: LegHeld) -> None:
    interaction = _agent_talks_on(core, event.leg)
    party = conference.party_on(interaction, event.leg) if interaction is not None else None
    if interaction is not None and party is not None and party.connection == "connected":
        conference.step_aside(core, interaction, party)
    elif interaction is not None and interaction.phase == "talk":
        if event.leg == interaction.leg and interaction.caller_agent is not None:
            house.lead(core, interaction, interaction.caller_agent)
        talk.hold(core, interaction)


def leg_retrieved(core: Core, event: LegRetrieved) -> None:
    interaction = _agent_talks_on(core, event.leg)
    party = conference.party_on(interaction, event.leg) if interaction is not None else None
    if interaction is not None and party is not None:
        if party.connection == "hold" and not (party is interaction.peer and on_consultation(interaction)):
            conference.come_back(core, interaction, party)
        return
    leads = interaction is not None and interaction.peer is not None and interaction.peer.leg == event.leg
    if interaction is not None and leads and interaction.phase == "hold" and not on_consultation(interaction):
        talk.retrieve(core, interaction)


def digit_pressed(core: Core, event: DigitPressed) -> None:
    leg = core.live_leg(event.leg)
    if leg is not None and leg.asks:
        if telephone.pressed(core, leg, event.digit):
            _up(core, leg)
        return
    interaction = core.state.interactions.get(leg.interaction) if leg is not None else None
    if interaction is None or interaction.leg != event.leg or event.digit not in KEYS:
        return
    if interaction.phase == "flow":
        interpreter.digit_pressed(core, interaction, event.digit)
    elif interaction.phase in ("queue", "offer"):
        keys.pressed(core, interaction, event.digit)


def playback_finished(core: Core, event: PlaybackFinished) -> None:
    leg = core.live_leg(event.leg)
    interaction = core.state.interactions.get(leg.interaction) if leg is not None else None
    if interaction is None or interaction.leg != event.leg:
        return
    if interaction.spoken == event.playback:
        interaction.spoken = None
    if interaction.playback == event.playback:
        playback_over(core, interaction)


def playback_over(core: Core, interaction: Interaction) -> None:
    played(core, interaction)
    if interaction.closing is not None:
        said_goodbye(core, interaction)
    elif interaction.phase == "voicemail":
        voicemail.greeted(core, interaction)
    elif interaction.phase == "flow" or interaction.flow is not None:
        interpreter.playback_finished(core, interaction)
    elif interaction.phase in ("queue", "offer"):
        if interaction.callback is not None and interaction.callback.parting:
            callback.part(core, interaction)
        elif interaction.question is not None:
            keys.asked(core, interaction)
        else:
            treatment.resume(core, interaction)


def recording_ended(core: Core, event: RecordingEnded) -> None:
    _message_over(core, event.recording)
    finish_recording(core, event.recording, cut_short=event.cut_short, spoken_ms=event.spoken_ms)


def recording_failed(core: Core, event: RecordingFailed) -> None:
    _message_over(core, event.recording)
    finish_recording(core, event.recording, event.reason or "unknown")


def _message_over(core: Core, recording: str) -> None:
    found = core.state.recordings.get(recording)
    interaction = core.state.interactions.get(found.interaction) if found is not None else None
    if interaction is not None and interaction.voicemail is not None and interaction.voicemail.recording == recording:
        voicemail.recorded(core, interaction)


def _agent_talks_on(core: Core, leg: str) -> Interaction | None:
    found = core.live_leg(leg)
    interaction = core.state.interactions.get(found.interaction) if found is not None else None
    if interaction is None or interaction.peer is None:
        return None
    there = [(party.leg, party.agent) for party in conference.parties(interaction)]
    there.append((interaction.leg, interaction.caller_agent))
    return interaction if any(own == leg and agent is not None for own, agent in there) else None


def _customer_gone(core: Core, interaction: Interaction, leg: Leg, cause: Cause) -> EndReason:
    if cause == "switch_lost":
        return "switch_lost"
    if interaction.closing is not None:
        return interaction.closing.reason
    if interaction.voicemail is not None and interaction.voicemail.recording is not None:
        return "voicemail"
    if interaction.phase in ("queue", "offer"):
        return "abandoned"
    tenant = core.tenant(leg.tenant)
    device = tenant.devices.get(leg.device) if tenant is not None and leg.device is not None else None
    return "agent_hung_up" if device is not None and device.agent is not None else "customer_hung_up"


def _peer_gone(core: Core, interaction: Interaction, peer: Peer, leg: Leg, cause: Cause) -> None:
    """An agent's telephone that says goodbye has hung up; one that vanishes (or whose browser just has) is waited for."""
    agent = core.agent(interaction.tenant, peer.agent)
    if interaction.phase == "callback":
        callback.agent_gone(core, interaction, cause)
    elif interaction.phase == "dialing":
        if not leg.up:
            unreached.own_telephone(core, interaction, telephone.cause_of(core, leg, cause))
        end(core, interaction, "agent_hung_up" if leg.up else "failed", cause)
    elif peer.agent is None and interaction.caller_agent is None and cause != "normal":
        transfer.lost(core, interaction)
    elif peer.agent is None or agent is None:
        reason: EndReason = "customer_hung_up" if interaction.direction == "outbound" else "transferred"
        end(core, interaction, "agent_hung_up" if interaction.direction == "internal" else reason, cause)
    elif lost.is_lost(peer) or not _hung_up(core, agent, cause):
        _vanished(core, interaction, peer, agent, leg)
    elif on_consultation(interaction) and apart(interaction):
        remaining.give_back(core, interaction)
    elif on_consultation(interaction):
        consultation.transfer(core, interaction)  # as who puts the telephone down on a consultation expects
    else:
        end(core, interaction, "agent_hung_up", cause)


def _caller_vanished(core: Core, interaction: Interaction, cause: Cause) -> Agent | None:
    """The agent who called within the house, or out, and talks: waited for as its peer would be."""
    agent = core.agent(interaction.tenant, interaction.caller_agent)
    return agent if agent is not None and interaction.phase == "talk" and not _hung_up(core, agent, cause) else None


def _party_gone(core: Core, interaction: Interaction, party: Peer, leg: Leg, cause: Cause) -> None:
    agent = core.agent(interaction.tenant, party.agent)
    leads = party is interaction.peer and on_consultation(interaction)
    if agent is not None and (lost.is_lost(party) or not _hung_up(core, agent, cause)):
        _vanished(core, interaction, party, agent, leg)
    elif leads and agent is not None and not apart(interaction):
        consultation.transfer(core, interaction)
    else:
        conference.left(core, interaction, party)


def _consulted_gone(core: Core, interaction: Interaction, asked: Consultation, leg: Leg, cause: Cause) -> None:
    agent = core.agent(interaction.tenant, asked.agent)
    talked = asked.state in ("connected", "held")
    if agent is not None and talked and (asked.lost or not _hung_up(core, agent, cause)):
        _vanished(core, interaction, asked, agent, leg)
    else:
        consulted_gone(core, interaction, result_of(core, leg, cause))


def _vanished(core: Core, interaction: Interaction, part: Peer | Consultation, agent: Agent, leg: Leg) -> None:
    """Waited for, and called again; not at once where it has just been called in vain."""
    again = leg.up or not lost.is_lost(part)
    lost.lose(core, interaction, part)
    if again:
        lost.find(core, agent)


def _part_on(interaction: Interaction, leg: str) -> Peer | Consultation | None:
    parts = (interaction.peer, *interaction.others, interaction.consultation)
    return next((part for part in parts if part is not None and part.leg == leg), None)


def _hung_up(core: Core, agent: Agent, cause: Cause) -> bool:
    return cause == "normal" and not (agent.console == "lost" and on_browser(core, agent))
