"""Facts become rows of the tables that people and reports read: for each kind of fact, the statements that write it.

They run inside the function that has just written the facts to engine_fact (batch.py), on a range of those, so a batch of a
thousand facts takes as many statements as a batch of one; and since the journal entries are in that transaction too, each fact
counts exactly once. Whatever range is taken at a time, the rows come out the same.
"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString

from psycopg import sql

from callbase.core import facts

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def moment(ms: int) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=ms)


FACTS = sql.SQL(
    "WITH f AS MATERIALIZED ("
    " SELECT * FROM engine_fact WHERE at BETWEEN first_at AND last_at AND seq BETWEEN first_seq AND last_seq"
    " AND index >= first_index AND type = {type}) "
)
"""Of the function's variables: those of entries `first_seq` to `last_seq`, within an entry from `first_index` on; all are of
`first_at` to `last_at`."""
MADE = sql.SQL(
    # An id (UUIDv7) tells when its interaction began, and so which partition to search.
    "(timestamptz 'epoch' + ('x0000' || translate(left(f.interaction::text, 13), '-', ''))::bit(64)::bigint * interval '1 ms')"
)
INTERACTION = sql.SQL(
    "interaction.id = f.interaction AND interaction.started_at BETWEEN {made} - interval '1 hour' AND {made} + interval '1 hour'"
).format(made=MADE)


def _on(kind: type[facts.Fact], statement: LiteralString) -> str:
    """`statement` over `f`, the facts of one kind; {interaction} joins them with their interactions."""
    filled = sql.SQL(statement).format(
        interaction=INTERACTION,
        started=sql.SQL("timestamptz 'epoch' + (f.fact->>'started_ms')::bigint * interval '1 ms'"),
        answered=sql.SQL("timestamptz 'epoch' + (f.fact->>'answered_ms')::bigint * interval '1 ms'"),
    )
    return (FACTS.format(type=sql.Literal(kind.__name__)) + filled).as_string(None)


PROJECTIONS: tuple[tuple[type[facts.Fact], str], ...] = tuple(
    (kind, _on(kind, statement))
    for kind, statement in (
        (
            facts.InteractionStarted,
            "INSERT INTO interaction (id, tenant, started_at, channel, direction, caller_number, called_number, trunk, language)"
            " SELECT interaction, tenant, at, fact->>'channel', fact->>'direction', fact->>'caller_number',"
            " fact->>'called_number', fact->>'trunk', fact->>'language' FROM f ON CONFLICT DO NOTHING",
        ),
        (
            facts.CustomerIdentified,
            "UPDATE interaction SET customer = (f.fact#>>'{{customer,id}}')::uuid, customer_name = f.fact#>>'{{customer,name}}'"
            " FROM (SELECT DISTINCT ON (interaction) * FROM f ORDER BY interaction, seq DESC, index DESC) f WHERE {interaction}",
        ),
        (
            facts.SegmentStarted,
            "INSERT INTO segment (id, tenant, interaction, kind, started_at, queue, agent, flow, expected_ms, party)"
            " SELECT (fact->>'segment')::uuid, tenant, interaction, fact->>'kind', at, fact->>'queue', agent, fact->>'flow',"
            " (fact->>'expected_ms')::bigint, fact->>'party'"
            " FROM f ON CONFLICT DO NOTHING",
        ),
        (
            facts.SegmentStarted,
            "UPDATE interaction SET queue = f.fact->>'queue' FROM (SELECT DISTINCT ON (interaction) * FROM f"
            " WHERE fact->>'kind' = 'queue' ORDER BY interaction, seq DESC, index DESC) f WHERE {interaction}",
        ),
        (
            facts.SegmentStarted,
            "UPDATE interaction SET agent = f.last_agent, answered_at = coalesce(answered_at, f.first_at)"
            " FROM (SELECT interaction, min(at) AS first_at, (array_agg(agent ORDER BY seq DESC, index DESC))[1] AS last_agent"
            " FROM f WHERE fact->>'kind' = 'talk' GROUP BY interaction) f WHERE {interaction}",
        ),
        (
            facts.SegmentEnded,
            "UPDATE segment SET ended_at = f.at, result = f.fact->>'result', party = coalesce(f.fact->>'party', party) FROM f"
            " WHERE segment.id = (f.fact->>'segment')::uuid AND segment.started_at = {started}",
        ),
        (
            facts.SegmentEnded,
            "UPDATE interaction SET wrap_up_ms = wrap_up_ms + f.ms"
            " FROM (SELECT interaction, sum((fact->>'at_ms')::bigint - (fact->>'started_ms')::bigint) AS ms"
            " FROM f WHERE fact->>'kind' = 'wrap_up' GROUP BY interaction) f WHERE {interaction}",
        ),
        (
            facts.OutcomeSet,
            "UPDATE interaction SET outcome = COALESCE(f.fact->>'outcome', interaction.outcome),"
            " note = COALESCE(f.fact->>'note', interaction.note)"
            " FROM (SELECT DISTINCT ON (interaction) * FROM f ORDER BY interaction, seq DESC, index DESC) f WHERE {interaction}",
        ),
        (
            facts.DataChanged,
            "UPDATE interaction SET data = jsonb_strip_nulls(data || f.changed)"
            " FROM (SELECT interaction, jsonb_object_agg(key, value) AS changed"
            " FROM (SELECT DISTINCT ON (interaction, key) interaction, key, value FROM f, jsonb_each(fact->'data')"
            " ORDER BY interaction, key, seq DESC, index DESC) newest GROUP BY interaction) f WHERE {interaction}",
        ),
        (
            facts.InteractionEnded,
            "UPDATE interaction SET ended_at = f.at, answered_at = {answered}, end_reason = f.fact->>'reason',"
            " cause = f.fact->>'cause', queue = f.fact->>'queue', agent = f.fact->>'agent', language = f.fact->>'language',"
            " queue_ms = (f.fact->>'queue_ms')::bigint, talk_ms = (f.fact->>'talk_ms')::bigint,"
            " hold_ms = (f.fact->>'hold_ms')::bigint FROM f WHERE {interaction}",
        ),
        (
            facts.AgentStateChanged,
            "UPDATE agent_activity SET ended_at = f.first_at"
            " FROM (SELECT DISTINCT ON (tenant, agent) tenant, agent, at AS first_at FROM f ORDER BY tenant, agent, seq, index) f"
            " WHERE agent_activity.tenant = f.tenant AND agent_activity.agent = f.agent AND agent_activity.ended_at IS NULL",
        ),
        (
            facts.AgentStateChanged,
            "INSERT INTO agent_activity"
            " (tenant, agent, started_at, ended_at, state, reason, device, interaction, actor, seq, index)"
            " SELECT tenant, agent, at, lead(at) OVER (PARTITION BY tenant, agent ORDER BY seq, index), fact->>'state',"
            " fact->>'reason', fact->>'device', interaction, fact->>'actor', seq, index FROM f ON CONFLICT DO NOTHING",
        ),
        (
            facts.RecordingBegan,
            "INSERT INTO recording (id, tenant, interaction, started_at, path, kind, queue)"
            " SELECT (fact->>'recording')::uuid, tenant, interaction, at, fact->>'path', coalesce(fact->>'kind', 'call'),"
            " fact->>'queue' FROM f ON CONFLICT DO NOTHING",
        ),
        (
            facts.RecordingFinished,
            "INSERT INTO recording"
            " (id, tenant, interaction, started_at, ended_at, path, kind, spoken_ms, state, error, cut_short)"
            " SELECT (f.fact->>'recording')::uuid, tenant, interaction, {started}, at, fact->>'path',"
            " coalesce(fact->>'kind', 'call'), (fact->>'spoken_ms')::bigint,"
            " CASE WHEN coalesce(fact->>'failed', '') = '' THEN 'ended' ELSE 'failed' END, coalesce(fact->>'failed', ''),"
            " coalesce(fact->>'cut_short', '') FROM f"
            " ON CONFLICT (id) DO UPDATE SET ended_at = excluded.ended_at, state = excluded.state, error = excluded.error,"
            " spoken_ms = excluded.spoken_ms, cut_short = excluded.cut_short"
            " WHERE recording.state = 'recording'",
        ),
    )
)
"""In the order they must run. Facts not named here (explanations, flow steps, discrepancies) are read from engine_fact alone."""
