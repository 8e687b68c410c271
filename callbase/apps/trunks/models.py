"""Ways in and out of the centre."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import TenantOwned


def default_codecs() -> list[str]:
    return ["alaw", "ulaw"]


class TrunkGroup(TenantOwned):
    """As `callbase.core.config.TrunkGroup`, which says what each field does."""

    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    """Language → text."""
    priority = models.IntegerField(default=0)
    lines_per_agent = models.FloatField(default=0.0)
    agents_of = models.JSONField(default=list)
    """Keys of queues."""
    floor = models.IntegerField(default=0)
    ceiling = models.IntegerField(default=0)
    beyond = models.JSONField(null=True, blank=True)
    """`callbase.core.config.AnyTarget`."""

    class Meta:
        db_table = "trunk_group"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="trunk_group_key")]


class Trunk(TenantOwned):
    """As `callbase.core.config.Trunk`, which says what each field does."""

    key = models.CharField(max_length=40)
    host = models.CharField(max_length=253, blank=True, default="")
    port = models.IntegerField(default=5060)
    transport = models.CharField(max_length=4, default="udp", choices=[("udp", "udp"), ("tcp", "tcp")])
    match = models.JSONField(default=list)
    """Addresses and networks calls are taken from."""
    username = models.CharField(max_length=80, blank=True, default="")
    secret = models.TextField(blank=True, default="")
    """The password, sealed (`organization.secrets`)."""
    register = models.BooleanField(default=False)
    codecs = models.JSONField(default=default_codecs)
    max_channels = models.IntegerField(default=0)
    caller_number = models.CharField(max_length=32, blank=True, default="")
    group = models.CharField(max_length=40, null=True, blank=True)
    """A trunk group's key."""

    class Meta:
        db_table = "trunk"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="trunk_key")]
