"""What a kind of node can do."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec

from callbase.core.config import Node, Tenant
from callbase.core.core import Core
from callbase.core.state import FlowRun, Interaction

N = TypeVar("N", bound=Node)


class Walk(msgspec.Struct, frozen=True):
    """A caller at a node."""

    core: Core
    interaction: Interaction
    tenant: Tenant
    run: FlowRun


class Go(msgspec.Struct, frozen=True):
    """Leave by a port, to the node there (None: the flow ends)."""

    port: str
    node: str | None


class Jump(msgspec.Struct, frozen=True):
    """Begin another flow."""

    flow: str


Step = Go | Jump | None
"""None: stay, or the interaction has left the flow."""


MOST_KEYS_KEPT = 20


def keep_key(run: FlowRun, digit: str) -> None:
    """For a node to come (type-ahead)."""
    if len(run.keys) < MOST_KEYS_KEPT:
        run.keys += digit


class NodeKind(Generic[N]):
    """`enter` when the caller arrives; the others when something happens there. Keys not wanted now are kept for later."""

    def enter(self, walk: Walk, node: N) -> Step:
        raise NotImplementedError

    def digit(self, walk: Walk, node: N, digit: str) -> Step:
        keep_key(walk.run, digit)
        return None

    def played(self, walk: Walk, node: N) -> Step:
        return None

    def timed_out(self, walk: Walk, node: N) -> Step:
        return None

    def resume(self, walk: Walk, node: N) -> Step:
        """The switch was out of reach; whatever was being heard has to be heard again."""
        return None
