"""Who may look at and change customers."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("customers.view")
edit = needs("customers.edit")
see_levels = needs("queues.manage", "customers.view")
manage_levels = needs("queues.manage")
"""What goes first in the queues is the queues' business."""
