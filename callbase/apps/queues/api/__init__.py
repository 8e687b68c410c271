"""Queues, DIDs, outcomes and not-ready reasons over HTTP."""

from callbase.apps.queues.api.choices import outcomes_router, reasons_router
from callbase.apps.queues.api.dids import router as dids_router
from callbase.apps.queues.api.queues import router as queues_router

__all__ = ["dids_router", "outcomes_router", "queues_router", "reasons_router"]
