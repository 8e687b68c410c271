"""Callers known beforehand: those refused and those who go first."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import TenantOwned


class CallerList(TenantOwned):
    """As `callbase.core.config.CallerList`, which says what each field does."""

    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=8, choices=[("black", "black"), ("red", "red")])
    name = models.JSONField(default=dict)
    """Language → text."""
    priority = models.IntegerField(default=0)
    target = models.JSONField(null=True, blank=True)
    """`callbase.core.config.AnyTarget`."""

    class Meta:
        db_table = "caller_list"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="caller_list_key")]


class ListedNumber(models.Model):
    """A number of a list, in the form of `numbers.normalize`; one that ends in * is a prefix."""

    list = models.ForeignKey(CallerList, on_delete=models.CASCADE, db_column="list", related_name="numbers")
    number = models.CharField(max_length=32)
    note = models.CharField(max_length=120, blank=True, default="")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "listed_number"
        constraints = [models.UniqueConstraint(fields=["list", "number"], name="listed_number_once")]
