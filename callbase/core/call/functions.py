"""Consultation, transfer and conference as agents ask for them, and when that is refused."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import Action


def refuse(core: Core, tenant: str, action: Action, actor: str) -> None:
    """No call can do it yet."""
    raise RequestRefused("wrong_state", "agent")
