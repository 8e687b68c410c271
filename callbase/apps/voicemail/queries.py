"""All reads of messages."""

from __future__ import annotations

from typing import Any, Literal

from callbase.apps.interactions.names import names_of
from callbase.apps.interactions.sql import Conditions, row, rows
from callbase.apps.organization.access import Access
from callbase.apps.voicemail.access import messages_of
from callbase.apps.voicemail.models import Handling
from callbase.web.errors import NotFound

State = Literal["new", "handled"]
SHORTEST_MS = 1_000
"""Who said less has left no message."""
SHOWN = 500
COUNTED = 1_000
"""Each console asks how many are new every half a minute."""
COLUMNS = """r.id, r.interaction, r.queue, r.started_at AS left_at, r.duration_ms, r.state AS recording_state,
    i.caller_number, i.customer, i.customer_name, h.at AS handled_at, p.name AS handled_by"""
TABLES = """recording r JOIN interaction i ON i.id = r.interaction
    LEFT JOIN voicemail_handling h ON h.recording = r.id LEFT JOIN person p ON p.id = h.person"""


def messages(access: Access, *, state: State | None = None, queue: str | None = None) -> list[dict[str, Any]]:
    """Newest first, at most SHOWN."""
    where = _left(access, state)
    if queue is not None:
        where.add("r.queue = %(queue)s", queue=queue)
    found = rows(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE {where.text} ORDER BY r.started_at DESC LIMIT %(shown)s",  # noqa: S608
        {**where.parameters, "shown": SHOWN},
    )
    names = names_of(access.tenant.id)
    return [_told(one, names.queue(one["queue"])) for one in found]


def new_count(access: Access) -> int:
    """How many messages nobody has dealt with yet, at most COUNTED."""
    where = _left(access, "new")
    found = row(
        f"SELECT count(*) AS total FROM (SELECT FROM recording r WHERE {where.text} LIMIT %(counted)s) found",  # noqa: S608
        {**where.parameters, "counted": COUNTED},
    )
    return int(found["total"]) if found else 0


def _left(access: Access, state: State | None) -> Conditions:
    where = messages_of(access)
    where.add("r.state IN ('ended', 'stored') AND coalesce(r.spoken_ms, %(shortest)s) >= %(shortest)s", shortest=SHORTEST_MS)
    if state is not None:
        where.add("NOT r.handled" if state == "new" else "r.handled")
    return where


def message(access: Access, recording: str) -> dict[str, Any]:
    """Raises NotFound also where the person may not hear it."""
    where = messages_of(access)
    where.add("r.id = %(recording)s", recording=recording)
    found = row(f"SELECT {COLUMNS} FROM {TABLES} WHERE {where.text}", where.parameters)  # noqa: S608
    if found is None:
        raise NotFound
    return _told(found, names_of(access.tenant.id).queue(found["queue"]))


def handling(access: Access, recording: str) -> Handling | None:
    return Handling.objects.filter(tenant=access.tenant, recording=recording).first()


def _told(one: dict[str, Any], queue_name: dict[str, str] | None) -> dict[str, Any]:
    customer = one.pop("customer")
    return {
        **one,
        "id": str(one["id"]),
        "interaction": str(one["interaction"]),
        "customer": str(customer) if customer else None,
        "queue_name": queue_name,
        "state": "handled" if one["handled_at"] else "new",
    }
