"""When a centre is open (ACD-9)."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import TenantOwned


class Calendar(TenantOwned):
    """As `callbase.core.config.Calendar`, which says what each field does."""

    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    """Language → text."""
    hours = models.JSONField(default=list)
    """Of `callbase.core.config.calendars.WeeklyHours`."""
    days = models.JSONField(default=list)
    """Of `callbase.core.config.calendars.SpecialDay`, in the order of their dates."""

    class Meta:
        db_table = "calendar"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="calendar_key")]
