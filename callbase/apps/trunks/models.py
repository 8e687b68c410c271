"""Ways in and out of the centre."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import TenantOwned


def default_codecs() -> list[str]:
    return ["alaw", "ulaw"]


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

    class Meta:
        db_table = "trunk"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="trunk_key")]
