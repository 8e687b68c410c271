"""Standing by: an engine waits here until it leads."""

from __future__ import annotations

import asyncio

import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.engine.alive import Alive
from callbase.engine.database import Backoff, connect, reason
from callbase.engine.lease import Lease, Watch, claim, look, now_s, show_up
from callbase.engine.recovery import Recovered, recover
from callbase.engine.spool import Spool

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 0.1
TABLES_THERE = "SELECT FROM engine_journal, engine_snapshot, engine_projection, engine_config, engine_lease, recording LIMIT 0"


class Standby:
    """Waits for the database, its tables, and for any other engine to let go or to fail."""

    def __init__(self, url: str, alive: Alive, lease: Lease, spool: Spool, core_type: type[Engine]) -> None:
        self._url, self._alive, self._lease, self._spool, self._core_type = url, alive, lease, spool, core_type
        self._watch = Watch(alive.name, alive.proves_dead)

    async def until_leading(self) -> Recovered:
        """As long as it takes."""
        backoff = Backoff()
        while True:
            connection = None
            try:
                connection = await connect(self._url, "engine journal")
                await connection.execute(TABLES_THERE)
                return await self._stand_by(connection)
            except (psycopg.Error, OSError) as error:
                if backoff.log_now:
                    log.warning("waiting for the database before taking calls", reason=reason(error))
            except BaseException:
                if connection is not None:
                    await connection.close()
                raise
            if connection is not None:
                await connection.close()
            await backoff.wait()

    async def _stand_by(self, connection: AsyncConnection) -> Recovered:
        said = False
        while True:
            row = await look(connection)
            if self._watch.may_take_over(row):
                since_s = now_s()
                epoch = await claim(connection, self._alive.name, row.epoch)
                if epoch is not None:
                    log.info("this engine leads", epoch=epoch)
                    self._lease.hold(epoch, since_s)
                    return await recover(connection, self._lease, row.author, self._spool, self._core_type)
            else:
                if not said:
                    log.info("another engine leads; standing by", epoch=row.epoch)
                    said = True
                await show_up(connection, self._alive.name)
            await asyncio.sleep(LOOK_EVERY_S)
