"""What-if: a day played twice, with the configuration as it is and as it is planned."""

from __future__ import annotations

import uuid

from django.db import models

from callbase.apps.organization.models import TenantOwned

STATES = ("queued", "running", "done", "failed")


class Simulation(TenantOwned):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.CharField(max_length=80)
    """Access.actor"""
    question = models.JSONField()
    """`schemas.SimulationIn`, as it was sent."""
    state = models.CharField(max_length=10, default="queued", choices=[(state, state) for state in STATES])
    progress = models.FloatField(default=0.0)
    """0…1"""
    seen_at = models.DateTimeField(null=True)
    """When the worker last said that it is at it."""
    result = models.JSONField(null=True)
    """`schemas.SimulationResult`"""
    error = models.CharField(max_length=40, blank=True, default="")
    """A code of the error catalogue."""

    class Meta:
        db_table = "simulation"
        indexes = [models.Index(fields=["tenant", "-created_at"], name="simulation_newest")]
