"""Who may have wallboards: whoever may see the board, each their own."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("board.view")
