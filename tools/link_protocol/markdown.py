"""docs/link-protocol.md: how a connection goes, a worked example, and every message."""

from __future__ import annotations

import msgspec

from .examples import STEPS
from .model import Protocol, StructModel

HEAD = """\
# The link protocol

<!-- Written by tools/write_link_protocol.py from callbase/cti/messages.py. Do not edit. -->

The link is how programs follow a contact centre live and act in it: what every agent, call and queue is doing, and requests such
as sign in, go ready, answer, hang up. It is one WebSocket; every message is one JSON object in one text frame. The console uses
nothing else. The same goes over plain TCP, where every message is one line.

| | |
|---|---|
| address | `ws://HOST:8080/link` (`wss://` behind TLS); as lines over TCP: `HOST` and the port set as `CALLBASE_LINES_PORT` |
| who may | a program with an API token, made by an administrator (`POST /api/tokens`), with the scopes it needs: \
`agents.supervise` to act for agents, `board.view` to see all queues; limited to agents and queues where the token is. \
A browser is known by its session. |
| version | `protocol` {version}. Fields and message types may be added within a version: leave what you do not know unread. |
| machine-readable | [`link-protocol.schema.json`](link-protocol.schema.json) (JSON Schema 2020-12), \
`frontend/src/link/messages.ts` (TypeScript), `callbase/cti/messages.py` (Python) |

The engine speaks the same protocol on its own port, for callbase's own processes: there `token` is the installation's internal
token, `tenant` must be named (`"*"` for all, with one snapshot of each), and requests name `tenant` and `actor`.

## How a connection goes

1. The client sends [`hello`](#hello) within 10 seconds. What is not acceptable is answered by [`refused`](#refused), and the
   connection closed.
2. It gets a [`snapshot`](#snapshot): everything it may see, as it is now. `now_ms` is the engine's clock: count durations from
   it, not from the computer's own.
3. Then, for every event, one [`change`](#change): replace the agents, interactions, queues and trunks in it, drop those named in
   `removed_…`. With `facts` in the hello also every [`fact`](#fact).
4. These numbered messages bear `seq`, one more each time. If a number is missing, send [`resubscribe`](#resubscribe) and ignore
   numbered messages until the next snapshot. A snapshot may also come unasked: after a new configuration, or in place of what a
   client was too slow to take. The message after a snapshot bears its `seq` + 1.
5. A [`request`](#request) is answered by exactly one [`reply`](#reply) of the same `id`, after the changes it led to at once. A
   reply without `error` means that it is under way; what becomes of it (the telephone that answers) is seen in the changes.
   If the connection is lost before the reply, look at the next snapshot to see whether it was done.
   A request that the server does not understand (a `type` it does not know, a field that is missing or of the wrong kind) is
   answered with `value_invalid` and the `field`: nothing has happened, and the connection stays.
6. Lost connections are the client's to make again, with growing pauses. Requests may be repeated: asking for what already is
   so does no harm. But `MakePredictiveCall` calls, and `GenerateDigits` sends, once more: of these look first.
7. The server sends a WebSocket ping every 3 s and lets a client go that does not answer it within 4 s more. A client whose
   library hides those pings sends a [`ping`](#ping) of its own when it has heard nothing for a while; no [`pong`](#pong) means
   that the connection is dead, however open it looks.

All times are milliseconds since 1970 UTC. Ids of interactions are UUIDs; those of agents, devices and queues are as configured.

## Lines over TCP

For programs without a WebSocket. Each message is one line of UTF-8, ended by a line feed; JSON puts none inside a message. Empty
lines are ignored. All else is as above, but that nothing is pinged below the messages (send a [`ping`](#ping) to know whether the
server is there), and that who was refused finds the connection closed. A line to the server may have 64 KiB. The port carries
tokens in clear: put a TLS proxy for TCP in front where the network is not yours.

Whatever is not a message (a request with an `id` always is one), a line without end, and a program that takes nothing for 15
seconds end their own connection, with a line in the server's log; nobody else is concerned.

## Worked example

A program signs agent 1001 in to its desk phone, makes it ready, answers a call, hangs up. `→` is sent, `←` received; empty lists
and nulls are left out here.
"""

PROGRAM = """
## The same in Python

```python
import asyncio

from callbase.core.events import AnswerCall, ClearCall, SetReady, SignIn
from callbase.cti import LinkClient


async def main() -> None:
    async with LinkClient("ws://localhost:8080/link", token="…") as link:
        for action in (SignIn(agent="1001", device="1001"), SetReady(agent="1001")):
            reply = await link.request(action)
            if reply.error is not None:
                raise SystemExit(reply.message)
        async for _ in link.events():
            agent = link.view.agents["1001"]
            if agent.connection == "alerting":
                print("call for", link.view.interactions[agent.interaction].customer)
                await link.request(AnswerCall(agent="1001"))
            elif agent.connection == "connected":
                await asyncio.sleep(10)
                await link.request(ClearCall(agent="1001"))
                return


asyncio.run(main())
```

`LinkClient` reconnects, finds gaps and keeps `link.view` up to date by itself. In any other language: a WebSocket library, a JSON
library, and the steps above.
"""


def write_markdown(protocol: Protocol, version: int) -> str:
    parts = [HEAD.replace("{version}", str(version)), _example(), PROGRAM]
    actions = protocol.unions["AnyAction"]
    facts = protocol.unions["AnyFact"]
    sent, received = protocol.unions["FromClient"], protocol.unions["ToClient"]
    views = [name for name in protocol.structs if name not in {*actions, *facts, *sent, *received}]
    for title, names in (
        ("Messages to the server", sent),
        ("Actions (in `request`)", actions),
        ("Messages from the server", received),
        ("What the state is made of", tuple(views)),
        ("Facts (in `fact`)", facts),
    ):
        parts.append(f"\n## {title}\n")
        parts += [_struct(protocol.structs[name]) for name in names]
    parts.append("\n## Values\n")
    for name, (values, comment) in protocol.literals.items():
        parts.append(f"\n**{name}**: {comment + ' ' if comment else ''}{', '.join(f'`{value}`' for value in values)}\n")
    return "".join(parts)


def _example() -> str:
    lines = []
    for text, direction, message in STEPS:
        data = msgspec.json.decode(msgspec.json.encode(message))
        if direction == "→" or data["type"] in ("change", "reply"):
            data = _without_defaults(data)
        if text:
            lines.append(f"\n{text}\n")
        shown = msgspec.json.encode(data).decode()
        lines.append(f"\n```json\n{direction} {shown}\n```\n")
    return "".join(lines)


def _without_defaults(data: dict[str, object]) -> dict[str, object]:
    """As one would write it by hand."""
    return {key: value for key, value in data.items() if value not in ("", False, None, []) and key != "protocol"}


def _struct(struct: StructModel) -> str:
    heading = f"\n### {struct.tag or struct.name}\n"
    comment = f"\n{struct.comment}\n" if struct.comment else ""
    if not struct.fields:
        return heading + comment
    rows = "".join(
        f"| `{field.name}` | `{_cell(field.type)}` | {_default(field.optional, field.default)} | {_cell(field.comment)} |\n"
        for field in struct.fields
    )
    return f"{heading}{comment}\n| field | type | default | |\n|---|---|---|---|\n{rows}"


def _default(optional: bool, default: str) -> str:
    return f"`{default}`" if optional and default else ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
