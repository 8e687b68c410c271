"""Who may look at and change skills."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("queues.manage", "people.manage", "flows.manage", "board.view")
manage = needs("queues.manage")
