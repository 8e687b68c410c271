"""What reaches the core: facts from the switch, requests of people and programs, results of outside work, time.

Everything the core ever learns comes through one of these, with the moment it happened (`now_ms`, milliseconds since
1970 UTC) beside it. They are journaled in this form; a replay of the journal gives the same state.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from callbase.core.config import Config, ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.limits import MOMENT_MS, within

Cause = Literal[
    "normal",  # Q.850 16
    "busy",  # 17
    "no_user_responding",  # 18
    "no_answer",  # 19
    "rejected",  # 21
    "unallocated",  # 1
    "invalid_number",  # 28
    "congestion",  # 34, 42
    "unreachable",  # 20, 27: not registered, destination out of order
    "media_lost",  # no RTP within the endpoint's time-out, or no answer to requests within the call
    "cancelled",  # the caller gave up before the answer
    "switch_lost",  # the leg was gone when the switch was compared with the core
    "error",
]
"""Why a leg ended."""

HIGHEST_PRIORITY = 1000
WORST_MS = 60_000
"""Beyond any jitter or round trip with which one could talk."""
BEST_MOS = 5


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    """Base of all events."""


# --- life of the engine --------------------------------------------------------------------------------------------


class EngineStarted(Event, frozen=True):
    """First event of every run. `epoch`: 32 random bits, so ids made by different runs never meet."""

    epoch: int


class ConfigPublished(Event, frozen=True):
    config: Config


class TimerDue(Event, frozen=True):
    """Nothing but time has passed."""


# --- from the switch: nodes and devices ----------------------------------------------------------------------------


class LiveLeg(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A leg the switch has right now."""

    leg: str
    up: bool
    """Answered."""
    caller_number: str = ""
    called_number: str = ""
    trunk: str | None = None
    tenant: str | None = None
    """Whose trunk it is, since trunk ids are unique only within their tenant."""
    device: str | None = None
    bridge: str | None = None
    recordings: tuple[str, ...] = ()
    """Ids of the recordings of calls that run on it."""


class Meanwhile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What happened to a leg while nobody listened: it was answered, or ended, or both, so long ago. None: it was not."""

    leg: str
    answered_ago_ms: int | None = None
    ended_ago_ms: int | None = None
    cause: Cause = "normal"


class SwitchConnected(Event, frozen=True):
    """A node's link is up, with all it has at this moment. Comes at every (re)connect, before any other event of it.

    `devices`: ids of the devices registered now. `started_ms`: when this switch was started, 0 where it does not
    say. `unheard_ms`: for how long nobody had listened, None where it does not say. `meanwhile`: what it noted then, of legs that
    are not in `legs` any more, or are and were answered; it forgets that once this is journaled, so it may say so again after a
    crash. The core compares all this with what it believes and mends each difference.
    """

    node: str
    legs: tuple[LiveLeg, ...] = ()
    bridges: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    started_ms: int = 0
    unheard_ms: int | None = None
    meanwhile: tuple[Meanwhile, ...] = ()


class MissedCall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody called, was kept by the switch while nobody took calls, and gave up."""

    leg: str
    started_ms: int
    ended_ms: int
    caller_number: str = ""
    called_number: str = ""
    trunk: str | None = None
    tenant: str | None = None
    """Whose trunk it is, since trunk ids are unique only within their tenant."""
    device: str | None = None


class CallsMissed(Event, frozen=True):
    """All the node remembers of such calls. It forgets them once this is journaled, so they may come again after a crash."""

    node: str
    calls: tuple[MissedCall, ...]


class NodeDrained(Event, frozen=True):
    """Whether one of several nodes takes no new calls now, for maintenance. Said after each connect, too."""

    node: str
    drained: bool


class SwitchLost(Event, frozen=True):
    """The link to a node is down. Its talks may well go on."""

    node: str


class DeviceRegistered(Event, frozen=True):
    """A telephone registered, or registered again. `contact`: the address it gave; another one means another telephone.
    `node`: where; the last node that says so has it."""

    device: str
    contact: str = ""
    node: str = ""


