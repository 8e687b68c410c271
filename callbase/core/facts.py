"""What the core states as having happened: kept for ever, reported from, pushed to who listens.

Every fact names its tenant and its moment (`at_ms`). Segments are what reports count; an explanation is what a person reads
when asking why. Enough is in each fact to write its table row without looking anything up.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.config import Language
from callbase.core.events import Cause, Customer, SupervisionMode

SegmentKind = Literal["flow", "queue", "offer", "talk", "hold", "conference", "voicemail", "callback", "consult", "wrap_up"]
"""flow, queue, talk, hold, conference, voicemail and callback (waiting without the telephone) follow one another
and cover the customer's time; offer, consult and wrap_up are an agent's, beside them."""

AgentState = Literal["logged_off", "not_ready", "ready", "reserved", "busy", "working_after_call"]
"""ECMA-269 §6.1.3.3 agent states, with `reserved` for an offer that rings."""

AutomaticReason = Literal[
    "signed_in",  # and not made ready since
    "no_answer",
    "rejected",
    "busy",
    "unreachable",
    "no_line",  # for the agent's outside number
    "device_lost",
    "console_lost",
    "forced",  # by a supervisor who named no reason
]
"""Why an agent became not ready without choosing it. No configured reason has such an id."""

EndReason = Literal[
    "customer_hung_up",
    "agent_hung_up",
    "abandoned",  # the customer hung up while waiting in a queue or while an agent's telephone rang
    "missed",  # the customer hung up before there was an engine to take the call
    "flow_ended",
    "supervisor_ended",
    "number_unknown",
    "transferred",
    "closed",  # sent to a goodbye outside opening hours
    "blocked",  # on the black list
    "lines_full",  # its trunk group had no line open for it
    "voicemail",  # left a message
    "callback_failed",  # called back in vain as often as the queue says
    "merged",  # called in again and took the callback's place over
    "overflowed",  # sent to a goodbye by an overflow rule
    "failed",
    "switch_lost",
]


RedirectedBy = Literal[
    "calendar", "black_list", "trunk_group", "flow", "key", "entry", "overflow", "agent", "transfer", "supervisor", "program"
]


SentHow = Literal["transferred", "redirected"]


RecordingKind = Literal["call", "voicemail"]


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    tenant: str
    at_ms: int


class InteractionStarted(Fact, frozen=True):
    interaction: str
    channel: Literal["voice"]
    direction: Literal["inbound", "outbound", "internal"]
    caller_number: str
    called_number: str
    trunk: str | None
    language: Language


class CustomerIdentified(Fact, frozen=True):
    interaction: str
    customer: Customer


class InteractionEnded(Fact, frozen=True):
    """The customer's part is over. An agent's wrap-up may go on after it."""

    interaction: str
    reason: EndReason
    cause: Cause
    started_ms: int
    answered_ms: int | None
    """When an agent first answered."""
    queue: str | None
    """Last queue."""
    agent: str | None
    """Last agent who talked."""
    language: Language
    queue_ms: int
    talk_ms: int
    hold_ms: int


class SegmentStarted(Fact, frozen=True):
    interaction: str
    segment: str
    kind: SegmentKind
    queue: str | None = None
    agent: str | None = None
    flow: str | None = None
    expected_ms: int | None = None
    """Of a queue: the wait foretold on entering; None where it was not known."""
    party: str | None = None
    """Of a consult: the agent or number called; None where a queue has to find somebody first."""


class SegmentEnded(Fact, frozen=True):
    """`result` of an offer: answered, answered_elsewhere, no_answer, rejected, busy, unreachable, withdrawn; of a queue:
    answered, abandoned, left, callback; of a callback: answered, given_up, merged, abandoned, left; of a consult: transferred,
    conference, cancelled, ended, no_answer, rejected, busy, unreachable; of talk, hold or conference: ended, transferred (its
    agent sent the customer on); of any other: ended."""

    interaction: str
    segment: str
    kind: SegmentKind
    result: str
    started_ms: int
    queue: str | None = None
    agent: str | None = None
    flow: str | None = None
    party: str | None = None
    """Of a consult: whom it was with, or who was rung last."""


class AgentStateChanged(Fact, frozen=True):
    agent: str
    state: AgentState
    reason: str | None
    """Why not ready: a configured reason's id, or an `AutomaticReason`; why logged off: forced, where the agent did not ask."""
    device: str | None
    interaction: str | None
    previous: AgentState
    previous_since_ms: int
    previous_reason: str | None
    actor: str
    """Who asked; "system" where the platform did it."""


