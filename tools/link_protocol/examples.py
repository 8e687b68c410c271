"""The document's worked example. Every message in it is made of the real types, so it cannot be out of date."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core import events, facts
from callbase.core.errors import CoreError
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView, TrunkView
from callbase.cti import messages

NOW_MS = 1_760_000_000_000
CALL = "0199c2cc-6000-7000-8000-00010a0b0c0d"
SEGMENT = "0199c2cc-6000-7000-8000-00020a0b0c0d"
CUSTOMER = events.Customer(
    id="5b0c1d9e-2f3a-4b5c-8d7e-9f0a1b2c3d4e", name="王芳", number="13800138001", level="gold", company="远航物流"
)

OFF = AgentView(
    agent="1001",
    name="李明",
    state="logged_off",
    reason=None,
    since_ms=NOW_MS - 3_600_000,
    device=None,
    device_online=False,
    devices_online=("1001",),
    interaction=None,
    next_state=None,
    queues=("sales",),
    moved=False,
    wrap_up_until_ms=None,
    connection=None,
    console_online=False,
    supervises=None,
    supervised_by=(),
    unreached=None,
)
IN = msgspec.structs.replace(OFF, state="not_ready", reason="signed_in", since_ms=NOW_MS, device="1001", device_online=True)
READY = msgspec.structs.replace(IN, state="ready", reason=None, since_ms=NOW_MS + 2_000)
RESERVED = msgspec.structs.replace(READY, state="reserved", since_ms=NOW_MS + 9_000, interaction=CALL, connection="alerting")
BUSY = msgspec.structs.replace(RESERVED, state="busy", since_ms=NOW_MS + 12_000, connection="connected")
AFTER = msgspec.structs.replace(
    BUSY, state="working_after_call", since_ms=NOW_MS + 95_000, connection=None, wrap_up_until_ms=NOW_MS + 125_000
)
OFFERED = InteractionView(
    interaction=CALL,
    channel="voice",
    direction="inbound",
    phase="offer",
    caller_number="13800138001",
    called_number="4008001234",
    trunk="demo-trunk",
    language="zh-CN",
    customer=CUSTOMER,
    data={},
    queue="sales",
    also_in=(),
    position=None,
    priority=0,
    agent="1001",
    outcome=None,
    note="",
    started_ms=NOW_MS + 5_000,
    phase_since_ms=NOW_MS + 9_000,
    recording=None,
    callback=False,
    parties=(),
    asks=None,
    dialled=None,
    consultation=None,
    consultation_id=None,
    consultation_queue=None,
)
TALK = msgspec.structs.replace(OFFERED, phase="talk", phase_since_ms=NOW_MS + 12_000)
SALES = QueueView(
    queue="sales",
    waiting=0,
    oldest_since_ms=None,
    signed_in=0,
    ready=0,
    busy=0,
    not_ready=0,
    offered_today=41,
    answered_today=39,
    abandoned_today=2,
    within_service_level_today=35,
    average_wait_ms=11_200,
    service_level=0.875,
    expected_wait_ms=48_000,
    overflowing=(),
)

Step = tuple[str, str, messages.FromClient | messages.ToClient]
"""(what happens, "→" to the server or "←" from it, the message)"""


def _request(number: int, action: events.AnyAction) -> messages.RequestMessage:
    return messages.RequestMessage(id=str(number), action=action)


def _change(seq: int, at_ms: int, *agents: AgentView, **values: Any) -> messages.Change:
    return messages.Change(seq=seq, now_ms=NOW_MS + at_ms, tenant="demo", agents=agents, **values)


STEPS: tuple[Step, ...] = (
    ("The program says who it is, and that it wants facts too.", "→", messages.Hello(token="…", facts=True)),
    (
        "It gets the whole state.",
        "←",
        messages.Snapshot(
            seq=0,
            now_ms=NOW_MS,
            protocol=messages.PROTOCOL,
            state=TenantView(
                tenant="demo",
                config_version=7,
                agents={"1001": OFF},
                interactions={},
                queues={"sales": SALES},
                trunks={"demo-trunk": TrunkView(trunk="demo-trunk", calls=0, group=None, lines_open=None)},
                switch_online=True,
            ),
        ),
    ),
    ("**Sign in** agent 1001 at the desk phone 1001.", "→", _request(1, events.SignIn(agent="1001", device="1001"))),
    ("What that changed comes first …", "←", _change(1, 0, IN)),
    (
        "… with what is recorded of it …",
        "←",
        messages.FactMessage(
            seq=2,
            tenant="demo",
            fact=facts.AgentStateChanged(
                tenant="demo",
                at_ms=NOW_MS,
                agent="1001",
                state="not_ready",
                reason="signed_in",
                device="1001",
                interaction=None,
                previous="logged_off",
                previous_since_ms=NOW_MS - 3_600_000,
                previous_reason=None,
                actor="wallboard",
            ),
        ),
    ),
    ("… then the reply: it is done.", "←", messages.ReplyMessage(id="1")),
    ("**Go ready.** (Facts are left out from here on.)", "→", _request(2, events.SetReady(agent="1001"))),
    ("", "←", _change(3, 2_000, READY)),
    ("", "←", messages.ReplyMessage(id="2")),
    (
        "A call comes: the customer's card is there before the telephone rings.",
        "←",
        _change(8, 9_000, RESERVED, interactions=(OFFERED,)),
    ),
    ("**Answer** it. The desk phone is told to, and does.", "→", _request(3, events.AnswerCall(agent="1001"))),
    ("The reply says that it was asked to …", "←", messages.ReplyMessage(id="3")),
    ("… the change that they talk.", "←", _change(11, 12_000, BUSY, interactions=(TALK,))),
    ("**Hang up.**", "→", _request(4, events.ClearCall(agent="1001"))),
    ("", "←", _change(14, 95_000, AFTER)),
    ("", "←", messages.ReplyMessage(id="4")),
    (
        "The result of the call, and the end of the wrap-up.",
        "→",
        _request(5, events.SetOutcome(agent="1001", interaction=CALL, outcome="order", note="2 cartons")),
    ),
    ("", "←", messages.ReplyMessage(id="5")),
    ("", "→", _request(6, events.FinishWrapUp(agent="1001"))),
    (
        "The interaction is over: it is no longer in the state, but for ever in `GET /api/interactions/{id}`.",
        "←",
        _change(19, 99_000, msgspec.structs.replace(READY, since_ms=NOW_MS + 99_000), removed_interactions=(CALL,)),
    ),
    ("", "←", messages.ReplyMessage(id="6")),
    ("What cannot be done is refused, with the reason and the field.", "→", _request(7, events.SetReady(agent="9999"))),
    (
        "",
        "←",
        messages.ReplyMessage(
            id="7",
            error=CoreError(code="agent_unknown", field="agent", data={"agent": "9999"}),
            message="There is no agent 9999.",
        ),
    ),
)
