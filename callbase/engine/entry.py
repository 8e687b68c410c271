"""One input of the core as it is kept: its place, its moment, itself, and the facts it led to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import msgspec

from callbase.core.events import AnyEvent
from callbase.core.facts import AnyFact

KEPT_S = 60.0
"""How long the engines keep an entry in memory that the database has: where a replica of it takes over that has not received
all, the database goes back, and is given the entries again."""


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    seq: int
    at_ms: int
    event: msgspec.Raw
    facts: tuple[AnyFact, ...] = ()
    epoch: int = 0
    """Of the leader that took it in."""


_event_encoder = msgspec.json.Encoder()
_event_decoder: msgspec.json.Decoder[AnyEvent] = msgspec.json.Decoder(AnyEvent)
_entry_decoder = msgspec.json.Decoder(Entry)


def encode_event(event: AnyEvent) -> bytes:
    """As JSON. Raises UnicodeEncodeError where a text in it holds half a surrogate pair."""
    return _event_encoder.encode(event)


def decode_event(event: bytes | str) -> AnyEvent:
    """Raises msgspec.MsgspecError where this version of callbase does not know the event."""
    return _event_decoder.decode(event)


encode_entries: Callable[[Iterable[Entry]], bytes] = _event_encoder.encode_lines
"""One JSON object a line, as they are in the spool and as the database is given them."""


def decode_entry(line: bytes) -> Entry:
    """Raises msgspec.MsgspecError for anything that is not a whole entry."""
    return _entry_decoder.decode(line)


def decode_entries(lines: bytes) -> Iterator[Entry]:
    """Raises msgspec.MsgspecError."""
    return map(decode_entry, lines.splitlines())
