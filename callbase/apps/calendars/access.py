"""Who may look at and change calendars."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("queues.manage", "dids.manage", "flows.manage")
manage = needs("queues.manage")
