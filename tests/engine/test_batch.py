"""What is written comes back as the very same."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import AsyncConnection

from callbase.core import events, facts
from callbase.engine.batch import write_batch, write_one_by_one
from callbase.engine.database import connect
from callbase.engine.entry import Entry, decode_event, encode_entries, encode_event
from callbase.engine.projection import moment
from tests.engine.conftest import TABLES, rows

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12) | st.sampled_from(
    ["", "\\N", "\\.", "\\", "\\\\n", "\t", "\n", "\r\n", "\x01\x1f\x7f", "\x85\u2028\u2029", '"', "'", "%s", "{}", "null", "😀"]
)
ids = st.uuids(version=4).map(str)
moments = st.integers(0, 4_102_444_800_999)
calls = st.builds(events.CallOffered, leg=texts, node=texts, caller_number=texts, called_number=texts)
stated = st.one_of(
    st.builds(
        facts.AgentMoved, tenant=texts, at_ms=moments, agent=texts, queues=st.tuples(texts), for_now=st.booleans(), actor=texts
    ),
    st.builds(
        facts.DataChanged,
        tenant=texts,
        at_ms=moments,
        interaction=ids,
        data=st.dictionaries(texts, st.none() | texts, max_size=3),
        actor=texts,
    ),
    st.builds(
        facts.Discrepancy,
        tenant=texts,
        at_ms=moments,
        interaction=st.none() | ids,
        leg=texts,
        what=st.just("leg_gone"),
        mended_by=texts,
    ),
    st.builds(
        facts.OutcomeSet,
        tenant=texts,
        at_ms=moments,
        interaction=ids,
        agent=texts,
        outcome=st.none() | texts,
        note=st.none() | texts,
    ),
)
happened = st.lists(st.tuples(moments, calls, st.lists(stated, max_size=3)), min_size=1, max_size=20)


def entries_of(things: Iterable[tuple[int, events.CallOffered, list[facts.AnyFact]]]) -> list[Entry]:
    return [
        Entry(seq=seq, at_ms=at_ms, event=msgspec.Raw(encode_event(event)), facts=tuple(stated))
        for seq, (at_ms, event, stated) in enumerate(things, 1)
    ]


async def at_once(connection: AsyncConnection, entries: list[Entry]) -> None:
    await write_batch(connection, encode_entries(entries))


async def write(url: str, entries: list[Entry], write: Any) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)}")
    connection_ = await connect(url, "test")
    try:
        await write(connection_, entries)
    finally:
        await connection_.close()


@pytest.mark.parametrize("way", [at_once, write_one_by_one])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=happened)
def test_every_text_the_database_can_hold_comes_back_unchanged(
    engine_database: str, way: Any, things: list[tuple[int, events.CallOffered, list[facts.AnyFact]]]
) -> None:
    entries = entries_of(things)
    asyncio.run(write(engine_database, entries, way))
    journal = rows(engine_database, "SELECT seq, at_ms, event::text FROM engine_journal ORDER BY seq")
    assert [(seq, at_ms, decode_event(event)) for seq, at_ms, event in journal] == [
        (seq, at_ms, event) for seq, (at_ms, event, _) in enumerate(things, 1)
    ]
    kept = rows(
        engine_database,
        "SELECT seq, index, tenant, at, type, interaction, agent, fact::text FROM engine_fact ORDER BY seq, index",
    )
    assert [(*place, msgspec.json.decode(fact, type=facts.AnyFact)) for *place, fact in kept] == [
        (
            entry.seq,
            index,
            fact.tenant,
            moment(fact.at_ms),
            type(fact).__name__,
            None if getattr(fact, "interaction", None) is None else UUID(fact.interaction),  # type: ignore[union-attr]
            getattr(fact, "agent", None),
            fact,
        )
        for entry in entries
        for index, fact in enumerate(entry.facts)
    ]


async def test_a_fact_that_cannot_be_stored_is_left_out_and_all_others_are_there(engine_database: str) -> None:
    def changed(interaction: str, value: str = "") -> facts.DataChanged:
        return facts.DataChanged(tenant="t", at_ms=1, interaction=interaction, data={"key": value}, actor="a")

    good = "00000000-0000-0000-0000-000000000001"
    call = events.CallOffered(leg="leg", node="a", caller_number="1", called_number="2")
    entries = entries_of(
        [(1, call, [changed(good), changed("no id"), changed(good)]), (2, call, [changed(good, "\0"), changed(good)])]
    )
    with pytest.raises(psycopg.DataError):
        await write(engine_database, entries, at_once)
    assert rows(engine_database, "SELECT FROM engine_journal") == [], "all or nothing"
    await write(engine_database, entries, write_one_by_one)
    assert rows(engine_database, "SELECT seq FROM engine_journal ORDER BY seq") == [(1,), (2,)]
    assert rows(engine_database, "SELECT seq, index FROM engine_fact ORDER BY seq, index") == [(1, 0), (1, 2), (2, 1)]
    assert rows(engine_database, "SELECT seq FROM engine_projection") == [(2,)]


async def test_so_it_is_where_psycopg_has_prepared_statements_of_its_own(engine_database: str) -> None:
    """Which it forgets, and all others of the session, with the fact that fails."""

    def changed(interaction: str) -> facts.DataChanged:
        return facts.DataChanged(tenant="t", at_ms=1, interaction=interaction, data={}, actor="a")

    async def prepared(connection: AsyncConnection, entries: list[Entry]) -> None:
        await connection.execute("SELECT 1", prepare=True)
        await write_one_by_one(connection, entries)

    call = events.CallOffered(leg="leg", node="a", caller_number="1", called_number="2")
    good = "00000000-0000-0000-0000-000000000001"
    await write(engine_database, entries_of([(1, call, [changed("no id"), changed(good)]), (2, call, [])]), prepared)
    assert rows(engine_database, "SELECT seq FROM engine_journal ORDER BY seq") == [(1,), (2,)]
    assert rows(engine_database, "SELECT seq, index FROM engine_fact") == [(1, 1)]


async def test_an_entry_whose_place_is_taken_is_told_from_a_fact_that_cannot_be_stored(engine_database: str) -> None:
    call = events.CallOffered(leg="leg", node="a", caller_number="1", called_number="2")
    entries = entries_of([(1, call, [])])
    with pytest.raises(psycopg.IntegrityError) as raised:
        await write(engine_database, [*entries, *entries], at_once)
    assert raised.value.diag.table_name == "engine_journal"
