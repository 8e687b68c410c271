"""All reads of trunks and their groups."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.organization.access import Access
from callbase.apps.trunks.models import Trunk, TrunkGroup


def trunks(access: Access) -> QuerySet[Trunk]:
    return Trunk.objects.filter(tenant=access.tenant)


def trunk_detail(trunk: Trunk) -> dict[str, Any]:
    return {
        "id": trunk.key,
        "host": trunk.host,
        "port": trunk.port,
        "transport": trunk.transport,
        "match": trunk.match,
        "username": trunk.username,
        "has_password": bool(trunk.secret),
        "register": trunk.register,
        "codecs": trunk.codecs,
        "max_channels": trunk.max_channels,
        "caller_number": trunk.caller_number,
        "group": trunk.group,
    }


def trunk_groups(access: Access) -> QuerySet[TrunkGroup]:
    return TrunkGroup.objects.filter(tenant=access.tenant)


def trunk_group_detail(group: TrunkGroup) -> dict[str, Any]:
    return {
        "id": group.key,
        "name": group.name,
        "priority": group.priority,
        "lines_per_agent": group.lines_per_agent,
        "agents_of": group.agents_of,
        "floor": group.floor,
        "ceiling": group.ceiling,
        "beyond": group.beyond,
    }
