"""Trunks and their groups over HTTP."""

from callbase.apps.trunks.api.groups import router as trunk_groups_router
from callbase.apps.trunks.api.trunks import router as trunks_router

__all__ = ["trunk_groups_router", "trunks_router"]
