"""What the API tells of the configuration."""

from __future__ import annotations

from typing import Literal

from ninja import Schema


class FindingOut(Schema):
    severity: Literal["error", "warning"]
    code: str
    kind: str
    id: str
    """Of the object concerned."""
    name: dict[str, str]
    """Empty where it has none but its id."""
    field: str
    """Dotted path within the object."""
    text: dict[str, str]


class FindingsOut(Schema):
    version: int
    """Of the configuration in force."""
    errors: int
    warnings: int
    findings: list[FindingOut]
