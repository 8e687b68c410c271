"""Making and withdrawing API tokens."""

from __future__ import annotations

import secrets
from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.integration import queries
from callbase.apps.integration.access import digest
from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.access import PERMISSIONS, Access
from callbase.web.errors import Forbidden, Invalid
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
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        tenant=access.tenant, name=data["name"], digest=digest(text), scopes=sorted(set(data["scopes"]))
    )
    record_change(access, "token.create", str(token.id), after={"name": token.name, "scopes": token.scopes})
    return token, text


@transaction.atomic
def do_delete_token(access: Access, token_id: str) -> None:
    token = one(queries.tokens(access), id=token_id)
    token.delete()
    record_change(access, "token.delete", token_id, {"name": token.name, "scopes": token.scopes})
