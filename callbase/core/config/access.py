"""How calls come in: numbers, trunks and their groups, and callers who are known beforehand."""

from __future__ import annotations

from typing import Literal

from callbase.core.config.document import Document, Language, LocalizedText
from callbase.core.config.targets import AnyTarget


class Did(Document, frozen=True):
    """A number that can be called, and the flow it starts."""

    number: str
    flow: str
    language: Language | None = None
    priority: int = 0
    calendar: str | None = None
    closed: AnyTarget | None = None
    """Where calls go outside the calendar's hours (night service)."""


class Trunk(Document, frozen=True):
    """A way in and out by SIP. Without `username`, calls are taken from the addresses in `match` unregistered."""

    id: str
    host: str = ""
    port: int = 5060
    transport: Literal["udp", "tcp"] = "udp"
    match: tuple[str, ...] = ()
    username: str = ""
    password: str = ""
    """Sealed (`callbase.sealing`): only the switch driver opens it."""
    register: bool = False
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    max_channels: int = 0
    """0: no limit."""
    caller_number: str = ""
    """Shown as caller by all calls out; empty: each shows its own."""
    group: str | None = None


class TrunkGroup(Document, frozen=True):
    """Trunks of one kind. Their calls' priority, and how many lines are open for how many agents on duty (ACC-3)."""

    id: str
    name: LocalizedText = {}
    priority: int = 0
    lines_per_agent: float = 0.0
    """Lines open for each signed-in agent; 0: all lines are."""
    agents_of: tuple[str, ...] = ()
    """Queues whose signed-in agents are counted; empty: all agents."""
    floor: int = 0
    """Lines open at least."""
    ceiling: int = 0
    """Lines open at most; 0: no limit."""
    beyond: AnyTarget | None = None
    """Where calls past the open lines go; None: refused for congestion."""


class CallerList(Document, frozen=True):
    """Callers known beforehand: black (refused, or sent to the target) or red (first, by the added priority)."""

    id: str
    kind: Literal["black", "red"]
    name: LocalizedText = {}
    numbers: tuple[str, ...] = ()
    """As `callbase.numbers` writes them; one that ends in * is a prefix."""
    priority: int = 0
    target: AnyTarget | None = None
