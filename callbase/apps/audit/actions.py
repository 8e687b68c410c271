"""Writing the audit trail. Call inside the transaction of the write it tells of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from callbase.apps.audit.models import AuditEntry

if TYPE_CHECKING:
    from callbase.apps.organization.access import Access

HIDDEN = frozenset({"password", "secret", "ha1", "token"})


def record(
    tenant: str,
    *,
    actor: str,
    action: str,
    object_type: str,
    object_id: str,
    changes: Mapping[str, list[Any]] | None = None,
    ip: str = "",
) -> None:
    """One row of the trail; values of secret fields are replaced by "•"."""
    shown = {name: ["•", "•"] if name in HIDDEN else pair for name, pair in (changes or {}).items()}
    AuditEntry.objects.create(
        tenant=tenant, actor=actor, action=action, object_type=object_type, object_id=object_id, changes=shown, ip=ip
    )


def record_change(
    access: Access, action: str, object_id: str, before: Mapping[str, Any] | None = None, after: Mapping[str, Any] | None = None
) -> None:
    """A change `access` made: `action` is "noun.verb", and the difference of the two states is kept."""
    old, new = before or {}, after or {}
    changes = {name: [old.get(name), new.get(name)] for name in {**old, **new} if old.get(name) != new.get(name)}
    record(
        access.tenant.id,
        actor=access.actor,
        action=action,
        object_type=action.partition(".")[0],
        object_id=object_id,
        changes=changes,
        ip=access.ip,
    )
