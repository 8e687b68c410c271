"""Who may look at the installation's alarms and say that somebody is at it: as with its health."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see = needs("people.manage")
