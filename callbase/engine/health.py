"""What /healthz on the link's port says: whether every part of the engine is as it should be, and which is not."""

from __future__ import annotations

from http import HTTPStatus

import msgspec


class Health(msgspec.Struct, frozen=True, kw_only=True):
    database: str
    """"ok", or why it is away."""
    switch: dict[str, str]
    """Of each node: "ok", or why not."""
    journal_backlog: int
    core: str
    """"ok", or that routing keeps failing."""
    config_version: int
    """0: no configuration was ever published."""

    @property
    def ok(self) -> bool:
        return (
            self.database == self.core == "ok"
            and self.config_version > 0
            and all(state == "ok" for state in self.switch.values())
        )

    def page(self) -> tuple[HTTPStatus, str, bytes]:
        """200 where all is well, else 503."""
        status = HTTPStatus.OK if self.ok else HTTPStatus.SERVICE_UNAVAILABLE
        return status, "application/json", msgspec.json.encode(self)
