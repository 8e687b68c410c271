"""The link's messages: one JSON object per WebSocket text frame. `docs/link-protocol.md` is written from here.

A client says Hello with its token, gets a Snapshot (with "*": one of each tenant), then Changes and Facts, numbered without a gap
on its own connection (`seq`). A gap means: ask for a new Snapshot (`Resubscribe`). A client too slow to take what is sent gets a
new Snapshot unasked, in place of what it missed. Requests are answered by a ReplyMessage of the same id.
"""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.call.attached import AttachedData, CallMade
from callbase.core.errors import CoreError
from callbase.core.events import AnyAction
from callbase.core.facts import AnyFact
from callbase.core.routing.explained import AgentExplained
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView, TrunkView

PROTOCOL = 2


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """Base of all messages."""


# --- from the client -----------------------------------------------------------------------------------------------


class Hello(Message, frozen=True, tag="hello"):
    """First message. On the engine's own port `token` is the installation's internal one and `tenant` must be named ("*": all);
    at the web's /link the token is an API token, or empty where the browser's session speaks for itself."""

    protocol: int = PROTOCOL
    token: str = ""
    tenant: str = ""
    facts: bool = False
    """Whether facts are wanted too, besides the state."""
    softphone: bool = False
    """This connection's page is the agent's telephone: when it goes, so does the telephone (ConsoleLost)."""
    cards: bool = False
    """This connection shows the agent its calls, and says CardShown of each: the agent's desk phone or outside number rings then,
    or after a second. (A browser's telephone waits by itself.)"""


class RequestMessage(Message, frozen=True, tag="request"):
    """`actor` and `tenant` count only on the engine's own port; the gateway fills them in from who is signed in."""

    id: str
    action: AnyAction
    tenant: str = ""
    actor: str = ""


class Resubscribe(Message, frozen=True, tag="resubscribe"):
    """Asks for a new snapshot."""


class Ping(Message, frozen=True, tag="ping"):
    """Asks whether the server is still there, for clients that cannot see a WebSocket's own pings, as pages in a browser cannot:
    a network that takes everything and brings nothing looks like one on which nothing happens."""


class CardShown(Message, frozen=True, tag="card_shown"):
    """The interaction the agent is at is on its screen; empty: it is at none. Said whenever that changes. `tenant` and `agent`
    are filled in by the gateway."""

    interaction: str
    tenant: str = ""
    agent: str = ""


class CardPage(Message, frozen=True, tag="card_page"):
    """From a gateway to the engine, refused elsewhere: the agent's first page that shows cards has come there, or the last one
    has gone."""

    tenant: str
    agent: str
    open: bool


class Console(msgspec.Struct, frozen=True, kw_only=True):
    """A page that is an agent's telephone."""

    tenant: str
    agent: str
    id: str
    """Drawn by the gateway, another for each page."""


class ConsoleOpened(Message, frozen=True, tag="console_opened"):
    """From a gateway to the engine, like the next two; refused elsewhere."""

    console: Console


class ConsoleClosed(Message, frozen=True, tag="console_closed"):
    console: Console
    broken: bool = False
    """The connection broke, so the page may be back in a moment; else it said goodbye."""


class OpenConsoles(Message, frozen=True, tag="open_consoles"):
    """All that a gateway has, after it has connected."""

    consoles: tuple[Console, ...] = ()


# --- to the client -------------------------------------------------------------------------------------------------


class Snapshot(Message, frozen=True, tag="snapshot"):
    """All a client may see, now. `now_ms` is the engine's clock, for clients to correct theirs by."""

    seq: int
    """The last number used: the next numbered message bears the one after it. Where it is beyond the next expected, messages
    in between were left out; the state has all they changed, and what their facts tell of calls is in the API's interactions."""
    now_ms: int
    protocol: int
    state: TenantView
    you: str = ""
    """The agent this connection speaks for, where it is one."""


class Change(Message, frozen=True, tag="change"):
    """Replace what is named; an id in `removed_interactions` (or `removed_…`) is to be dropped. One event, one Change; but how
    callers have moved in their line is told twice a second, in one of its own, and an agent's own connection is told what
    concerns other agents, and its queues' figures, together for several events (with a thousand agents connected, once a
    second), and at once what concerns itself. Of other agents it is told then what may have changed, in `changed_agents`, not
    the whole."""

    seq: int
    now_ms: int
    tenant: str
    agents: tuple[AgentView, ...] = ()
    changed_agents: dict[str, dict[str, Any]] = {}
    """Of agents known already: the fields of AgentView to be replaced, by the agent's id."""
    interactions: tuple[InteractionView, ...] = ()
    queues: tuple[QueueView, ...] = ()
    trunks: tuple[TrunkView, ...] = ()
    removed_agents: tuple[str, ...] = ()
    removed_interactions: tuple[str, ...] = ()
    removed_queues: tuple[str, ...] = ()
    removed_trunks: tuple[str, ...] = ()
    config_version: int | None = None
    switch_online: bool | None = None


class TenantRemoved(Message, frozen=True, tag="tenant_removed"):
    """To a client that follows all tenants ("*"): this one is no more."""

    seq: int
    tenant: str


class FactMessage(Message, frozen=True, tag="fact"):
    seq: int
    tenant: str
    fact: AnyFact


class AnswerNow(Message, frozen=True, tag="answer_now"):
    """To the console whose telephone rings: the agent asked, elsewhere, that it answer. Not numbered."""

    agent: str
    device: str
    leg: str


class ConsoleReplaced(Message, frozen=True, tag="console_replaced"):
    """From the engine to a gateway: another page, at another gateway, is the agent's telephone now. Not numbered."""

    console: Console


class EngineStatus(Message, frozen=True, tag="engine_status"):
    """From the web's /link: whether the engine is there. While it is not, the last state stands still and requests are refused
    with `engine_unavailable`; a new Snapshot comes before `online` true is said. Not numbered."""

    online: bool


class ReplyMessage(Message, frozen=True, tag="reply"):
    """`message` is the error in the user's language, filled in by the gateway."""

    id: str
    error: CoreError | None = None
    message: str = ""
    answer: AgentExplained | AttachedData | CallMade | None = None
    """What was asked for, where the request was a question, or which call MakePredictiveCall has made; of an
    AgentExplained `message` says it in the user's language."""


class Refused(Message, frozen=True, tag="refused"):
    """The Hello was not acceptable, or what came is no message (a request with an id always is one, and answered by a reply); the
    connection is closed after it. `code`: token_invalid, protocol_unknown, message_malformed, tenant_unknown; at the web's /link
    also not_signed_in, softphone_elsewhere.

    After softphone_elsewhere the connection stays open, for viewing: another page of the same agent is the telephone now."""

    code: str
    message: str = ""


class Pong(Message, frozen=True, tag="pong"):
    """The answer to a ping, after everything that was on its way before it. Not numbered."""


FromClient = Hello | RequestMessage | Resubscribe | Ping | CardShown | CardPage | ConsoleOpened | ConsoleClosed | OpenConsoles
ToClient = (
    Snapshot | Change | TenantRemoved | FactMessage | AnswerNow | ConsoleReplaced | EngineStatus | ReplyMessage | Refused | Pong
)
