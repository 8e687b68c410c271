"""Who dealt with which message. The messages themselves are recordings, which the engine writes."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import Person, TenantOwned


class Handling(TenantOwned):
    """A message that has been dealt with; one without a row here is new."""

    recording = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, db_column="person", related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "voicemail_handling"
