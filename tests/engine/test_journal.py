"""What goes in is in the database afterwards, once, whatever happens to the database meanwhile."""

from __future__ import annotations

import asyncio
import time

import msgspec
import psycopg
import pytest
import structlog.testing

from callbase.core import events
from callbase.engine import journal, process
from callbase.platform.scraping import may_scrape
from tests.engine.conftest import StartEngine, http_get, publish, rows, until
from tests.engine.fake_core import FakeCore, config


def offer(leg: str, caller: str = "13800138001") -> events.CallOffered:
    return events.CallOffered(leg=leg, node="a", caller_number=caller, called_number="4008001234")


def end(leg: str) -> events.LegEnded:
    return events.LegEnded(leg=leg, cause="normal")


async def test_every_event_is_journaled_in_order_with_its_moment(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        engine.switch.sink(end("leg-1"))
        await until(engine.journaled)
    journal = rows(url, "SELECT seq, at_ms, event->>'type' FROM engine_journal ORDER BY seq")
    assert [seq for seq, _, _ in journal] == list(range(1, len(journal) + 1))
    assert [at_ms for _, at_ms, _ in journal] == sorted(at_ms for _, at_ms, _ in journal)
    types = [type for _, _, type in journal]
    assert types[:5] == ["EngineStarted", "ConfigPublished", "SwitchConnected", "CallOffered", "LegEnded"]


async def test_the_journal_tells_until_when_it_was_known_who_talks(
    start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "SNAPSHOT_EVERY_S", 0.1)
    monkeypatch.setattr(process, "QUIET_S", 0.1)
    async with start_engine() as engine:
        await asyncio.sleep(0.5)
        before = engine.process.seq
        await asyncio.sleep(0.5)
        assert engine.process.seq == before, "nobody is in a call, and nothing happens"
        engine.switch.sink(offer("leg-1"))
        await until(lambda: engine.process.seq >= before + 4)  # it, its look-up's end, and twice that time has passed
        engine.switch.sink(end("leg-1"))
        await asyncio.sleep(0)
        ended = engine.process.seq
        await asyncio.sleep(0.3)
        stopped_ms = time.time() * 1000
    journal = rows(url, "SELECT seq, at_ms, event->>'type' FROM engine_journal ORDER BY seq")
    meanwhile = [type for seq, _, type in journal if before < seq <= ended]
    assert meanwhile.count("TimerDue") >= 2, "while somebody was in a call"
    seq, at_ms, last = journal[-1]
    assert (seq, last) == (ended + 1, "TimerDue"), "and once it is stopped"
    assert at_ms >= stopped_ms - 100


async def test_entries_gather_until_somebody_may_look(
    start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "GATHER_S", 3600)
    async with start_engine() as engine, engine.client() as link:
        engine.switch.sink(offer("leg-1"))
        engine.switch.sink(end("leg-1"))
        assert engine.process.backlog >= 2
        await link.request(events.SignIn(agent="1001"), tenant="demo", actor="somebody")
        # what comes after it, as the answer of a look-up, may gather for an hour
        types = "SELECT event->>'type' FROM engine_journal"
        await until(lambda: {("CallOffered",), ("LegEnded",), ("Request",)} <= set(rows(url, types)))


async def test_facts_become_rows(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        engine.switch.sink(end("leg-1"))
        await until(engine.journaled)
    ((tenant, reason, took, queue),) = rows(
        url, "SELECT tenant, end_reason, ended_at - started_at = queue_ms * interval '1 ms', queue FROM interaction"
    )
    assert (tenant, reason, took, queue) == ("demo", "abandoned", True, "sales")
    ((kind, result, ended),) = rows(url, "SELECT kind, result, ended_at IS NOT NULL FROM segment")
    assert (kind, result, ended) == ("queue", "abandoned", True)
    facts = rows(url, "SELECT type FROM engine_fact WHERE interaction IS NOT NULL ORDER BY seq, index")
    assert [name for (name,) in facts] == ["InteractionStarted", "SegmentStarted", "SegmentEnded", "InteractionEnded"]


async def test_rows_are_in_the_partition_of_their_month(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        await until(engine.journaled)
    month_of = "to_char(started_at at time zone 'UTC', 'YYYY_MM')"
    ((partition, month),) = rows(url, f"SELECT tableoid::regclass::text, {month_of} FROM interaction")
    assert partition == f"interaction_{month}"


async def test_an_agents_stays_follow_one_another(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine, engine.client() as link:
        for action in (events.SignIn(agent="1001"), events.SetReady(agent="1001"), events.SetNotReady(agent="1001")):
            await link.request(action, tenant="demo", actor="somebody")
        await until(engine.journaled)
    stays = rows(url, "SELECT state, actor, ended_at FROM agent_activity ORDER BY seq, index")
    starts = rows(url, "SELECT started_at FROM agent_activity ORDER BY seq, index")
    assert [(state, actor) for state, actor, _ in stays] == [
        ("not_ready", "somebody"),
        ("ready", "somebody"),
        ("not_ready", "somebody"),
    ]
    assert [ended for _, _, ended in stays] == [starts[1][0], starts[2][0], None]


async def test_a_second_run_goes_on_where_the_first_ended(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        first = engine.core.snapshot()
    async with start_engine() as engine:
        state = engine.core.state
        assert list(state.calls) == ["leg-1"]
        assert state.starts == 2
        assert engine.core.snapshot() != first
        engine.switch.sink(end("leg-1"))
        await until(engine.journaled)
    assert rows(url, "SELECT count(*), count(ended_at) FROM interaction") == [(1, 1)]


async def test_replaying_the_whole_journal_gives_the_live_state(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        for number in range(20):
            engine.switch.sink(offer(f"leg-{number}"))
        for number in range(0, 20, 2):
            engine.switch.sink(end(f"leg-{number}"))
        await until(engine.journaled)
        live = engine.core.snapshot()
        again = FakeCore()
        for at_ms, event in rows(url, "SELECT at_ms, event::text FROM engine_journal ORDER BY seq"):
            again.receive(msgspec.json.decode(event, type=events.AnyEvent), at_ms)
        assert again.snapshot() == live


async def test_texts_no_database_can_hold_do_not_stop_the_journal(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1", caller="139\0\ud800"))
        await until(engine.journaled)
    ((caller,),) = rows(url, "SELECT caller_number FROM interaction")
    assert caller == "139\ufffd\ufffd"


async def test_a_fact_that_cannot_be_stored_holds_up_no_other(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        nobody = events.Customer(id="no-uuid", name="Nobody")
        engine.switch.sink(events.LookupFinished(lookup="9", tenant="demo", interaction="leg-1", customer=nobody))
        engine.switch.sink(offer("leg-2"))
        await until(engine.journaled)
    assert rows(url, "SELECT count(*) FROM interaction") == [(2,)]
    assert rows(url, "SELECT count(*) FROM engine_fact WHERE type = 'CustomerIdentified'") == [(0,)]
    assert rows(url, "SELECT count(*) FROM engine_journal WHERE event->'customer'->>'id' = 'no-uuid'") == [(1,)]


async def test_a_fault_in_the_core_costs_one_event_only(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        engine.switch.sink(events.DigitPressed(leg="leg-1", digit="!"))
        engine.switch.sink(offer("leg-1"))
        await until(engine.journaled)
        live = engine.core.snapshot()
        assert list(engine.core.state.calls) == ["leg-1"]
    async with start_engine() as engine:
        assert list(engine.core.state.calls) == ["leg-1"]
    assert live


async def test_a_timer_of_the_core_rings_at_its_time(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        engine.switch.sink(events.DigitPressed(leg="leg-1", digit="9"))
        await until(lambda: engine.core.state.timers_rung == 1)


async def test_a_new_configuration_reaches_core_and_switch(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        version = publish(url, config(agents=5))
        await until(lambda: engine.core.state.config.version == version)
        await until(lambda: engine.switch.configs[-1].version == version)
        assert len(engine.switch.configs[-1].tenants["demo"].agents) == 5


async def test_a_configuration_that_cannot_be_read_leaves_the_old_one_in_force(start_engine: StartEngine, url: str) -> None:
    async with start_engine() as engine:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("INSERT INTO engine_config (document) VALUES ('{\"tenants\": 7}')")
            connection.execute("NOTIFY config_published")
        version = publish(url, config(agents=4))
        await until(lambda: engine.core.state.config.version == version)
        versions = [each.version for each in engine.switch.configs]
        assert version - 1 not in versions


async def test_two_engines_never_write_to_one_database(start_engine: StartEngine, url: str) -> None:
    with structlog.testing.capture_logs() as logs:
        async with start_engine():
            second = asyncio.create_task(start_engine().__aenter__())
            await until(lambda: any(entry["event"] == "another engine leads; standing by" for entry in logs))
            with_lock = rows(url, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
            assert not second.done()
            second.cancel()
    assert with_lock == [(1,)]


async def test_a_database_without_room_counts_as_away_until_it_takes_what_comes_and_is_told_of_once(
    start_engine: StartEngine, url: str
) -> None:
    with psycopg.connect(url, autocommit=True) as database, structlog.testing.capture_logs() as logs:
        async with start_engine() as engine:
            await until(engine.journaled)
            database.execute(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '53100'; END $$;"
                "CREATE TRIGGER no_room BEFORE INSERT ON engine_journal EXECUTE FUNCTION no_room()"
            )
            engine.switch.sink(offer("leg-1"))
            await until(lambda: engine.process.database_status != "ok")
            for _ in range(100):
                assert engine.process.database_status != "ok"
                await asyncio.sleep(0.01)
            database.execute("DROP TRIGGER no_room ON engine_journal")
            await until(engine.journaled)
            assert engine.process.database_status == "ok"
    assert sum("the database is away" in entry["event"] for entry in logs) == 1
    assert rows(url, "SELECT count(*) FROM interaction") == [(1,)]


async def test_health_says_which_part_is_away(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        await until(engine.journaled)
        status, body = await http_get(engine.http_url + "/healthz")
        assert (status, msgspec.json.decode(body)) == (
            200,
            {
                "role": "leader",
                "standby": False,
                "database": "ok",
                "switch": {"a": "ok"},
                "draining": {},
                "journal_backlog": 0,
                "core": "ok",
                "trunks": {},
                "config_version": 1,
            },
        )
        engine.switch.sink(events.SwitchLost(node="a"))
        status, body = await http_get(engine.http_url + "/healthz")
        assert (status, msgspec.json.decode(body)["switch"]) == (503, {"a": "not connected"})


async def test_metrics_count_events(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        engine.switch.sink(offer("leg-1"))
        status, body = await http_get(engine.http_url + "/metrics")
    assert status == 200
    assert 'callbase_engine_events_total{type="CallOffered"} 1.0' in body
    assert "callbase_engine_journal_backlog" in body
    assert 'callbase_engine_node_online{node="a"} 1.0' in body
    assert "callbase_engine_leading 1.0" in body
    assert "process_resident_memory_bytes" in body


async def test_metrics_tell_of_telephones_and_trunks(start_engine: StartEngine) -> None:
    async with start_engine() as engine:
        for device in ("1001", "1002", "1003"):
            engine.switch.sink(events.DeviceRegistered(device=device))
        engine.switch.sink(events.DeviceUnregistered(device="1003"))
        engine.switch.trunk_states = {("demo", "carrier"): "rejected at the carrier"}
        _, body = await http_get(engine.http_url + "/metrics")
        _, health = await http_get(engine.http_url + "/healthz")
    assert 'callbase_switch_telephones_registered{node="a"} 2.0' in body
    assert 'callbase_switch_trunk_up{tenant="demo",trunk="carrier"} 0.0' in body
    assert msgspec.json.decode(health)["trunks"] == {"demo/carrier": "rejected at the carrier"}


@pytest.mark.parametrize(
    ("address", "authorization", "may"),
    [
        ("127.0.0.1", "", True),
        ("::1", "", True),
        ("10.0.0.7", "", False),
        ("10.0.0.7", "Bearer wrong", False),
        ("10.0.0.7", "Bearer ", False),
        ("10.0.0.7", "Bearer drawn", True),
        ("", "bearer drawn", True),
    ],
)
def test_metrics_are_for_this_machine_or_who_has_a_token(address: str, authorization: str, may: bool) -> None:
    assert may_scrape(address, authorization, ("", "drawn")) is may
