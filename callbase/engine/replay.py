"""`callbase replay`: gives the journal to a fresh core, and says whether that leads to the states the live engine had and to the
facts it stated.

Reads only; may run beside a live engine. Where the journal's beginning is gone it starts from the oldest snapshot kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.engine.database import connect, scalar
from callbase.engine.entry import Entry
from callbase.engine.projection import moment
from callbase.engine.recovery import ROWS_AT_ONCE, read_journal, replay_entry

SHOWN_DIFFERENCES = 20


class ReplayResult(msgspec.Struct, frozen=True, kw_only=True):
    first: int
    """`seq` of the first and last event given to the core."""
    last: int
    asked: int
    """How many of these are of the time asked for; the earlier ones lead there, and are compared with nothing."""
    facts: int
    """How many it stated in that time."""
    compared: tuple[int, ...]
    """The live engine's snapshots of that time, by `seq`."""
    rewritten: tuple[int, ...] = ()
    """Those of them that are the replayed state only in content: byte for byte they are it once this version has read and written
    them, as where an earlier one wrote them."""
    differences: tuple[str, ...] = ()
    """"seq: path: live value / replayed value", from the first snapshot that differs, or of the first facts that do."""

    def __str__(self) -> str:
        replayed = f"Replayed events {self.first} to {self.last}, {self.asked} of them of the time asked for."
        if self.differences:
            head = f"{replayed} State or facts differ from the live one's (live / replayed):"
            return "\n".join((head, *self.differences))
        same = f"{replayed} Its {self.facts} facts are those in the database."
        if not self.compared:
            return f"{same} ITS STATE IS COMPARED WITH NOTHING: no snapshot of that time is kept."
        compared, rewritten = (", ".join(map(str, snapshots)) for snapshots in (self.compared, self.rewritten))
        if not rewritten:
            return f"{same} The state equals the live one's (compared after {compared})."
        content = f"{same} The state is equal in content to the live one's (compared after {compared})"
        return f"{content}, not byte for byte after {rewritten}: that is not as this version writes it."


class NothingToReplay(RuntimeError):
    """The journal is empty, begins later than any snapshot, or has nothing of that time."""


async def replay(
    url: str, core_type: type[Engine] = Engine, *, since_ms: int | None = None, until_ms: int | None = None
) -> ReplayResult:
    """From the last snapshot before `since_ms` on; all there is, where that is None. Compares what is not older than `since_ms`.
    Raises psycopg.Error, NothingToReplay."""
    connection = await connect(url, "replay")
    try:
        core, seq = await begin(connection, core_type, since_ms)
        last = await _last_entry(connection, until_ms)
        if last <= seq:
            raise NothingToReplay("the journal has nothing of that time")
        snapshots = await _snapshots(connection, since_ms or 0, seq, last)
        started, compared, rewritten, asked, facts = seq + 1, list[int](), list[int](), 0, 0
        replayed: list[Entry] = []
        async for entry in read_journal(connection, seq, last):
            stated = replay_entry(core, entry)
            if entry.at_ms >= (since_ms or 0):
                replayed.append(msgspec.structs.replace(entry, facts=stated))
                asked += 1
            seq = entry.seq
            differences: tuple[str, ...] = ()
            if replayed and (len(replayed) == ROWS_AT_ONCE or seq == last):
                differences = tuple(islice(await _compare_facts(connection, replayed), SHOWN_DIFFERENCES))
                facts += sum(len(one.facts) for one in replayed)
                replayed.clear()
            if seq in snapshots:
                live, state = snapshots[seq], core.snapshot()
                compared.append(seq)
                if live != state and _rewritten(core_type, live) == state:
                    rewritten.append(seq)
                elif live != state:
                    differences = differences or tuple(f"{seq}: {line}" for line in _differences(live, state))
            if differences:
                break
        if not asked and not compared:
            raise NothingToReplay("the journal has nothing of that time")
        return ReplayResult(
            first=started,
            last=seq,
            asked=asked,
            facts=facts,
            compared=tuple(compared),
            rewritten=tuple(rewritten),
            differences=differences,
        )
    finally:
        await connection.close()


