"""All the core remembers. Everything else (`index.py`) is worked out from this again after a restart.

What there are thousands of is `gc=False`: it has no cycles, and the collector's looking at all of it would hold calls up.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.config import AnyTarget, Config, Language, Prefer, Requirement, Say
from callbase.core.events import Cause, Customer, SupervisionMode
from callbase.core.facts import AgentState, EndReason, RecordingKind, SegmentKind, SentHow
from callbase.core.ids import IdSource
from callbase.core.rules.why import Bound
from callbase.core.timers import Timer
from callbase.core.views import Connection, Phase

Direction = Literal["inbound", "outbound", "internal"]
ConsultationState = Literal["waiting", "alerting", "connected", "held", "joining", "over"]
InterventionKind = Literal["taken_over", "call_ended", "taken_out"]
NextState = Literal["ready", "not_ready", "logged_off"]


class Leg(msgspec.Struct, kw_only=True, gc=False):
    """One telephone's connection to the switch. A released leg stays until the switch says that it ended."""

    id: str
    node: str
    tenant: str
    interaction: str
    device: str | None = None
    trunk: str | None = None
    contact: str = ""
    """Where the device was registered when it was called; another contact later means another telephone."""
    by_way_of: str = ""
    """The node at which it was, where that is another than the leg's."""
    up: bool = False
    released: bool = False
    asks: bool = False
    """At an agent's outside number: it is up only once the key is pressed there."""
    playback: str | None = None
    """What is asked there, once somebody has answered."""
    ringback: bool = False
    """It was told to hear ringback, since the switch last said what it has; whether it still does, the switch may know better."""
    timer: int | None = None
    """Until it is asked again; without a line to call by, until it ends."""


class Segment(msgspec.Struct, kw_only=True, gc=False):
    id: str
    kind: SegmentKind
    started_ms: int
    queue: str | None = None
    agent: str | None = None
    flow: str | None = None
    party: str | None = None
    """Of a consultation: whom it is with."""


class Place(msgspec.Struct, kw_only=True, gc=False):
    """Where an interaction stands in a queue's line."""

    entered_ms: int
    priority: int
    """The interaction's and the queue's."""
    reached_ms: int = 0
    """After how long a wait the last step of its relaxations and the queue's rings was."""
    timer: int | None = None
    """Of the next step."""


class Preferred(msgspec.Struct, kw_only=True):
    """The agent an interaction waits for before all are asked. `timer`: how long; None: while it is signed in, or with `only`,
    for nobody else ever."""

    agent: str
    only: bool = False
    timer: int | None = None


class Offer(msgspec.Struct, kw_only=True, gc=False):
    """An agent is reserved by this and by nothing else; its timer always ends it."""

    agent: str
    queue: str
    """Whose agents were asked: the interaction's own queue, or one it stands in besides."""
    leg: str
    segment: Segment
    timer: int
    picked: bool = False
    """Picked up for a colleague: the telephone answers by itself."""


class Dial(msgspec.Struct, kw_only=True):
    """A number being called for the customer (transfer) or for an agent's own call. If it fails: `failed` is the flow's node
    that follows, `back` the queue it came from."""

    leg: str
    timer: int
    number: str
    agent: str | None = None
    failed: str | None = None
    back: str | None = None
    by: str | None = None
    """The agent who sent the customer there, and is asked first if it fails."""
    night: bool = False
    """Night service: if it fails the caller hears that it is closed."""


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """By whom a call was sent where it is."""

    by: str
    how: SentHow


class Peer(msgspec.Struct, kw_only=True):
    """Who talks with the customer: an agent, or (agent None) another party, at a number."""

    leg: str
    connection: Connection
    agent: str | None = None
    number: str = ""
    timer: int | None = None
    """Of a conference, its telephone lost: until it is given up."""


class Consultation(msgspec.Struct, kw_only=True):
    """Somebody called beside the talk: to be consulted, or to join it. `id` names the bridge of agent and consulted party.
    `leg`: "" while it waits for an agent of a queue."""

    id: str
    leg: str
    state: ConsultationState
    number: str
    agent: str | None
    segment: Segment
    timer: int | None
    joining: bool = False
    """Is asked to come into the talk."""
    queue: str | None = None
    """Whose agents are asked, one after the other; None: one party was named."""
    place: Place | None = None
    """In that queue's line, until an agent answers."""
    until_ms: int = 0
    """So long its agents are asked."""
    lost: bool = False
    """The consulted agent's telephone has gone, and is waited for until `timer`."""


