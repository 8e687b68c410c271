"""Who may play days: those who change queues."""

from __future__ import annotations

from callbase.apps.organization.access import needs

manage = needs("queues.manage")
