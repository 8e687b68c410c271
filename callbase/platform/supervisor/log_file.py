"""A process's log: JSON lines in home/log/<name>.log, rotated by size, and a listener for those somebody should see."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LogEvent = dict[str, Any]
LONGEST_LINE = 64 * 1024


class LogFile:
    """Takes a process's output in pieces as they come; writes whole lines, each one JSON object.

    Lines that are not JSON objects (a traceback before logging was set up, Asterisk's or PostgreSQL's own words) are
    wrapped: {"timestamp", "process", "event"}.
    """

    def __init__(
        self,
        path: Path,
        process: str,
        *,
        listener: Callable[[LogEvent], None] | None = None,
        limit_bytes: int = 10_000_000,
        keep: int = 5,
    ) -> None:
        self.path = path
        self._process = process
        self._listener = listener
        self._limit_bytes = limit_bytes
        self._keep = keep
        self._rest = b""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab", buffering=0)
        self._size = self._file.tell()

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > LONGEST_LINE:
            lines.append(self._rest)
            self._rest = b""
        for line in lines:
            if line.strip():
                self._write(line[:LONGEST_LINE])

    def close(self) -> None:
        if self._rest.strip():
            self._write(self._rest)
        self._rest = b""
        self._file.close()

    def last_lines(self, count: int) -> list[str]:
        """The text of the last events, oldest first; for telling why a process ended."""
        with self.path.open("rb") as file:
            file.seek(max(0, self._size - 32 * 1024))
            lines = file.read().splitlines()[-count:]
        return [str(self._parse(line).get("event", "")) for line in lines]

    def _write(self, line: bytes) -> None:
        event = self._parse(line)
        encoded = line if event.pop("parsed", False) else json.dumps(event, ensure_ascii=False).encode()
        if self._size + len(encoded) > self._limit_bytes:
            self._rotate()
        try:
            self._size += self._file.write(encoded + b"\n")
        except OSError:  # a full disk must not end the supervisor; the console still shows what matters
            self._size = 0
        if self._listener:
            self._listener(event)

    def _parse(self, line: bytes) -> LogEvent:
        if line.startswith(b"{"):
            try:
                event = json.loads(line)
            except ValueError:
                pass
            else:
                if isinstance(event, dict):
                    return {**event, "parsed": True}
        text = line.decode(errors="replace").rstrip()
        return {"timestamp": datetime.now(UTC).isoformat(), "process": self._process, "event": text}

    def _rotate(self) -> None:
        self._file.close()
        for number in range(self._keep - 1, 0, -1):
            older = self.path.with_name(f"{self.path.name}.{number}")
            if older.exists():
                older.replace(self.path.with_name(f"{self.path.name}.{number + 1}"))
        self.path.replace(self.path.with_name(f"{self.path.name}.1"))
        self._file = self.path.open("ab", buffering=0)
        self._size = 0
