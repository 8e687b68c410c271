"""Segments: what reports count. One after the other they cover the customer's time; offers and wrap-up lie beside them."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.facts import SegmentEnded, SegmentKind, SegmentStarted
from callbase.core.state import Interaction, Segment


def open_segment(
    core: Core,
    interaction: Interaction,
    kind: SegmentKind,
    *,
    queue: str | None = None,
    agent: str | None = None,
    flow: str | None = None,
    expected_ms: int | None = None,
    party: str | None = None,
) -> Segment:
    segment = Segment(id=core.new_id(), kind=kind, started_ms=core.now_ms, queue=queue, agent=agent, flow=flow, party=party)
    core.note(
        SegmentStarted(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            segment=segment.id,
            kind=kind,
            queue=queue,
            agent=agent,
            flow=flow,
            expected_ms=expected_ms,
            party=party,
        )
    )
    return segment


def close_segment(core: Core, interaction: Interaction, segment: Segment, result: str) -> None:
    core.note(
        SegmentEnded(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            segment=segment.id,
            kind=segment.kind,
            result=result,
            started_ms=segment.started_ms,
            queue=segment.queue,
            agent=segment.agent,
            flow=segment.flow,
            party=segment.party,
        )
    )


def next_segment(
    core: Core,
    interaction: Interaction,
    kind: SegmentKind,
    *,
    result: str = "ended",
    queue: str | None = None,
    agent: str | None = None,
    flow: str | None = None,
    expected_ms: int | None = None,
) -> None:
    """The customer's time goes on as something else; `result` is that of what was until now."""
    close_present(core, interaction, result)
    interaction.segment = open_segment(core, interaction, kind, queue=queue, agent=agent, flow=flow, expected_ms=expected_ms)


def close_present(core: Core, interaction: Interaction, result: str) -> None:
    segment = interaction.segment
    if segment is None:
        return
    lasted_ms = core.now_ms - segment.started_ms
    if segment.kind == "queue":
        interaction.queue_ms += lasted_ms
    elif segment.kind in ("talk", "conference"):
        interaction.talk_ms += lasted_ms
    elif segment.kind == "hold":
        interaction.hold_ms += lasted_ms
    close_segment(core, interaction, segment, result)
    interaction.segment = None
