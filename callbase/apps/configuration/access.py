"""Who may see what is likely wrong with the configuration: whoever may change a part of it."""

from __future__ import annotations

from callbase.apps.organization.access import needs

see_findings = needs("queues.manage", "dids.manage", "flows.manage", "trunks.manage", "people.manage")
