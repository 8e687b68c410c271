"""Queues: who serves, in what order, what those who wait hear, and where they go when it takes too long."""

from __future__ import annotations

from typing import Literal

from callbase.core.config.conditions import AnyCondition
from callbase.core.config.document import BUILT_IN_MUSIC, Document, Language, LocalizedText, Say
from callbase.core.config.targets import AnyTarget

Algorithm = Literal[
    "longest_idle",
    "longest_average_idle",
    "least_talk_time",
    "least_average_talk_time",
    "fewest_calls",
    "highest_skill",
    "lowest_skill",
    "fixed_order",
    "ring_all",
    "round_robin",
    "last_served",
    "weighted_random",
]


class Member(Document, frozen=True):
    """An agent's place in a queue. Lower priority number is asked first; level 0…100 is the skill."""

    agent: str
    priority: int = 1
    level: int = 50
    weight: int = 1
    """For `weighted_random`: how often in proportion to the others."""


class Relaxation(Document, frozen=True):
    """From this long a wait on, this level is enough; 0: no longer required."""

    after_s: float
    level: int


class Requirement(Document, frozen=True):
    """Only agents with at least this level of the skill are asked. With `language`, only calls in that language require it."""

    skill: str
    level: int
    language: Language | None = None
    relax: tuple[Relaxation, ...] = ()


class Ring(Document, frozen=True):
    """From this long a wait on, members up to this priority number and from this level on are asked (bullseye)."""

    after_s: float
    priority: int = 100
    level: int = 0


class WaitingStep(Document, frozen=True):
    """Something heard at `at_s` after entering, and again every `every_s` (0: once). It never holds up an agent: who is offered
    hears it afterwards, if still waiting, and an answer cuts it short."""

    at_s: float
    what: Literal["place", "expected_wait", "say", "music"]
    every_s: float = 0.0
    say: Say | None = None
    music: str | None = None
    """For `music`: what plays from then on."""


class WaitingTreatment(Document, frozen=True):
    """What those who wait hear: music, and on it, from their entering on, the steps of a timeline (ACD-7)."""

    music: str = BUILT_IN_MUSIC
    steps: tuple[WaitingStep, ...] = (WaitingStep(at_s=5.0, what="place", every_s=30.0),)
    keys: dict[str, AnyTarget] = {}
    """What a key pressed while waiting leads to. The place is kept until the caller has decided."""


class EntryRule(Document, frozen=True):
    """Special treatment of those who enter, if the condition holds (ACD-10). All that hold apply, in order."""

    when: AnyCondition | None = None
    say: Say | None = None
    flow: str | None = None
    """Walked on entering (to collect data, say); the place is that of its beginning: who comes meanwhile stands behind."""
    priority: int = 0
    """Added."""
    target: AnyTarget | None = None
    """Does not enter but goes there."""


class OverflowRule(Document, frozen=True):
    """While `when` holds, those it concerns go to the target (ACD-8). It goes on holding until `until` does (none: until `when`
    no longer holds), and for at least `hold_s`. A condition that looks at the caller is decided for each, by `when` alone."""

    id: str
    when: AnyCondition
    target: AnyTarget
    until: AnyCondition | None = None
    hold_s: float = 0.0
    concerns: Literal["entering", "waiting", "all"] = "all"


class Callback(Document, frozen=True):
    """How those are called back who asked for it: when their turn comes."""

    first: Literal["agent", "customer"] = "agent"
    """Whom the platform calls first."""
    attempts: int = 3
    retry_after_s: float = 300.0
    ring_s: float = 30.0
    trunk: str | None = None
    """None: the first with room."""


class Queue(Document, frozen=True):
    id: str
    name: LocalizedText
    members: tuple[Member, ...] = ()
    algorithm: Algorithm = "longest_idle"
    measure_window: Literal["today", "shift", "rolling"] = "today"
    """What the algorithms' averages and counts of an agent are over: the tenant's day, since the agent signed in, or the
    last `measure_over_s`."""
    measure_over_s: float = 1800.0
    """The window of the queue's own measures (average wait, service level) and of rolling ones of agents."""
    last_served_s: float = 86_400.0
    """For `last_served`: how long who served a caller last is asked first."""
    requires: tuple[Requirement, ...] = ()
    rings: tuple[Ring, ...] = ()
    """Empty: all members from the beginning."""
    priority: int = 0
    """Added to the priority of every interaction that enters; higher goes first."""
    aging_s: float = 0.0
    """So many seconds of waiting weigh as much as one priority, so that nobody starves; 0: priority always goes first."""
    offer_timeout_s: float = 20.0
    """How long one agent's telephone rings before the next is asked."""
    wrap_up_s: float = 30.0
    """Longest work after a call; 0 for none. The agent may finish sooner."""
    service_level_s: float = 20.0
    calendar: str | None = None
    closed: AnyTarget | None = None
    """Where those go who come outside the calendar's hours (night service)."""
    entry: tuple[EntryRule, ...] = ()
    waiting: WaitingTreatment = WaitingTreatment()
    overflow: tuple[OverflowRule, ...] = ()
    callback: Callback = Callback()
    record: bool = True
    when_deleted: str | None = None
    """Queue that takes over those waiting when this one is deleted; without one they hear an apology and are released."""
