"""The waiting timeline: which of a treatment's steps are due when. Moments are milliseconds from the caller's entering."""

from __future__ import annotations

from callbase.core.config import WaitingStep, WaitingTreatment

SHORTEST_REPEAT_MS = 1_000


def due(treatment: WaitingTreatment, after_ms: int, until_ms: int) -> list[WaitingStep]:
    """The steps to be heard that fell due after the one moment and until the other: each once, in order of their last moment."""
    found = [(_last(step, until_ms), place, step) for place, step in enumerate(treatment.steps) if step.what != "music"]
    return [step for at_ms, _, step in sorted(found, key=lambda one: one[:2]) if at_ms > after_ms]


def next_ms(treatment: WaitingTreatment, after_ms: int) -> int | None:
    """When the next step is due; None where nothing more comes."""
    moments = [moment for step in treatment.steps if (moment := _next(step, after_ms)) is not None]
    return min(moments, default=None)


def music_at(treatment: WaitingTreatment, at_ms: int) -> str:
    """The music that plays then: of the last step that changed it, else the treatment's."""
    music, since_ms = treatment.music, -1
    for step in treatment.steps:
        if step.what == "music" and step.music is not None and (changed_ms := _last(step, at_ms)) >= max(since_ms, 0):
            music, since_ms = step.music, changed_ms
    return music


def _last(step: WaitingStep, until_ms: int) -> int:
    """The step's last moment until then; -1 where there was none."""
    first_ms, every_ms = _rhythm(step)
    if first_ms > until_ms:
        return -1
    return first_ms if every_ms is None else first_ms + (until_ms - first_ms) // every_ms * every_ms


def _next(step: WaitingStep, after_ms: int) -> int | None:
    first_ms, every_ms = _rhythm(step)
    if first_ms > after_ms:
        return first_ms
    return None if every_ms is None else first_ms + ((after_ms - first_ms) // every_ms + 1) * every_ms


def _rhythm(step: WaitingStep) -> tuple[int, int | None]:
    first_ms = max(0, int(step.at_s * 1000))
    return first_ms, max(SHORTEST_REPEAT_MS, int(step.every_s * 1000)) if step.every_s > 0 else None
