"""The rows reports are made from, and that they come out the same however facts are taken together."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import msgspec
import psycopg
import pytest

from callbase.core import facts
from callbase.core.events import Customer
from callbase.core.ids import IdSource
from callbase.engine.batch import write_batch, write_one_by_one
from callbase.engine.database import connect
from callbase.engine.entry import Entry, encode_entries
from callbase.engine.projection import EPOCH, moment
from tests.engine.conftest import TABLES, rows

START_MS = 1_790_000_000_123
AGENTS = ("1001", "1002")
DUMPED = {
    "engine_fact": "seq, index",
    "interaction": "id",
    "segment": "id",
    "agent_activity": "seq, index",
    "recording": "id",
    "engine_projection": "name",
}


class Story:
    """Facts as a core would state them, one after another, each in an entry of its own or together with the one before."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.now_ms = START_MS
        self.ids = IdSource(epoch=7)

    def id(self) -> str:
        return self.ids.new(self.now_ms)

    def state(self, *stated: facts.AnyFact) -> None:
        event = msgspec.Raw(b'{"type":"TimerDue"}')
        self.entries.append(Entry(seq=len(self.entries) + 1, at_ms=self.now_ms, event=event, facts=stated))

    def started(self, interaction: str) -> facts.InteractionStarted:
        return facts.InteractionStarted(
            tenant="demo",
            at_ms=self.now_ms,
            interaction=interaction,
            channel="voice",
            direction="inbound",
            caller_number="13800138001",
            called_number="4008001234",
            trunk="demo-trunk",
            language="zh-CN",
        )

    def ended(self, interaction: str, started_ms: int, **values: Any) -> facts.InteractionEnded:
        fields = {
            "reason": "customer_hung_up",
            "cause": "normal",
            "answered_ms": None,
            "queue": None,
            "agent": None,
            "language": "en-US",
            "queue_ms": 0,
            "talk_ms": 0,
            "hold_ms": 0,
        }
        return facts.InteractionEnded(
            tenant="demo", at_ms=self.now_ms, interaction=interaction, started_ms=started_ms, **(fields | values)
        )

    def segment(self, interaction: str, kind: Any, **who: Any) -> facts.SegmentStarted:
        return facts.SegmentStarted(
            tenant="demo", at_ms=self.now_ms, interaction=interaction, segment=self.id(), kind=kind, **who
        )

    def over(self, begun: facts.SegmentStarted, result: str = "ended") -> facts.SegmentEnded:
        return facts.SegmentEnded(
            tenant="demo",
            at_ms=self.now_ms,
            interaction=begun.interaction,
            segment=begun.segment,
            kind=begun.kind,
            result=result,
            started_ms=begun.at_ms,
            queue=begun.queue,
            agent=begun.agent,
            flow=begun.flow,
            party=begun.party,
        )


def a_busy_morning(calls: int) -> Story:
    """Many calls at once, each through queue, two talks with a hold between, wrap-up; some data, customers, recordings."""
    dice, story = random.Random(1), Story()
    going = [_one_call(story, dice) for _ in range(calls)]
    while going:
        story.now_ms += dice.randrange(3)
        call = dice.choice(going)
        try:
            story.state(*next(call))
        except StopIteration:
            going.remove(call)
    return story


def _one_call(story: Story, dice: random.Random) -> Iterator[list[facts.AnyFact]]:
    interaction, started_ms = story.id(), story.now_ms
    queue = story.segment(interaction, "queue", queue="sales")
    yield [story.started(interaction), queue]
    for name in ("王芳", "Wang Fang"):
        customer = Customer(id="00000000-0000-0000-0000-000000000001", name=name)
        yield [facts.CustomerIdentified(tenant="demo", at_ms=story.now_ms, interaction=interaction, customer=customer)]
    yield [story.over(queue, "answered")]
    for last in (False, True):
        agent = dice.choice(AGENTS)
        talk = story.segment(interaction, "talk", agent=agent)
        recording = story.id()
        yield [
            talk,
            _state(story, agent, "busy", interaction),
            facts.RecordingBegan(
                tenant="demo", at_ms=story.now_ms, interaction=interaction, recording=recording, path=f"{recording}", leg="leg"
            ),
        ]
        began_ms = story.now_ms
        for data in ({"colour": "red", "size": "9"}, {"colour": None, "shape": "round"}, {"colour": str(dice.random())}):
            yield [facts.DataChanged(tenant="demo", at_ms=story.now_ms, interaction=interaction, data=data, actor=agent)]
        yield [
            facts.RecordingFinished(
                tenant="demo",
                at_ms=story.now_ms,
                interaction=interaction,
                recording=recording,
                path=recording,
                started_ms=began_ms,
                failed=dice.choice(("", "disk full")),
                cut_short=dice.choice(("", "disk full")),
            ),
            story.over(talk),
            _state(story, agent, "working_after_call", interaction),
        ]
        wrap_up = story.segment(interaction, "wrap_up", agent=agent)
        ended = story.ended(interaction, started_ms, agent=agent, answered_ms=began_ms, talk_ms=17, queue="sales")
        yield [wrap_up, ended] if last else [wrap_up]
        yield [facts.OutcomeSet(tenant="demo", at_ms=story.now_ms, interaction=interaction, agent=agent, outcome=agent, note="n")]
        yield [story.over(wrap_up), _state(story, agent, "ready", None), _state(story, agent, "not_ready", None)]


