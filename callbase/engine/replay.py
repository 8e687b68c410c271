"""`callbase replay`: gives the journal to a fresh core, and says whether that leads to the states the live engine had.

Reads only; may run beside a live engine. Where the journal's beginning is gone it starts from the oldest snapshot kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from callbase.core.engine import Engine
from callbase.engine.database import connect, scalar
from callbase.engine.recovery import read_journal, replay_entry

SHOWN_DIFFERENCES = 20


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    first: int
    """`seq` of the first and last event given to the core."""
    last: int
    compared: tuple[int, ...]
    """The live engine's snapshots compared with, by `seq`."""
    differences: tuple[str, ...] = ()
    """"seq: path: live value / replayed value", from the first snapshot that differs."""

    def __str__(self) -> str:
        if not self.compared:
            return f"Replayed events {self.first} to {self.last}. The live engine has left no snapshot to compare with."
        if self.differences:
            head = f"Replayed events {self.first} to {self.last}. The state differs from the live one's (live / replayed):"
            return "\n".join((head, *self.differences))
        snapshots = ", ".join(map(str, self.compared))
        return f"Replayed events {self.first} to {self.last}. The state equals the live one's (compared after {snapshots})."


class NothingToReplay(RuntimeError):
    """The journal is empty, or begins later than any snapshot."""


async def replay(url: str, core_type: type[Engine] = Engine) -> ReplayResult:
    """Raises psycopg.Error, NothingToReplay."""
    connection = await connect(url, "replay")
    try:
        snapshots = {
            seq: bytes(state)
            for seq, state in await (await connection.execute("SELECT seq, state FROM engine_snapshot ORDER BY seq")).fetchall()
        }
        first: int | None = await scalar(connection, "SELECT min(seq) FROM engine_journal")
        if first == 1:
            core, seq = core_type(), 0
        elif snapshots and first is not None and first <= min(snapshots) + 1:
            seq = min(snapshots)
            core = core_type.restore(snapshots.pop(seq))
        else:
            raise NothingToReplay(f"the journal begins at {first}, beyond any snapshot" if first else "the journal is empty")
        started, compared = seq + 1, list[int]()
        async for entry in read_journal(connection, seq):
            replay_entry(core, entry)
            seq = entry.seq
            live = snapshots.get(seq)
            if live is not None:
                compared.append(seq)
                differences = tuple(f"{seq}: {line}" for line in islice(_differences(live, core.snapshot()), SHOWN_DIFFERENCES))
                if differences:
                    return ReplayResult(first=started, last=seq, compared=tuple(compared), differences=differences)
        return ReplayResult(first=started, last=seq, compared=tuple(compared))
    finally:
        await connection.close()


def _differences(live: bytes, replayed: bytes) -> Iterator[str]:
    if live != replayed:
        yield from _compare("", msgspec.msgpack.decode(live), msgspec.msgpack.decode(replayed))


def _compare(path: str, live: Any, replayed: Any) -> Iterator[str]:
    if isinstance(live, dict) and isinstance(replayed, dict):
        for key in {**live, **replayed}:
            yield from _compare(f"{path}.{key}", live.get(key), replayed.get(key))
    elif isinstance(live, list) and isinstance(replayed, list) and len(live) == len(replayed):
        for index, (left, right) in enumerate(zip(live, replayed, strict=True)):
            yield from _compare(f"{path}[{index}]", left, right)
    elif live != replayed:
        yield f"{path or '.'}: {live!r} / {replayed!r}"
