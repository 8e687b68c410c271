"""All reads of API tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.integration.models import ApiToken, Embedding
from callbase.apps.organization.access import Access
from callbase.apps.organization.models import Agent
from callbase.apps.queues.models import Queue


def tokens(access: Access) -> QuerySet[ApiToken]:
    """Those that are not revoked."""
    return ApiToken.objects.filter(tenant=access.tenant, revoked_at=None)


def unknown_limits(access: Access, agents: list[str], queues: list[str]) -> dict[str, str]:
    """Field → the name in it that there is not."""
    agents_there = set(Agent.objects.filter(tenant=access.tenant, number__in=agents).values_list("number", flat=True))
    queues_there = set(Queue.objects.filter(tenant=access.tenant, key__in=queues).values_list("key", flat=True))
    found = {f"agents.{index}": name for index, name in enumerate(agents) if name not in agents_there}
    return found | {f"queues.{index}": name for index, name in enumerate(queues) if name not in queues_there}


def token_detail(token: ApiToken) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": token.scopes,
        "agents": token.agents,
        "queues": token.queues,
        "calls": token.calls,
        "expires_at": token.expires_at,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }


def embedding_origins(tenant: str) -> list[str]:
    """The origins whose pages may frame the tenant's softphone; none where there is no such tenant."""
    found = Embedding.objects.filter(tenant_id=tenant).values_list("origins", flat=True).first()
    return list(found or ())