class DeviceUnregistered(Event, frozen=True):
    """`node`: where; empty means wherever it was."""

    device: str
    node: str = ""


# --- from the switch: legs -----------------------------------------------------------------------------------------


class CallOffered(Event, frozen=True):
    """A leg arrived from outside (`trunk`) or from one of our devices (`device`), not yet answered."""

    leg: str
    node: str
    caller_number: str
    called_number: str
    caller_name: str = ""
    trunk: str | None = None
    tenant: str | None = None
    """Whose trunk it is, since trunk ids are unique only within their tenant; None where it came from a device."""
    device: str | None = None
    headers: dict[str, str] = {}
    data: dict[str, str] = {}
    """What is attached to it already, where its switch attaches data to calls itself (CSTA)."""
    waited_ms: int = 0
    """For how long the switch had kept it, since nobody was there to take it."""


class DataAttached(Event, frozen=True):
    """The switch attaches data to calls itself (CSTA), and somebody there has changed that of the leg's; a None removes a key."""

    leg: str
    data: dict[str, str | None]


class LegAlerting(Event, frozen=True):
    leg: str


class LegAnswered(Event, frozen=True):
    leg: str


class LegEnded(Event, frozen=True):
    """A leg is gone, for whatever reason; comes once for each, or, of a telephone lost at another node, a second time, of which
    nothing follows. `sip_code`: the final SIP status, 0 if none."""

    leg: str
    cause: Cause
    sip_code: int = 0
    by_far_end: bool = True
    """Whether the party (not we) ended it."""


class LegHeld(Event, frozen=True):
    """The telephone put the call on hold by its own button (re-INVITE sendonly)."""

    leg: str


class LegRetrieved(Event, frozen=True):
    leg: str


class LegTransfers(Event, frozen=True):
    """The telephone wants its other party sent to that number (SIP REFER); empty where it means another call of its own. Waits
    for AnswerTransfer."""

    leg: str
    number: str


class DigitPressed(Event, frozen=True):
    leg: str
    digit: str


class PlaybackFinished(Event, frozen=True):
    leg: str
    playback: str
    result: Literal["finished", "stopped", "failed"]


class RecordingStarted(Event, frozen=True):
    leg: str
    recording: str


class RecordingEnded(Event, frozen=True):
    leg: str
    recording: str
    spoken_ms: int | None = None
    """Of a message: how long something was said; None where that is not known."""
    cut_short: str = ""
    """Why it ended while there was more to record; what was recorded until then is kept."""


class RecordingFailed(Event, frozen=True):
    leg: str
    recording: str
    reason: str


# --- results of outside work ---------------------------------------------------------------------------------------


class Customer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What an agent's screen shows before it rings."""

    id: str
    name: str
    number: str = ""
    level: str = ""
    company: str = ""
    notes: str = ""


class LookupFinished(Event, frozen=True):
    """`customer` is None where none was found or the look-up failed."""

    lookup: str
    tenant: str
    interaction: str
    customer: Customer | None = None


# --- requests ------------------------------------------------------------------------------------------------------


