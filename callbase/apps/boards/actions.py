"""All writes of wallboards."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.boards import queries
from callbase.apps.boards.models import Board
from callbase.apps.organization.access import Access
from callbase.web.errors import Conflict, Forbidden, Invalid
from callbase.web.rows import one

MOST = 20


@transaction.atomic
def do_create_board(access: Access, data: dict[str, Any]) -> Board:
    """Raises Forbidden for a program, Conflict too_many_boards."""
    if access.person is None:
        raise Forbidden("board.view")
    if queries.boards(access).count() >= MOST:
        raise Conflict("too_many_boards", limit=str(MOST))
    return _write(access, Board(tenant=access.tenant, person=access.person), data, "board.create", {})


@transaction.atomic
def do_change_board(access: Access, board_id: str, changes: dict[str, Any]) -> Board:
    board = one(queries.boards(access), id=board_id)
    return _write(access, board, changes, "board.update", queries.board_detail(board))


@transaction.atomic
def do_delete_board(access: Access, board_id: str) -> None:
    board = one(queries.boards(access), id=board_id)
    before = queries.board_detail(board)
    board.delete()
    record_change(access, "board.delete", board_id, before)


def _write(access: Access, board: Board, data: dict[str, Any], action: str, before: dict[str, Any]) -> Board:
    for field in ("name", "position", "tiles"):
        if field in data:
            setattr(board, field, data[field])
    if queries.boards(access).filter(name=board.name).exclude(id=board.id).exists():
        raise Invalid.of("name", "taken")
    board.save()
    record_change(access, action, str(board.id), before, queries.board_detail(board))
    return board
