"""Reading plain SQL: conditions that are put together with their parameters, and rows as dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection


@dataclass(slots=True)
class Conditions:
    """Conditions joined by AND. Values only ever travel as parameters."""

    clauses: list[str] = field(default_factory=list)
    parameters: dict[str, Any] = field(default_factory=dict)

    def add(self, clause: str, **parameters: Any) -> None:
        self.clauses.append(clause)
        self.parameters.update(parameters)

    @property
    def text(self) -> str:
        return " AND ".join(self.clauses) or "true"


def rows(query: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, dict(parameters))
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def row(query: str, parameters: Mapping[str, Any]) -> dict[str, Any] | None:
    found = rows(query, parameters)
    return found[0] if found else None


def like(text: str) -> str:
    """A pattern that finds the text anywhere, its own % and _ taken literally."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