class Action(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    """Base of what people and programs may ask."""


class SignIn(Action, frozen=True):
    """Signs an agent in to a device (CSTA SetAgentState loggedOn); not ready at first. Repeating it moves to the device."""

    agent: str
    device: str | None = None


class SignOut(Action, frozen=True):
    """After the present call, if there is one; with `now`, which is for who supervises, at once: its customer goes to the head of
    the queue, to be served by another. Of a call of no queue, who came in goes through the flow of the number again, an outside
    party whom the agent called waits in the agent's first queue, and whoever has neither hears so before the call ends."""

    agent: str
    now: bool = False


class RestartSession(Action, frozen=True):
    """Signs the agent out and in again, at the device named or else the one it has: what was left over of its session is gone,
    such as a wrap-up, a break asked for, queues a supervisor moved it to. What rings for it goes on to the next; refused
    (agent_busy) while it is in a call. Not ready afterwards, as after any sign-in."""

    agent: str
    device: str | None = None


class SetReady(Action, frozen=True):
    agent: str


class SetNotReady(Action, frozen=True):
    """While on a call: once the call and its wrap-up are over."""

    agent: str
    reason: str | None = None


class AnswerCall(Action, frozen=True):
    """Answers what rings at the agent's telephone (CSTA AnswerCall)."""

    agent: str


class RejectCall(Action, frozen=True):
    """Declines the offer; the caller is offered to the next. The agent becomes not ready."""

    agent: str


class ClearCall(Action, frozen=True):
    """Hangs up: releases the agent's call, the customer with it (CSTA ClearCall)."""

    agent: str


class HoldCall(Action, frozen=True):
    """The other party hears music. In a conference only the agent steps aside, and the others talk on."""

    agent: str


class RetrieveCall(Action, frozen=True):
    agent: str


Party = ToAgent | ToQueues | ToFlow | ToNumber
"""Who is called, or where a call goes. Of several queues the first that is open; to a flow a call can only be sent."""


class MakeCall(Action, frozen=True):
    """Calls somebody (CSTA MakeCall): the agent's own telephone first, which answers by itself where it can, then `to`.

    An outside party is the customer of the call, which is recorded and worked after as `queue` has it; None: the first queue the
    agent serves. Within the house the agent is the caller and, in a queue or a flow, treated like any. The agent must be ready or
    not ready, and is that again afterwards."""

    agent: str
    to: Party
    queue: str | None = None


class MakePredictiveCall(Action, frozen=True):
    """Has the system call an outside number for a queue (CSTA MakePredictiveCall): who answers comes to that queue like a caller,
    by its opening hours, overflow and entry rules, and is served, recorded and counted like any; nobody is kept for the call
    before. The reply's `answer` names the interaction. Who is not reached makes it end as failed, with the cause, after
    `to.timeout_s` at the latest. `caller_number`: the one of ours that is shown there; None: the first."""

    queue: str
    to: ToNumber
    caller_number: str | None = None


class GenerateDigits(Action, frozen=True):
    """Sends keys to the other party of the agent's talk, or to whom it consults (CSTA GenerateDigits, RFC 4733): 0-9, *, # and
    A-D, at most 32. In a conference they go to the customer, or, where the caller is an agent, to the first who is not; or to the
    `party` of that id in the call's view, one who is outside."""

    agent: str
    digits: str
    party: str | None = None


class DeflectCall(Action, frozen=True):
    """Sends what rings at the agent's telephone elsewhere, unanswered (CSTA DeflectCall); the agent keeps its turn. A caller of a
    queue sent to an agent who is ready keeps the place and is that agent's alone for a time; at one who is not ready it rings at
    once, as a transfer does. Sent to that queue again it is everybody's. What was transferred, or rings by a
    flow, goes where it would have gone from here if nobody takes it there. (A caller who waits: see Reroute.)"""

    agent: str
    to: Party


class DirectedPickupCall(Action, frozen=True):
    """Takes what rings at the telephone of the colleague `of`, or the parked `interaction` (CSTA DirectedPickupCall): the agent's
    own telephone is called and answers by itself. Exactly one of the two. The agent must serve the call's queue, or one together
    with the colleague or who parked it."""

    agent: str
    of: str | None = None
    interaction: str | None = None


class ParkCall(Action, frozen=True):
    """Leaves the call: the other party is parked and hears music until somebody picks it up (CSTA ParkCall). After a minute, or
    as long as the centre has it, it goes back to this agent, and if that cannot take it to the head of its queue; of no queue, it
    is brought back some times more, and goes on as when an agent is signed out by force (SignOut)."""

    agent: str


class ConsultationCall(Action, frozen=True):
    """Calls somebody beside the agent's call, whose customer is on hold meanwhile and hears music (CSTA ConsultationCall); who
    leads a conference steps aside for it, and the others talk on.

    Of a queue, the agents it would ring for the call itself ring, one after the other; while none is free the agent waits, with
    music, by the turn the call would have there. That lasts two minutes at most, and is refused (`nobody_ready`) where nobody
    else is signed in. Who is called has the call's customer and data on the screen from the ringing on. If nobody answers, or
    the called party hangs up, the agent has the customer back."""

    agent: str
    to: Party


class ReconnectCall(Action, frozen=True):
    """Ends the consultation, ringing or talking, and takes the customer back; or takes back who was asked to join and still rings
    (CSTA ReconnectCall)."""

    agent: str


class SelectRoute(Action, frozen=True):
    """Says where a call goes whose flow asks a program, as its view's `asks` shows (CSTA RouteSelect). `to` None: that is left to
    the flow. Where it cannot go there another may be said; the first of several programs has its way."""

    interaction: str
    asked: str
    """The `id` of what it asks."""
    to: Party | None = None


class AlternateCall(Action, frozen=True):
    """Changes between the customer and the consulted party; the other one is on hold and hears music (CSTA AlternateCall)."""

    agent: str


class TransferCall(Action, frozen=True):
    """Connects the customer with the consulted party and leaves (CSTA TransferCall). While that one still rings, the customer
    waits for the answer in the agent's place; while the agent waits in a queue, the customer takes a place there."""

    agent: str


class ConferenceCall(Action, frozen=True):
    """Customer, agent and consulted party talk together (CSTA ConferenceCall)."""

    agent: str


class SingleStepTransferCall(Action, frozen=True):
    """Sends the customer there and leaves (CSTA SingleStepTransferCall). If nobody takes it, the customer goes to the head of the
    queue it came from, to this agent before all others; of no queue, it rings at this agent, at once and then as if parked."""

    agent: str
    to: Party


class SingleStepConferenceCall(Action, frozen=True):
    """Calls somebody who joins the talk by answering; the talk goes on meanwhile (CSTA SingleStepConferenceCall)."""

    agent: str
    to: Party


class ClearConnection(Action, frozen=True):
    """Takes a party out of a conference (CSTA ClearConnection): the agent itself, or the `party` of that id in the call's view,
    but not the customer. The others talk on."""

    agent: str
    party: str | None = None


class SetOutcome(Action, frozen=True):
    """Chooses the result of the agent's present or just finished call, or notes something on it; a None leaves that as it is."""

    agent: str
    interaction: str
    outcome: str | None = None
    note: str | None = None


class FinishWrapUp(Action, frozen=True):
    agent: str


class SetData(Action, frozen=True):
    """Sets attached data; a None removes a key. A call may have 100 keys of 100 characters, each with 4,000."""

    interaction: str
    data: dict[str, str | None]


class GetData(Action, frozen=True):
    """What is attached to a call, in the reply's `answer`. Changes nothing; `keys`: these only, as far as they are there."""

    interaction: str
    keys: tuple[str, ...] | None = None


class ClearData(Action, frozen=True):
    """Removes all attached data."""

    interaction: str


class ReportQuality(Action, frozen=True):
    """How the call has sounded so far at the agent's telephone, as that measured it; said again now and then, and within half a
    minute of the agent's part in it; the last counts.
    Means since `started_ms`, when the telephone answered; of the two directions the worse."""

    agent: str
    interaction: str
    started_ms: Annotated[int, within(0, MOMENT_MS)]
    jitter_ms: Annotated[int, within(0, WORST_MS)]
    loss: Annotated[float, within(0, 1)]
    """Share of packets that did not arrive."""
    mos: Annotated[float, within(1, BEST_MOS)]
    """What people would say of it, 1 (bad) to 5: an estimate (ITU-T G.107)."""
    lowest_mos: Annotated[float, within(1, BEST_MOS)]
    """Of the worst second."""
    rtt_ms: Annotated[int, within(0, WORST_MS)] | None = None
    """Round trip to the switch; None where the telephone does not know."""


class ConsoleLost(Action, frozen=True):
    """The agent's browser is gone without a word (laptop closed, tab reloaded). Said by the engine for all web processes."""

    agent: str


class ConsoleBack(Action, frozen=True):
    """The agent's browser is here (again) and its telephone about to register. Said by the engine."""

    agent: str


class ReleaseInteraction(Action, frozen=True):
    """A supervisor ends an interaction."""

    interaction: str


class MoveAgent(Action, frozen=True):
    """A supervisor has an agent serve these queues instead of its own, until it signs out; None: its own again."""

    agent: str
    queues: tuple[str, ...] | None


class Reprioritize(Action, frozen=True):
    """A supervisor gives a waiting interaction another priority in its queue, all that adds to it included; or `first`: the one
    that puts it before everybody in that queue, but for those who come back from a lost agent. Exactly one of the two."""

    interaction: str
    priority: Annotated[int, within(-HIGHEST_PRIORITY, HIGHEST_PRIORITY)] | None = None
    first: bool | None = None


class Reroute(Action, frozen=True):
    """A supervisor puts a waiting interaction into another queue, where its age counts, or has it wait for one agent while that
    is signed in; into its own queue: for that agent no longer. Or sends it `to` one of these, a flow or a number. Exactly one of
    the three."""

    interaction: str
    queue: str | None = None
    agent: str | None = None
    to: Party | None = None


SupervisionMode = Literal["listen", "whisper", "barge", "take_over"]
"""listen: hears both, is heard by nobody; whisper: is heard by the agent only; barge: by both; take_over: talks with the customer
in the agent's place."""


class Supervise(Action, frozen=True):
    """A supervisor's own telephone is called and joins the call an agent is in; asked again it changes how, or to whom."""

    agent: str
    """Whose call."""
    supervisor: str
    """Who supervises: an agent, too, signed in and in no call of its own."""
    mode: SupervisionMode = "listen"


class StopSupervising(Action, frozen=True):
    """The supervisor's telephone leaves the agent's call, which goes on."""

    agent: str
    supervisor: str


class ExplainAgent(Action, frozen=True):
    """Why is this agent not getting calls? Changes nothing; the reply's `answer` says it."""

    agent: str


AnyAction = (
    SignIn
    | SignOut
    | RestartSession
    | SetReady
    | SetNotReady
    | AnswerCall
    | RejectCall
    | ClearCall
    | HoldCall
    | RetrieveCall
    | MakeCall
    | MakePredictiveCall
    | GenerateDigits
    | DeflectCall
    | DirectedPickupCall
    | ParkCall
    | ConsultationCall
    | ReconnectCall
    | AlternateCall
    | TransferCall
    | ConferenceCall
    | SingleStepTransferCall
    | SingleStepConferenceCall
    | ClearConnection
    | SetOutcome
    | FinishWrapUp
    | SetData
    | GetData
    | ClearData
    | ReportQuality
    | ConsoleLost
    | ConsoleBack
    | ReleaseInteraction
    | MoveAgent
    | Reprioritize
    | Reroute
    | SelectRoute
    | Supervise
    | StopSupervising
    | ExplainAgent
)


class Request(Event, frozen=True):
    """`actor` is who asks (a person's or token's id), kept in the facts. Answered by a Reply with the same `id`."""

    id: str
    tenant: str
    actor: str
    action: AnyAction


AnyEvent = (
    EngineStarted
    | ConfigPublished
    | TimerDue
    | SwitchConnected
    | CallsMissed
    | NodeDrained
    | SwitchLost
    | DeviceRegistered
    | DeviceUnregistered
    | CallOffered
    | DataAttached
    | LegAlerting
    | LegAnswered
    | LegEnded
    | LegHeld
    | LegRetrieved
    | LegTransfers
    | DigitPressed
    | PlaybackFinished
    | RecordingStarted
    | RecordingEnded
    | RecordingFailed
    | LookupFinished
    | Request
)
