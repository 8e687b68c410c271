"""What a check found."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    """Works, but not as well or as safely as it could."""
    ERROR = "error"
    """Calls cannot be taken, or data may be lost."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    check: str
    level: Level
    message: str
    """What is so, with its figures."""
    remedy: str = ""
    """What to do; empty for what is well."""


def ok(check: str, message: str) -> Finding:
    return Finding(check, Level.OK, message)


def warning(check: str, message: str, remedy: str) -> Finding:
    return Finding(check, Level.WARNING, message, remedy)


def error(check: str, message: str, remedy: str) -> Finding:
    return Finding(check, Level.ERROR, message, remedy)
