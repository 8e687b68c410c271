"""The customer is on the agent's screen before it rings."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
import pytest

from callbase.core.commands import LookUpCustomer
from callbase.core.events import AnyEvent, LookupFinished
from callbase.engine.lookups import CONNECTIONS, Lookups
from tests.engine.conftest import until
from tests.engine.proxy import Proxy

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


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[tuple[Lookups, Finished]]:
    finished: Finished = []
    running = Lookups(url, finished.append)
    await running.start()
    try:
        yield running, finished
    finally:
        async with asyncio.timeout(5):
            await running.stop()


@pytest.fixture
def customers(database_url: str) -> str:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(TABLES)
    return database_url


@pytest.fixture
async def lookups(customers: str) -> AsyncIterator[tuple[Lookups, Finished]]:
    async with looking(customers) as running:
        yield running


async def all_connected(url: str) -> list[int]:
    """The server processes of the look-ups, once there are as many as there may be."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:

        async def found() -> list[int]:
            rows = await connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'callbase engine lookups'"
                " AND datname = current_database() AND state = 'idle'"
            )
            return [pid for (pid,) in await rows.fetchall()]

        async with asyncio.timeout(10):
            while len(pids := await found()) < CONNECTIONS:
                await asyncio.sleep(0.01)
    return pids


async def found(lookups: tuple[Lookups, Finished], number: str, tenant: str = "demo") -> LookupFinished:
    running, finished = lookups
    running.execute(LookUpCustomer(lookup="7", tenant=tenant, interaction="i", number=number))
    event = await until(lambda: finished.pop() if finished else None)
    assert isinstance(event, LookupFinished)
    assert (event.lookup, event.tenant, event.interaction) == ("7", tenant, "i")
    return event


async def known_in_the_end(lookups: tuple[Lookups, Finished]) -> None:
    async with asyncio.timeout(20):
        while (await found(lookups, "13800138001")).customer is None:
            pass


@pytest.mark.parametrize("number", ["13800138001", "013800138001", "+8613800138001", "008613800138001", "+86 138 0013 8001"])
async def test_a_caller_is_known_however_the_carrier_writes_the_number(lookups: tuple[Lookups, Finished], number: str) -> None:
    customer = (await found(lookups, number)).customer
    assert customer is not None
    assert (customer.name, customer.company, customer.level) == ("王芳", "远航物流", "gold")


async def test_a_foreign_number_is_known(lookups: tuple[Lookups, Finished]) -> None:
    customer = (await found(lookups, "+14155550100")).customer
    assert customer is not None


@pytest.mark.parametrize(
    "number", ["13900139000", "anonymous", "", "1001", "'; DROP TABLE customer; --", "9" * 5000, "1380013\x008001"]
)
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
    pids = await all_connected(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [pids])

    assert (await found(lookups, "13800138001")).customer is not None


async def test_connections_that_end_are_replaced_though_nobody_calls(
    lookups: tuple[Lookups, Finished], database_url: str
) -> None:
    before = await all_connected(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid, 10000) FROM unnest(%s::int[]) AS pid", [before])
    assert not set(before) & set(await all_connected(database_url))


async def test_a_silent_database_holds_up_no_call_and_is_asked_again_when_it_speaks(customers: str) -> None:
    async with Proxy(customers) as proxy, looking(proxy.url) as lookups:
        await known_in_the_end(lookups)
        proxy.cut()
        async with asyncio.timeout(20):
            while (await found(lookups, "13800138001")).customer is not None:
                pass
        running, finished = lookups
        for _ in range(3 * CONNECTIONS):
            running.execute(LookUpCustomer(lookup="7", tenant="demo", interaction="i", number="13800138001"))
        await until(lambda: len(finished) == 3 * CONNECTIONS)
        assert not any(event.customer for event in finished if isinstance(event, LookupFinished))
        finished.clear()
        proxy.mend()
        await known_in_the_end(lookups)


async def test_one_that_hangs_holds_up_no_other(lookups: tuple[Lookups, Finished], database_url: str) -> None:
    hanging, *_ = await all_connected(database_url)
    running, finished = lookups
    os.kill(hanging, signal.SIGSTOP)
    try:
        for _ in range(20):
            running.execute(LookUpCustomer(lookup="7", tenant="demo", interaction="i", number="13800138001"))
        await until(lambda: len(finished) == 20)
    finally:
        os.kill(hanging, signal.SIGCONT)
    assert sum(isinstance(event, LookupFinished) and event.customer is not None for event in finished) == 19


async def test_without_a_database_the_caller_is_simply_unknown() -> None:
    async with looking("postgresql://callbase@127.0.0.1:1/callbase") as lookups:
        assert (await found(lookups, "13800138001")).customer is None


async def test_one_who_calls_before_there_are_tables_is_unknown_at_once_and_known_once_they_are_filled(database_url: str) -> None:
    async with looking(database_url) as lookups:
        running, _ = lookups
        with pytest.raises(psycopg.errors.UndefinedTable):
            await running.find("demo", "13800138001")
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(TABLES)
        assert (await found(lookups, "13800138001")).customer is not None
