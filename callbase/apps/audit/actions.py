"""Writing the audit trail. Call `record` inside the transaction of the write it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from callbase.apps.audit.models import AuditEntry

HIDDEN = frozenset({"password", "secret", "ha1", "sip_password", "token"})


def record(tenant: str, *, actor: str, action: str, object_type: str, object_id: str,
           changes: Mapping[str, list[Any]] | None = None, ip: str = "") -> None:
    """One row of the trail; values of secret fields are replaced by "•"."""
    shown = {name: ["•", "•"] if name in HIDDEN else pair for name, pair in (changes or {}).items()}
    AuditEntry.objects.create(tenant=tenant, actor=actor, action=action, object_type=object_type, object_id=object_id,
                              changes=shown, ip=ip)