class Asked(msgspec.Struct, kw_only=True):
    """A program is asked where the caller goes."""

    id: str
    device: str
    until_ms: int


class FlowRun(msgspec.Struct, kw_only=True):
    """Where in its flow a caller is, in place of standing in line or besides. `keys`: pressed and not yet used (type-ahead)."""

    flow: str
    version: int
    node: str
    keys: str = ""
    attempts: int = 0
    timer: int | None = None
    asked: Asked | None = None


class Question(msgspec.Struct, kw_only=True):
    """What a caller who pressed a key while waiting is asked about."""

    target: AnyTarget
    key: str
    timer: int | None = None


class Voicemail(msgspec.Struct, kw_only=True):
    """A message being left. `recording`: from the tone on."""

    say: Say | None
    max_s: float
    silence_s: float
    recording: str | None = None
    timer: int | None = None


class Callback(msgspec.Struct, kw_only=True):
    """Who is to be called back."""

    number: str
    parting: bool = True
    """Still there, hearing that we call back."""
    attempts: int = 0
    failures: int = 0
    """Of the network, since the customer's side last did anything."""
    retry_timer: int | None = None
    lineless: bool = False
    """In no queue until a line can call the number."""
    until_open: bool = False
    """In no queue until its own opens, when `retry_timer` strikes."""
    reached_ms: int = 0
    """Of its last place, so that what had been relaxed stays so at the next attempt."""
    queue: str | None = None
    """Its own, while an agent of another that it stood in besides has it called."""


class Parked(msgspec.Struct, kw_only=True):
    """A caller who is parked. `timer`: until it goes back to who parked it; None: somebody is rung for it."""

    by: str
    returns: int = 0
    """How often it has come back in vain."""
    timer: int | None = None


class Closing(msgspec.Struct, kw_only=True):
    """The last words are being spoken; then the customer is released."""

    reason: EndReason
    cause: Cause


class Interaction(msgspec.Struct, kw_only=True, gc=False):
    id: str
    tenant: str
    node: str
    direction: Direction
    caller_number: str
    caller_name: str
    called_number: str
    trunk: str | None
    language: Language
    started_ms: int
    leg: str
    """The customer's; "" while there is none, waiting to be called back or being called. Of an agent's call within the house, the
    calling agent's."""
    phase: Phase = "flow"
    phase_since_ms: int = 0
    priority: int = 0
    """Its own, brought along into every line; the queue's comes on top."""
    customer: Customer | None = None
    lookup: str | None = None
    data: dict[str, str] = {}
    flow: FlowRun | None = None
    closing: Closing | None = None
    question: Question | None = None
    voicemail: Voicemail | None = None
    parked: Parked | None = None
    callback: Callback | None = None
    bound_for: Bound | None = None
    redirects: int = 0
    """How often a rule sent it on at `redirected_ms`."""
    redirected_ms: int = 0
    sent_on: int = 0
    """How often a rule sent it on since it last stood in a line."""
    overflowed: list[tuple[str, str]] = []
    """(queue, overflow rule) that moved it."""
    wish: Prefer | None = None
    """Whom it is to have before all others in the next line it stands in."""
    entering: str | None = None
    """The queue in whose entry flow it is, to stand in line there afterwards."""
    entry_rule: int | None = None
    """While `entering`: the first of that queue's entry rules not looked at yet; None: no more are."""
    entry_says: tuple[Say, ...] = ()
    """While `entering`: the words of the rules before it, heard once it stands in line."""
    queue: str | None = None
    """Its own: the one it was put into, and from the answer on the one whose agent answered."""
    places: dict[str, Place] = {}
    """While it waits or is offered: queue → place, in its own queue and in others besides."""
    requires: tuple[Requirement, ...] = ()
    """Besides what its queues require."""
    preferred: Preferred | None = None
    kept_ms: int = 0
    """For how long the switch had kept it before it was taken: it is so much older in every line."""
    arrival_ms: int | None = None
    """When it first entered a queue: its age in every line."""
    entered_ms: int = 0
    """When it entered its own queue."""
    place_taken: bool = False
    """While its node is out of reach: its caller has called again by another, and stands there by this one's age."""
    returned: bool = False
    """It comes back from an agent who was lost: goes to the head, and is not counted a second time."""
    counted: dict[str, bool] = {}
    """Queues it has been counted in as offered → as answered too. However often it comes to one, it is one call there."""
    offers: list[Offer] = []
    """Several where all ring at once: the first to answer has it."""
    dial: Dial | None = None
    peer: Peer | None = None
    """Of a conference: who leads it."""
    others: list[Peer] = []
    """Of a conference: all but customer and peer."""
    consultation: Consultation | None = None
    sent: Sent | None = None
    agent: str | None = None
    """Last who talked."""
    called_for: str | None = None
    """The queue that the system called it for, with no agent."""
    caller_agent: str | None = None
    """The agent at `leg`: whose own call this is, or, where the caller leads, whom it called."""
    caller_leads: bool = False
    """Who called is the peer, and whom it called is at `leg`, as a customer is."""
    segment: Segment | None = None
    wrap_ups: list[Segment] = []
    """Of agents who left, or whose customer has."""
    recording: str | None = None
    playback: str | None = None
    playback_timer: int | None = None
    spoken: str | None = None
    """The last playback, until the switch says that it is over: it may go on there where our word to end it was lost."""
    music: str | None = None
    ringback: bool = False
    """Who called hears it ring."""
    step_timer: int | None = None
    """The next step of the waiting timeline."""
    steps_until_ms: int = -1
    """How far the timeline has been heard, from `entered_ms` on."""
    reconnect_timer: int | None = None
    lookup_timer: int | None = None
    """The caller has been answered, and is treated once it is known who calls, or it has taken too long."""
    own_telephone_timer: int | None = None
    """The agent whose own call this is is being called first."""
    bridged: bool = False
    answered_ms: int | None = None
    queue_ms: int = 0
    talk_ms: int = 0
    hold_ms: int = 0
    outcome: str | None = None
    note: str | None = None


