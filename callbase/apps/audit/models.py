"""The audit trail: who did what, when, from where. Rows are added, never changed or deleted (SEC-6)."""

from __future__ import annotations

from django.db import models


class AuditEntry(models.Model):
    """`changes` is field → [old, new]; secrets are never in it."""

    id = models.BigAutoField(primary_key=True)
    tenant = models.CharField(max_length=40)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=64, blank=True, default="")
    """The person's id; "token:<id>" for a program; "system" for the installation itself; empty where nobody was signed in."""
    action = models.CharField(max_length=60)
    """noun.verb: "queue.create", "sign_in.failed"."""
    object_type = models.CharField(max_length=40)
    object_id = models.CharField(max_length=80)
    changes = models.JSONField(default=dict)
    ip = models.CharField(max_length=45, blank=True, default="")

    class Meta:
        db_table = "audit_entry"
        indexes = [
            models.Index(fields=["tenant", "-at"], name="audit_time"),
            models.Index(fields=["tenant", "object_type", "object_id", "-at"], name="audit_object"),
            models.Index(fields=["tenant", "actor", "-at"], name="audit_actor"),
        ]
