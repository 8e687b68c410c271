"""Who is calling: the customer of a number, from the tables of the customers' app. Never holds up a call for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from callbase.core.commands import LookUpCustomer
from callbase.core.events import AnyEvent, Customer, LookupFinished
from callbase.engine.database import answers_within, reason
from callbase.numbers import caller_form

log = structlog.get_logger(__name__)

TIMEOUT_S = 0.5
STATEMENT_TIMEOUT_MS = 400
CONNECT_TIMEOUT_S = 2
"""For each server: where the first one's machine is dead, the next one is reached after that."""
CONNECTIONS = 4
LOG_EVERY_S = 10.0

CUSTOMER_OF_NUMBER = """
    SELECT customer.id::text, customer.name, customer.level, customer.company, customer.notes, customer_number.number
    FROM customer_number JOIN customer ON customer.id = customer_number.customer
    WHERE customer_number.tenant = %s AND customer_number.number = ANY (%s)
    ORDER BY array_position(%s, customer_number.number::text) LIMIT 1
"""


class Lookups:
    """Each command is answered by one LookupFinished within about half a second; without a customer if need be."""

    def __init__(self, url: str, submit: Callable[[AnyEvent], None]) -> None:
        self._submit = submit
        self._pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            open=False,
            timeout=TIMEOUT_S,
            reconnect_timeout=TIMEOUT_S,  # no caller waits out the pause after another one's attempt
            kwargs={
                "autocommit": True,
                "application_name": "callbase engine lookups",
                "connect_timeout": CONNECT_TIMEOUT_S,
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS}",
            },
        )
        self._running: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._next_log_s = 0.0

    async def start(self) -> None:
        """Does not wait for the database."""
        await self._pool.open(wait=False)

    async def stop(self) -> None:
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self._pool.close()

    def execute(self, command: LookUpCustomer) -> None:
        """Starts looking; returns at once."""
        task = asyncio.create_task(self._answer(command), name="lookup")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _answer(self, command: LookUpCustomer) -> None:
        customer = None
        try:
            async with asyncio.timeout(TIMEOUT_S):
                customer = await self.find(command.tenant, command.number)
        except (psycopg.Error, PoolTimeout, TimeoutError, OSError) as error:
            self._failed(reason(error))
        except Exception:
            log.exception("a look-up failed", tenant=command.tenant)
        self._submit(
            LookupFinished(lookup=command.lookup, tenant=command.tenant, interaction=command.interaction, customer=customer)
        )

    def _failed(self, why: str) -> None:
        self._failures += 1
        if time.monotonic() >= self._next_log_s:
            log.warning("callers could not be looked up", calls=self._failures, error=why)
            self._failures, self._next_log_s = 0, time.monotonic() + LOG_EVERY_S

    async def find(self, tenant: str, number: str) -> Customer | None:
        """Raises psycopg.Error, PoolTimeout."""
        wanted = [caller_form(number), number]
        row = await self._row(tenant, wanted, wanted)
        if row is None:
            return None
        id, name, level, company, notes, stored = row
        return Customer(id=id, name=name, number=stored, level=level, company=company, notes=notes)

    async def _row(self, *values: object) -> tuple[Any, ...] | None:
        """By the first connection that is alive: after a database restart the whole pool is dead, each known only when tried."""
        while True:
            async with self._pool.connection() as connection:
                try:
                    with answers_within(connection, TIMEOUT_S):
                        return await (await connection.execute(CUSTOMER_OF_NUMBER, values)).fetchone()
                except psycopg.OperationalError:
                    if not connection.closed:
                        raise
