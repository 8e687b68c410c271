"""Making and withdrawing API tokens."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction
from django.utils import timezone

from callbase.apps.audit.actions import record_change
from callbase.apps.integration import queries
from callbase.apps.integration.access import LIMITABLE, digest
from callbase.apps.integration.models import ApiToken, Embedding
from callbase.apps.organization.access import PERMISSIONS, Access
from callbase.web.errors import FieldProblem, Forbidden, Invalid
from callbase.web.rows import one

PREFIX = "cb_"
"""So that a token found in a log or a repository is known for what it is."""


@transaction.atomic
def do_create_token(access: Access, data: dict[str, Any]) -> tuple[ApiToken, str]:
    """The token's text is known to nobody afterwards. Raises Forbidden for scopes its maker does not hold, and for a maker whose
    rights do not reach all of the tenant, as a token's do."""
    if access.scope != "all":
        raise Forbidden("tokens.manage")
    for index, scope in enumerate(data["scopes"]):
        if scope not in PERMISSIONS:
            raise Invalid.of(f"scopes.{index}", "unknown", value=scope)
        if not access.may(scope):
            raise Forbidden(scope)
    _check_limits(access, data)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        tenant=access.tenant,
        name=data["name"],
        digest=digest(text),
        scopes=sorted(set(data["scopes"])),
        agents=sorted(set(data["agents"])),
        queues=sorted(set(data["queues"])),
        calls=data["calls"] or ("own" if data["agents"] or data["queues"] else "anywhere"),
        expires_at=data["expires_at"],
    )
    record_change(access, "token.create", str(token.id), after=_summary(token))
    return token, text


def _check_limits(access: Access, data: dict[str, Any]) -> None:
    """Raises Invalid for a life already over, an unknown agent or queue, and a permission that knows no such limit."""
    if data["expires_at"] is not None and data["expires_at"] <= timezone.now():
        raise Invalid.of("expires_at", "in_the_past")
    unknown = queries.unknown_limits(access, data["agents"], data["queues"])
    if unknown:
        raise Invalid({field: FieldProblem("unknown", value=value) for field, value in unknown.items()})
    if data["agents"] or data["queues"]:
        for index, scope in enumerate(data["scopes"]):
            if scope not in LIMITABLE:
                raise Invalid.of(f"scopes.{index}", "not_limitable", value=scope)


def _summary(token: ApiToken) -> dict[str, Any]:
    told = {"name": token.name, "scopes": token.scopes, "agents": token.agents, "queues": token.queues, "calls": token.calls}
    expires = token.expires_at.isoformat() if token.expires_at else None
    return {name: value for name, value in {**told, "expires_at": expires}.items() if value}


@transaction.atomic
def do_delete_token(access: Access, token_id: str) -> None:
    """It opens nothing from now on; connections it has are ended within seconds."""
    token = one(queries.tokens(access), id=token_id)
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record_change(access, "token.delete", token_id, _summary(token))


@transaction.atomic
def do_set_embedding(access: Access, origins: list[str]) -> list[str]:
    """Whose pages may frame the softphone, from now on."""
    before, after = queries.embedding_origins(access.tenant.id), sorted(set(origins))
    Embedding.objects.update_or_create(tenant=access.tenant, defaults={"origins": after})
    record_change(access, "embedding.update", access.tenant.id, {"origins": before}, {"origins": after})
    return after
