"""Publishing: one immutable document for the engine, in the same transaction as the change it carries."""

from __future__ import annotations

import msgspec
from django.db import connection, transaction

from callbase.apps.configuration.queries import build, latest
from callbase.apps.configuration.validation import first_problem
from callbase.web.errors import Conflict
from callbase.web.tenant_wall import every_tenant

_LOCK = 0x7075626C69736800  # "publish": one publisher at a time. Not the engine's own lock, which it never lets go
CHANNEL = "config_published"


def publish() -> int:
    """Publishes what the tables now say, unless the last version says the same. Call as the last step of every action that
    changes configuration, within its transaction. Gives the version in force. Raises Conflict configuration_invalid.

    The engine is told by NOTIFY, which PostgreSQL delivers at commit.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("publish() belongs into the transaction of the change")
    with every_tenant(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        document = build(version=0)
        problem = first_problem(document)
        if problem:
            raise Conflict("configuration_invalid", reason=problem)
        last = latest()
        if last is not None and {**last[1], "version": 0} == msgspec.json.decode(msgspec.json.encode(document)):
            return last[0]
        cursor.execute("SELECT nextval(pg_get_serial_sequence('engine_config', 'version'))")
        version = int(cursor.fetchone()[0])
        text = msgspec.json.encode(msgspec.structs.replace(document, version=version)).decode()
        cursor.execute("INSERT INTO engine_config (version, document) OVERRIDING SYSTEM VALUE VALUES (%s, %s)", [version, text])
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(version)])
    return version


@transaction.atomic
def do_publish_anew() -> None:
    """After an upgrade, whose document may say the same in other words. Nothing where none was ever published.

    Raises Conflict configuration_invalid."""
    if latest() is not None:
        publish()
