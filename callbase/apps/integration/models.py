"""What other programs reach us with."""

from __future__ import annotations

import uuid

from django.db import models

from callbase.apps.organization.models import TenantOwned


class Embedding(TenantOwned):
    """Whose pages may show the tenant's softphone in a frame."""

    origins = models.JSONField(default=list)
    """Scheme, host and port, as browsers name them ("https://crm.example.com")."""

    class Meta:
        db_table = "embedding"
        constraints = [models.UniqueConstraint(fields=["tenant"], name="embedding_tenant")]


class ApiToken(TenantOwned):
    """A program's key. Only its SHA-256 is kept: it is long and random, so a slow hash would gain nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    """Permissions, as of people."""
    agents = models.JSONField(default=list)
    queues = models.JSONField(default=list)
    """What it is limited to: numbers of agents, keys of queues. Both empty: not limited."""
    calls = models.CharField(max_length=8, default="anywhere", choices=[(v, v) for v in ("own", "inside", "anywhere")])
    """Whom it may have called, and where calls may be sent: `organization.access.CallReach`."""
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    """It opens nothing any more; the row stays, for the audit trail names it."""
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_token"
