"""Who may read the audit trail. Nobody may change it."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("audit.view")