async def begin(connection: AsyncConnection, core_type: type[Engine], since_ms: int | None) -> tuple[Engine, int]:
    """A core as it was at the last place before `since_ms` from which the journal can be replayed (None: at the first one), and
    the `seq` of that place. Raises NothingToReplay."""
    first: int | None = await scalar(connection, "SELECT min(seq) FROM engine_journal")
    if first is None:
        raise NothingToReplay("the journal is empty")
    row = await (
        await connection.execute(
            "SELECT seq, state FROM engine_snapshot WHERE seq >= %s"
            " ORDER BY at_ms <= %s DESC, CASE WHEN at_ms <= %s THEN -seq ELSE seq END LIMIT 1",
            [first - 1, since_ms or 0, since_ms or 0],
        )
    ).fetchone()
    if first == 1 and (row is None or since_ms is None or await _is_later(connection, row[0], since_ms)):
        return core_type(), 0
    if row is None:
        raise NothingToReplay(f"the journal begins at {first}, beyond any snapshot")
    return core_type.restore(bytes(row[1])), row[0]


async def _is_later(connection: AsyncConnection, snapshot: int, since_ms: int) -> bool:
    return bool(await scalar(connection, "SELECT at_ms > %s FROM engine_snapshot WHERE seq = %s", since_ms, snapshot))


async def _last_entry(connection: AsyncConnection, until_ms: int | None) -> int:
    if until_ms is None:
        return int(await scalar(connection, "SELECT max(seq) FROM engine_journal") or 0)
    return int(await scalar(connection, "SELECT max(seq) FROM engine_journal WHERE at_ms <= %s", until_ms) or 0)


async def _snapshots(connection: AsyncConnection, since_ms: int, after: int, last: int) -> dict[int, bytes]:
    statement = "SELECT seq, state FROM engine_snapshot WHERE at_ms >= %s AND seq > %s AND seq <= %s"
    rows = await connection.execute(statement, [since_ms, after, last])
    return {seq: bytes(state) for seq, state in await rows.fetchall()}


async def _compare_facts(connection: AsyncConnection, replayed: Sequence[Entry]) -> Iterator[str]:
    """Those of these entries, with the database's."""
    stated = {f"{entry.seq}.{index}": fact for entry in replayed for index, fact in enumerate(entry.facts)}
    times = [*(entry.at_ms for entry in replayed), *(fact.at_ms for fact in stated.values())]
    rows = await connection.execute(
        "SELECT seq, index, fact FROM engine_fact WHERE at BETWEEN %s AND %s AND seq BETWEEN %s AND %s",
        [moment(min(times)), moment(max(times)), replayed[0].seq, replayed[-1].seq],
    )
    live = {f"{seq}.{index}": fact for seq, index, fact in await rows.fetchall()}
    return _compare("", live, msgspec.json.decode(msgspec.json.encode(stated)))


def _rewritten(core_type: type[Engine], snapshot: bytes) -> bytes | None:
    """As this version writes it; None where it cannot read it."""
    try:
        return core_type.restore(snapshot).snapshot()
    except Exception:
        return None


def _differences(live: bytes, replayed: bytes) -> list[str]:
    """At least one: what one version writes of the same state is the same byte for byte."""
    named = _compare("", msgspec.msgpack.decode(live), msgspec.msgpack.decode(replayed))
    return list(islice(named, SHOWN_DIFFERENCES)) or ["equal in content, not byte for byte"]


def _compare(path: str, live: Any, replayed: Any) -> Iterator[str]:
    if isinstance(live, dict) and isinstance(replayed, dict):
        for key in {**live, **replayed}:
            yield from _compare(f"{path}.{key}", live.get(key), replayed.get(key))
    elif isinstance(live, list) and isinstance(replayed, list) and len(live) == len(replayed):
        for index, (left, right) in enumerate(zip(live, replayed, strict=True)):
            yield from _compare(f"{path}[{index}]", left, right)
    elif live != replayed:
        yield f"{path or '.'}: {live!r} / {replayed!r}"
