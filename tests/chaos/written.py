"""What a run left in the database, once all of it is there."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from tests.chaos.accounts import Activity, Interaction, Recording, Segment, Written

_INTERACTIONS: LiteralString = """
    SELECT id::text, caller_number, extract(epoch FROM started_at)::float, coalesce(extract(epoch FROM ended_at), 0)::float
    FROM interaction
"""
_SEGMENTS: LiteralString = """
    SELECT interaction::text, kind, extract(epoch FROM started_at)::float, coalesce(extract(epoch FROM ended_at), 0)::float,
           coalesce(agent, '')
    FROM segment ORDER BY started_at, id
"""
_RECORDINGS: LiteralString = "SELECT interaction::text, state FROM recording"
_GAPS: LiteralString = "SELECT coalesce(max(seq) - min(seq) + 1 - count(*), 0) FROM engine_journal"
_ACTIVITIES: LiteralString = """
    SELECT agent, state, coalesce(interaction::text, ''), extract(epoch FROM started_at)::float,
           coalesce(extract(epoch FROM ended_at), 0)::float
    FROM agent_activity
"""
_TO_ENCODE: LiteralString = "SELECT count(*) FROM recording WHERE state = 'recording' OR state = 'ended' AND attempts < 3"
"""The next attempt would be minutes later: there is no sound in it, as in a talk of some milliseconds."""
_UNLED: LiteralString = """
    SELECT before / 1000.0::float,
           (SELECT min(at_ms) FROM engine_journal WHERE seq > began.seq AND event->>'type' = 'SwitchConnected') / 1000.0::float
    FROM (
        SELECT seq, event->>'type' AS type,
               CASE event->>'type' WHEN 'SwitchLost' THEN at_ms ELSE lag(at_ms) OVER (ORDER BY seq) END AS before
        FROM engine_journal
    ) began
    WHERE type IN ('EngineStarted', 'SwitchLost') AND before IS NOT NULL
"""
_COUNTED: LiteralString = """
    WITH waits AS (
        SELECT min(started_at) AS entered, min(ended_at) FILTER (WHERE result = 'answered') AS answered,
               date_trunc('day', now() AT TIME ZONE timezone) AT TIME ZONE timezone AS midnight
        FROM segment JOIN tenant ON tenant.id = segment.tenant
        WHERE kind = 'queue' AND queue = %s
        GROUP BY interaction, timezone
    )
    SELECT count(*) FILTER (WHERE entered >= midnight), count(*) FILTER (WHERE answered >= midnight) FROM waits
"""


def read(url: str, encoding_pause_s: float) -> Written:
    """Gives the worker time to encode what was recorded."""
    with psycopg.connect(url, autocommit=True) as database:

        def rows(statement: LiteralString) -> list[tuple[Any, ...]]:
            return database.execute(statement).fetchall()

        _while_it_gets_on(lambda: rows(_TO_ENCODE)[0][0], encoding_pause_s)
        return Written(
            interactions=[Interaction(*row) for row in rows(_INTERACTIONS)],
            segments=[Segment(*row) for row in rows(_SEGMENTS)],
            recordings=[Recording(*row) for row in rows(_RECORDINGS)],
            missing_entries=rows(_GAPS)[0][0],
            activities=[Activity(*row) for row in rows(_ACTIVITIES)],
            unled=[(since, until or math.inf) for since, until in rows(_UNLED)],
        )


def counted(url: str, queue: str) -> tuple[int, int]:
    """Calls that came into that queue since midnight, where it is, and how many were answered there since."""
    with psycopg.connect(url) as database:
        row = database.execute(_COUNTED, [queue]).fetchone()
        assert row
        return row[0], row[1]


def _while_it_gets_on(left: Callable[[], int], pause_s: float) -> None:
    """Until nothing is left, or nothing has been done for so long: the worker gives way to all else, and may be far behind."""
    least, deadline = left(), time.monotonic() + pause_s
    while least and time.monotonic() < deadline:
        time.sleep(0.2)
        if (now := left()) < least:
            least, deadline = now, time.monotonic() + pause_s
