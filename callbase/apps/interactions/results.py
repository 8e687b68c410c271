"""What became of an interaction, in the one word the list shows, and how each reads in SQL."""

from __future__ import annotations

from typing import Literal

Result = Literal["live", "answered", "abandoned", "missed", "voicemail", "refused", "closed", "ended"]

_BY_REASON: dict[Result, tuple[str, ...]] = {
    "abandoned": ("abandoned",),
    "missed": ("missed",),
    "voicemail": ("voicemail",),
    "refused": ("blocked", "lines_full", "number_unknown"),
    "closed": ("closed",),
}
_UNANSWERED = "i.ended_at IS NOT NULL AND i.answered_at IS NULL AND "


def _listed(reasons: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in reasons)


_OTHERS = _listed(tuple(one for reasons in _BY_REASON.values() for one in reasons))

CONDITIONS: dict[Result, str] = {
    "live": "i.ended_at IS NULL",
    "answered": "i.ended_at IS NOT NULL AND i.answered_at IS NOT NULL",
    **{result: f"{_UNANSWERED}i.end_reason IN ({_listed(reasons)})" for result, reasons in _BY_REASON.items()},
    "ended": f"{_UNANSWERED}coalesce(i.end_reason, '') NOT IN ({_OTHERS})",
}
"""On `interaction i`; each interaction fulfils exactly one."""
