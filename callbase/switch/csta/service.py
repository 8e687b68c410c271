"""A service to be asked of the switch, and what its answer changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from callbase.csta.document import Document, Part


def _nothing() -> None:
    return


def _ignore(value: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Service:
    request: Part
    done: Callable[[Document], None]
    begin: Callable[[], None] = _nothing
    """Just before it is asked for."""
    refused: Callable[[str], None] = _ignore
    echoes: tuple[tuple[str, str, str], ...] = ()
    """Events that tell of our own doing: name, call, device."""

    @property
    def key(self) -> str:
        return repr(self.request)


def nothing_to_note(answer: Document) -> None:
    """Events tell what has come of it."""


def connection(name: str, call: str, device: str) -> Part:
    return (name, [("callID", call), ("deviceID", device)])


def deflect(call: str, device: str, to: str) -> Part:
    return ("DeflectCall", [connection("callToBeDiverted", call, device), ("newDestination", [("device", to)])])
