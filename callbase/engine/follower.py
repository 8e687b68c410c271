"""The standby's own core, kept where the leader's is: it is given each entry of the journal, by the stream or the database."""

from __future__ import annotations

from collections import deque

import msgspec
import structlog
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.core.facts import AnyFact
from callbase.engine.clock import passed_s
from callbase.engine.entry import KEPT_S, Entry
from callbase.engine.recovery import read_journal, replay_entry, restore_snapshot
from callbase.engine.stream import Told

log = structlog.get_logger(__name__)

GAP_ENTRIES = 100_000


class Follower:
    def __init__(self, core_type: type[Engine]) -> None:
        self._core_type = core_type
        self.core: Engine | None = None
        self.seq = 0
        self.at_ms = 0
        self.unwritten: deque[Entry] = deque()
        """What came by the stream and may not be in the database yet, or no longer where a replica of it takes over, with the
        facts it led to."""
        self._heard: tuple[int, float] | None = None
        """The leader's moment last heard by the stream, and when, by `passed_s`."""
        self._early: deque[Told] = deque(maxlen=GAP_ENTRIES)
        """Heard by the stream while what comes before it is still to be read."""

    async def catch_up(self, connection: AsyncConnection, written: int) -> None:
        """With what the database has (`written`: up to there). Raises psycopg.Error."""
        if self.core is None:
            self.core, self.seq, self.at_ms = await restore_snapshot(connection, self._core_type)
            log.info("following the journal", snapshot=self.seq)
        if written > self.seq and not (self._early and self._early[0].seq <= self.seq + 1):
            async for entry in read_journal(connection, self.seq):
                self._apply(entry)
                if self._early and self._early[0].seq <= self.seq + 1:
                    break
        self._apply_early()
        while self.unwritten and self.unwritten[0].seq <= written and self._is_old(self.unwritten[0]):
            self.unwritten.popleft()

    def present_ms(self) -> int | None:
        """What the leader's clock shows now; None where it was not heard."""
        if self._heard is None:
            return None
        at_ms, heard_s = self._heard
        return at_ms + int((passed_s() - heard_s) * 1000)

    def forget(self) -> None:
        """All is read anew."""
        self.core, self.seq, self._heard = None, 0, None
        self.unwritten.clear()
        self._early.clear()

    def _is_old(self, entry: Entry) -> bool:
        return self.at_ms - entry.at_ms > 1000 * KEPT_S or len(self.unwritten) > GAP_ENTRIES

    def hear(self, told: Told) -> None:
        """By the stream."""
        self._heard = (told.at_ms, passed_s())
        self._early.append(told)
        self._apply_early()

    def _apply_early(self) -> None:
        while self.core is not None and self._early and self._early[0].seq <= self.seq + 1:
            told = self._early.popleft()
            if told.seq == self.seq + 1:
                entry = Entry(seq=told.seq, at_ms=told.at_ms, event=told.event, epoch=told.epoch)
                self.unwritten.append(msgspec.structs.replace(entry, facts=self._apply(entry)))

    def _apply(self, entry: Entry) -> tuple[AnyFact, ...]:
        """Its facts; none where it is not the next one: the database and the stream both tell of some."""
        if self.core is None or entry.seq != self.seq + 1:
            return ()
        self.seq, self.at_ms = entry.seq, entry.at_ms
        return replay_entry(self.core, entry)
