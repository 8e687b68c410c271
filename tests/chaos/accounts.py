"""What callers and agents' telephones saw, held against what the database says: each call exactly once, nobody forgotten.

Both sides are plain rows, so that this can be tried without a centre. Moments are seconds since 1970.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

Kind = Literal["dropped", "lost_waiting", "facts_lost", "facts_doubled", "agents_stuck"]
MOMENT_S = 0.5
"""What happens this near to something else may as well have happened after it: messages were under way."""
NOTICED_S = 2.5
"""Who hangs up sooner than another engine leads, and was answered by nobody, may be in no fact."""
TAKEN_BACK_WITHIN_S = 2.0
MUTE_S = 2.0
"""Two who talk hear each other within this, and never lose each other for longer."""
CLOCKS_APART_S = 2.0
"""The engine's clock and ours, after one that jumped."""
SAME_S = 0.0005
CUSTOMERS_TIME = ("flow", "queue", "talk", "hold", "conference")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """As the caller saw it; 0: that did not happen."""

    caller: str
    called: float
    rang: float = 0.0
    answered: float = 0.0
    left: float = 0.0
    """When the caller hung up."""
    ended: float = 0.0
    status: int = 0
    """The INVITE's final answer."""
    hung_up: bool = False
    """By the caller."""
    cut: bool = False
    """The switch died under it, or was not back yet."""
    worked_on: bool = False
    """An agent held, consulted, transferred, conferred or parked, or tried to."""
    given_to: str = ""
    """The agent it was transferred to."""
    unrecordable: bool = False
    """At some time in it there was no room for recordings."""
    heard: Sequence[float] = ()
    """When an agent's voice was, many times a second."""
    silent: bool = False
    """The caller says nothing and does not listen."""
    halts: Sequence[tuple[float, float]] = ()
    """When the switch stood still, and passed on no voice."""

    @property
    def noticed(self) -> bool:
        """So that it must have been seen."""
        return self.answered > 0 or (self.rang > 0 and self.left - self.rang > NOTICED_S)


@dataclass(frozen=True, slots=True)
class Talk:
    """As the agent's telephone saw it."""

    agent: str
    caller: str
    rang: float
    connected: float
    ended: float
    by_agent: bool
    """Hung up by the agent."""
    heard: Sequence[float] = ()
    """When a caller's voice was."""

    @property
    def certain(self) -> bool:
        """Long enough that it must have been seen."""
        return self.connected > 0 and self.ended - self.connected > MOMENT_S


@dataclass(frozen=True, slots=True)
class Interaction:
    """As the database has it."""

    id: str
    caller: str
    started: float
    ended: float
    """0: it goes on."""


@dataclass(frozen=True, slots=True)
class Segment:
    interaction: str
    kind: str
    started: float
    ended: float
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Activity:
    """A stay of an agent in a state."""

    agent: str
    state: str
    interaction: str
    started: float
    ended: float = 0.0
    """0: it goes on."""


@dataclass(frozen=True, slots=True)
class Recording:
    interaction: str
    state: str


@dataclass(frozen=True, slots=True)
class Written:
    interactions: Sequence[Interaction] = ()
    segments: Sequence[Segment] = ()
    recordings: Sequence[Recording] = ()
    missing_entries: int = 0
    """Numbers the journal leaves out."""
    activities: Sequence[Activity] = ()
    unled: Sequence[tuple[float, float]] = ()
    """From the last that a leader took in, or the moment it lost the switch, until one had the switch again."""


@dataclass(frozen=True, slots=True)
class Problem:
    kind: Kind
    what: str
    at: float = 0.0
    """0: no moment can be told."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One caller: what was seen and what is written."""

    call: Call
    talks: Sequence[Talk]
    interactions: Sequence[Interaction]
    segments: dict[str, list[Segment]] = field(default_factory=dict)
    """By kind."""
    recordings: Sequence[Recording] = ()
    activities: Sequence[Activity] = ()
    place: float = math.inf
    """Since when the caller waited in a call before, which its switch died under."""
    unled: Sequence[tuple[float, float]] = ()

    def led(self, segment: Segment) -> bool:
        """Whether an engine led in some of it, and could have it recorded."""
        return not any(since - MOMENT_S < segment.started and segment.ended < until + MOMENT_S for since, until in self.unled)

    def problem(self, kind: Kind, what: str) -> Problem:
        return Problem(kind, f"{self.call.caller}: {what}", self.call.ended or self.call.called)


def judge(calls: Iterable[Call], talks: Iterable[Talk], written: Written, agents: Iterable[str]) -> list[Problem]:
    """After everybody has hung up and all is written."""
    cases = list(_cases(calls, talks, written))
    found = [problem for case in cases for judged in _EACH for problem in judged(case)]
    found += _passed_over(cases)
    found += _agents_free(written, agents)
    if written.missing_entries:
        found.append(Problem("facts_lost", f"{written.missing_entries} entries of the journal are missing"))
    return found


