"""What each field of a condition says now, of an interaction, the time, and queues (`config/conditions.py` has the table)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo

from callbase.core.config import Tenant
from callbase.core.core import Core
from callbase.core.rules.calendars import state_at
from callbase.core.rules.conditions import Read, Reading, UnknownField
from callbase.core.state import Interaction
from callbase.core.stats import measures
from callbase.core.stats.zones import zone_of
from callbase.numbers import caller_form

CUSTOMER = ("level", "name", "company")


def reader(core: Core, tenant: Tenant, interaction: Interaction | None, queue: str | None = None) -> Read:
    """Reads for an interaction, or, without one, only what is not of one. `queue`: what `queue.…` is of, where that is not the
    interaction's own."""
    own = queue if queue is not None or interaction is None else interaction.queue

    def read(field: str) -> Reading:
        if interaction is not None and field == "wait_s":
            return (core.now_ms - interaction.entered_ms) / 1000 if interaction.places and interaction.queue == own else 0.0
        if interaction is not None and field in INTERACTION:
            return INTERACTION[field](core, tenant, interaction)
        kind, _, rest = field.partition(".")
        if kind == "queue":
            return _queue(core, tenant, own, rest)
        if interaction is not None and kind == "data" and rest:
            return interaction.data.get(rest, "")
        if interaction is not None and kind == "customer" and rest in CUSTOMER:
            return str(getattr(interaction.customer, rest)) if interaction.customer is not None else ""
        if kind == "calendar" and rest in tenant.calendars:
            return "open" if state_at(tenant.calendars[rest], _zone(tenant), core.now_ms).open else "closed"
        if field == "time":
            return datetime.fromtimestamp(core.now_ms / 1000, _zone(tenant)).strftime("%H:%M")
        if field == "weekday":
            return float(datetime.fromtimestamp(core.now_ms / 1000, _zone(tenant)).isoweekday())
        raise UnknownField(field)

    return read


def _zone(tenant: Tenant) -> tzinfo:
    return zone_of(tenant.timezone)


def _queue(core: Core, tenant: Tenant, own: str | None, rest: str) -> Reading:
    named, _, measure = rest.rpartition(".")
    queue = named or own
    if measure not in measures.MEASURES or (named and named not in tenant.queues):
        raise UnknownField(rest)
    if queue is None or queue not in tenant.queues:
        return None
    return measures.MEASURES[measure](core, tenant.id, queue)


def _trunk_group(core: Core, tenant: Tenant, interaction: Interaction) -> Reading:
    trunk = tenant.trunks.get(interaction.trunk) if interaction.trunk is not None else None
    return (trunk.group if trunk is not None else None) or ""


def _caller_list(core: Core, tenant: Tenant, interaction: Interaction) -> Reading:
    found = core.index.caller_lists[tenant.id].find(interaction.caller_number)
    return found.id if found is not None else ""


INTERACTION: dict[str, Callable[[Core, Tenant, Interaction], Reading]] = {
    "caller_number": lambda core, tenant, interaction: caller_form(interaction.caller_number),
    "called_number": lambda core, tenant, interaction: interaction.called_number,
    "trunk": lambda core, tenant, interaction: interaction.trunk or "",
    "trunk_group": _trunk_group,
    "language": lambda core, tenant, interaction: interaction.language,
    "caller_list": _caller_list,
    "priority": lambda core, tenant, interaction: float(interaction.priority),
}
