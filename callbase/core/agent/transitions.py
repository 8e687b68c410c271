"""Every change of an agent's state there is (ECMA-269 §6.1.3.3, with `reserved` for an offer that rings).

An agent is reserved by an offer and by nothing else, and busy by a call and by nothing else; both always end, by an event or by
a timer. A pair that is not in the table cannot happen: asking for it is a fault of the core.
"""

from __future__ import annotations

from typing import Literal

from callbase.core.facts import AgentState

AgentEvent = Literal[
    "sign_in",
    "sign_out",
    "go_ready",
    "go_not_ready",
    "offer",  # a call from a queue rings
    "answer",
    "call",  # the agent calls, or is called directly
    "wrap_up",  # the call is over, work after it begins
]

TRANSITIONS: dict[AgentState, dict[AgentEvent, AgentState]] = {
    "logged_off": {
        "sign_in": "not_ready",
    },
    "not_ready": {
        "sign_out": "logged_off",
        "go_ready": "ready",
        "go_not_ready": "not_ready",  # another reason, another telephone
        "offer": "reserved",  # picks up what rings at a colleague
        "call": "busy",
    },
    "ready": {
        "sign_out": "logged_off",
        "go_ready": "ready",  # another telephone
        "go_not_ready": "not_ready",
        "offer": "reserved",
        "call": "busy",
    },
    "reserved": {
        "sign_out": "logged_off",
        "go_ready": "ready",  # the caller gave up
        "go_not_ready": "not_ready",  # not answered, rejected, unreachable
        "answer": "busy",
    },
    "busy": {
        "sign_out": "logged_off",
        "go_ready": "ready",
        "go_not_ready": "not_ready",
        "wrap_up": "working_after_call",
    },
    "working_after_call": {
        "sign_out": "logged_off",
        "go_ready": "ready",
        "go_not_ready": "not_ready",
    },
}
