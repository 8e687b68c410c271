"""Flows, prompts and music over HTTP."""

from callbase.apps.flows.api.flows import router as flows_router
from callbase.apps.flows.api.music import router as music_router
from callbase.apps.flows.api.prompts import router as prompts_router

__all__ = ["flows_router", "music_router", "prompts_router"]