def _cases(calls: Iterable[Call], talks: Iterable[Talk], written: Written) -> Iterator[_Case]:
    talks_of = _by(talks, lambda talk: talk.caller)
    interactions_of = _by(written.interactions, lambda one: one.caller)
    segments_of = _by(written.segments, lambda one: one.interaction)
    recordings_of = _by(written.recordings, lambda one: one.interaction)
    activities_of = _by(written.activities, lambda one: one.interaction)
    for caller, calls_of_caller in _by(calls, lambda call: call.caller).items():
        turns = [-math.inf, *(call.called - MOMENT_S for call in calls_of_caller[1:]), math.inf]
        place = math.inf
        for call, since, until in zip(calls_of_caller, turns, turns[1:], strict=False):
            interactions = [one for one in interactions_of[caller] if since <= one.started < until]
            segments = _by((segment for one in interactions for segment in segments_of[one.id]), lambda segment: segment.kind)
            yield _Case(
                call=call,
                talks=[talk for talk in talks_of[caller] if since <= talk.rang < until],
                interactions=interactions,
                segments=segments,
                recordings=[recording for one in interactions for recording in recordings_of[one.id]],
                activities=[activity for one in interactions for activity in activities_of[one.id]],
                place=place,
                unled=written.unled,
            )
            if call.cut and "talk" not in segments:
                place = min([place, *(segment.started for segment in segments.get("queue", ()))])


