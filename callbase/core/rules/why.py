"""Why a call is sent somewhere: which rule said so, and what it had measured."""

from __future__ import annotations

import msgspec

from callbase.core.config import AnyTarget
from callbase.core.facts import EndReason, RedirectedBy

END_REASONS: dict[RedirectedBy, EndReason] = {
    "calendar": "closed",
    "black_list": "blocked",
    "trunk_group": "lines_full",
    "overflow": "overflowed",
}
"""As what a call ends that was sent to a goodbye. Others: flow_ended."""


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """`rule` is the id of the overflow rule, calendar, caller list or trunk group, a flow's node, or the key pressed.

    `queue`: the one it waited in, or was about to enter. `measured`: fields of the condition and their values then."""

    by: RedirectedBy
    rule: str = ""
    queue: str | None = None
    measured: dict[str, str] = {}
    on_since_ms: int | None = None
    """As in `Redirected`."""

    @property
    def end_reason(self) -> EndReason:
        return END_REASONS.get(self.by, "flow_ended")


class Bound(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call goes as soon as its caller's leg is answered."""

    target: AnyTarget
    why: Why
