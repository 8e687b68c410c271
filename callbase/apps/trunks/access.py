"""Who may look at and change trunks and their groups."""

from __future__ import annotations

from callbase.apps.organization.access import needs

manage = needs("trunks.manage")
see_groups = needs("trunks.manage", "queues.manage", "flows.manage")
"""Conditions may ask for the group a call came by."""
