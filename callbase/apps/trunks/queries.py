"""All reads of trunks."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.organization.access import Access
from callbase.apps.trunks.models import Trunk


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
    }
