-- Tables the engine writes by plain SQL (callbase/engine/) and the web reads. Applied by migration 0001 of this app.
-- Tables of facts are partitioned by month on their moment; the default partition catches what no month was made for.

-- The journal: every input of the core, in order.
CREATE TABLE engine_journal (
    seq        bigint      NOT NULL PRIMARY KEY,
    at_ms      bigint      NOT NULL,
    event      jsonb       NOT NULL
);
CREATE INDEX engine_journal_at ON engine_journal (at_ms);

-- The core's state after `seq`, so that neither a start nor a replay need begin at the journal's beginning. Which are kept: engine/journal.py.
CREATE TABLE engine_snapshot (
    seq        bigint      NOT NULL PRIMARY KEY,
    at_ms      bigint      NOT NULL,
    state      bytea       NOT NULL
);

-- How far facts have been written; set in the same transaction as they are, so none is written twice.
CREATE TABLE engine_projection (
    name       text        NOT NULL PRIMARY KEY,
    seq        bigint      NOT NULL
);

-- Which engine leads: one row, see callbase/engine/lease.py.
CREATE TABLE engine_lease (
    one          boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    epoch        bigint  NOT NULL DEFAULT 0,
    author       bigint  NOT NULL DEFAULT 0,
    beat         bigint  NOT NULL DEFAULT 0,
    holder       text    NOT NULL DEFAULT '',
    address      text    NOT NULL DEFAULT '',
    armed        text    NOT NULL DEFAULT '',
    standby      text    NOT NULL DEFAULT '',
    standby_beat bigint  NOT NULL DEFAULT 0,
    step_down    boolean NOT NULL DEFAULT false
) WITH (fillfactor = 10);
INSERT INTO engine_lease DEFAULT VALUES;

-- Configuration documents as published (callbase.core.config.Config as JSON). The engine LISTENs on channel "config_published".
CREATE TABLE engine_config (
    version    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    document   jsonb       NOT NULL
);

-- Every fact, as stated. (seq, index) is its place: the journal entry it came from, and which one of that entry's.
CREATE TABLE engine_fact (
    tenant      text        NOT NULL,
    at          timestamptz NOT NULL,
    seq         bigint      NOT NULL,
    index       smallint    NOT NULL,
    type        text        NOT NULL,
    interaction uuid,
    agent       text,
    fact        jsonb       NOT NULL,
    PRIMARY KEY (at, seq, index)
) PARTITION BY RANGE (at);
CREATE TABLE engine_fact_default PARTITION OF engine_fact DEFAULT;
CREATE INDEX engine_fact_interaction ON engine_fact (interaction, seq, index);
CREATE INDEX engine_fact_agent ON engine_fact (tenant, agent, at);

-- One row an interaction, kept up to date while it lives.
CREATE TABLE interaction (
    id              uuid        NOT NULL,
    tenant          text        NOT NULL,
    started_at      timestamptz NOT NULL,
    answered_at     timestamptz,
    ended_at        timestamptz,
    channel         text        NOT NULL,
    direction       text        NOT NULL,
    caller_number   text        NOT NULL,
    called_number   text        NOT NULL,
    trunk           text,
    language        text        NOT NULL,
    customer        uuid,
    customer_name   text        NOT NULL DEFAULT '',
    queue           text,
    agent           text,
    end_reason      text,
    cause           text,
    outcome         text,
    note            text        NOT NULL DEFAULT '',
    data            jsonb       NOT NULL DEFAULT '{}',
    queue_ms        bigint      NOT NULL DEFAULT 0,
    talk_ms         bigint      NOT NULL DEFAULT 0,
    hold_ms         bigint      NOT NULL DEFAULT 0,
    wrap_up_ms      bigint      NOT NULL DEFAULT 0,
    PRIMARY KEY (started_at, id)
) PARTITION BY RANGE (started_at);
CREATE TABLE interaction_default PARTITION OF interaction DEFAULT;
CREATE INDEX interaction_id ON interaction (id);
CREATE INDEX interaction_tenant_time ON interaction (tenant, started_at DESC);
CREATE INDEX interaction_caller ON interaction (tenant, caller_number, started_at DESC);
CREATE INDEX interaction_agent ON interaction (tenant, agent, started_at DESC);
CREATE INDEX interaction_customer ON interaction (customer, started_at DESC) WHERE customer IS NOT NULL;

