"""Wallboards as each person has arranged them (ACC-8)."""

from __future__ import annotations

import uuid

from django.db import models

from callbase.apps.organization.models import Person, TenantOwned


class Board(TenantOwned):
    """One wallboard of one person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, db_column="person", related_name="boards")
    name = models.CharField(max_length=120)
    position = models.IntegerField(default=0)
    tiles = models.JSONField(default=list)
    """Of `schemas.Tile`, in the order they are shown."""

    class Meta:
        db_table = "board"
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="board_name")]
