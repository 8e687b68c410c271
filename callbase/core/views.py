"""What the core shows of itself: the present state of agents, interactions and queues, as clients see it.

A client holds a `TenantView` from a snapshot and replaces in it whatever each change names; that always equals a fresh
snapshot (`cti/mirror.py`, proved by test).
"""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.config import AgentType, Language
from callbase.core.events import Cause, Customer, SupervisionMode
from callbase.core.facts import AgentState, SentHow

Connection = Literal["alerting", "connected", "hold", "reconnecting"]
Phase = Literal[
    "flow",
    "queue",
    "offer",
    "callback",
    "dialing",
    "talk",
    "hold",
    "conference",
    "parked",
    "reconnecting",
    "voicemail",
    "wrap_up",
]
"""Of an interaction. The core's state has the same words, and takes them from here: programs get the views without the core."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all views. Nothing is omitted, so that a reader in any language sees every field."""


class SupervisionView(View, frozen=True):
    """A supervisor at an agent's call."""

    supervisor: str
    agent: str
    interaction: str
    mode: SupervisionMode
    connected: bool
    """Its telephone has answered."""
    since_ms: int
    shown: bool
    """The agent is told of it, as the tenant wants it."""


class UnreachedView(View, frozen=True):
    """Whom an agent called in vain, and why."""

    interaction: str
    number: str
    """As it was called: an agent's id, or the number."""
    cause: Cause
    own_telephone: bool
    """It was the agent's own telephone, called first, that did not answer."""
    at_ms: int


class InterventionView(View, frozen=True):
    """What another did to a call that an agent was in: a supervisor took it over or ended it, or who leads a conference took the
    agent out of it."""

    what: Literal["taken_over", "call_ended", "taken_out"]
    interaction: str
    by: str | None
    """The agent who did it; None where it was nobody who is one."""
    at_ms: int


class DigitsSentView(View, frozen=True):
    """The keys an agent sent last in its call (GenerateDigits), and how many times it has sent any there."""

    digits: str
    times: int


class AgentView(View, frozen=True):
    agent: str
    name: str
    state: AgentState
    reason: str | None
    since_ms: int
    device: str | None
    device_online: bool
    devices_online: tuple[str, ...]
    interaction: str | None
    """What the agent is offered, talks in, or works after."""
    next_state: Literal["ready", "not_ready", "logged_off"] | None
    """What the agent asked to become when the call is over."""
    queues: tuple[str, ...]
    """Which it serves now."""
    moved: bool
    """These are not its own: a supervisor moved it for a time."""
    wrap_up_until_ms: int | None
    connection: Connection | None
    """The agent's connection in its call (ECMA-269 §6.1.5)."""
    console_online: bool
    supervises: SupervisionView | None
    """What it is at as a supervisor; busy by that, in no call of its own."""
    supervised_by: tuple[SupervisionView, ...]
    """Who is at its call; those it may not know of are told to supervisors only."""
    unreached: UnreachedView | None
    """Whom it called last without reaching anybody, for a call of its own or beside one; told to the agent itself and to who sees
    what agents are working on."""
    type: AgentType = "agent"
    """supervisor: may act for other agents."""
    intervention: InterventionView | None = None
    """What was done last to a call it was in; told to whom `unreached` is told."""
    device_number: str = ""
    """Where `device` is an outside number: that. Told to the agent itself, and to who has it in reach and sees its work."""
    rings_for_all: bool = False
    """A caller rings at its telephone whom a colleague may pick up (DirectedPickupCall)."""
    connected_since_ms: int | None = None
    """Since when it has been talking in the call it is busy with, holds included; None until whom it called, or who calls it, is
    there. (`since_ms`: since when it is busy by it.)"""
    digits_sent: DigitsSentView | None = None
    """In its present call. Told to the agent itself, and to who has it in reach and sees its work."""


