"""All reads of alarms."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from callbase.apps.alarms.models import Acknowledgement, Alarm, Delivery, Recipient
from callbase.apps.alarms.schemas import AlarmFilter
from callbase.web.rows import Paging, listing
from callbase.web.tenant_wall import every_tenant


def open_by_severity() -> dict[str, int]:
    """How many are raised now; those of which none is count 0."""
    found = dict(Alarm.objects.filter(cleared_at=None).values_list("severity").annotate(Count("id")))
    return {severity: found.get(severity, 0) for severity in ("critical", "major")}


def alarms(tenant: str, wanted: AlarmFilter, paging: Paging) -> dict[str, Any]:
    """A page of them, each with what that tenant said of it."""
    own = Acknowledgement.objects.filter(tenant=tenant, alarm=OuterRef("pk"))

    def said(field: str) -> Coalesce:
        return Coalesce(Subquery(own.values(field)), Value(""))

    rows = Alarm.objects.annotate(acknowledged_at=Subquery(own.values("at")), acknowledged_by=said("by"), note=said("note"))
    if wanted.open is not None:
        rows = rows.filter(cleared_at__isnull=wanted.open)
    if wanted.acknowledged is not None:
        rows = rows.filter(acknowledged_at__isnull=not wanted.acknowledged)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    with every_tenant():
        return listing(
            rows,
            paging,
            default="-raised_at",
            sort={"raised_at": "raised_at", "cleared_at": "cleared_at", "source": "source", "severity": "severity"},
            search=["text__icontains", "source__icontains", "note__icontains"],
        )


def recipients(tenant: str) -> QuerySet[Recipient]:
    """Each with when it was sent something last, and how the newest message that was tried stands: what went wrong with it, and
    when it is tried again."""
    of_recipient = Delivery.objects.filter(recipient=OuterRef("pk"))
    sent = of_recipient.filter(sent_at__isnull=False).order_by("-sent_at")
    tried = of_recipient.exclude(sent_at=None, error="").order_by("-id")
    return Recipient.objects.filter(tenant=tenant).annotate(
        last_sent_at=Subquery(sent.values("sent_at")[:1]),
        failing=Coalesce(Subquery(tried.values("error")[:1]), Value("")),
        again_at=Subquery(tried.values("due_at")[:1]),
    )
