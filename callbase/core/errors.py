"""Errors the core answers a request with: a code, the field at fault, and data. Text in a language is made outside."""

from __future__ import annotations

from typing import Literal

import msgspec

Code = Literal[
    "tenant_unknown",
    "agent_unknown",
    "agent_signed_out",
    "agent_busy",
    "device_unknown",
    "device_taken",
    "device_offline",
    "device_unanswerable",  # an outside number, which is answered there and nowhere else
    "interaction_unknown",
    "interaction_not_yours",
    "queue_unknown",
    "reason_unknown",
    "outcome_unknown",
    "number_unreachable",
    "target_impossible",  # oneself, somebody in the call already, or what cannot be called
    "nobody_ready",
    "flow_unknown",
    "conference_full",
    "party_unknown",
    "wrong_state",
    "value_invalid",
    "out_of_range",  # a number; `data` has `least` and `most`
    "forbidden",  # said by the gateway: the person or token may not ask this
    "engine_unavailable",  # said by the gateway: the engine cannot be reached, or the link went before its reply
]


class CoreError(msgspec.Struct, frozen=True, kw_only=True):
    """`code` is what went wrong, `field` the request's field at fault, `data` what a message may mention."""

    code: Code
    field: str = ""
    data: dict[str, str] = {}


class RequestRefused(Exception):
    """Raised inside the core while a request is handled; `receive` turns it into the reply."""

    def __init__(self, code: Code, field: str = "", **data: str) -> None:
        super().__init__(code)
        self.error = CoreError(code=code, field=field, data=data)
