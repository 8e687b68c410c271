"""Announcements of the place in line become steps of the waiting timeline."""

from __future__ import annotations

from typing import Any

from django.db import migrations


def as_steps(waiting: dict[str, Any]) -> dict[str, Any]:
    """A queue's `waiting` with a timeline in place of the three fields it had before."""
    if "steps" in waiting:
        return waiting
    kept = {
        key: value
        for key, value in waiting.items()
        if key not in {"announce_position", "first_announcement_s", "announce_every_s"}
    }
    step = {
        "at_s": float(waiting.get("first_announcement_s", 5.0)),
        "what": "place",
        "every_s": float(waiting.get("announce_every_s", 30.0)),
    }
    return {**kept, "steps": [step] if waiting.get("announce_position", True) else []}


def forwards(apps: Any, schema_editor: Any) -> None:
    for queue in apps.get_model("queues", "Queue").objects.all():
        queue.waiting = as_steps(queue.waiting)
        queue.save(update_fields=["waiting"])


class Migration(migrations.Migration):
    dependencies = [("queues", "0001_initial")]

    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
