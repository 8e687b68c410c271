"""Flows and prompts over HTTP."""

from callbase.apps.flows.api.flows import router as flows_router
from callbase.apps.flows.api.prompts import router as prompts_router

__all__ = ["flows_router", "prompts_router"]
