"""At the door, before a call is answered: black and red lists, the lines a trunk group has open, the number's opening hours."""

from __future__ import annotations

from callbase.core.call.ending import end
from callbase.core.config import CallerList, Did, Tenant, TrunkGroup
from callbase.core.core import Core
from callbase.core.rules import hours
from callbase.core.rules.priority import add_priority
from callbase.core.rules.targets import send
from callbase.core.rules.why import Why
from callbase.core.state import Interaction


def turned_away(core: Core, interaction: Interaction, tenant: Tenant, did: Did | None) -> bool:
    """True where the call does not go on to its flow: it was refused, or sent elsewhere. Whoever is let in has the priority of
    its list and its trunk group from then on."""
    found = core.index.caller_lists[tenant.id].find(interaction.caller_number)
    if found is not None and found.kind == "black":
        _block(core, interaction, found)
        return True
    group = group_of(tenant, interaction.trunk)
    if group is not None and not _line_open(core, tenant, group):
        _crowded(core, interaction, tenant, group)
        return True
    if found is not None:
        add_priority(core, interaction, "red_list", found.id, found.priority)
    if group is not None:
        add_priority(core, interaction, "trunk_group", group.id, group.priority)
    return did is not None and hours.turned_away(core, interaction, did.calendar, did.closed)


def group_of(tenant: Tenant, trunk: str | None) -> TrunkGroup | None:
    found = tenant.trunks.get(trunk) if trunk is not None else None
    return tenant.trunk_groups.get(found.group) if found is not None and found.group is not None else None


def open_lines(core: Core, tenant: str, group: TrunkGroup) -> int | None:
    """Lines the group has open for the agents signed in now; None: all of them."""
    if group.lines_per_agent <= 0:
        return group.ceiling or None
    lines = max(int(group.lines_per_agent * core.index.on_duty.get((tenant, group.id), 0) + 1e-9), group.floor)
    return min(lines, group.ceiling) if group.ceiling > 0 else lines


def _line_open(core: Core, tenant: Tenant, group: TrunkGroup) -> bool:
    """Its own line is counted already."""
    lines = open_lines(core, tenant.id, group)
    return lines is None or core.index.group_calls(tenant, group.id) <= lines


def _crowded(core: Core, interaction: Interaction, tenant: Tenant, group: TrunkGroup) -> None:
    measured = {
        "lines_open": str(open_lines(core, tenant.id, group)),
        "agents_on_duty": str(core.index.on_duty.get((tenant.id, group.id), 0)),
    }
    why = Why(by="trunk_group", rule=group.id, measured=measured)
    if group.beyond is None or not send(core, interaction, group.beyond, why):
        end(core, interaction, why.end_reason, "congestion")


def _block(core: Core, interaction: Interaction, found: CallerList) -> None:
    why = Why(by="black_list", rule=found.id)
    if found.target is None or not send(core, interaction, found.target, why):
        end(core, interaction, why.end_reason, "rejected")
