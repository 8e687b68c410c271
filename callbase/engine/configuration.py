"""The configuration as published in the table engine_config: the newest at the start, each newer one as it comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import LiteralString

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.config import Config
from callbase.engine.database import Backoff, connect, reason, scalar

log = structlog.get_logger(__name__)

CHANNEL = "config_published"
LOOK_EVERY_S = 30.0
"""Also looked for this often, should a notification ever be missed."""
IN_ORDER = 20
"""So many versions behind, each is taken in turn: one may say what the next relies on, such as which queue takes over from one
that is then deleted. Further behind, and at the start, only the newest counts."""
_NEXT: LiteralString = """
    SELECT CASE WHEN %s > 0 AND count(*) <= %s THEN min(version) ELSE max(version) END FROM engine_config WHERE version > %s
"""


class Configuration:
    """Follows the newest version. A document that cannot be read is logged, and the one before stays in force."""

    def __init__(self, url: str, on_new: Callable[[Config], None]) -> None:
        self.current = Config(version=0)
        self._url, self._on_new = url, on_new
        self._refused = 0

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
                backoff.reset()
                while True:
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
