"""Queued calls a second sustained, and CPU a call: callbase beside Asterisk's own app_queue."""

from __future__ import annotations

from benchmarks.acd import Measured
from benchmarks.comparison import Comparison, backlogs, compare
from benchmarks.context import Context
from benchmarks.figure import Figure, figure

NAME = "queued_calls"
ALL_PARTS, SWITCHING = "all processes", "asterisk and engine"


def run(context: Context) -> list[Figure]:
    steps = [(agents, waiting) for agents in context.agents for waiting in backlogs(agents)]
    found = [one for agents, waiting in steps for one in compare(context, agents, waiting, context.loads)]
    return [made for one in found for made in _figures(one)]


def _figures(found: Comparison) -> list[Figure]:
    """The rate is the highest of the steps without a failed call or a retransmission; CPU is at the highest such step of both."""
    ours, peer = (max(map(_rate, steps), default=None) for steps in (found.clean_ours, found.clean_peer))
    unclean = [system for system, rate in (("ours", ours), ("peer", peer)) if rate is None]
    why = {"why": f"no step without a failure: {', '.join(unclean)}"} if unclean else {}
    return [
        figure(NAME, "calls/s", ours, peer, **found.detail, **why, steps=found.steps()),
        *(_cpu(found, *found.clean_both[-1]) if found.clean_both else _no_cpu(found)),
    ]


def _cpu(found: Comparison, ours: Measured, peer: Measured) -> list[Figure]:
    detail: dict[str, object] = {
        **found.detail,
        "talk_s": ours.talk_s,
        "ours_calls_per_s": round(_rate(ours), 2),
        "peer_calls_per_s": round(_rate(peer), 2),
    }
    all_ms, switching_ms, peer_ms = ours.cpu_ms_per_call, ours.cpu_ms_of("asterisk", "engine"), peer.cpu_ms_per_call
    return [
        figure(NAME, "ms CPU/call", all_ms, peer_ms, parts=ALL_PARTS, **detail),
        figure(NAME, "ms CPU/call", switching_ms, peer_ms, parts=SWITCHING, **detail),
    ]


def _no_cpu(found: Comparison) -> list[Figure]:
    why = "no step in which neither failed"
    return [figure(NAME, "ms CPU/call", None, None, **found.detail, parts=parts, why=why) for parts in (ALL_PARTS, SWITCHING)]


def _rate(measured: Measured) -> float:
    return measured.calls_per_s
