"""All reads of API tokens."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.access import Access


def tokens(access: Access) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(tenant=access.tenant)


def token_detail(token: ApiToken) -> dict[str, Any]:
    return {
        "id": str(token.id),
        "name": token.name,
        "scopes": token.scopes,
        "created_at": token.created_at,
        "last_used_at": token.last_used_at,
    }
