"""What a run left in the database, once all of it is there."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, LiteralString

import psycopg

from tests.chaos.accounts import Interaction, Recording, Segment, Written

_INTERACTIONS: LiteralString = """
    SELECT id::text, caller_number, extract(epoch FROM started_at)::float, coalesce(extract(epoch FROM ended_at), 0)::float
    FROM interaction
"""
_SEGMENTS: LiteralString = """
    SELECT interaction::text, kind, extract(epoch FROM started_at)::float, coalesce(extract(epoch FROM ended_at), 0)::float
    FROM segment
"""
_RECORDINGS: LiteralString = "SELECT interaction::text, state FROM recording"
_GAPS: LiteralString = "SELECT coalesce(max(seq) - min(seq) + 1 - count(*), 0) FROM engine_journal"
_ACTIVITIES: LiteralString = "SELECT agent, state FROM agent_activity WHERE ended_at IS NULL"
_TO_ENCODE: LiteralString = "SELECT count(*) FROM recording WHERE state IN ('recording', 'ended')"
_COUNTED: LiteralString = """
    SELECT count(*), count(*) FILTER (WHERE answered_at IS NOT NULL) FROM interaction WHERE queue = %s
"""


def read(url: str, encoded_within_s: float) -> Written:
    """Gives the worker time to encode what was recorded."""
    with psycopg.connect(url, autocommit=True) as database:

        def rows(statement: LiteralString) -> list[tuple[Any, ...]]:
            return database.execute(statement).fetchall()

        _wait(lambda: rows(_TO_ENCODE)[0][0] == 0, encoded_within_s)
        return Written(
            interactions=[Interaction(*row) for row in rows(_INTERACTIONS)],
            segments=[Segment(*row) for row in rows(_SEGMENTS)],
            recordings=[Recording(*row) for row in rows(_RECORDINGS)],
            missing_entries=rows(_GAPS)[0][0],
            open_activities=[(agent, state) for agent, state in rows(_ACTIVITIES)],
        )


def counted(url: str, queue: str) -> tuple[int, int]:
    """Calls of that queue, and how many of them were answered."""
    with psycopg.connect(url) as database:
        row = database.execute(_COUNTED, [queue]).fetchone()
        assert row
        return row[0], row[1]


def _wait(condition: Callable[[], bool], within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.2)
