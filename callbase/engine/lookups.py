"""Who is calling: the customer of a number, from the tables of the customers' app. Never holds up a call for long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
from psycopg.pq.abc import PGresult

from callbase.core.commands import LookUpCustomer
from callbase.core.events import AnyEvent, Customer, LookupFinished
from callbase.engine.database import Backoff, reason
from callbase.engine.prepared import Prepared
from callbase.numbers import caller_form
from callbase.platform.servers import IF_WE_DIE, WHO_DIES

log = structlog.get_logger(__name__)

TIMEOUT_S = 0.5
STATEMENT_TIMEOUT_MS = 400
CONNECT_TIMEOUT_S = 2
"""For each server: where the first one's machine is dead, the next one is reached after that."""
LONGEST_PAUSE_S = 0.3
"""Between attempts to connect: who calls meanwhile is known all the same."""
CONNECTIONS = 4
LONGEST_NUMBER = 200
"""Nobody's is as long. The loop is not to wait until all of it is sent."""
LOG_EVERY_S = 10.0

CUSTOMER_OF_NUMBER = b"""
    SELECT customer.id::text, customer.name, customer.level, customer.company, customer.notes, customer_number.number
    FROM customer_number JOIN customer ON customer.id = customer_number.customer
    WHERE customer_number.tenant = $1 AND customer_number.number IN ($2, $3)
    ORDER BY customer_number.number = $2 DESC LIMIT 1
"""


class Lookups:
    """Each command is answered by one LookupFinished within about half a second; without a customer if need be."""

    def __init__(self, url: str, submit: Callable[[AnyEvent], None]) -> None:
        self._url = url
        self._submit = submit
        self._keepers: list[asyncio.Task[None]] = []
        self._free: list[Prepared] = []
        self._freed = asyncio.Event()
        self._unreached = ""
        """Why the database could not be connected to, the last time that was tried."""
        self._running: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._next_log_s = 0.0

    async def start(self) -> None:
        """Does not wait for the database."""
        self._keepers = [asyncio.create_task(self._keep(), name="look-ups' connection") for _ in range(CONNECTIONS)]

    async def stop(self) -> None:
        tasks = {*self._running, *self._keepers}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        self._keepers.clear()  # and with them connections that were being made, which end when nothing refers to them

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
        except (psycopg.Error, TimeoutError) as error:
            self._failed(self._unreached or reason(error))
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
        """Waits for as long as there is no connection. Raises psycopg.Error."""
        if len(number) > LONGEST_NUMBER:
            return None
        found = await self._ask([tenant.encode(), caller_form(number).encode(), number.encode()])
        if found.status != ExecStatus.TUPLES_OK:
            raise error_from_result(found)
        if not found.ntuples:
            return None
        id, name, level, company, notes, stored = ((found.get_value(0, column) or b"").decode() for column in range(6))
        return Customer(id=id, name=name, number=stored, level=level, company=company, notes=notes)

    async def _ask(self, values: Sequence[bytes]) -> PGresult:
        """By the first connection that lives: that one has ended may be known only when it is tried."""
        while True:
            while not self._free:
                self._freed.clear()
                await self._freed.wait()
            try:
                return await self._free.pop().ask(values)
            except psycopg.OperationalError as error:
                log.debug("a look-up's connection ended", error=reason(error))

    def _is_free(self, prepared: Prepared) -> None:
        self._free.append(prepared)
        self._freed.set()

    async def _keep(self) -> None:
        """One of the connections, for ever."""
        backoff = Backoff(longest_s=LONGEST_PAUSE_S)
        while True:
            try:
                prepared = await self._prepared()
            except (psycopg.Error, OSError) as error:
                self._unreached = reason(error)
                await backoff.wait()
                continue
            self._unreached = ""
            backoff.reset()
            self._is_free(prepared)
            try:
                await prepared.ended.wait()
            finally:
                prepared.close()
                if prepared in self._free:
                    self._free.remove(prepared)

    async def _prepared(self) -> Prepared:
        """Raises psycopg.Error, OSError."""
        connection = await AsyncConnection.connect(
            self._url,
            autocommit=True,
            application_name="callbase engine lookups",
            client_encoding="utf8",
            connect_timeout=CONNECT_TIMEOUT_S,
            **WHO_DIES,
            options=f"{IF_WE_DIE} -c statement_timeout={STATEMENT_TIMEOUT_MS}",
        )
        return Prepared(connection, CUSTOMER_OF_NUMBER, self._is_free, TIMEOUT_S)