class Tally(msgspec.Struct, kw_only=True, gc=False):
    """What an agent did in a window of time: calls of queues answered, and the stretches of waiting for one."""

    calls: int = 0
    talk_ms: int = 0
    idles: int = 0
    idle_ms: int = 0


class Rolling(msgspec.Struct, kw_only=True):
    """The tally of the last so many seconds, kept in buckets; `timer` ends the oldest."""

    width_ms: int
    total: Tally
    buckets: list[tuple[int, Tally]] = []
    """(number of the bucket, its part), oldest first."""
    timer: int | None = None


class Unreached(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an agent called in vain last, for a call of its own or beside one, or the system for a queue. `own_telephone`: that
    did not answer."""

    interaction: str
    number: str
    cause: Cause
    own_telephone: bool
    at_ms: int


class Intervention(msgspec.Struct, frozen=True, kw_only=True):
    """What another did last to a call the agent was in. `by`: the agent who did it, if one did."""

    what: InterventionKind
    interaction: str
    by: str | None
    at_ms: int


class DigitsSent(msgspec.Struct, frozen=True, kw_only=True):
    """The keys an agent sent last in its call, and how many times it has sent any there."""

    digits: str
    times: int


class Agent(msgspec.Struct, kw_only=True, gc=False):
    id: str
    tenant: str
    name: str = ""
    state: AgentState = "logged_off"
    reason: str | None = None
    since_ms: int = 0
    idle_since_ms: int = 0
    """Since when it waits for a call; kept when an offer is withdrawn."""
    device: str | None = None
    interaction: str | None = None
    next_state: NextState | None = None
    next_reason: str | None = None
    resume_state: Literal["ready", "not_ready"] | None = None
    """What it was before its own call, and is again afterwards."""
    resume_reason: str | None = None
    comes_back: bool = False
    """Not ready only because its telephone was lost; ready again by itself when that returns."""
    console: Literal["unknown", "online", "lost"] = "unknown"
    away: bool = False
    """Its browser has been gone for longer than the grace."""
    console_timer: int | None = None
    wrap_up_until_ms: int | None = None
    wrap_up_timer: int | None = None
    moved_to: tuple[str, ...] | None = None
    """Queues it serves for now instead of its own, until it signs out."""
    serving: bool = False
    """Busy by a call of a queue."""
    connected_ms: int | None = None
    """Since when it talks with somebody in the call it is busy with."""
    today: Tally = msgspec.field(default_factory=Tally)
    shift: Tally = msgspec.field(default_factory=Tally)
    """Since it signed in."""
    rolling: list[Rolling] = []
    """Of the windows its queues go by."""
    left: str | None = None
    """The call it was in last, and until when."""
    left_ms: int = 0
    unreached: Unreached | None = None
    intervention: Intervention | None = None
    digits_sent: DigitsSent | None = None
    """Forgotten with the call: they may be a secret."""
    removed: bool = False
    """No longer configured; signed out once its call is over."""


class Supervision(msgspec.Struct, kw_only=True):
    """A supervisor's telephone at an agent's call. `leg`: the telephone's."""

    tenant: str
    supervisor: str
    agent: str
    interaction: str
    mode: SupervisionMode
    leg: str
    actor: str
    since_ms: int
    """When its mode began, or the telephone was called."""
    of: str = ""
    """The agent's leg it was put to last."""
    started: bool = False
    timer: int | None = None
    """How long the telephone rings."""


class Recording(msgspec.Struct, kw_only=True):
    id: str
    node: str
    tenant: str
    interaction: str
    leg: str
    path: str
    kind: RecordingKind = "call"
    started_ms: int
    timer: int | None = None


class QueueCounters(msgspec.Struct, kw_only=True):
    """Of today, in the tenant's time zone."""

    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    within_service_level: int = 0


class QueuePace(msgspec.Struct, kw_only=True):
    """How a queue's line has moved of late (`stats/expected.py`)."""

    work_ms: float = 0.0
    """Agents' time for each answer."""
    answers: int = 0
    """How many that is the mean of, at most."""
    since_ms: int | None = None
    """The last answer, if somebody has waited ever since."""
    lost: float = 0.0
    """Waits that ended without an answer, older ones counting less."""
    stood_ms: float = 0.0
    """All waits, weighed likewise."""


class Bucket(msgspec.Struct, kw_only=True):
    """What happened in a queue in one part of its window."""

    since_ms: int
    answered: int = 0
    waited_ms: int = 0
    """Of the answered, together."""
    within: int = 0
    abandoned: int = 0


class QueueWindow(msgspec.Struct, kw_only=True):
    timer: int | None
    """When the oldest bucket falls away."""
    buckets: list[Bucket] = []
    answered: int = 0
    waited_ms: int = 0
    within: int = 0
    abandoned: int = 0
    """Of all buckets, together."""


class Served(msgspec.Struct, kw_only=True):
    """Who last served a caller. `number` counts up, so the oldest can be forgotten first."""

    agent: str
    at_ms: int
    number: int


class KeptPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Of a caller whose switch node died while it waited."""

    interaction: str
    queue: str
    arrival_ms: int
    lost_ms: int


class QueueOverflow(msgspec.Struct, kw_only=True):
    on: dict[str, int] = {}
    """Rules that hold → since when."""
    timer: int | None = None


class TenantState(msgspec.Struct, kw_only=True):
    agents: dict[str, Agent] = {}
    turns: dict[str, str] = {}
    """Queue → agent last asked, for who goes round in turn."""
    served: dict[str, Served] = {}
    """Caller's number → who served it last."""
    served_count: int = 0
    kept_places: dict[str, list[KeptPlace]] = {}
    """Caller's number → places to have again by calling again."""
    counters: dict[str, QueueCounters] = {}
    paces: dict[str, QueuePace] = {}
    windows: dict[str, QueueWindow] = {}
    overflow: dict[str, QueueOverflow] = {}
    unreached: dict[str, Unreached] = {}
    """Queue → whom the system called for it last in vain."""
    midnight_timer: int | None = None


class State(msgspec.Struct, kw_only=True):
    now_ms: int = 0
    chance: int = 0
    """Of random choices; set anew from the epoch at each start."""
    ids: IdSource = msgspec.field(default_factory=IdSource)
    config: Config = Config(version=0)
    nodes: dict[str, bool] = {}
    """Switch nodes, and whether their link is up."""
    unseen_since_ms: dict[str, int] = {}
    """Nodes whose link is not up → until when it was known what they have."""
    missed: dict[str, list[str]] = {}
    """Nodes → legs of the missed calls they told last: those they may tell again."""
    node_timers: dict[str, int] = {}
    """Of nodes out of reach while another is there: until they count as dead."""
    drained: dict[str, bool] = {}
    """Nodes, and whether they take no new calls; one not named does."""
    devices: dict[str, str] = {}
    """Registered telephones → contact."""
    device_nodes: dict[str, str] = {}
    """Registered telephones → node."""
    tenants: dict[str, TenantState] = {}
    interactions: dict[str, Interaction] = {}
    legs: dict[str, Leg] = {}
    recordings: dict[str, Recording] = {}
    supervisions: dict[str, Supervision] = {}
    """By the supervisor's leg."""
    timers: list[tuple[int, Timer]] = []
    """Filled when a snapshot is made; while running the clock has them."""
    timer_count: int = 0
