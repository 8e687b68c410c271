"""The answer to the question why an agent is not getting calls."""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.facts import AgentState

Why = Literal[
    "nobody_waits",
    "others_first",
    "may_serve",
    "requirement_unmet",
    "skill_missing",
    "ring_not_reached",
    "waits_for_it",
    "kept_for_others",
    "switch_away",
]


class QueueReason(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One reason in one queue.

    nobody_waits: there is no caller; others_first: `ahead` ready agents are asked before it for a caller who needs no more than
    the queue asks of all; may_serve: `waiting` callers it could have were it ready; requirement_unmet: the queue asks for `skill`
    at `required` (with `language`: for callers in it), it has `level`, which is never enough, or only after a wait of `after_ms`;
    skill_missing: `waiting` callers ask for `skill` at `required`, it has `level`; ring_not_reached: they are not yet offered to
    members of its `priority` and `level`; waits_for_it: they wait for this agent and nobody else; kept_for_others: they wait for
    one other agent; switch_away: their switch node is out of reach."""

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
