"""Facts become rows: each kind of fact has one small function that says which statements write it.

They are executed in the facts' order, in the transaction that also holds their journal entries, so each is written exactly once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from callbase.core import facts
from callbase.core.facts import AnyFact

Statement = tuple[LiteralString, tuple[Any, ...]]
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ID_SLACK_MS = 3_600_000
"""How far an interaction's start may be from the moment in its id; only narrows down which partitions are searched."""



def moment(ms: int) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=ms)


def statements(fact: AnyFact, seq: int, index: int) -> Iterator[Statement]:
    """What writes the fact to the tables reports are made from. `seq`, `index`: its place in the journal."""
    writer = WRITERS.get(type(fact))
    return iter(()) if writer is None else writer(fact, seq, index)


def _interaction_key(interaction: str) -> tuple[str, dt.datetime, dt.datetime]:
    """For the WHERE of an interaction: an id (UUIDv7) tells about when it began."""
    made_ms = int(interaction[:8] + interaction[9:13], 16)
    return interaction, moment(max(0, made_ms - ID_SLACK_MS)), moment(made_ms + ID_SLACK_MS)


def _interaction_started(fact: facts.InteractionStarted, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "INSERT INTO interaction (id, tenant, started_at, channel, direction, caller_number, called_number, trunk, language)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (fact.interaction, fact.tenant, moment(fact.at_ms), fact.channel, fact.direction, fact.caller_number,
         fact.called_number, fact.trunk, fact.language),
    )


def _customer_identified(fact: facts.CustomerIdentified, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "UPDATE interaction SET customer = %s, customer_name = %s WHERE id = %s AND started_at BETWEEN %s AND %s",
        (fact.customer.id, fact.customer.name, *_interaction_key(fact.interaction)),
    )


def _interaction_ended(fact: facts.InteractionEnded, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "UPDATE interaction SET ended_at = %s, answered_at = %s, end_reason = %s, cause = %s, queue = %s, agent = %s,"
        " language = %s, queue_ms = %s, talk_ms = %s, hold_ms = %s WHERE id = %s AND started_at BETWEEN %s AND %s",
        (moment(fact.at_ms), None if fact.answered_ms is None else moment(fact.answered_ms), fact.reason, fact.cause,
         fact.queue, fact.agent, fact.language, fact.queue_ms, fact.talk_ms, fact.hold_ms, *_interaction_key(fact.interaction)),
    )


def _segment_started(fact: facts.SegmentStarted, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "INSERT INTO segment (id, tenant, interaction, kind, started_at, queue, agent, flow)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (fact.segment, fact.tenant, fact.interaction, fact.kind, moment(fact.at_ms), fact.queue, fact.agent, fact.flow),
    )
    if fact.kind == "queue":
        yield (
            "UPDATE interaction SET queue = %s WHERE id = %s AND started_at BETWEEN %s AND %s",
            (fact.queue, *_interaction_key(fact.interaction)),
        )
    elif fact.kind == "talk":
        yield (
            "UPDATE interaction SET agent = %s, answered_at = coalesce(answered_at, %s)"
            " WHERE id = %s AND started_at BETWEEN %s AND %s",
            (fact.agent, moment(fact.at_ms), *_interaction_key(fact.interaction)),
        )


def _segment_ended(fact: facts.SegmentEnded, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "UPDATE segment SET ended_at = %s, result = %s WHERE id = %s AND started_at = %s",
        (moment(fact.at_ms), fact.result, fact.segment, moment(fact.started_ms)),
    )
    if fact.kind == "wrap_up":
        yield (
            "UPDATE interaction SET wrap_up_ms = wrap_up_ms + %s WHERE id = %s AND started_at BETWEEN %s AND %s",
            (fact.at_ms - fact.started_ms, *_interaction_key(fact.interaction)),
        )


def _agent_state_changed(fact: facts.AgentStateChanged, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "UPDATE agent_activity SET ended_at = %s WHERE tenant = %s AND agent = %s AND ended_at IS NULL",
        (moment(fact.at_ms), fact.tenant, fact.agent),
    )
    yield (
        "INSERT INTO agent_activity (tenant, agent, started_at, state, reason, device, interaction, actor, seq, index)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (fact.tenant, fact.agent, moment(fact.at_ms), fact.state, fact.reason, fact.device, fact.interaction, fact.actor,
         seq, index),
    )


def _outcome_set(fact: facts.OutcomeSet, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "UPDATE interaction SET outcome = %s, note = %s WHERE id = %s AND started_at BETWEEN %s AND %s",
        (fact.outcome, fact.note, *_interaction_key(fact.interaction)),
    )


def _data_changed(fact: facts.DataChanged, seq: int, index: int) -> Iterator[Statement]:
    kept = {key: value for key, value in fact.data.items() if value is not None}
    gone = [key for key, value in fact.data.items() if value is None]
    yield (
        "UPDATE interaction SET data = (data || %s) - %s::text[] WHERE id = %s AND started_at BETWEEN %s AND %s",
        (Jsonb(kept), gone, *_interaction_key(fact.interaction)),
    )


def _recording_began(fact: facts.RecordingBegan, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "INSERT INTO recording (id, tenant, interaction, started_at, path) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
        (fact.recording, fact.tenant, fact.interaction, moment(fact.at_ms), fact.path),
    )


def _recording_finished(fact: facts.RecordingFinished, seq: int, index: int) -> Iterator[Statement]:
    yield (
        "INSERT INTO recording (id, tenant, interaction, started_at, ended_at, path, state, error)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, state = excluded.state, error = excluded.error"
        " WHERE recording.state = 'recording'",
        (fact.recording, fact.tenant, fact.interaction, moment(fact.started_ms), moment(fact.at_ms), fact.path,
         "failed" if fact.failed else "ended", fact.failed),
    )


Writer = Callable[[Any, int, int], Iterator[Statement]]

WRITERS: dict[type[facts.Fact], Writer] = {
    facts.InteractionStarted: _interaction_started,
    facts.CustomerIdentified: _customer_identified,
    facts.InteractionEnded: _interaction_ended,
    facts.SegmentStarted: _segment_started,
    facts.SegmentEnded: _segment_ended,
    facts.AgentStateChanged: _agent_state_changed,
    facts.OutcomeSet: _outcome_set,
    facts.DataChanged: _data_changed,
    facts.RecordingBegan: _recording_began,
    facts.RecordingFinished: _recording_finished,
}
"""Facts not named here (explanations, flow steps, discrepancies) are read from engine_fact alone."""
