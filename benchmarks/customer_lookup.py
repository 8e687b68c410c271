"""The customer of a caller among a million, by the number as carriers write it: the engine's own look-up on a real PostgreSQL.

Numbers that belong to nobody are asked for as well. The first look-up of a fresh connection is counted like any other.
"""

from __future__ import annotations

import asyncio
import random
import time

import psycopg

from benchmarks.context import Context
from benchmarks.database import running
from benchmarks.figure import Figure, figure
from callbase.engine.lookups import Lookups

NAME = "customer_lookup"
CUSTOMERS = 1_000_000
LOOK_UPS = 2_000
BAR_MS = 20.0
START_S = 60.0
TENANT = "t"
WRITTEN = ("{}", "0{}", "+86{}", "0086{}", "+86 {}")
"""How a number comes in."""
NOBODY = "19900000000"
TABLES = """
    CREATE TABLE customer (id uuid PRIMARY KEY, tenant text NOT NULL, name text NOT NULL, company text NOT NULL DEFAULT '',
                           level text NOT NULL DEFAULT '', notes text NOT NULL DEFAULT '');
    CREATE TABLE customer_number (customer uuid NOT NULL REFERENCES customer, tenant text NOT NULL, number text NOT NULL,
                                  UNIQUE (tenant, number));
"""
FILL = """
    INSERT INTO customer (id, tenant, name)
        SELECT lpad(to_hex(n), 32, '0')::uuid, %(tenant)s, 'Customer ' || n FROM generate_series(1, %(customers)s) AS n;
    INSERT INTO customer_number (customer, tenant, number)
        SELECT lpad(to_hex(n), 32, '0')::uuid, %(tenant)s, (13000000000 + n)::text FROM generate_series(1, %(customers)s) AS n;
"""


def run(context: Context) -> list[Figure]:
    with running(context.work) as url:
        context.say(f"making {CUSTOMERS} customers")
        _fill(url)
        took_ms = sorted(asyncio.run(_look_up(url)))
    p50, p99 = took_ms[len(took_ms) // 2], took_ms[len(took_ms) * 99 // 100]
    context.say(
        f"{len(took_ms)} look-ups among {CUSTOMERS} customers: p50 {p50:.2f} ms, p99 {p99:.2f} ms, max {took_ms[-1]:.2f} ms"
    )
    return [
        figure(
            NAME,
            "ms a look-up, p99",
            p99,
            bar=BAR_MS,
            customers=CUSTOMERS,
            look_ups=len(took_ms),
            p50=round(p50, 3),
            max=round(took_ms[-1], 3),
        )
    ]


def _fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(TABLES)
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(FILL, {"tenant": TENANT, "customers": CUSTOMERS})
        connection.execute("ANALYZE")


async def _look_up(url: str) -> list[float]:
    """How long each took, one after the other. Raises AssertionError where the wrong customer was found."""
    chance = random.Random(7)
    took_ms: list[float] = []
    lookups = Lookups(url, lambda event: None)
    await lookups.start()
    try:
        for turn in range(LOOK_UPS):
            number = chance.randint(1, CUSTOMERS)
            known = turn % 10 != 0
            asked = WRITTEN[turn % len(WRITTEN)].format(13_000_000_000 + number) if known else NOBODY
            began = time.perf_counter()
            found = await lookups.find(TENANT, asked)
            took_ms.append((time.perf_counter() - began) * 1000)
            assert (found.name if found is not None else None) == (f"Customer {number}" if known else None), asked
    finally:
        await lookups.stop()
    return took_ms
