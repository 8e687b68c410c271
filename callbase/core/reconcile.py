"""After every (re)connect the switch says all it has; here that is compared with what the core believes, and mended.

What the switch noted while nobody listened happened then (`meanwhile.py`): legs were answered, or ended. What else changed did so
as the listening stopped, in a moment in which it notes nothing yet; where it does not say when that was, now. Music and speech
begin again, and calls that came while nobody listened are taken as if they came now. Where the switch was started anew meanwhile,
its calls were over then: they ended when it was last known what it had.

Each difference is stated as a fact, once (`Difference`; docs/reliability.md has the rule of each). What the mending of one leads
to, as a bridge that goes with its call, is no other.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import dataclass

from callbase.core import meanwhile, nodes
from callbase.core.agent.presence import device_registered, device_unregistered
from callbase.core.call import callback, conference, consultation, lost, make_call, voicemail
from callbase.core.call.arrivals import call_offered, is_customers, tenant_of_call
from callbase.core.call.audio import hold_music, ringback, while_called
from callbase.core.call.consultation_states import apart
from callbase.core.call.ending import finish_wrap_up, said_goodbye
from callbase.core.call.leg_events import leg_ended
from callbase.core.commands import DestroyBridge, Disconnect, Release, StartRecording, StopPlay, StopRecording
from callbase.core.core import Core
from callbase.core.events import CallOffered, LegEnded, LiveLeg, SwitchConnected, SwitchLost
from callbase.core.flow import interpreter
from callbase.core.meanwhile import began_ms, differs, is_customers_leg
from callbase.core.queue import kept_places, keys, treatment
from callbase.core.recording.policy import finish_recording
from callbase.core.state import Interaction, Recording
from callbase.core.supervision import joined
from callbase.core.timers import GRACE_MS


@dataclass(frozen=True, slots=True)
class _Before:
    """What was so before anything was mended."""

    released: frozenset[str]
    """Legs."""
    together: dict[str, tuple[str, ...]]
    recordings: tuple[Recording, ...]
    ending: frozenset[str]
    """Those of the recordings that were to end."""


def switch_lost(core: Core, event: SwitchLost) -> None:
    unseen(core, event.node, core.now_ms)
    nodes.lost(core, event.node)
    core.touch_everything()


def node_dead(core: Core, node: str) -> None:
    """It has been away for so long, while another is there, that its calls are over: they ended when it was last heard of."""
    del core.state.node_timers[node]
    if not any(core.state.nodes.values()):
        return
    nodes.telephones_gone(core, node)
    nodes.agents_back(core)
    _gone(core, node, {}, core.state.unseen_since_ms.get(node, core.now_ms), died=True)
    nodes.move_who_waits(core, node)


def unseen(core: Core, node: str, since_ms: int) -> None:
    """From then on it is not known what the node has."""
    if core.state.nodes.get(node):
        core.state.unseen_since_ms[node] = since_ms
    core.state.nodes[node] = False


def switch_connected(core: Core, event: SwitchConnected) -> None:
    core.state.nodes[event.node] = True
    nodes.found(core, event.node)
    core.touch_everything()
    since_ms = core.state.unseen_since_ms.pop(event.node, core.now_ms)
    heard = meanwhile.heard(core, event, since_ms)
    died = event.started_ms > since_ms
    live = {leg.leg: leg for leg in event.legs}
    before = _before(core)
    timers = core.state.timer_count
    if died or event.unheard_ms is None:
        legs = set(core.state.legs)
        meanwhile.happened(core, event, heard)
        _gone(core, event.node, live.keys() | (core.state.legs.keys() - legs), since_ms if died else core.now_ms, died=died)
    else:
        noted = {note.leg for note in event.meanwhile if note.ended_ago_ms is not None} & core.state.legs.keys()
        _gone(core, event.node, live.keys() | noted, heard.until_ms, died=False)
        meanwhile.happened(core, event, heard)
    _wrapped_up(core)
    core.clock.postpone_overdue(core.now_ms + GRACE_MS, after=timers)
    _devices(core, event.node, event.devices)
    nodes.agents_back(core)
    _ringing_over(core, event.node, live)
    until_ms = core.now_ms if event.unheard_ms is None else heard.until_ms
    for leg in event.legs:
        _compare(core, event.node, leg, before, until_ms)
    for interaction in list(core.state.interactions.values()):
        if interaction.node == event.node and interaction.id in core.state.interactions:
            _resume(core, interaction, live, before)
    joined.resume(core, event.node)
    _end_bridges(core, event, before)
    for recording in before.recordings:
        if recording.node == event.node and recording.id in core.state.recordings:
            _resume_recording(core, recording, live.get(recording.leg))
    for leg in event.legs:
        _stop_recordings(core, leg, before)
    core.dirty.update(key for key, queue in core.index.queues.items() if queue.anybody_waits)
    core.asked_for.update(core.index.asked_for)


def _before(core: Core) -> _Before:
    recordings = tuple(core.state.recordings.values())
    return _Before(
        released=frozenset(leg.id for leg in core.state.legs.values() if leg.released),
        together=_together(core),
        recordings=recordings,
        ending=frozenset(recording.id for recording in recordings if recording.timer is not None),
    )


def _together(core: Core) -> dict[str, tuple[str, ...]]:
    """The bridges there should be, with those who hear one another in each; nobody where all have stepped aside."""
    found = {
        interaction.id: conference.legs(interaction) for interaction in core.state.interactions.values() if interaction.bridged
    }
    for interaction in core.state.interactions.values():
        asked, peer = interaction.consultation, interaction.peer
        if asked is not None and asked.state == "connected" and not apart(interaction) and peer is not None:
            found[asked.id] = (peer.leg, asked.leg)
    return found


def _devices(core: Core, node: str, registered: tuple[str, ...]) -> None:
    """A telephone that another node has registered since is left to that."""
    elsewhere = {device for device, at in core.state.device_nodes.items() if at != node and core.node_online(at)}
    present = set(registered) - elsewhere
    for device in sorted(set(core.state.devices) - present):
        device_unregistered(core, device, node)
    for device in sorted(present):
        device_registered(core, device, core.state.devices.get(device, ""), node)


def _gone(core: Core, node: str, there: Container[str], ended_ms: int, *, died: bool) -> None:
    """Legs not `there`. Customers first: an agent whose customer is gone needs no new leg. `died`: all the node had is over."""
    gone = [leg for leg in core.state.legs.values() if leg.node == node and leg.id not in there]
    for leg in sorted(gone, key=lambda leg: (not is_customers_leg(core, leg), leg.id)):
        if not leg.released:
            differs(core, leg.tenant, leg.interaction, leg.id, "leg_gone", "ended")
        interaction = core.state.interactions.get(leg.interaction)
        with core.as_of(max(ended_ms, began_ms(core, interaction))):
            if died and interaction is not None and interaction.leg == leg.id and not leg.released:
                kept_places.keep(core, interaction)
            leg_ended(core, LegEnded(leg=leg.id, cause="switch_lost", by_far_end=False))
    for recording in [found for found in core.state.recordings.values() if found.node == node and found.leg not in there]:
        with core.as_of(max(ended_ms, recording.started_ms)):
            finish_recording(core, recording.id)


def _wrapped_up(core: Core) -> None:
    """Work after calls lasted no longer than it may, whoever was away when its time was up."""
    for there in core.state.tenants.values():
        for agent in list(there.agents.values()):
            if agent.wrap_up_until_ms is not None and agent.wrap_up_until_ms < core.now_ms:
                with core.as_of(max(agent.wrap_up_until_ms, agent.since_ms)):
                    finish_wrap_up(core, agent, actor="system")


def _compare(core: Core, node: str, leg: LiveLeg, before: _Before, until_ms: int) -> None:
    """A leg the switch has with ours. `until_ms`: when it was answered at the latest, if it was without a note."""
    known = core.state.legs.get(leg.leg)
    if known is None:
        _unknown(core, node, leg)
    elif leg.leg in before.released:
        core.do(Release(leg=leg.leg))
        differs(core, known.tenant, known.interaction, leg.leg, "leg_remains", "released again")
    elif leg.up and not known.up and not known.released:
        if known.playback is None:  # else it is known that somebody answered, and is asked for the key
            differs(core, known.tenant, known.interaction, leg.leg, "leg_answered", "answered")
        meanwhile.answered(core, known, until_ms)


def _unknown(core: Core, node: str, leg: LiveLeg) -> None:
    """A call from outside that nobody knows of is served; anything else is a leftover."""
    tenant_id = tenant_of_call(core, leg)
    tenant = core.tenant(tenant_id) if tenant_id is not None else None
    if tenant is not None and is_customers(tenant, leg):
        differs(core, tenant_id or "", None, leg.leg, "leg_unknown", "taken as a new call")
        offered = CallOffered(
            leg=leg.leg,
            node=node,
            caller_number=leg.caller_number,
            called_number=leg.called_number,
            trunk=leg.trunk,
            tenant=leg.tenant,
            device=leg.device,
        )
        call_offered(core, offered, up=leg.up)
    else:
        core.do(Release(leg=leg.leg))
        differs(core, tenant_id or "", None, leg.leg, "leg_unknown", "released")


def _resume(core: Core, interaction: Interaction, live: dict[str, LiveLeg], before: _Before) -> None:
    """What the customer should hear right now, begun again."""
    customer = live.get(interaction.leg)
    peer = interaction.peer
    if interaction.spoken is not None and customer is not None:
        # else it goes on, before what is said next, and while the two are to talk
        core.do(StopPlay(leg=interaction.leg, playback=interaction.spoken))
        interaction.spoken = None
    _put_aside(core, interaction, live, before)
    if interaction.phase in ("queue", "offer"):
        _forget_audio(core, interaction)
        _resume_waiting(core, interaction)
    elif interaction.phase == "voicemail" and interaction.closing is not None:
        said_goodbye(core, interaction)
    elif interaction.phase == "voicemail" and interaction.voicemail is not None:
        _forget_audio(core, interaction)
        (voicemail.greet if interaction.voicemail.recording is None else voicemail.record)(core, interaction)
    elif interaction.phase == "parked":
        _forget_audio(core, interaction)
        hold_music(core, interaction)
    elif interaction.phase == "dialing":
        make_call.ring_on(core, interaction)
    elif interaction.phase == "flow" and customer is not None and (customer.up or interaction.ringback):
        _resume_flow(core, interaction)
    elif interaction.phase in ("talk", "conference") and peer is not None:
        _resume_together(core, interaction, live, before)
    elif interaction.phase in ("hold", "reconnecting") and peer is not None:
        _forget_audio(core, interaction)
        hold_music(core, interaction)
    _resume_consultation(core, interaction, live, before)
    lost.find_all(core, interaction)


def _put_aside(core: Core, interaction: Interaction, live: dict[str, LiveLeg], before: _Before) -> None:
    """Who is on hold, has stepped aside or waits, and still hears the others."""
    together = {*conference.legs(interaction), *before.together.get(interaction.id, ())}
    for leg in (interaction.leg, *(party.leg for party in conference.parties(interaction))):
        if leg not in together and core.live_leg(leg) is not None and leg in live and live[leg].bridge == interaction.id:
            core.do(Disconnect(bridge=interaction.id, leg=leg))
            differs(core, interaction.tenant, interaction.id, leg, "leg_connected", "disconnected")


def _resume_together(core: Core, interaction: Interaction, live: dict[str, LiveLeg], before: _Before) -> None:
    """Those who talk; of a conference maybe nobody, as all but the customer have stepped aside."""
    together = conference.legs(interaction)
    alone = _alone(interaction.id, together, live, before)
    if alone:
        conference.connect(core, interaction)
        differs(core, interaction.tenant, interaction.id, alone[0], "leg_alone", "connected again")
    if not together:
        _forget_audio(core, interaction)
        hold_music(core, interaction)


def _resume_consultation(core: Core, interaction: Interaction, live: dict[str, LiveLeg], before: _Before) -> None:
    """The agent's own leg is not compared: where a switch puts the first call on hold for the second, that is on hold."""
    asked = interaction.consultation
    if asked is not None and _alone(asked.id, (asked.leg,), live, before) and not apart(interaction):
        differs(core, interaction.tenant, interaction.id, asked.leg, "leg_alone", "connected again")
    consultation.resume(core, interaction)


