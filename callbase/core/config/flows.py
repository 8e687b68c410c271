"""Flows: what a caller hears and presses, a graph of typed nodes."""

from __future__ import annotations

from typing import Literal

from callbase.core.config.conditions import AnyCondition
from callbase.core.config.document import Document, Language, Say
from callbase.core.config.queues import Requirement
from callbase.core.config.targets import AnyTarget


class Node(Document, frozen=True, tag_field="type"):
    """A step of a flow. Every `str | None` field named after a port is the id of the node that follows by it."""


class Greet(Node, frozen=True, tag="greet"):
    """Speaks, then goes on."""

    say: Say
    interruptible: bool = True
    """Whether a key cuts it short. Not so for what the law wants heard."""
    next: str | None = None


class Menu(Node, frozen=True, tag="menu"):
    """Speaks and waits for one key. Keys pressed before or while it speaks count (type-ahead)."""

    say: Say
    choices: dict[str, str]
    """Key (0-9 * #) → node."""
    timeout_s: float = 5.0
    attempts: int = 3
    invalid: Say | None = None
    keep_as: str | None = None
    """Key of attached data that the choice made, the key pressed, is kept under."""
    otherwise: str | None = None
    """After the last attempt; without one the call is released with `hang_up` speech of the tenant."""


class SetLanguage(Node, frozen=True, tag="set_language"):
    language: Language | Literal["other"]
    """"other": the next of the tenant's languages after the call's present one."""
    next: str | None = None


class FieldNow(Document, frozen=True):
    """What a field says at that moment: one of those conditions look at (`config/conditions.py`)."""

    field: str


class SetData(Node, frozen=True, tag="set_data"):
    """Attaches data to the call, before anybody is offered it: key → text, or what a field says. Other keys stay as they are."""

    data: dict[str, str | FieldNow]
    next: str | None = None


class Prefer(Document, frozen=True):
    """An agent to be asked before all others: a named one, who last served this caller, or the one attached data names."""

    by: Literal["agent", "last_agent", "data"]
    agent: str | None = None
    key: str | None = None
    for_s: float = 20.0
    """How long the caller waits for just this agent while it is signed in and not free; afterwards all are asked."""
    only: bool = False
    """Nobody else is ever asked."""


class Enqueue(Node, frozen=True, tag="queue"):
    """Puts the caller in line. `failed` is taken where the queue no longer exists."""

    queue: str
    priority: int = 0
    prefer: Prefer | None = None
    requires: tuple[Requirement, ...] = ()
    """Besides what the queue requires."""
    failed: str | None = None


class Case(Document, frozen=True):
    when: AnyCondition
    next: str


class Decide(Node, frozen=True, tag="decide"):
    """Goes by the first case whose condition holds."""

    cases: tuple[Case, ...]
    otherwise: str | None = None


class SendTo(Node, frozen=True, tag="send"):
    """To a target: voicemail, a callback, an agent, another queue. `failed` is taken where that cannot be."""

    target: AnyTarget
    failed: str | None = None


class TransferTo(Node, frozen=True, tag="transfer"):
    """Passes the caller on to a number: another DID of the tenant, a device, or, by a trunk, an outside one."""

    number: str
    timeout_s: float = 30.0
    failed: str | None = None


class AskProgram(Node, frozen=True, tag="ask_program"):
    """Asks a program outside where the caller goes: one that routes for `device`, by the link or CSTA. `otherwise` is taken where
    none has said so within `timeout_s`, or it leaves that to us."""

    device: str
    """What the program knows the question by: the routeing device of CSTA."""
    timeout_s: float = 2.0
    otherwise: str | None = None


class HangUp(Node, frozen=True, tag="hang_up"):
    """Speaks if there is something to say, then releases the caller."""

    say: Say | None = None


AnyNode = Greet | Menu | SetLanguage | SetData | Enqueue | Decide | SendTo | TransferTo | AskProgram | HangUp


class Flow(Document, frozen=True):
    id: str
    version: int
    start: str
    nodes: dict[str, AnyNode]
