"""Customers and the numbers they call from. The engine reads both tables by plain SQL when a call comes in."""

from __future__ import annotations

import uuid

from django.db import models

from callbase.apps.organization.models import TenantOwned
from callbase.web.reading_order import ReadingOrder


class CustomerLevel(TenantOwned):
    """What priority a customer's level adds to a call. The level is named as customers have it."""

    level = models.CharField(max_length=40)
    priority = models.IntegerField(default=0)

    class Meta:
        db_table = "customer_level"
        constraints = [models.UniqueConstraint(fields=["tenant", "level"], name="customer_level_once")]


class Customer(TenantOwned):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    company = models.CharField(max_length=120, blank=True, default="")
    level = models.CharField(max_length=40, blank=True, default="")
    notes = models.TextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "customer"
        indexes = [models.Index("tenant", ReadingOrder("name"), name="customer_reading_order")]


class CustomerNumber(TenantOwned):
    """A number in the form of `numbers.normalize`; it belongs to one customer of the tenant."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, db_column="customer", related_name="numbers")
    number = models.CharField(max_length=32)
    position = models.IntegerField(default=0)

    class Meta:
        db_table = "customer_number"
        constraints = [models.UniqueConstraint(fields=["tenant", "number"], name="customer_number_once")]
