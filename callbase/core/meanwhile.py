"""What the switch noted while no engine listened: legs are answered and end at the moments they did, in that order.

Nobody was connected with anybody then. Who was called, picked up, heard nobody and hung up counts as lost from the call, as one
whose telephone has gone does: the other party did not leave.
"""

from __future__ import annotations

from dataclasses import dataclass

from callbase.core.call.leg_events import leg_answered, leg_ended
from callbase.core.commands import StartRecording
from callbase.core.core import Core
from callbase.core.events import LegAnswered, LegEnded, Meanwhile, SwitchConnected
from callbase.core.facts import Difference, Discrepancy, RecordingBegan
from callbase.core.recording.policy import finish_recording
from callbase.core.state import Interaction, Leg, Recording

SEEN_LOST_WITHIN_MS = 15_000
"""A link that is cut is known to be lost so long afterwards at most, and an engine that dies has written so long before."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Until when a switch was listened to, and how far back may lie what it tells, since its clock may have been set."""

    until_ms: int
    earliest_ms: int

    def moment_ms(self, core: Core, ago_ms: int) -> int:
        return max(core.now_ms - ago_ms, self.earliest_ms)


def heard(core: Core, event: SwitchConnected, since_ms: int) -> Heard:
    """`since_ms`: until then its link was up, as far as the core knows."""
    earliest_ms = since_ms - SEEN_LOST_WITHIN_MS
    until_ms = max(core.now_ms - event.unheard_ms, earliest_ms) if event.unheard_ms is not None else since_ms
    return Heard(until_ms, earliest_ms)


def happened(core: Core, event: SwitchConnected, heard: Heard) -> None:
    """Legs not known any more have been seen to end, and are passed over."""
    running = set(core.state.recordings)
    moments: list[tuple[int, bool, bool, str, Meanwhile]] = []
    for note in event.meanwhile:
        leg = core.state.legs.get(note.leg)
        for ended, ago_ms in ((False, note.answered_ago_ms), (True, note.ended_ago_ms)):
            if leg is not None and ago_ms is not None:
                moments.append((heard.moment_ms(core, ago_ms), ended, not is_customers_leg(core, leg), leg.id, note))
    for at_ms, ended, _, name, note in sorted(moments, key=lambda moment: moment[:4]):
        leg = core.state.legs.get(name)
        if leg is not None and ended:
            _ended(core, leg, note, at_ms, heard)
            _recordings_over(core, name, at_ms, running)
        elif leg is not None and not leg.up and not leg.released:
            differs(core, leg.tenant, leg.interaction, leg.id, "leg_answered", "answered at its moment")
            answered(core, leg, at_ms)


def answered(core: Core, leg: Leg, at_ms: int) -> None:
    with core.as_of(max(at_ms, began_ms(core, core.state.interactions.get(leg.interaction)))):
        leg_answered(core, LegAnswered(leg=leg.id))


def _ended(core: Core, leg: Leg, note: Meanwhile, at_ms: int, heard: Heard) -> None:
    if not leg.released:
        differs(core, leg.tenant, leg.interaction, leg.id, "leg_gone", "ended at its moment")
    answered_ms = heard.moment_ms(core, note.answered_ago_ms) if note.answered_ago_ms is not None else None
    alone = answered_ms is not None and answered_ms >= heard.until_ms and not is_customers_leg(core, leg)
    with core.as_of(max(at_ms, began_ms(core, core.state.interactions.get(leg.interaction)))):
        leg_ended(core, LegEnded(leg=leg.id, cause="switch_lost" if alone else note.cause))


def _recordings_over(core: Core, leg: str, at_ms: int, running: set[str]) -> None:
    """`running`: those that were before. Others were to begin when nobody was connected with anybody: there is none."""
    for recording in [found for found in core.state.recordings.values() if found.leg == leg]:
        if recording.id in running:
            with core.as_of(max(at_ms, recording.started_ms)):
                finish_recording(core, recording.id)
        else:
            _not_recorded(core, recording)


def _not_recorded(core: Core, recording: Recording) -> None:
    del core.state.recordings[recording.id]
    core.cancel_timer(recording.timer)
    interaction = core.state.interactions.get(recording.interaction)
    if interaction is not None and interaction.recording == recording.id:
        interaction.recording = None
    out = core.out
    out.facts = [fact for fact in out.facts if not (isinstance(fact, RecordingBegan) and fact.recording == recording.id)]
    out.commands = [
        command for command in out.commands if not (isinstance(command, StartRecording) and command.recording == recording.id)
    ]


def began_ms(core: Core, interaction: Interaction | None) -> int:
    """Of what goes on in it, when the last began; 0 where there is none."""
    if interaction is None:
        return 0
    consultation, dial = interaction.consultation, interaction.dial
    segments = [interaction.segment, *(offer.segment for offer in interaction.offers), *interaction.wrap_ups]
    parties = [interaction.peer, *interaction.others, *interaction.offers, dial, consultation]
    names = [interaction.caller_agent, *(party.agent for party in parties if party is not None)]
    agents = [core.agent(interaction.tenant, name) for name in names]
    segments += [consultation.segment] if consultation is not None else []
    started_ms = [segment.started_ms for segment in segments if segment is not None]
    return max([interaction.started_ms, *started_ms, *(agent.since_ms for agent in agents if agent is not None)])


def is_customers_leg(core: Core, leg: Leg) -> bool:
    interaction = core.state.interactions.get(leg.interaction)
    return interaction is not None and interaction.leg == leg.id


def differs(core: Core, tenant: str, interaction: str | None, leg: str, what: Difference, mended_by: str) -> None:
    core.note(Discrepancy(tenant=tenant, at_ms=core.now_ms, interaction=interaction, leg=leg, what=what, mended_by=mended_by))
