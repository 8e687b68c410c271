"""Standing by: an engine waits here, warm, until it leads."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.engine.alive import Alive
from callbase.engine.clock import passed_s
from callbase.engine.database import Backoff, answers_within, connect, reason
from callbase.engine.follower import Follower
from callbase.engine.health import StandbyHealth
from callbase.engine.lease import TAKE_OVER_AFTER_S, Lease, LeaseRow, Watch, claim, hurry, look, show_up
from callbase.engine.recovery import Recovered, recover
from callbase.engine.spool import Spool
from callbase.engine.stream import FromLeader, LeadOn, Listener, Lives, MayILead, NoSwitch, ReachesSwitch, Told
from callbase.platform import garbage
from callbase.platform.servers import each

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.1
LOOK_TIMEOUT_S = 3.0
"""A server silent for so long is left: another one may have taken its place."""
SHOW_UP_EVERY_S = 0.5
DATABASE_AWAY_AFTER_S = 0.5
"""Without an answer for so long, the leader is let lead on: the database is away, not only for it."""
DATABASE_BACK_S = 2.0
"""Once it answers again, the leader is let lead on for so long still: all connect anew then, and its turn may be the last."""
LISTEN_AGAIN_S = 0.25
TABLES_THERE = "SELECT FROM engine_journal, engine_snapshot, engine_projection, engine_config, engine_lease, recording LIMIT 0"


async def _nowhere() -> bool:
    return False


class Standby:
    """Waits for the database, its tables, and for any other engine to let go or to fail; follows the journal meanwhile."""

    def __init__(self, url: str, token: str, alive: Alive, lease: Lease, spool: Spool, core_type: type[Engine]) -> None:
        self._url, self._token, self._alive, self._lease, self._spool = url, token, alive, lease, spool
        self._core_type = core_type
        self.follower = Follower(core_type)
        self._watch = Watch(alive.name, alive.proves_dead, goes_back=len(each(url)) > 1)
        self._wake = asyncio.Event()
        self._looked_at_s = self._back_at_s = 0.0
        self._shown_at_s = 0.0
        self._claiming = False
        self._status, self._armed = "not reached yet", False
        self._leader = (0, "")
        """Epoch and process whose journal is followed."""
        self._listener: Listener | None = None
        self._listening: asyncio.Task[None] | None = None
        self.reaches_switch: Callable[[], Awaitable[bool]] = _nowhere
        """Whether a switch node answers this process."""
        self._looking_for_switch: asyncio.Task[None] | None = None

    @property
    def health(self) -> StandbyHealth:
        return StandbyHealth(database=self._status, armed=self._armed, followed_to=self.follower.seq)

    async def until_leading(self) -> Recovered:
        """As long as it takes."""
        backoff = Backoff()
        try:
            while True:
                connection = None
                try:
                    connection = await connect(self._url, "engine journal")
                    await connection.execute(TABLES_THERE)
                    return await self._stand_by(connection)
                except (psycopg.Error, OSError) as error:
                    self._status = reason(error)
                    if backoff.log_now:
                        log.warning("waiting for the database before taking calls", reason=reason(error))
                except BaseException:
                    if connection is not None:
                        await connection.close()
                    raise
                self._claiming = False
                if connection is not None:
                    await connection.close()
                await backoff.wait()
        finally:
            await self._stop_listening()

    async def _stand_by(self, connection: AsyncConnection) -> Recovered:
        await hurry(connection, quick=True)
        self._watch.connected()
        while True:
            with answers_within(connection, LOOK_TIMEOUT_S):
                row = await look(connection)
            if self._database_away():
                self._back_at_s = passed_s()
            self._looked_at_s, self._status, self._armed = passed_s(), "ok", row.armed == self._alive.name
            if self._watch.may_take_over(row):
                recovered = await self._take_over(connection, row)
                if recovered is not None:
                    return recovered
            else:
                await self._follow(connection, row)
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._wake.wait()

    async def _take_over(self, connection: AsyncConnection, row: LeaseRow) -> Recovered | None:
        self._claiming = True
        await hurry(connection, quick=False)
        since_s = passed_s()
        known = self._watch.latest.epoch if self._watch.latest else 0
        epoch = await claim(connection, self._alive.name, row.epoch, known)
        if epoch is None:
            self._claiming = False
            await hurry(connection, quick=True)
            return None
        self._lease.hold(epoch, self._alive.name, since_s)
        self._alive.tidy()
        log.info("this engine leads", epoch=epoch, followed_to=self.follower.seq)
        await self._stop_listening()
        return await recover(connection, self._lease, row.author, self._spool, self._core_type, self.follower)

    async def _follow(self, connection: AsyncConnection, row: LeaseRow) -> None:
        if row.epoch > self._leader[0] or (row.epoch == self._leader[0] and row.holder not in ("", self._leader[1])):
            log.info("another engine leads; standing by", epoch=row.epoch)
            self._leader = row.epoch, row.holder
            if self.follower.unwritten:
                self.follower.forget()  # another than we followed that leader, and may not have heard all we heard
        if passed_s() - self._shown_at_s > SHOW_UP_EVERY_S:
            self._shown_at_s = passed_s()
            await show_up(connection, self._alive.name)
        if row.address and (self._listener is None or self._listener.address != row.address):
            await self._stop_listening()
            self._listener = Listener(row.address, self._token, self._alive.name)
            self._listening = asyncio.create_task(self._listen(self._listener), name="leader's stream")
        cold = self.follower.core is None
        await self.follower.catch_up(connection, row.written)
        if cold:
            garbage.collect()

    async def _listen(self, listener: Listener) -> None:
        while True:
            with suppress(OSError):
                await listener.listen(self._hear)
            self._wake.set()
            await asyncio.sleep(LISTEN_AGAIN_S)

    async def _stop_listening(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = self._listener = None

    def _database_away(self) -> bool:
        return passed_s() - self._looked_at_s > DATABASE_AWAY_AFTER_S

    def _hear(self, message: FromLeader) -> None:
        match message:
            case Told() if message.epoch == self._leader[0]:
                self.follower.hear(message)
            case MayILead(number=number):
                away = self._database_away() or passed_s() - self._back_at_s < DATABASE_BACK_S
                if away and not self._claiming and self._listener is not None:
                    self._watch.wait_until(passed_s() + TAKE_OVER_AFTER_S)
                    self._listener.say(LeadOn(number=number))
            case Lives():
                self._watch.heard()
            case NoSwitch() if self._looking_for_switch is None or self._looking_for_switch.done():
                self._looking_for_switch = asyncio.create_task(self._look_for_switch(), name="looking for the switch")

    async def _look_for_switch(self) -> None:
        if await self.reaches_switch() and self._listener is not None:
            self._listener.say(ReachesSwitch())
