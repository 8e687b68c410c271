"""What a request is answered with beside done or refused: what is attached to a call, which call was made."""

from __future__ import annotations

import msgspec


class AttachedData(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="attached_data"):
    interaction: str
    data: dict[str, str]


class CallMade(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="call_made"):
    interaction: str
