"""Application sessions (ECMA-354): what a program says of itself, and which edition it wants to be spoken to in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from callbase.csta.document import CSTA, EDITIONS, Document, Part

SHORTEST_S, LONGEST_S, USUAL_S = 10, 86_400, 180

Refusal = Literal["invalidApplicationInfo", "requestedProtocolVersionNotSupported", "serverResourcesNotAvailable"]
EndReason = Literal["timeoutExpired", "serverResourcesNotAvailable", "invalidApplicationInfo"]


@dataclass(frozen=True, slots=True)
class Asked:
    application: str
    token: str
    """Empty: the program brings none of its own."""
    namespace: str | None
    """The newest of the editions it names that we speak; None: it named only others."""
    duration_s: int


def read_start(asked: Document) -> Asked:
    info = asked.find("applicationInfo")
    return Asked(
        application=info.value("applicationID") if info is not None else "",
        token=_token(info.find("applicationSpecificInfo")) if info is not None else "",
        namespace=_namespace([one.text for one in asked.every("protocolVersion")]),
        duration_s=read_duration(asked),
    )


def read_duration(asked: Document) -> int:
    """Seconds, within what we grant."""
    text = asked.value("requestedSessionDuration")
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else USUAL_S
    return min(max(wanted, SHORTEST_S), LONGEST_S)


def started(session: str, namespace: str, duration_s: int) -> Part:
    return (
        "StartApplicationSessionPosResponse",
        [("sessionID", session), ("actualProtocolVersion", namespace), ("actualSessionDuration", str(duration_s))],
    )


def refused(reason: Refusal) -> Part:
    return ("StartApplicationSessionNegResponse", [("errorCode", [("definedError", reason)])])


def negative(request: str, reason: str) -> Part:
    return (f"{request}NegResponse", [("errorCode", [("definedError", reason)])])


def terminated(session: str, reason: EndReason) -> Part:
    return ("ApplicationSessionTerminated", [("sessionID", session), ("sessionTermReason", [("definedTermReason", reason)])])


def _token(info: Document | None) -> str:
    """What is in an element of such a name, as programs for other switches give a password; else the text itself."""
    if info is None:
        return ""
    for name in ("token", "password"):
        for one in info.every(name):
            if one.text:
                return one.text
    return info.text


def _namespace(versions: Sequence[str]) -> str | None:
    """A program that names none speaks the newest."""
    if not any(versions):
        return CSTA + EDITIONS[0]
    return next((CSTA + edition for edition in EDITIONS if CSTA + edition in versions), None)
