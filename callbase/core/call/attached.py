"""The answer to the question what is attached to a call."""

from __future__ import annotations

import msgspec


class AttachedData(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag="attached_data"):
    interaction: str
    data: dict[str, str]