def _alone(bridge: str, legs: Iterable[str], live: dict[str, LiveLeg], before: _Before) -> list[str]:
    """Those of the legs that should be in the bridge since before, and are not."""
    should = before.together.get(bridge, ())
    return [leg for leg in legs if leg in should and leg in live and live[leg].bridge != bridge]


def _end_bridges(core: Core, event: SwitchConnected, before: _Before) -> None:
    asked = {found.consultation.id: found for found in core.state.interactions.values() if found.consultation is not None}
    should = before.together.keys() | _together(core).keys()
    for bridge in event.bridges:
        whose = core.state.interactions.get(bridge) or asked.get(bridge)
        if bridge not in should:
            core.do(DestroyBridge(bridge=bridge, node=event.node))
            if whose is None:
                differs(core, "", None, bridge, "bridge_unknown", "destroyed")
            else:
                differs(core, whose.tenant, whose.id, bridge, "bridge_remains", "destroyed again")


def _resume_waiting(core: Core, interaction: Interaction) -> None:
    if interaction.callback is not None and interaction.callback.parting:
        callback.part(core, interaction)
    elif interaction.question is not None:
        keys.unanswered(core, interaction)
    elif interaction.flow is not None:
        interpreter.resume(core, interaction)
    else:
        treatment.resume(core, interaction)


