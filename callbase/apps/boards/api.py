"""/api/boards"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.boards import actions, queries
from callbase.apps.boards.access import see
from callbase.apps.boards.schemas import BoardIn, BoardOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["boards"])


@router.get("", response=Page[BoardOut])
def list_boards(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """One's own wallboards."""
    page = listing(
        queries.boards(see(request)),
        paging,
        search=["name__icontains"],
        default="position",
        sort={"position": "position", "name": "name"},
    )
    return {**page, "items": [queries.board_detail(board) for board in page["items"]]}


@router.post("", response={201: BoardOut})
def create_board(request: HttpRequest, data: BoardIn) -> Status[dict[str, Any]]:
    return Status(201, queries.board_detail(actions.do_create_board(see(request), data.dict())))


@router.get("/{board_id}", response=BoardOut)
def get_board(request: HttpRequest, board_id: str) -> dict[str, Any]:
    return queries.board_detail(one(queries.boards(see(request)), id=board_id))


@router.patch("/{board_id}", response=BoardOut)
def change_board(request: HttpRequest, board_id: str, data: Changes[BoardIn]) -> dict[str, Any]:
    return queries.board_detail(actions.do_change_board(see(request), board_id, data))


@router.delete("/{board_id}", response={204: None})
def delete_board(request: HttpRequest, board_id: str) -> Status[None]:
    actions.do_delete_board(see(request), board_id)
    return Status(204, None)
