"""The configuration as published in the table engine_config: the newest at the start, each newer one as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.config import Config
from callbase.engine.database import Backoff, answers_within, connect, reason, scalar

log = structlog.get_logger(__name__)

CHANNEL = "config_published"
READ_TIMEOUT_S = 10.0
LOOK_EVERY_S = 30.0
"""Also looked for this often, should a notification ever be missed."""
IN_ORDER = 20
"""So many versions behind, each is taken in turn: one may say what the next relies on, such as which queue takes over from one
that is then deleted. Further behind, and at the start, only the newest counts."""
_NEXT: LiteralString = """
    SELECT CASE WHEN %s > 0 AND count(*) <= %s THEN min(version) ELSE max(version) END FROM engine_config WHERE version > %s
"""
_NUMBER_ON: LiteralString = "SELECT setval(pg_get_serial_sequence('engine_config', 'version'), %s)"
_PUBLISH_AGAIN: LiteralString = """
    INSERT INTO engine_config (document) SELECT document FROM engine_config ORDER BY version DESC LIMIT 1
"""


class Configuration:
    """Follows the newest version. A document that cannot be read is logged, and the one before stays in force."""

    def __init__(self, url: str, on_new: Callable[[Config], None], in_force: Callable[[], int]) -> None:
        """`in_force`: the version the core runs on."""
        self.current = Config(version=0)
        self._url, self._on_new, self._in_force = url, on_new, in_force
        self._refused = 0

    async def start(self, connection: AsyncConnection) -> None:
        """Takes the newest. Raises psycopg.Error."""
        await self._settle(connection)
        await self.read(connection)

    async def _settle(self, connection: AsyncConnection) -> None:
        """Where a replica leads that lacks the version in force, what it has is in force again, as a version beyond that one:
        what the database has is what administrators see, and change next."""
        newest: int = await scalar(connection, "SELECT coalesce(max(version), 0) FROM engine_config")
        in_force = max(self.current.version, self._in_force())
        if not 0 < newest < in_force:
            return
        log.error("the database went back to before the configuration in force; what it has is in force again", lost=in_force)
        async with connection.transaction():
            await connection.execute(_NUMBER_ON, [in_force])
            await connection.execute(_PUBLISH_AGAIN)

    async def read(self, connection: AsyncConnection) -> bool:
        """Takes the next newer version that can be used. Whether there is one. Raises psycopg.Error."""
        while True:
            known = max(self.current.version, self._refused)
            version: int | None = await scalar(connection, _NEXT, known, IN_ORDER, known)
            if version is None:
                return False
            document: str = await scalar(
                connection,
                "SELECT jsonb_set(document, '{version}', to_jsonb(version))::text FROM engine_config WHERE version = %s",
                version,
            )
            try:
                self.current = msgspec.json.decode(document, type=Config)
            except msgspec.MsgspecError as error:
                self._refused = version
                log.error(
                    "a configuration cannot be used; the one before stays in force",
                    version=version,
                    error=str(error),
                    in_force=self.current.version,
                )
            else:
                return True

    async def follow(self) -> None:
        """Reports each newer version, for ever."""
        backoff = Backoff()
        while True:
            connection = None
            try:
                connection = await connect(self._url, "engine configuration")
                await connection.execute(f"LISTEN {CHANNEL}")
                with answers_within(connection, READ_TIMEOUT_S):
                    await self._settle(connection)
                backoff.reset()
                while True:
                    with answers_within(connection, READ_TIMEOUT_S):
                        while await self.read(connection):
                            log.info("configuration published", version=self.current.version)
                            self._on_new(self.current)
                    async for _ in connection.notifies(timeout=LOOK_EVERY_S, stop_after=1):
                        pass
            except (psycopg.Error, OSError) as error:
                if backoff.log_now:
                    log.warning("the configuration cannot be followed; trying again", error=reason(error))
            finally:
                if connection is not None:
                    await connection.close()
            await backoff.wait()


def read_published(url: str) -> Config:
    """The newest, read once, for a command. Raises psycopg.Error."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT document::text FROM engine_config ORDER BY version DESC LIMIT 1").fetchone()
    return Config(version=0) if row is None else msgspec.json.decode(row[0], type=Config)
