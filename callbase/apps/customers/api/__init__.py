"""Customers and their levels over HTTP."""

from callbase.apps.customers.api.customers import router as customers_router
from callbase.apps.customers.api.levels import router as customer_levels_router

__all__ = ["customer_levels_router", "customers_router"]
