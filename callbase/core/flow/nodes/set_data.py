"""Attaches data to the call."""

from __future__ import annotations

from callbase.core.call.data import attach_what_fits
from callbase.core.config import FieldNow, SetData
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.rules.conditions import Read, UnknownField, shown
from callbase.core.rules.fields import reader


class SetDataKind(NodeKind[SetData]):
    def enter(self, walk: Walk, node: SetData) -> Step:
        read = reader(walk.core, walk.tenant, walk.interaction)
        found = {key: _text(value, read) for key, value in node.data.items()}
        attach_what_fits(walk.core, walk.interaction, found, "flow")
        return Go("next", node.next)


def _text(value: str | FieldNow, read: Read) -> str:
    """Empty where the field says nothing now."""
    if isinstance(value, str):
        return value
    try:
        said = read(value.field)
    except UnknownField:
        return ""
    return shown(said) if said is not None else ""
