"""The gate for API tokens: opening one, and managing them."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import cast

from django.utils import timezone

from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.access import Access, CallReach, needs
from callbase.web.language import DEFAULT, supported

manage_tokens = needs("tokens.manage")
LIMITABLE = frozenset(
    {
        "board.view",
        "interactions.view_all",
        "recordings.listen",
        "agents.supervise",
        "calls.barge",
        "calls.take_over",
        "calls.release",
    }
)
"""Permissions of which it is clear what they mean for some agents and queues only."""
_NOTED_EVERY = timedelta(minutes=1)


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def access_of_bearer(token: str, ip: str = "") -> Access | None:
    found = ApiToken.objects.select_related("tenant").filter(digest=digest(token), revoked_at=None).first()
    if found is None:
        return None
    now = timezone.now()
    if found.expires_at is not None and found.expires_at <= now:
        return None
    if found.last_used_at is None or now - found.last_used_at > _NOTED_EVERY:
        ApiToken.objects.filter(id=found.id).update(last_used_at=now)
    limited = bool(found.agents or found.queues)
    return Access(
        tenant=found.tenant,
        person=None,
        permissions=frozenset(found.scopes),
        scope="own" if limited else "all",
        reach=frozenset(found.agents) if limited else None,
        queues=frozenset(found.queues) if limited else None,
        calls=cast(CallReach, found.calls),
        agent=None,
        actor=f"token:{found.id}",
        language=supported(str(found.tenant.languages[0])) or DEFAULT,
        ip=ip,
        token=str(found.id),
    )
