"""What an interaction needs of an agent. Callers of a queue who need the same wait in one line and look into one list of ready
agents, so that nobody is searched for: a head whom no ready agent may serve keeps nobody behind it waiting.

Needs become less with waiting, by the steps of relaxations and rings; each step is a timer.
"""

from __future__ import annotations

import msgspec

from callbase.core.config import Queue, Requirement
from callbase.core.routing.seat import Seat
from callbase.core.state import Interaction, Place


class Need(msgspec.Struct, frozen=True):
    """`skills`: each with its least level, by name; level 0 is no longer required, but still counts in ranking by skill.
    `priority`, `level`: as far as the ring reached goes; None: all members."""

    skills: tuple[tuple[str, int], ...] = ()
    priority: int | None = None
    level: int = 0


ANYONE = Need()
NOBODY_YET = -1_000_000_000
"""As the `priority` of a need: no ring is reached."""


def need_of(queue: Queue, interaction: Interaction, place: Place) -> Need:
    """After the steps it has reached."""
    if not queue.requires and not queue.rings and not interaction.requires:
        return ANYONE
    return _need(queue, _required(queue, interaction), place.reached_ms)


def standing_need(queue: Queue) -> Need:
    """Of whoever enters, in whatever language, and needs no more than the queue asks of all."""
    return _need(queue, [requirement for requirement in queue.requires if requirement.language is None], 0)


def _need(queue: Queue, required: list[Requirement], reached_ms: int) -> Need:
    skills: dict[str, int] = {}
    for requirement in required:
        level = _level(requirement, reached_ms)
        skills[requirement.skill] = max(level, skills.get(requirement.skill, 0))
    priority, level = None, 0
    if queue.rings:
        priority, level = NOBODY_YET, 0
        for ring in sorted(queue.rings, key=lambda ring: ring.after_s):
            if _ms(ring.after_s) <= reached_ms:
                priority, level = ring.priority, ring.level
    return Need(tuple(sorted(skills.items())), priority, level)


def next_step_ms(queue: Queue, interaction: Interaction, place: Place) -> int | None:
    """How long after entering the next relaxation or ring comes; None: there is none left."""
    steps = [_ms(relax.after_s) for requirement in _required(queue, interaction) for relax in requirement.relax]
    steps += [_ms(ring.after_s) for ring in queue.rings]
    return min((step for step in steps if step > place.reached_ms), default=None)


def fits(need: Need, seat: Seat) -> bool:
    return lacks(need, seat) is None


def lacks(need: Need, seat: Seat) -> tuple[str, dict[str, str]] | None:
    """Why this member may not serve it, with the figures; None: it may."""
    for skill, level in need.skills:
        has = seat.skills.get(skill, 0)
        if has < level:
            return "skill_missing", {"skill": skill, "required": str(level), "level": str(has)}
    if need.priority is not None and (seat.priority > need.priority or seat.level < need.level):
        return "ring_not_reached", {"priority": str(seat.priority), "level": str(seat.level)}
    return None


def skill_level(need: Need, seat: Seat) -> int:
    """What ranking by skill goes by: the levels of the skills required, together; where none is, the member's level."""
    if not need.skills:
        return seat.level
    return sum(seat.skills.get(skill, 0) for skill, _ in need.skills)


def _required(queue: Queue, interaction: Interaction) -> list[Requirement]:
    return [
        requirement
        for requirement in (*queue.requires, *interaction.requires)
        if requirement.language is None or requirement.language == interaction.language
    ]


def _level(requirement: Requirement, reached_ms: int) -> int:
    level = requirement.level
    for relax in sorted(requirement.relax, key=lambda relax: relax.after_s):
        if _ms(relax.after_s) <= reached_ms:
            level = relax.level
    return level


def _ms(seconds: float) -> int:
    return int(seconds * 1000)