class PartyView(View, frozen=True):
    """Who is in a call. `party` names it in ClearConnection and GenerateDigits while the call goes on, until it is called
    again."""

    party: str
    kind: Literal["customer", "agent", "number"]
    agent: str | None
    number: str
    """The customer's, or the one called; empty of an agent."""
    connection: Connection
    consulted: bool
    """Is consulted, or asked to join and rings: not yet in the talk."""


class AsksView(View, frozen=True):
    """Where the call goes is asked of programs; SelectRoute answers."""

    id: str
    device: str
    until_ms: int
    """Then the flow goes on by its own way."""


class SentView(View, frozen=True):
    """Which agent sent a call where it is: out of the talk with it, or unanswered (DeflectCall)."""

    by: str
    how: SentHow


class InteractionView(View, frozen=True):
    interaction: str
    channel: Literal["voice"]
    direction: Literal["inbound", "outbound", "internal"]
    phase: Phase
    caller_number: str
    called_number: str
    trunk: str | None
    language: Language
    customer: Customer | None
    data: dict[str, str]
    queue: str | None
    also_in: tuple[str, ...]
    """Other queues it stands in besides, whoever is free first."""
    position: int | None
    """Place in line, 1 is the head; None when not waiting, while being offered, and beyond the hundredth place. Where somebody
    before it has come or gone this is told half a second later at the latest."""
    priority: int
    agent: str | None
    outcome: str | None
    note: str
    """What its agent wrote on it."""
    started_ms: int
    phase_since_ms: int
    recording: str | None
    callback: bool
    """Waits to be called back, is being called back, or was."""
    parties: tuple[PartyView, ...]
    """The customer first, then the agent who leads, then the others, last who is consulted; nobody who only rings for it."""
    asks: AsksView | None
    """What its flow asks programs."""
    dialled: str | None
    """The number being called for the caller, by an agent or a rule; None where nobody is, or a signed-in agent's telephone."""
    consultation: Literal["waiting", "alerting", "connected", "held", "joining"] | None
    """waiting: for an agent of a queue, and nobody is consulted yet; alerting, connected: the customer is on hold
    meanwhile; held: the consulted party is; joining: rings to come into the talk."""
    consultation_id: str | None
    """The same from its beginning to its end."""
    consultation_queue: str | None
    """Whose agents are asked, where a queue is consulted."""
    sent: SentView | None = None
    """The last time an agent sent it on."""
    called_for: str | None = None
    """The queue that the system called it for, with no agent (MakePredictiveCall)."""
    waits_since_ms: int | None = None
    """When it entered its queue, whatever has rung for it since; None when it does not wait."""
    until_open: bool = False
    """Is called back only once its queue is open again."""


class QueueView(View, frozen=True):
    queue: str
    waiting: int
    oldest_since_ms: int | None
    """When the longest waiting one entered."""
    signed_in: int
    ready: int
    busy: int
    """Reserved, talking, or working after a call."""
    not_ready: int
    offered_today: int
    answered_today: int
    abandoned_today: int
    within_service_level_today: int
    """Answered within the queue's `service_level_s`. Service level = this / (answered + abandoned)."""
    average_wait_ms: int | None
    """Of those answered in the latest `measure_over_s` of the queue; None where nobody was."""
    service_level: float | None
    """0…1, over the same time; None where nobody was answered or gave up."""
    expected_wait_ms: int | None
    """Of one who comes now; None where it is not known."""
    overflowing: tuple[str, ...]
    """Overflow rules that hold now."""
    unreached: UnreachedView | None = None
    """Whom the system called for it last without reaching anybody (MakePredictiveCall)."""


class TrunkView(View, frozen=True):
    trunk: str
    calls: int
    group: str | None
    lines_open: int | None
    """Lines its group has open for the agents signed in now, on all its trunks together; None: all there are."""


class TenantView(View, frozen=True):
    tenant: str
    config_version: int
    agents: dict[str, AgentView]
    interactions: dict[str, InteractionView]
    queues: dict[str, QueueView]
    trunks: dict[str, TrunkView]
    switch_online: bool
    numbers: tuple[str, ...] = ()
    """Of ours, that can be called; told to who sees all queues."""
