"""The mail server that alarms are sent by, from the environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """CALLBASE_SMTP_URL and CALLBASE_SMTP_FROM."""

    host: str
    port: int
    tls: bool
    """From the first byte on; else by STARTTLS where the server has it, and always where there is a password."""
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)


def read_mail_server(variables: Mapping[str, str]) -> MailServer | None:
    """None where none is set. Raises ValueError naming the variable that is wrong."""
    url = variables.get("CALLBASE_SMTP_URL", "")
    if not url:
        return None
    parts = urlsplit(url)
    try:
        port = parts.port or PORTS[parts.scheme]
    except (KeyError, ValueError):
        raise ValueError("CALLBASE_SMTP_URL must be such as smtp://user:password@host:587, or smtps://…") from None
    if not parts.hostname:
        raise ValueError("CALLBASE_SMTP_URL names no server: smtp://user:password@host:587")
    sender = variables.get("CALLBASE_SMTP_FROM", "")
    if "@" not in sender or any(character.isspace() for character in sender):
        raise ValueError("CALLBASE_SMTP_FROM must be the mail address that alarms come from")
    return MailServer(
        host=parts.hostname,
        port=port,
        tls=parts.scheme == "smtps",
        sender=sender,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )
