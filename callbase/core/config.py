"""The configuration the core runs on: one immutable, versioned document, published by the web side.

A new version reaches the core as an event (`events.ConfigPublished`), so a replay sees the same rules at the same moment.
Ids of agents, queues, flows, prompts and trunks are unique within their tenant; device ids (SIP user names) across all.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Language = str  # BCP 47: "zh-CN", "en-US"
LocalizedText = dict[Language, str]


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Base of every part of the configuration document."""


# --- people and their telephones -----------------------------------------------------------------------------------


class Device(Document, frozen=True):
    """A telephone. Its id is its SIP user name. `ha1` is MD5(id:callbase:password), RFC 2617 §3.2.2.2."""

    id: str
    kind: Literal["browser", "sip"]
    ha1: str = ""
    agent: str | None = None
    number: str = ""
    """What the device shows as caller when it calls. A device without an agent is a customer's telephone: its calls
    arrive as if from outside, with this number as caller."""


class Agent(Document, frozen=True):
    id: str
    name: str
    person: str = ""
    """The person's id in the database (UUID)."""
    devices: tuple[str, ...] = ()
    """In order of preference; the first is taken when a sign-in names none."""


class Member(Document, frozen=True):
    """An agent's place in a queue. Lower priority number is asked first; level 0…100 is the skill."""

    agent: str
    priority: int = 1
    level: int = 50


# --- what happens to calls -----------------------------------------------------------------------------------------


class Say(Document, frozen=True):
    """Something to be heard: a prompt by id (in the call's language), or text given outright."""

    prompt: str | None = None
    text: LocalizedText | None = None
    languages: tuple[Language, ...] = ()
    """Spoken in each of these in turn; empty: in the call's own language."""


class Prompt(Document, frozen=True):
    """A prompt: text rendered by the speech engine, or, per language, a recording uploaded in its place."""

    id: str
    text: LocalizedText
    files: dict[Language, str] = {}
    """Path under CALLBASE_HOME, without extension, of an uploaded recording."""


class WaitingTreatment(Document, frozen=True):
    music: str = "default"
    announce_position: bool = True
    first_announcement_s: float = 5.0
    announce_every_s: float = 30.0


class Queue(Document, frozen=True):
    id: str
    name: LocalizedText
    members: tuple[Member, ...] = ()
    algorithm: Literal["longest_idle"] = "longest_idle"
    priority: int = 0
    """Added to the priority of every interaction that enters; higher goes first."""
    offer_timeout_s: float = 20.0
    """How long one agent's telephone rings before the next is asked."""
    wrap_up_s: float = 30.0
    """Longest work after a call; 0 for none. The agent may finish sooner."""
    service_level_s: float = 20.0
    waiting: WaitingTreatment = WaitingTreatment()
    record: bool = True
    when_deleted: str | None = None
    """Queue that takes over those waiting when this one is deleted; without one they hear an apology and are released."""


class Did(Document, frozen=True):
    """A number that can be called, and the flow it starts."""

    number: str
    flow: str
    language: Language | None = None
    priority: int = 0


class Trunk(Document, frozen=True):
    """A way in and out by SIP. Without `username`, calls are taken from the addresses in `match` unregistered."""

    id: str
    host: str = ""
    port: int = 5060
    transport: Literal["udp", "tcp"] = "udp"
    match: tuple[str, ...] = ()
    username: str = ""
    password: str = ""
    register: bool = False
    codecs: tuple[str, ...] = ("alaw", "ulaw")
    max_channels: int = 0
    """0: no limit."""


class Outcome(Document, frozen=True):
    """What an agent may choose as a call's result."""

    id: str
    name: LocalizedText


class NotReadyReason(Document, frozen=True):
    id: str
    name: LocalizedText


# --- flows: a graph of typed nodes ---------------------------------------------------------------------------------


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
    otherwise: str | None = None
    """After the last attempt; without one the call is released with `hang_up` speech of the tenant."""


class SetLanguage(Node, frozen=True, tag="set_language"):
    language: Language | Literal["other"]
    """"other": the next of the tenant's languages after the call's present one."""
    next: str | None = None


class Enqueue(Node, frozen=True, tag="queue"):
    """Puts the caller in line. `failed` is taken where the queue no longer exists."""

    queue: str
    priority: int = 0
    failed: str | None = None


class TransferTo(Node, frozen=True, tag="transfer"):
    """Passes the caller on to a number: another DID of the tenant, a device, or, by a trunk, an outside one."""

    number: str
    timeout_s: float = 30.0
    failed: str | None = None


class HangUp(Node, frozen=True, tag="hang_up"):
    """Speaks if there is something to say, then releases the caller."""

    say: Say | None = None


AnyNode = Greet | Menu | SetLanguage | Enqueue | TransferTo | HangUp


class Flow(Document, frozen=True):
    id: str
    version: int
    start: str
    nodes: dict[str, AnyNode]


# --- the whole -----------------------------------------------------------------------------------------------------


class Tenant(Document, frozen=True):
    id: str
    name: str
    timezone: str = "Asia/Shanghai"
    languages: tuple[Language, ...] = ("zh-CN", "en-US")
    """The first is the default."""
    agents: dict[str, Agent] = {}
    devices: dict[str, Device] = {}
    queues: dict[str, Queue] = {}
    dids: dict[str, Did] = {}
    trunks: dict[str, Trunk] = {}
    flows: dict[str, Flow] = {}
    prompts: dict[str, Prompt] = {}
    outcomes: dict[str, Outcome] = {}
    not_ready_reasons: dict[str, NotReadyReason] = {}
    device_grace_s: float = 30.0
    """How long a talking agent whose telephone vanished may take to come back before the caller is offered again."""
    unknown_did: Say | None = None
    """Heard by who calls a number that does not exist."""


class Config(Document, frozen=True):
    version: int
    tenants: dict[str, Tenant] = {}
