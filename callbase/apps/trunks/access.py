"""Who may look at and change trunks."""

from __future__ import annotations

from callbase.apps.organization.access import needs

manage = needs("trunks.manage")
