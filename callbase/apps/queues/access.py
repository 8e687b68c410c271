"""Who may look at and change queues, numbers, outcomes and reasons."""

from __future__ import annotations

from callbase.apps.organization.access import access_of_request, needs

see = access_of_request
"""Names of queues, outcomes and reasons are on everybody's screen."""
manage_queues = needs("queues.manage")
manage_dids = needs("dids.manage")
