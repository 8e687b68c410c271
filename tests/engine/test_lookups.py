"""The customer is on the agent's screen before it rings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import psycopg
import pytest

from callbase.core.commands import LookUpCustomer
from callbase.core.events import AnyEvent, LookupFinished
from callbase.engine.lookups import Lookups
from tests.engine.conftest import until

TABLES = """
    CREATE TABLE customer (id uuid PRIMARY KEY, tenant text NOT NULL, name text NOT NULL, company text NOT NULL DEFAULT '',
                           level text NOT NULL DEFAULT '', notes text NOT NULL DEFAULT '');
    CREATE TABLE customer_number (customer uuid NOT NULL REFERENCES customer, tenant text NOT NULL, number text NOT NULL,
                                  UNIQUE (tenant, number));
    INSERT INTO customer (id, tenant, name, company, level) VALUES
        ('00000000-0000-0000-0000-000000000001', 'demo', '王芳', '远航物流', 'gold'),
        ('00000000-0000-0000-0000-000000000002', 'other', 'Somebody else', '', '');
    INSERT INTO customer_number VALUES
        ('00000000-0000-0000-0000-000000000001', 'demo', '13800138001'),
        ('00000000-0000-0000-0000-000000000001', 'demo', '+14155550100'),
        ('00000000-0000-0000-0000-000000000002', 'other', '13900139000');
"""

Finished = list[AnyEvent]


@pytest.fixture
async def lookups(database_url: str) -> AsyncIterator[tuple[Lookups, Finished]]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(TABLES)
    finished: Finished = []
    running = Lookups(database_url, finished.append)
    await running.start()
    yield running, finished
    await running.stop()


async def found(lookups: tuple[Lookups, Finished], number: str, tenant: str = "demo") -> LookupFinished:
    running, finished = lookups
    running.execute(LookUpCustomer(lookup="7", tenant=tenant, interaction="i", number=number))
    event = await until(lambda: finished.pop() if finished else None)
    assert isinstance(event, LookupFinished)
    assert (event.lookup, event.tenant, event.interaction) == ("7", tenant, "i")
    return event


@pytest.mark.parametrize("number", ["13800138001", "013800138001", "+8613800138001", "008613800138001", "+86 138 0013 8001"])
async def test_a_caller_is_known_however_the_carrier_writes_the_number(lookups: tuple[Lookups, Finished], number: str) -> None:
    customer = (await found(lookups, number)).customer
    assert customer is not None
    assert (customer.name, customer.company, customer.level) == ("王芳", "远航物流", "gold")


async def test_a_foreign_number_is_known(lookups: tuple[Lookups, Finished]) -> None:
    customer = (await found(lookups, "+14155550100")).customer
    assert customer is not None


@pytest.mark.parametrize("number", ["13900139000", "anonymous", "", "1001", "'; DROP TABLE customer; --", "9" * 5000])
async def test_who_is_not_a_customer_of_this_tenant_is_unknown(lookups: tuple[Lookups, Finished], number: str) -> None:
    assert (await found(lookups, number)).customer is None


async def test_a_locked_table_holds_up_no_call(lookups: tuple[Lookups, Finished], database_url: str) -> None:
    await found(lookups, "13800138001")
    with psycopg.connect(database_url) as connection:
        connection.execute("LOCK TABLE customer")
        started_s = time.monotonic()
        assert (await found(lookups, "13800138001")).customer is None
        assert time.monotonic() - started_s < 15, "the lock would be held for ever"
        connection.rollback()
    assert (await found(lookups, "13800138001")).customer is not None


async def test_the_first_caller_after_a_database_restart_is_known(lookups: tuple[Lookups, Finished], database_url: str) -> None:
    running, _ = lookups
    await asyncio.gather(*(running.find("demo", "13800138001") for _ in range(20)))
    with psycopg.connect(database_url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'callbase engine lookups' AND datname = current_database()"
        ).fetchall()
    assert len(ended) > 1, "one connection alone would prove less"

    assert (await found(lookups, "13800138001")).customer is not None


async def test_without_a_database_the_caller_is_simply_unknown() -> None:
    finished: Finished = []
    running = Lookups("postgresql://callbase@127.0.0.1:1/callbase", finished.append)
    await running.start()
    assert (await found((running, finished), "13800138001")).customer is None
    async with asyncio.timeout(5):
        await running.stop()
