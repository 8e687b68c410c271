"""/api/tokens, /api/embedding"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.integration import actions, queries
from callbase.apps.integration.access import manage_tokens
from callbase.apps.integration.schemas import EmbeddingIn, EmbeddingOut, NewTokenOut, TokenIn, TokenOut
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["tokens"])
embedding_router = Router(tags=["embedding"])


@router.get("", response=Page[TokenOut])
def list_tokens(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.tokens(manage_tokens(request)),
        paging,
        search=["name__icontains"],
        default="name",
        sort={"name": "name", "created_at": "created_at", "last_used_at": "last_used_at", "expires_at": "expires_at"},
    )
    return {**page, "items": [queries.token_detail(token) for token in page["items"]]}


@router.post("", response={201: NewTokenOut})
def create_token(request: HttpRequest, data: TokenIn) -> Status[dict[str, Any]]:
    token, text = actions.do_create_token(manage_tokens(request), data.dict())
    return Status(201, {**queries.token_detail(token), "token": text})


@router.get("/{token_id}", response=TokenOut)
def get_token(request: HttpRequest, token_id: str) -> dict[str, Any]:
    return queries.token_detail(one(queries.tokens(manage_tokens(request)), id=token_id))


@router.delete("/{token_id}", response={204: None})
def delete_token(request: HttpRequest, token_id: str) -> Status[None]:
    actions.do_delete_token(manage_tokens(request), token_id)
    return Status(204, None)


@embedding_router.get("", response=EmbeddingOut)
def get_embedding(request: HttpRequest) -> dict[str, list[str]]:
    return {"origins": queries.embedding_origins(manage_tokens(request).tenant.id)}


@embedding_router.put("", response=EmbeddingOut)
def set_embedding(request: HttpRequest, data: EmbeddingIn) -> dict[str, list[str]]:
    return {"origins": actions.do_set_embedding(manage_tokens(request), data.origins)}
