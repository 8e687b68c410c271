"""The answer to the question why an agent is not getting calls."""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.facts import AgentState

Why = Literal["nobody_waits", "others_first", "may_serve", "skill_missing", "ring_not_reached", "kept_for_others", "switch_away"]


class QueueReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason in one queue.

    nobody_waits: there is no caller; others_first: `ahead` ready agents are asked before it; may_serve: `waiting` callers it
    could have were it ready; skill_missing: `waiting` callers ask for `skill` at `required`, it has `level`; ring_not_reached:
    they are not yet offered to members of its `priority` and `level`; kept_for_others: they wait for one other agent;
    switch_away: their switch node is out of reach."""

    queue: str
    why: Why
    waiting: int = 0
    data: dict[str, str] = {}


class AgentExplained(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="agent_explained"):
    """`state` with its reason says what holds the agent itself; `queues`, empty where it serves none, what holds each of them."""

    agent: str
    state: AgentState
    reason: str | None
    since_ms: int
    queues: tuple[QueueReason, ...]