class AgentMoved(Fact, frozen=True):
    """From now on it serves these queues: `for_now` instead of its own, or its own again."""

    agent: str
    queues: tuple[str, ...]
    for_now: bool
    actor: str


class PassedOver(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a member of the queue was not chosen: signed_out, not_ready, busy, reserved, working_after_call, device_offline,
    already_tried, less_idle, lower_priority, or what the rule goes by: less_average_idle, more_talk_time,
    more_average_talk_time, more_calls, lower_skill, higher_skill, later_in_order, not_its_turn, not_last_served, not_drawn,
    too_many_ringing; skill_missing, ring_not_reached, not_preferred."""

    agent: str
    why: str
    data: dict[str, str] = {}


class RoutingExplained(Fact, frozen=True):
    """One decision: who got the interaction, and why each other member did not. `chosen` None: nobody was free."""

    interaction: str
    queue: str
    rule: str
    """The algorithm, e.g. "longest_idle"."""
    chosen: str | None
    chosen_idle_ms: int | None
    waited_ms: int
    position: int
    """Place in line, 1 is the head."""
    priority: int
    passed_over: tuple[PassedOver, ...]
    """All others of a queue of up to 50 members, else the 10 nearest to being chosen; nearest first."""
    passed_over_count: int
    chosen_also: tuple[str, ...] = ()
    """Who rang with it, where all ring at once."""
    figures: dict[str, str] = {}
    """What the rule goes by, of the chosen: e.g. calls, talk_ms."""
    requires: dict[str, int] = {}
    """Skill → least level, as it was then, after what had been relaxed."""
    preferred: str | None = None
    """The agent it was kept for."""
    states: dict[str, int] = {}
    """How many of the queue's members were in which state."""


WaitingChange = Literal["relaxed", "ring", "priority", "preferred_over", "preference_dropped", "moved", "place_kept", "closed"]


class WaitingChanged(Fact, frozen=True):
    """Something by which a waiting interaction is routed became other than it was.

    relaxed: `skill` is enough at `level` (0: not required), `before` was; ring: members up to `priority` and from `level` on;
    priority: `added` for `why` (customer_level, supervisor, or a rule), and what it is now in that queue; preferred_over: `agent`
    is no longer waited for, `why`: timed_out, signed_out, not_taken, removed, moved; preference_dropped: `agent` was not waited
    for at all, `why`: signed_out, removed, skill_missing; moved: a supervisor put it there from the queue `from`, or had it wait
    for `agent`; place_kept: its caller waited there as `interaction` when the switch failed, and counts as having come
    when that one did, at `arrival_ms`; closed: is called back only once the queue is open again."""

    interaction: str
    queue: str
    what: WaitingChange
    data: dict[str, str]
    actor: str


class FlowStep(Fact, frozen=True):
    """A flow's caller reached a node, or pressed a key there."""

    interaction: str
    flow: str
    version: int
    node: str
    node_type: str
    digit: str | None = None
    port: str | None = None


class Redirected(Fact, frozen=True):
    """A rule sent it somewhere."""

    interaction: str
    by: RedirectedBy
    rule: str
    """Id of the overflow rule, calendar, caller list or trunk group, a flow's node, the key pressed, the agent who did it, or
    what a program was asked for."""
    queue: str | None
    """The queue it waited in, or was about to enter."""
    target: str
    """Kind of target: queues, agent, flow, voicemail, callback, number, goodbye."""
    to: str
    """The queue, agent, flow or number."""
    measured: dict[str, str] = {}
    """Fields of the rule's condition, and their values when it held."""
    on_since_ms: int | None = None
    """Of an overflow rule whose condition no longer held, and which was on still."""


PrioritySource = Literal["number", "trunk_group", "red_list", "customer_level", "flow_node", "entry", "queue"]


class PriorityAdded(Fact, frozen=True):
    """Something put it ahead (or, below nought, back): `rule` of the kind `source`. `priority`: what it is with that; of a queue:
    in that queue's line."""

    interaction: str
    source: PrioritySource
    rule: str
    added: int
    priority: int


class Check(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One comparison of a condition: "caller_number starts_with 021", what was found, and whether that held."""

    field: str
    operator: str
    value: str
    found: str
    holds: bool
    known: bool = True
    """Whether there is such a field."""


class Decided(Fact, frozen=True):
    """A flow's node chose how to go on. `checks`: all it looked at until then, in order."""

    interaction: str
    flow: str
    node: str
    port: str
    next: str | None
    checks: tuple[Check, ...]


class CallbackTried(Fact, frozen=True):
    """The customer was called back. `result`: answered, why the leg ended, or cancelled: the agent hung up. An attempt that
    failed by no doing of the customer's side does not count: the next has the same number."""

    interaction: str
    queue: str | None
    number: str
    attempt: int
    result: str


class OutcomeSet(Fact, frozen=True):
    """Both as they are now, whichever was set; what nothing was said of yet is None."""

    interaction: str
    agent: str
    outcome: str | None
    note: str | None


class DataChanged(Fact, frozen=True):
    interaction: str
    data: dict[str, str | None]
    actor: str


class QualityReported(Fact, frozen=True):
    """As in the action ReportQuality. One that begins at the same `started_ms` takes the place of those before."""

    interaction: str
    agent: str
    started_ms: int
    rtt_ms: int | None
    jitter_ms: int
    loss: float
    mos: float
    lowest_mos: float


class RecordingBegan(Fact, frozen=True):
    interaction: str
    recording: str
    path: str
    leg: str
    kind: RecordingKind = "call"
    queue: str | None = None
    """Of a voicemail: whose people it is for."""


class RecordingFinished(Fact, frozen=True):
    interaction: str
    recording: str
    path: str
    started_ms: int
    failed: str = ""
    """Reason, where the switch could not write it."""
    cut_short: str = ""
    """Reason, where it ended while there was more to record: what was recorded until then is kept."""
    kind: RecordingKind = "call"
    spoken_ms: int | None = None
    """Of a voicemail: how long something was said in it; None where the switch does not say."""


SupervisionEnd = Literal["stopped", "changed", "taken_over", "hung_up", "call_over"]


class SupervisionStarted(Fact, frozen=True):
    """From now on the supervisor hears the agent's call, and as `mode` says is heard in it."""

    interaction: str
    agent: str
    supervisor: str
    mode: SupervisionMode
    actor: str


class SupervisionEnded(Fact, frozen=True):
    """`result`: stopped (asked for), changed (another mode or agent follows), taken_over (the supervisor is who talks with the
    customer now), hung_up (the supervisor's telephone), call_over (the agent is in that call no more)."""

    interaction: str
    agent: str
    supervisor: str
    mode: SupervisionMode
    started_ms: int
    result: SupervisionEnd


Difference = Literal[
    "leg_answered",
    "leg_gone",
    "leg_unknown",
    "leg_remains",
    "leg_alone",
    "leg_connected",
    "bridge_unknown",
    "bridge_remains",
    "recording_missing",
    "recording_unknown",
    "recording_remains",
]


class Discrepancy(Fact, frozen=True):
    """After a gap the switch's list differed from ours; how it was mended. `leg`: or the bridge, where it is about one.
    `interaction`: None where it is of none that is known."""

    interaction: str | None
    leg: str
    what: Difference
    mended_by: str


AnyFact = (
    InteractionStarted
    | CustomerIdentified
    | InteractionEnded
    | SegmentStarted
    | SegmentEnded
    | AgentStateChanged
    | AgentMoved
    | RoutingExplained
    | WaitingChanged
    | FlowStep
    | Redirected
    | PriorityAdded
    | Decided
    | CallbackTried
    | OutcomeSet
    | DataChanged
    | QualityReported
    | RecordingBegan
    | RecordingFinished
    | SupervisionStarted
    | SupervisionEnded
    | Discrepancy
)
