"""What /healthz on the link's port says: whether every part of the engine is as it should be, and which is not."""

from __future__ import annotations

from http import HTTPStatus
from typing import Literal

import msgspec


class StandbyHealth(msgspec.Struct, frozen=True, kw_only=True):
    """Of an engine that does not lead."""

    role: Literal["standby"] = "standby"
    database: str
    """"ok", or why it is away."""
    armed: bool
    """The leader lets it take over."""
    followed_to: int
    """The last journal entry its core has taken in."""

    @property
    def ok(self) -> bool:
        return self.database == "ok" and self.armed and self.followed_to > 0

    def page(self) -> tuple[HTTPStatus, str, bytes]:
        """200 where it could lead now, else 503."""
        return _page(self, self.ok)


class Health(msgspec.Struct, frozen=True, kw_only=True):
    role: Literal["leader"] = "leader"
    standby: bool
    """Another engine may take over from this one."""
    database: str
    """"ok", or why it is away."""
    switch: dict[str, str]
    """Of each node: "ok", or why not."""
    draining: dict[str, int] = {}
    """Nodes that take no new calls → calls that are still going on there."""
    journal_backlog: int
    core: str
    """"ok", or that routing keeps failing."""
    trunks: dict[str, str] = {}
    """tenant/trunk of those that register: "ok", or why not. Calls may come by others."""
    config_version: int
    """0: no configuration was ever published."""

    @property
    def ok(self) -> bool:
        """Whether calls can be taken, if need be without some of several nodes."""
        return self.database == self.core == "ok" and self.config_version > 0 and "ok" in self.switch.values()

    def page(self) -> tuple[HTTPStatus, str, bytes]:
        """200 where all is well, else 503."""
        return _page(self, self.ok)


def _page(health: Health | StandbyHealth, well: bool) -> tuple[HTTPStatus, str, bytes]:
    return HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE, "application/json", msgspec.json.encode(health)