def _state(story: Story, agent: str, state: Any, interaction: str | None) -> facts.AgentStateChanged:
    return facts.AgentStateChanged(
        tenant="demo",
        at_ms=story.now_ms,
        agent=agent,
        state=state,
        reason=None,
        device=None,
        interaction=interaction,
        previous="ready",
        previous_since_ms=0,
        previous_reason=None,
        actor="system",
    )


@pytest.fixture
def tables(engine_database: str) -> str:
    _empty(engine_database)
    return engine_database


def _empty(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")


async def written(url: str, entries: list[Entry], at_once: int) -> dict[str, list[tuple[Any, ...]]]:
    """The tables after writing so many entries at a time; 0: one by one, as when something cannot be stored."""
    _empty(url)
    connection = await connect(url, "test")
    try:
        for start in range(0, len(entries), at_once or len(entries)):
            part = entries[start : start + (at_once or len(entries))]
            if at_once:
                await write_batch(connection, encode_entries(part))
            else:
                await write_one_by_one(connection, part)
    finally:
        await connection.close()
    return {table: rows(url, f"SELECT * FROM {table} ORDER BY {order}") for table, order in DUMPED.items()}


async def test_rows_are_the_same_whatever_is_written_at_a_time(tables: str) -> None:
    story = a_busy_morning(calls=6)
    at_once = await written(tables, story.entries, len(story.entries))
    assert [len(at_once[table]) for table in ("interaction", "segment", "recording")] == [6, 6 * 5, 6 * 2]
    for size in (0, 1, 7, 40):
        assert await written(tables, story.entries, size) == at_once


async def test_a_call_is_counted_with_its_times(tables: str) -> None:
    story = Story()
    interaction = story.id()
    story.state(story.started(interaction))
    story.now_ms += 1_500
    talk = story.segment(interaction, "talk", agent="1001")
    story.state(talk)
    answered_ms = story.now_ms
    story.now_ms += 60_000
    wrap_up = story.segment(interaction, "wrap_up", agent="1001")
    story.state(
        story.over(talk),
        wrap_up,
        story.ended(interaction, START_MS, answered_ms=answered_ms, agent="1001", queue="sales", talk_ms=60_000, queue_ms=1_500),
    )
    ended_ms = story.now_ms
    story.now_ms += 12_345
    story.state(story.over(wrap_up))
    await written(tables, story.entries, 1)
    assert rows(
        tables,
        "SELECT started_at, answered_at, ended_at, end_reason, agent, queue, language, queue_ms, talk_ms, wrap_up_ms"
        " FROM interaction",
    ) == [
        (
            moment(START_MS),
            moment(answered_ms),
            moment(ended_ms),
            "customer_hung_up",
            "1001",
            "sales",
            "en-US",
            1_500,
            60_000,
            12_345,
        )
    ]
    assert rows(tables, "SELECT kind, started_at, ended_at FROM segment ORDER BY started_at") == [
        ("talk", moment(answered_ms), moment(ended_ms)),
        ("wrap_up", moment(ended_ms), moment(ended_ms + 12_345)),
    ]


async def test_the_wait_foretold_is_kept_beside_the_real_one(tables: str) -> None:
    story = Story()
    interaction = story.id()
    known, unknown = (story.segment(interaction, "queue", queue="sales", expected_ms=expected) for expected in (42_000, None))
    story.state(story.started(interaction), known, unknown)
    await written(tables, story.entries, 1)
    assert sorted(rows(tables, "SELECT id::text, expected_ms FROM segment")) == sorted(
        [(known.segment, 42_000), (unknown.segment, None)]
    )


async def test_a_recording_that_failed_says_why_and_one_stored_is_left_alone(tables: str) -> None:
    story = Story()
    interaction, failed, stored = story.id(), story.id(), story.id()
    story.state(story.started(interaction))
    for recording in (failed, stored):
        story.state(
            facts.RecordingBegan(
                tenant="demo", at_ms=story.now_ms, interaction=interaction, recording=recording, path="p", leg="leg"
            )
        )
    await written(tables, story.entries, 1)
    with psycopg.connect(tables) as connection:
        connection.execute("UPDATE recording SET state = 'stored' WHERE id = %s", [stored])
    connection_ = await connect(tables, "test")
    story.now_ms += 5
    for recording in (failed, stored):
        story.state(
            facts.RecordingFinished(
                tenant="demo",
                at_ms=story.now_ms,
                interaction=interaction,
                recording=recording,
                path="p",
                started_ms=START_MS,
                failed="disk full",
            )
        )
    await write_batch(connection_, encode_entries(story.entries[3:]))
    await connection_.close()
    assert rows(tables, "SELECT state, error FROM recording ORDER BY state") == [("failed", "disk full"), ("stored", "")]


async def test_a_recording_cut_short_is_kept_with_the_reason(tables: str) -> None:
    story = Story()
    interaction, recording = story.id(), story.id()
    story.state(story.started(interaction))
    story.state(
        facts.RecordingBegan(tenant="demo", at_ms=story.now_ms, interaction=interaction, recording=recording, path="p", leg="leg")
    )
    story.state(
        facts.RecordingFinished(
            tenant="demo",
            at_ms=story.now_ms,
            interaction=interaction,
            recording=recording,
            path="p",
            started_ms=START_MS,
            cut_short="disk full",
        )
    )
    await written(tables, story.entries, 1)
    assert rows(tables, "SELECT state, error, cut_short FROM recording") == [("ended", "", "disk full")]


def test_a_moment_is_exact_to_the_millisecond() -> None:
    for ms in (0, 1, START_MS, 4_102_444_800_999):
        assert (moment(ms) - EPOCH).total_seconds() * 1000 == pytest.approx(ms, abs=1e-6)
        assert moment(ms).microsecond % 1000 == 0
