"""What was wrong with the installation, since when and until when, and who of each tenant took note of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from callbase.apps.organization.models import TenantOwned


class Alarm(models.Model):
    """Of the whole installation, so of no tenant. One a time and source is open; what ends is history."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=40)
    """A part as /healthz names it, or "disk"."""
    severity = models.CharField(max_length=10)
    """"critical": calls cannot be taken, or are not recorded; "major": all else. ITU-T X.733's words."""
    text = models.TextField()
    """What was wrong, as that part said last."""
    raised_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    """When a web process saw it last, within seconds; None: raised before this was kept."""
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "alarm"
        constraints = [models.UniqueConstraint(fields=["source"], condition=Q(cleared_at=None), name="alarm_one_open")]
        indexes = [models.Index(fields=["-raised_at"], name="alarm_time")]


class Acknowledgement(models.Model):
    """A tenant's administrators know of an alarm, and what they say of it stays among them."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.CharField(max_length=40)
    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="acknowledgements")
    at = models.DateTimeField(auto_now_add=True)
    by = models.CharField(max_length=120)
    """The person's name at that time."""
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        db_table = "alarm_acknowledgement"
        constraints = [models.UniqueConstraint(fields=["tenant", "alarm"], name="alarm_acknowledged_once")]


class Recipient(TenantOwned):
    """Whom alarms are sent to, besides being shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=[(v, v) for v in ("email", "webhook")])
    address = models.CharField(max_length=500)
    """A mail address, or a URL."""
    secret = models.TextField(blank=True, default="")
    """Sealed (`callbase.sealing`): a webhook's messages are signed with it."""
    severity = models.CharField(max_length=10, choices=[(v, v) for v in ("critical", "major")])
    """The least: with "major" it is sent all."""
    language = models.CharField(max_length=8)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "alarm_recipient"
        constraints = [models.UniqueConstraint(fields=["tenant", "kind", "address"], name="alarm_recipient_once")]


class Delivery(models.Model):
    """One message to one recipient, due until it is sent or given up."""

    id = models.BigAutoField(primary_key=True)
    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="deliveries")
    alarm = models.ForeignKey(Alarm, models.CASCADE, related_name="+")
    event = models.CharField(max_length=8, choices=[(v, v) for v in ("raised", "cleared")])
    due_at = models.DateTimeField(null=True)
    """None: sent, or given up."""
    attempts = models.IntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True, default="")
    """Why the last attempt failed."""

    class Meta:
        db_table = "alarm_delivery"
        indexes = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="alarm_delivery_due"),
            models.Index(fields=["recipient", "-sent_at"], name="alarm_delivery_sent"),
        ]
