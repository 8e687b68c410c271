"""Who may look at and change customers."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("customers.view")
edit = needs("customers.edit")
