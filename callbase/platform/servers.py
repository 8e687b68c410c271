"""The PostgreSQL servers that CALLBASE_DATABASE_URL names: one, or a primary and its replicas."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

LAG_S = 10.0
"""A replica this far behind is told of; well below what the engine keeps for it (`callbase.engine.entry.KEPT_S`)."""
ANSWERS_S = 2
WHO_DIES: dict[str, Any] = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3, "tcp_user_timeout": 10_000}
"""Of libpq: a server on a dead machine, which is silent, is given up after eleven seconds (milliseconds, the last)."""
IF_WE_DIE = (
    "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3 -c tcp_user_timeout=10s"
    " -c idle_in_transaction_session_timeout=60s"
)
"""Of a session's `options`: nor does the server keep our locks for two hours where our machine is dead."""
_LOOK: LiteralString = """
    SELECT in_recovery, CASE WHEN in_recovery THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0'::pg_lsn,
      extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp())::float
    FROM pg_is_in_recovery() AS in_recovery
"""


@dataclass(frozen=True, slots=True)
class Server:
    """How one of them is."""

    name: str
    """host:port"""
    failure: str = ""
    """Why it gives no answer; empty: it does."""
    primary: bool = False
    position: int = 0
    """In the write-ahead log, in bytes: written by a primary, replayed by a replica."""
    replayed_ago_s: float | None = None
    """How long ago what it replayed last was committed; None: nothing yet."""


def each(url: str) -> list[str]:
    """A URL for each server that `url` names, whether it takes writes or not. Raises psycopg.ProgrammingError."""
    parts = conninfo_to_dict(url)
    parts.pop("target_session_attrs", None)
    hosts, ports = str(parts.pop("host", "")).split(","), str(parts.pop("port", "")).split(",")
    of_each = ports * len(hosts) if len(ports) == 1 else ports
    named = {key: str(value) for key, value in parts.items() if value is not None}
    return [make_conninfo("", **named, host=host, port=port) for host, port in zip(hosts, of_each, strict=False)]


def name(url: str) -> str:
    """host:port of a URL with one server."""
    parts = conninfo_to_dict(url)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}"


async def look(url: str) -> list[Server]:
    """How each of them is."""
    return list(await asyncio.gather(*(_look_at(one) for one in each(url))))


async def _look_at(url: str) -> Server:
    try:
        async with asyncio.timeout(ANSWERS_S):
            connection = await AsyncConnection.connect(
                url, autocommit=True, connect_timeout=ANSWERS_S, application_name="callbase look"
            )
            async with connection:
                row = await (await connection.execute(_LOOK)).fetchone()
    except TimeoutError:
        return Server(name(url), failure=f"no answer within {ANSWERS_S} s")
    except (psycopg.Error, OSError) as error:
        return Server(name(url), failure=" ".join(str(error).split()))
    in_recovery, position, ago_s = row or (False, 0, None)
    return Server(name(url), primary=not in_recovery, position=int(position or 0), replayed_ago_s=ago_s)


def lag_s(replica: Server, primary: Server) -> float:
    """How far behind it is; 0 where it has all that the primary had when both were looked at."""
    if replica.position >= primary.position or replica.replayed_ago_s is None:
        return 0.0  # begun this moment, where it has replayed nothing
    return max(0.0, replica.replayed_ago_s)


def state_of(servers: Sequence[Server]) -> str:
    """ "ok", or what is wrong with the replicas, in the words of /healthz."""
    primaries = [server for server in servers if server.primary]
    silent = [server for server in servers if server.failure]
    if len(primaries) > 1:
        names = " and ".join(server.name for server in primaries)
        return f"{names} both take writes, so each has what the other one lacks: stop the one that was followed"
    if silent:
        return "; ".join(f"{server.name} does not answer: {server.failure}" for server in silent)
    if not primaries:
        return "none of the servers takes writes: no replica has been promoted yet"
    behind = [(server.name, lag_s(server, primaries[0])) for server in servers if not server.primary]
    late = [f"{name} is {lag:.0f} s behind" for name, lag in behind if lag > LAG_S]
    return "; ".join(late) or "ok"
