"""`callbase replay --interaction`: what happened to one call, event by event, told from a replay of the journal.

Of each event that concerned it: what came, what was asked of the switch, what was stated, and what of its state was another
afterwards, before and after.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.core.events import AnyEvent
from callbase.core.output import Changed, Output
from callbase.engine.database import connect, scalar
from callbase.engine.entry import Entry, decode_event
from callbase.engine.projection import EPOCH
from callbase.engine.recovery import read_journal
from callbase.engine.replay import NothingToReplay, begin

MOST_CHARACTERS = 200
_UNSAID = ("type", "tenant", "at_ms")
_NOTHING: tuple[object, ...] = (None, "", [], {}, ())


class NoSuchInteraction(LookupError):
    """The database has none of that id."""


async def tell(url: str, interaction: UUID, core_type: type[Engine] = Engine) -> AsyncIterator[str]:
    """Lines of text, times in UTC. Raises NoSuchInteraction, NothingToReplay where the journal does not reach back to it,
    psycopg.Error."""
    connection = await connect(url, "replay")
    try:
        row = await (
            await connection.execute("SELECT tenant, started_at FROM interaction WHERE id = %s", [interaction])
        ).fetchone()
        if row is None:
            raise NoSuchInteraction(f"there is no interaction {interaction}")
        tenant, started_at = row
        since_ms = int((started_at - EPOCH).total_seconds() * 1000)
        yield f"Interaction {interaction} of tenant {tenant}, {started_at.astimezone(UTC):%Y-%m-%d}, UTC"
        async for line in _tell(connection, _Story(core_type, tenant, str(interaction)), since_ms):
            yield line
    finally:
        await connection.close()


async def _tell(connection: AsyncConnection, story: _Story, since_ms: int) -> AsyncIterator[str]:
    core, seq = await begin(connection, story.core_type, since_ms - 1)
    last: int = await scalar(connection, "SELECT max(seq) FROM engine_fact WHERE interaction = %s", story.interaction)
    told = False
    async for entry in read_journal(connection, seq, last):
        for line in story.go_on(core, entry):
            told = True
            yield line
    if not told:
        raise NothingToReplay("the journal does not reach back to this interaction")


class _Story:
    """Goes through the journal with a core, and knows the call's legs as they come."""

    def __init__(self, core_type: type[Engine], tenant: str, interaction: str) -> None:
        self.core_type, self.interaction = core_type, interaction
        self._tenant = tenant
        self._ids = {interaction}
        """The interaction's and its legs'."""
        self._state: dict[str, Any] = {}

    def go_on(self, core: Engine, entry: Entry) -> Iterator[str]:
        """Gives the core the next entry; what there is to tell of it."""
        event = decode_event(bytes(entry.event))
        try:
            output = core.receive(event, entry.at_ms)
        except Exception as failed:  # as the live engine met it: the event is left out
            output = Output()
            problem = f"    the core failed on it: {type(failed).__name__}: {failed}"
        else:
            problem = ""
        before, self._state = self._state, self._look(core)
        if not before and self._state and isinstance(leg := getattr(event, "leg", None), str):
            self._ids.add(leg)
        asked = [said(command) for command in output.commands if self._concerns(command)]
        stated = [said(fact) for fact in output.facts if getattr(fact, "interaction", None) == self.interaction]
        changed = list(_changes(before, self._state))
        if not (asked or stated or changed or self._concerns(event)):
            return
        yield ""
        yield f"{_clock(entry.at_ms)}  #{entry.seq}  {said(event)}"
        if problem:
            yield problem
        for heading, lines in (("asked of the switch:", asked), ("stated:", stated), ("state:", changed)):
            for line in lines:
                yield f"    {heading} {line}"

    def _look(self, core: Engine) -> dict[str, Any]:
        view = core.view(self._tenant, Changed(interactions={self.interaction}))
        shown = view.interactions.get(self.interaction) if view is not None else None
        return {} if shown is None else msgspec.to_builtins(shown)

    def _concerns(self, what: msgspec.Struct | AnyEvent) -> bool:
        """Whether it names the interaction or one of its legs; a leg that is called for it is one from then on."""
        named = [value for name in what.__struct_fields__ if isinstance(value := getattr(what, name), str)]
        concerned = not self._ids.isdisjoint(named)
        if concerned and isinstance(leg := getattr(what, "leg", None), str) and leg:
            self._ids.add(leg)
        return concerned


def said(what: msgspec.Struct | AnyEvent) -> str:
    """Its type and fields in words: "call offered: caller number 138…, called number 400…"."""
    built = msgspec.to_builtins(what)
    fields = [f"{_words(name)} {_value(value)}" for name, value in built.items() if name not in _UNSAID and value not in _NOTHING]
    name = re.sub(r"(?<!^)(?=[A-Z])", " ", type(what).__name__).lower()
    text = f"{name}: {', '.join(fields)}" if fields else name
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[str]:
    if before and not after:
        yield "the interaction is over"
        return
    for name in after:
        was, now = before.get(name), after[name]
        if was != now and not (was in _NOTHING and now in _NOTHING):
            yield f"{_words(name)}: {_value(was)} → {_value(now)}"


def _value(value: Any) -> str:
    if value in _NOTHING:
        return "–"
    if isinstance(value, str | int | float):
        return str(value)
    return msgspec.json.encode(value).decode()


def _words(name: str) -> str:
    return name.replace("_", " ")


def _clock(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000, UTC):%H:%M:%S}.{at_ms % 1000:03}"
