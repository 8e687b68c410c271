"""Where a call can be sent: by overflow, after hours, on a holiday, past a trunk group's share, on a caller's key."""

from __future__ import annotations

from typing import Annotated

from callbase.core.config.document import Document, Say
from callbase.core.limits import within

RINGS_LEAST_S, RINGS_MOST_S = 3, 300
"""How long a number may be rung."""


class Target(Document, frozen=True, tag_field="type"):
    """Base of all targets."""


class ToQueues(Target, frozen=True, tag="queues"):
    """To other queues. `also`: it keeps its place here and stands in those too, whoever is free first; else it leaves here
    for the first of them."""

    queues: tuple[str, ...]
    also: bool = False


class ToAgent(Target, frozen=True, tag="agent"):
    """To one agent, and nobody else."""

    agent: str


class ToFlow(Target, frozen=True, tag="flow"):
    flow: str


class ToVoicemail(Target, frozen=True, tag="voicemail"):
    """The caller leaves a message for a queue's people."""

    say: Say | None = None
    """The greeting; None: the platform's own."""
    queue: str | None = None
    """None: the queue the caller is in."""
    max_s: float = 180.0
    silence_s: float = 5.0
    """So long a silence ends it."""


class ToCallback(Target, frozen=True, tag="callback"):
    """The caller is told that we call back, and keeps the place without the telephone."""

    queue: str | None = None
    """None: the queue the caller is in."""


class ToNumber(Target, frozen=True, tag="number"):
    """To an outside number, by that trunk or the first with room."""

    number: str
    """Digits, * and #, with a + in front if need be, at most 40; a number of ours is its flow. Or an agent or telephone."""
    trunk: str | None = None
    timeout_s: Annotated[float, within(RINGS_LEAST_S, RINGS_MOST_S)] = 30.0


class ToGoodbye(Target, frozen=True, tag="goodbye"):
    """Speaks, then releases the caller. With `busy` and before the answer: rejected as busy without a word."""

    say: Say | None = None
    busy: bool = False


AnyTarget = ToQueues | ToAgent | ToFlow | ToVoicemail | ToCallback | ToNumber | ToGoodbye
