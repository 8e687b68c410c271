"""What calls wait in and are reached by, and what agents may say about them."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import Agent, TenantOwned


class Keyed(TenantOwned):
    """Base of what the core's configuration knows by a short id of the tenant's own choosing."""

    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    """Language → text."""

    class Meta:
        abstract = True


class Queue(Keyed):
    """As `callbase.core.config.Queue`, which says what each field does."""

    algorithm = models.CharField(max_length=40, default="longest_idle")
    measure_window = models.CharField(max_length=10, default="today")
    measure_over_s = models.FloatField(default=1800.0)
    last_served_s = models.FloatField(default=86_400.0)
    requires = models.JSONField(default=list)
    """Of `callbase.core.config.Requirement`."""
    rings = models.JSONField(default=list)
    """Of `callbase.core.config.Ring`."""
    priority = models.IntegerField(default=0)
    aging_s = models.FloatField(default=0.0)
    offer_timeout_s = models.FloatField(default=20.0)
    wrap_up_s = models.FloatField(default=30.0)
    service_level_s = models.FloatField(default=20.0)
    record = models.BooleanField(default=True)
    calendar = models.CharField(max_length=40, null=True, blank=True)
    """A calendar's key: calendars belong to another app."""
    closed = models.JSONField(null=True, blank=True)
    """`callbase.core.config.AnyTarget`."""
    entry = models.JSONField(default=list)
    """Of `callbase.core.config.EntryRule`."""
    overflow = models.JSONField(default=list)
    """Of `callbase.core.config.OverflowRule`."""
    callback = models.JSONField(default=dict)
    """`callbase.core.config.Callback`."""
    waiting = models.JSONField(default=dict)
    """`callbase.core.config.WaitingTreatment`."""
    when_deleted = models.CharField(max_length=40, null=True, blank=True)

    class Meta:
        db_table = "queue"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="queue_key")]


class Member(models.Model):
    """An agent's place in a queue (ACD-6, MGT-5)."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, db_column="queue", related_name="members")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, db_column="agent", related_name="memberships")
    priority = models.IntegerField(default=1)
    level = models.IntegerField(default=50)
    weight = models.IntegerField(default=1)

    class Meta:
        db_table = "queue_member"
        constraints = [models.UniqueConstraint(fields=["queue", "agent"], name="queue_member_once")]


class Did(TenantOwned):
    """A number that can be called. The flow is named by its key: flows belong to another app."""

    number = models.CharField(max_length=32)
    flow = models.CharField(max_length=40)
    language = models.CharField(max_length=8, null=True, blank=True)
    priority = models.IntegerField(default=0)
    description = models.CharField(max_length=200, blank=True, default="")
    calendar = models.CharField(max_length=40, null=True, blank=True)
    closed = models.JSONField(null=True, blank=True)
    """`callbase.core.config.AnyTarget`."""

    class Meta:
        db_table = "did"
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="did_number")]


class Choice(Keyed):
    """Base of what agents choose from in a list."""

    position = models.IntegerField(default=0)

    class Meta:
        abstract = True


class Outcome(Choice):
    """What an agent may choose as a call's result."""

    class Meta:
        db_table = "outcome"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="outcome_key")]


class NotReadyReason(Choice):
    """Why an agent takes no calls."""

    productive = models.BooleanField(default=False)
    """Reports count it as worked: a meeting, paperwork."""

    class Meta:
        db_table = "not_ready_reason"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="not_ready_reason_key")]
