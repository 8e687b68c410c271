"""What a part of a tenant's configuration may name."""

from __future__ import annotations

from dataclasses import dataclass

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """The ids there are, by kind."""

    queues: frozenset[str] = NONE
    prompts: frozenset[str] = NONE
    music: frozenset[str] = NONE
    agents: frozenset[str] = NONE
    flows: frozenset[str] = NONE
    skills: frozenset[str] = NONE
    calendars: frozenset[str] = NONE
    caller_lists: frozenset[str] = NONE
    trunks: frozenset[str] = NONE
    trunk_groups: frozenset[str] = NONE
    languages: tuple[str, ...] = ("zh-CN", "en-US")
