"""What was wrong with the installation, since when and until when, and who of each tenant took note of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Alarm(models.Model):
    """Of the whole installation, so of no tenant. One a time and source is open; what ends is history."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=40)
    """A part as /healthz names it, or "disk"."""
    severity = models.CharField(max_length=10)
    """"critical": calls cannot be taken, or are not recorded; "major": what no call needs. ITU-T X.733's words."""
    text = models.TextField()
    """What was wrong, as that part said last."""
    raised_at = models.DateTimeField()
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
