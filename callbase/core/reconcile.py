"""After every (re)connect the switch says all it has; here that is compared with what the core believes, and mended.

What the switch noted while nobody listened happened then (`meanwhile.py`): legs were answered, or ended. What else changed did so
as the listening stopped, in a moment in which it notes nothing yet; where it does not say when that was, now. Music and speech
begin again, and calls that came while nobody listened are taken as if they came now. Where the switch was started anew meanwhile,
its calls were over then: they ended when it was last known what it had.
"""

from __future__ import annotations

from collections.abc import Container

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
    recordings = list(core.state.recordings.values())
    timers = core.state.timer_count
    if died or event.unheard_ms is None:
        before = set(core.state.legs)
        meanwhile.happened(core, event, heard)
        _gone(core, event.node, live.keys() | (core.state.legs.keys() - before), since_ms if died else core.now_ms, died=died)
    else:
        noted = {note.leg for note in event.meanwhile if note.ended_ago_ms is not None} & core.state.legs.keys()
        _gone(core, event.node, live.keys() | noted, heard.until_ms, died=False)
        meanwhile.happened(core, event, heard)
    _wrapped_up(core)
    core.clock.postpone_overdue(core.now_ms + GRACE_MS, after=timers)
    _devices(core, event.node, event.devices)
    nodes.agents_back(core)
    _ringing_over(core, event.node, live)
    for leg in event.legs:
        known = core.state.legs.get(leg.leg)
        if known is None:
            _unknown(core, event.node, leg)
        elif known.released:
            core.do(Release(leg=leg.leg))
        elif leg.up and not known.up:
            meanwhile.answered(core, known, core.now_ms if event.unheard_ms is None else heard.until_ms)
    for interaction in list(core.state.interactions.values()):
        if interaction.node == event.node and interaction.id in core.state.interactions:
            _resume(core, interaction, live)
    joined.resume(core, event.node)
    consulting = _consulting(core)
    for bridge in event.bridges:
        there = core.state.interactions.get(bridge)
        if bridge not in consulting and (there is None or not there.bridged):
            core.do(DestroyBridge(bridge=bridge, node=event.node))
            differs(core, "" if there is None else there.tenant, None, bridge, "bridge_unknown", "destroyed")
    for recording in recordings:
        if recording.node == event.node and recording.id in core.state.recordings:
            _resume_recording(core, recording, live.get(recording.leg))
    for leg in event.legs:
        _stop_recordings(core, leg)
    core.dirty.update(key for key, queue in core.index.queues.items() if queue.anybody_waits)
    core.asked_for.update(core.index.asked_for)


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


def _resume(core: Core, interaction: Interaction, live: dict[str, LiveLeg]) -> None:
    """What the customer should hear right now, begun again."""
    customer = live.get(interaction.leg)
    peer = interaction.peer
    if interaction.spoken is not None and customer is not None:
        # else it goes on, before what is said next, and while the two are to talk
        core.do(StopPlay(leg=interaction.leg, playback=interaction.spoken))
        interaction.spoken = None
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
        _resume_aside(core, interaction, live)
        apart = [leg for leg in conference.legs(interaction) if leg in live and live[leg].bridge != interaction.id]
        if apart:
            conference.connect(core, interaction)
            differs(core, interaction.tenant, interaction.id, apart[0], "leg_alone", "connected again")
    elif interaction.phase in ("hold", "reconnecting") and peer is not None:
        own = interaction.consultation.id if interaction.consultation is not None else None
        for leg in (interaction.leg, peer.leg):
            if leg in live and live[leg].bridge not in (None, own):
                core.do(Disconnect(bridge=interaction.id, leg=leg))
        _forget_audio(core, interaction)
        hold_music(core, interaction)
    consultation.resume(core, interaction)
    lost.find_all(core, interaction)


def _resume_aside(core: Core, interaction: Interaction, live: dict[str, LiveLeg]) -> None:
    """Of a conference: who has stepped aside, and a customer who is alone for that."""
    together = conference.legs(interaction)
    everybody = (interaction.leg, *(party.leg for party in conference.parties(interaction)))
    for leg in everybody:
        if leg not in together and leg in live and live[leg].bridge == interaction.id:
            core.do(Disconnect(bridge=interaction.id, leg=leg))
    if not together:
        _forget_audio(core, interaction)
        hold_music(core, interaction)


def _consulting(core: Core) -> set[str]:
    """The bridges of those who speak with somebody consulted."""
    asked = [found.consultation for found in core.state.interactions.values() if not apart(found)]
    return {found.id for found in asked if found is not None and found.state == "connected"}


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


def _stop_recordings(core: Core, leg: LiveLeg) -> None:
    """What had gone on to another leg when the word of it was lost."""
    for found in leg.recordings:
        recording = core.state.recordings.get(found)
        if core.live_leg(leg.leg) is not None and (recording is None or recording.timer is not None):
            core.do(StopRecording(leg=leg.leg, recording=found))


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
