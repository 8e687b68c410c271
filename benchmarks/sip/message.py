"""A SIP message: start line, headers, body. Enough of RFC 3261 §7 for a telephone; header values stay text."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length", "c": "content-type"}
_ECHOED = ("via", "record-route", "from", "to", "call-id", "cseq")
_REASONS = {
    100: "Trying", 180: "Ringing", 200: "OK", 480: "Temporarily Unavailable", 481: "Call/Transaction Does Not Exist",
    486: "Busy Here", 487: "Request Terminated", 603: "Decline",
}  # fmt: skip


class SipMalformed(ValueError):
    """The datagram is no SIP message."""


@dataclass(slots=True)
class Message:
    """Header names are lower case. `start` is the request line or the status line."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0 ")

    @property
    def method(self) -> str:
        """Of a request: its method; of a response: the method it answers, from CSeq."""
        return self.start.partition(" ")[0] if self.is_request else self.get("cseq").split()[-1]

    @property
    def status(self) -> int:
        return int(self.start.split()[1])

    def get(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key == name]

    @property
    def branch(self) -> str:
        """The transaction's id: branch of the topmost Via, RFC 3261 §8.1.1.7."""
        return parameter(self.get("via"), "branch")

    def encode(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(self.body)}", "", ""]
        return "\r\n".join(lines).encode() + self.body


def parse(data: bytes) -> Message:
    """Raises SipMalformed. Folded header lines are joined, RFC 3261 §7.3.1."""
    head, gap, body = data.partition(b"\r\n\r\n")
    try:
        lines = re.sub(r"\r\n[ \t]+", " ", head.decode()).split("\r\n")
    except UnicodeDecodeError as broken:
        raise SipMalformed(str(broken)) from None
    if not gap or "SIP/2.0" not in lines[0]:
        raise SipMalformed(f"no SIP message: {lines[0]!r}")
    headers = []
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise SipMalformed(f"no header: {line!r}")
        name = name.strip().lower()
        name = _COMPACT.get(name, name)
        if name != "content-length":
            headers.append((name, value.strip()))
    return Message(lines[0], headers, body)


def response(request: Message, status: int, to_tag: str = "", *extra: tuple[str, str], body: bytes = b"") -> Message:
    """Answers a request; `to_tag` is added where the request had none."""
    headers = [(name, value) for name, value in request.headers if name in _ECHOED]
    if to_tag:
        headers = [
            (name, f"{value};tag={to_tag}" if name == "to" and not parameter(value, "tag") else value) for name, value in headers
        ]
    return Message(f"SIP/2.0 {status} {_REASONS.get(status, 'Status')}", [*headers, *extra], body)


def parameter(value: str, name: str) -> str:
    """`;name=value` of a header's value, outside of <…>; nothing where it is missing."""
    found = re.search(rf";\s*{name}=([^;,\s]+)", value.rpartition(">")[2], re.IGNORECASE)
    return found[1] if found else ""


def uri_of(value: str) -> str:
    """The URI of a name-addr or addr-spec, RFC 3261 §20.10."""
    found = re.search(r"<([^>]*)>", value)
    return found[1] if found else value.partition(";")[0].strip()


def user_of(value: str) -> str:
    """The user part of a header's or request line's URI."""
    found = re.search(r"sips?:([^@;>]+)@", value)
    return found[1] if found else ""


def new_tag() -> str:
    return secrets.token_hex(6)


def new_branch() -> str:
    return "z9hG4bK" + secrets.token_hex(8)
