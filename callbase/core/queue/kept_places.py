"""Who waited on a switch node that died calls again, and has the old place: by number, in the same queue, within the time the
centre has for that. A queue's callers so keep their order whichever of them calls first.

Whether a node that is out of reach is dead is known only after a while; who calls again meanwhile has the place, too.
"""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.queue import places
from callbase.core.state import Interaction, KeptPlace
from callbase.numbers import caller_key


def keep(core: Core, interaction: Interaction) -> None:
    """Before it ends with its node."""
    kept_ms, known = _kept_ms(core, interaction), core.state.tenants[interaction.tenant].kept_places
    for number, kept in list(known.items()):
        known[number] = [place for place in kept if core.now_ms - place.lost_ms <= kept_ms]
        if not known[number]:
            del known[number]
    if kept_ms and _keeps(interaction) and not interaction.place_taken:
        known.setdefault(caller_key(interaction.caller_number), []).append(_place(interaction, core.now_ms))


def take(core: Core, interaction: Interaction) -> KeptPlace | None:
    """The place its number has in the queue it is about to stand in, if it has one; nobody else has that from now on."""
    kept_ms = _kept_ms(core, interaction)
    if not kept_ms or interaction.arrival_ms is not None or not interaction.leg:
        return None
    known = core.state.tenants[interaction.tenant].kept_places
    caller = caller_key(interaction.caller_number) if known else ""
    kept = known.get(caller, [])
    found = [place for place in kept if place.queue == interaction.queue and core.now_ms - place.lost_ms <= kept_ms]
    if found:
        oldest = min(found, key=lambda place: place.arrival_ms)
        kept.remove(oldest)
        if not kept:
            del known[caller]
        return oldest
    return _of_who_is_out_of_reach(core, interaction)


def told(core: Core, interaction: Interaction, place: KeptPlace) -> None:
    data = {"interaction": place.interaction, "arrival_ms": str(place.arrival_ms)}
    places.note_change(core, interaction, place.queue, "place_kept", data)


def _of_who_is_out_of_reach(core: Core, interaction: Interaction) -> KeptPlace | None:
    if all(core.state.nodes.values()):
        return None
    caller = caller_key(interaction.caller_number)
    for other in core.state.interactions.values():
        waits = other.tenant == interaction.tenant and other.queue == interaction.queue and not core.node_online(other.node)
        if waits and not other.place_taken and _keeps(other) and caller_key(other.caller_number) == caller:
            other.place_taken = True
            return _place(other, core.now_ms)
    return None


def _keeps(interaction: Interaction) -> bool:
    """Who waits for an agent, and can be known again."""
    waits = interaction.phase in ("queue", "offer") and bool(interaction.leg) and interaction.queue is not None
    return waits and any(character.isdigit() for character in interaction.caller_number)


def _place(interaction: Interaction, lost_ms: int) -> KeptPlace:
    arrival_ms = interaction.arrival_ms if interaction.arrival_ms is not None else interaction.entered_ms
    return KeptPlace(interaction=interaction.id, queue=interaction.queue or "", arrival_ms=arrival_ms, lost_ms=lost_ms)


def _kept_ms(core: Core, interaction: Interaction) -> int:
    tenant = core.tenant(interaction.tenant)
    return int(tenant.place_kept_s * 1000) if tenant is not None else 0