def _by(rows: Iterable[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: defaultdict[str, list[T]] = defaultdict(list)
    for row in rows:
        found[key(row)].append(row)
    return found


def _ended_well(case: _Case) -> Iterator[Problem]:
    """A call ends by one of the two who talk, or by a caller who has waited long enough."""
    call = case.call
    if call.cut or call.hung_up:
        return
    if not call.answered:
        yield case.problem("dropped", f"was not answered ({call.status or 'no answer'})")
    elif not call.ended:
        yield case.problem("lost_waiting", "was never ended")
    elif not _ended_by_agent(case.talks):
        served = any(talk.connected for talk in case.talks)
        yield case.problem("dropped" if served else "lost_waiting", "was ended by the switch")


def _ended_by_agent(talks: Sequence[Talk]) -> bool:
    """The last one hung up. What rang beside it may have been taken back a little later."""
    last = max((talk.ended for talk in talks), default=0.0)
    return any(talk.by_agent and talk.ended > last - TAKEN_BACK_WITHIN_S for talk in talks)


def _written_once(case: _Case) -> Iterator[Problem]:
    call = case.call
    if len(case.interactions) > 1:
        yield case.problem("facts_doubled", f"{len(case.interactions)} interactions")
    if not case.interactions and call.noticed and not call.cut:
        yield case.problem("facts_lost", "no interaction")
    if any(not one.ended for one in case.interactions):
        yield case.problem("facts_lost", "the interaction has no end")
    if any(not segment.ended for segments in case.segments.values() for segment in segments):
        yield case.problem("facts_lost", "a segment has no end")
    moments = [(one.started, one.ended) for segments in case.segments.values() for one in segments]
    moments += [(one.started, one.ended) for one in case.interactions]
    if any(0 < ended < started for started, ended in moments):
        yield case.problem("facts_lost", "something ended before it began")
    if case.call.worked_on:
        return
    written, seen = len(case.segments.get("talk", ())), sum(talk.connected > 0 for talk in case.talks)
    if written < sum(talk.certain for talk in case.talks) and not call.cut:
        yield case.problem("facts_lost", f"{seen} talks, {written} written")
    if written > seen:
        yield case.problem("facts_doubled", f"{seen} talks, {written} written")


def _recorded_once(case: _Case) -> Iterator[Problem]:
    if len(case.recordings) > 1:
        yield case.problem("facts_doubled", f"{len(case.recordings)} recordings")
    if case.call.cut or case.call.unrecordable:
        return
    seen = any(one.ended - one.started > MOMENT_S and case.led(one) for one in case.segments.get("talk", ()))
    if seen and any(talk.certain for talk in case.talks) and not any(one.state == "stored" for one in case.recordings):
        states = ", ".join(one.state for one in case.recordings)
        yield case.problem("facts_lost", f"the talk's recording is {states or 'missing'}")


def _all_of_it_written(case: _Case) -> Iterator[Problem]:
    """The customer's time without a gap, each once; and each agent's part in it."""
    times = sorted((one.started, one.ended, kind) for kind in CUSTOMERS_TIME for one in case.segments.get(kind, ()) if one.ended)
    for (_, ended, before), (started, _, after) in itertools.pairwise(times):
        if abs(started - ended) > SAME_S:
            kind: Kind = "facts_lost" if started > ended else "facts_doubled"
            yield case.problem(kind, f"{after} begins {started - ended:.3f} s after {before}")
    if case.call.cut:
        return
    for talk in case.talks:
        if talk.certain and not any(one.agent == talk.agent and _together(talk, one) for one in case.activities):
            yield case.problem("facts_lost", f"{talk.agent} was in the call, and not so in the database")
    for activity in case.activities:
        lasted_s = (activity.ended or math.inf) - activity.started
        if activity.state != "busy" or lasted_s < MOMENT_S:  # as who picks a call up while the switch cannot be reached
            continue
        if not any(one.agent == activity.agent and _together(one, activity) for one in case.talks):
            yield case.problem("agents_stuck", f"{activity.agent} was busy by it, and its telephone had no such call")


def _transferred(case: _Case) -> Iterator[Problem]:
    """Whom the caller was given to talks with it, if it ever was on the telephone long enough."""
    call = case.call
    legs = [talk for talk in case.talks if talk.agent == call.given_to and talk.certain]
    if call.cut or call.hung_up or not legs:
        return
    talks = [one for kind in ("talk", "conference") for one in case.segments.get(kind, ()) if one.agent == call.given_to]
    if not any(_together(legs[-1], talk) for talk in talks):
        yield case.problem("dropped", f"was transferred to {call.given_to}, and did not talk there")


def _heard_each_other(case: _Case) -> Iterator[Problem]:
    """Whoever is connected hears the other: all the time, but for so long as nobody could put the two together. Music and third
    parties have their time where an agent works on a call, so nothing is said of those."""
    call = case.call
    if call.cut or call.worked_on or call.silent:
        return
    excused = sorted([*case.unled, *call.halts])
    for talk in case.talks:
        if not talk.connected or not talk.ended:
            continue
        until = min(talk.ended, call.left or math.inf, call.ended or math.inf)
        for who, whom, heard in ((talk.agent, "the caller", talk.heard), ("the caller", talk.agent, call.heard)):
            silent_s = _longest_silence(heard, talk.connected, until, excused)
            if silent_s > MUTE_S:
                lasted_s = until - talk.connected
                yield case.problem("dropped", f"{who} did not hear {whom} for {silent_s:.1f} s of a talk of {lasted_s:.1f} s")


def _longest_silence(heard: Sequence[float], since: float, until: float, excused: Sequence[tuple[float, float]]) -> float:
    """Seconds; what is excused, in order, does not count."""
    moments = [since, *(at for at in heard if since < at < until), until]
    return max(_outside(before, after, excused) for before, after in itertools.pairwise(moments))


def _outside(since: float, until: float, spans: Sequence[tuple[float, float]]) -> float:
    """Seconds from the one to the other that are in none of the spans, which are in order and may overlap."""
    outside = 0.0
    for begin, end in spans:
        outside += max(0.0, min(begin, until) - since)
        since = max(since, end)
    return outside + max(0.0, until - since)


def _together(talk: Talk, other: Segment | Activity) -> bool:
    """At some moment, or nearly."""
    return other.started < talk.ended + CLOCKS_APART_S and (other.ended or math.inf) > talk.rang - CLOCKS_APART_S


_EACH = (_ended_well, _written_once, _all_of_it_written, _recorded_once, _transferred, _heard_each_other)


@dataclass(frozen=True, slots=True)
class _Wait:
    case: _Case
    entered: float
    place: float
    """As old as that, where it is older."""
    came: float
    """Before it entered, where no engine led, or its customer was looked up; the line goes by that where the switch kept it."""
    rang: float
    left: float


def _passed_over(cases: Iterable[_Case]) -> Iterator[Problem]:
    """Who came first is served first."""
    waits = []
    for case in cases:
        if not case.call.cut and (queued := case.segments.get("queue")):
            rang = min((talk.rang for talk in case.talks), default=math.inf)
            entered = min(segment.started for segment in queued)
            place, came = min(entered, case.place), min(one.started for one in case.interactions)
            waits.append(_Wait(case, entered, place, min(place, came), rang, case.call.ended or math.inf))
    for one in waits:
        ahead = [
            other.case.call.caller
            for other in waits
            if other.came > one.place + MOMENT_S
            and other.rang < min(one.rang, one.left) - MOMENT_S
            and other.rang > one.entered + MOMENT_S
        ]
        if ahead:
            yield one.case.problem("lost_waiting", f"{len(ahead)} who came later were served before, {ahead[0]} first")


def _agents_free(written: Written, agents: Iterable[str]) -> Iterator[Problem]:
    """At the end all are ready, and are so once."""
    states = _by((one for one in written.activities if not one.ended), lambda one: one.agent)
    for agent in agents:
        said = [one.state for one in states[agent]]
        if said != ["ready"]:
            yield Problem("agents_stuck", f"{agent} is {' and '.join(said) or 'nothing'}, not ready")