CREATE TABLE segment (
    id          uuid        NOT NULL,
    tenant      text        NOT NULL,
    interaction uuid        NOT NULL,
    kind        text        NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    result      text,
    queue       text,
    agent       text,
    flow        text,
    expected_ms bigint,
    party       text,
    PRIMARY KEY (started_at, id)
) PARTITION BY RANGE (started_at);
CREATE TABLE segment_default PARTITION OF segment DEFAULT;
CREATE INDEX segment_interaction ON segment (interaction, started_at);
CREATE INDEX segment_queue ON segment (tenant, queue, started_at);
CREATE INDEX segment_agent ON segment (tenant, agent, started_at);

-- One row a stay of an agent in a state.
CREATE TABLE agent_activity (
    tenant      text        NOT NULL,
    agent       text        NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    state       text        NOT NULL,
    reason      text,
    device      text,
    interaction uuid,
    actor       text        NOT NULL,
    seq         bigint      NOT NULL,
    index       smallint    NOT NULL,
    PRIMARY KEY (started_at, seq, index)
) PARTITION BY RANGE (started_at);
CREATE TABLE agent_activity_default PARTITION OF agent_activity DEFAULT;
CREATE INDEX agent_activity_agent ON agent_activity (tenant, agent, started_at DESC);
CREATE INDEX agent_activity_open ON agent_activity (tenant, agent) WHERE ended_at IS NULL;

-- One row a recording. `path` as in the StartRecording command (two wav files) until the worker has encoded it to `file`.
CREATE TABLE recording (
    id          uuid        NOT NULL PRIMARY KEY,
    tenant      text        NOT NULL,
    interaction uuid        NOT NULL,
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz,
    path        text        NOT NULL,
    kind        text        NOT NULL DEFAULT 'call' CHECK (kind IN ('call', 'voicemail')),
    queue       text,
    spoken_ms   bigint,
    handled     boolean     NOT NULL DEFAULT false,
    file        text,
    bytes       bigint,
    duration_ms bigint,
    state       text        NOT NULL DEFAULT 'recording'
                CHECK (state IN ('recording', 'ended', 'stored', 'empty', 'failed')),
    error       text        NOT NULL DEFAULT '',
    cut_short   text        NOT NULL DEFAULT '',
    attempts    smallint    NOT NULL DEFAULT 0,
    next_attempt_at timestamptz
);
COMMENT ON COLUMN recording.state IS 'empty: no audio came from either side; failed: it could not be kept';
COMMENT ON COLUMN recording.attempts IS 'How often the worker has begun to encode it';
COMMENT ON COLUMN recording.next_attempt_at IS 'Not before this moment again; NULL: at once';
COMMENT ON COLUMN recording.cut_short IS 'Why it ends before the call does, such as a full disk; empty where it does not';
COMMENT ON COLUMN recording.queue IS 'Of a voicemail: whose people it is for';
COMMENT ON COLUMN recording.spoken_ms IS 'Of a voicemail: how long something was said in it; NULL: not known';
COMMENT ON COLUMN recording.handled IS 'Of a voicemail: somebody has dealt with it (voicemail_handling says who)';
CREATE INDEX recording_voicemail ON recording (tenant, started_at DESC) WHERE kind = 'voicemail';
CREATE INDEX recording_new_voicemail ON recording (tenant, started_at DESC) WHERE kind = 'voicemail' AND NOT handled;
CREATE INDEX recording_interaction ON recording (interaction);
CREATE INDEX recording_tenant_time ON recording (tenant, started_at DESC);
-- In the order in which the worker encodes them. No other index may serve a search by this state: the planner might take that one.
CREATE INDEX recording_due ON recording ((coalesce(next_attempt_at, ended_at, started_at))) WHERE state = 'ended';
-- Those that are being made, and those that could not be kept.
CREATE INDEX recording_open ON recording (state, ended_at) WHERE state IN ('recording', 'failed');