def _resume_flow(core: Core, interaction: Interaction) -> None:
    was_playing = interaction.playback is not None
    if interaction.closing is not None:
        said_goodbye(core, interaction)
    elif interaction.dial is not None:
        _forget_audio(core, interaction)
        while_called(core, interaction)
    elif was_playing:
        _forget_audio(core, interaction)
        interpreter.resume(core, interaction)


def _resume_recording(core: Core, recording: Recording, leg: LiveLeg | None) -> None:
    """What was asked for in the moment in which nobody was there any more to ask the switch is asked for again."""
    known = core.state.legs.get(recording.leg)
    if leg is None or known is None or known.released:
        return
    if recording.kind == "call" and recording.timer is None and recording.id not in leg.recordings:
        core.do(StartRecording(leg=leg.leg, recording=recording.id, path=recording.path))
        differs(core, recording.tenant, recording.interaction, leg.leg, "recording_missing", "begun again")


def _stop_recordings(core: Core, leg: LiveLeg, before: _Before) -> None:
    """Those nobody knows of, and what had gone on to another leg when the word of it was lost."""
    known = core.live_leg(leg.leg)
    if known is None:
        return
    for recording in leg.recordings:
        if recording not in core.state.recordings:
            core.do(StopRecording(leg=leg.leg, recording=recording))
            differs(core, known.tenant, known.interaction, leg.leg, "recording_unknown", "stopped")
        elif recording in before.ending:
            core.do(StopRecording(leg=leg.leg, recording=recording))
            differs(core, known.tenant, known.interaction, leg.leg, "recording_remains", "stopped again")


def _forget_audio(core: Core, interaction: Interaction) -> None:
    """Whether it still plays is not known."""
    interaction.playback = interaction.music = None
    interaction.ringback = False
    core.cancel_timer(interaction.playback_timer)
    interaction.playback_timer = None


def _ringing_over(core: Core, node: str, live: dict[str, LiveLeg]) -> None:
    """Nobody is called any more, it may be, and the word of it was lost. Who still should hear it ring does again in a moment."""
    for _, leg in sorted(core.state.legs.items()):
        if leg.node == node and leg.ringback and leg.id in live:
            leg.ringback = False
            ringback(core, leg.id, on=False)
