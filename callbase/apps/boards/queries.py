"""All reads of wallboards."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.boards.models import Board
from callbase.apps.organization.access import Access


def boards(access: Access) -> QuerySet[Board]:
    """One's own; none for a program's token, which is nobody."""
    return Board.objects.filter(tenant=access.tenant, person=access.person) if access.person else Board.objects.none()


def board_detail(board: Board) -> dict[str, Any]:
    return {"id": str(board.id), "name": board.name, "position": board.position, "tiles": board.tiles}
