"""What stays wrong raises an alarm, what is well clears it; it is acknowledged, and stays as history."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError

from callbase.apps.alarms import queries
from callbase.apps.alarms.actions import do_note
from callbase.apps.alarms.models import Alarm
from callbase.apps.alarms.schemas import AlarmFilter
from callbase.apps.alarms.sources import by_machine
from callbase.apps.alarms.watch import Watch
from callbase.apps.audit.models import AuditEntry
from callbase.web.rows import Paging
from tests.web.conftest import Person

START = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


class Installation:
    """What each part says, looked at every two seconds."""

    def __init__(self) -> None:
        self.says = {"engine": "ok", "worker": "ok", "switch": "ok", "disk": "ok"}
        self.now = START
        self.database_away = False
        self._watch = Watch(self._states, self._note)

    async def _note(self, *happened: Any) -> None:
        if self.database_away:
            raise OperationalError("away")
        await sync_to_async(do_note)(*happened)

    async def _states(self) -> dict[str, str]:
        return dict(self.says)

    def look(self, times: int = 1, **says: str) -> None:
        self.says.update(says)
        for _ in range(times):
            self.now += timedelta(seconds=2)
            async_to_sync(self._watch.look)(self.now)


@pytest.fixture
def installation(demo: None) -> Installation:
    return Installation()


def alarms() -> list[tuple[str, str, str, int, int | None]]:
    """Source, severity, text, seconds after the start it was raised and cleared."""
    return [
        (it.source, it.severity, it.text, (it.raised_at - START).seconds, it.cleared_at and (it.cleared_at - START).seconds)
        for it in Alarm.objects.order_by("raised_at", "source")
    ]


def test_what_stays_wrong_is_raised_once_and_cleared_when_it_is_well(installation: Installation) -> None:
    installation.look(engine="not answering")
    assert alarms() == [], "it may be starting again"
    installation.look(3)
    assert alarms() == [("engine", "critical", "not answering", 2, None)]
    installation.look(engine="database: away")
    assert alarms() == [("engine", "critical", "database: away", 2, None)]
    installation.look(engine="ok")
    installation.look(2, worker="not running")
    assert alarms() == [("engine", "critical", "database: away", 2, 12), ("worker", "major", "not running", 14, None)]


def test_what_nobody_can_tell_neither_raises_nor_clears(installation: Installation) -> None:
    installation.look(3, switch="node a: away")
    installation.look(3, engine="not answering", switch="unknown while the engine is away")
    installation.look(engine="ok", switch="node a: away")
    assert alarms() == [("switch", "critical", "node a: away", 2, None), ("engine", "critical", "not answering", 8, 14)]


def test_what_happened_while_the_database_was_away_is_history_afterwards(installation: Installation) -> None:
    installation.database_away = True
    for engine in ("database: away for 5 s", "database: away for 5 s", "ok"):
        with pytest.raises(OperationalError):
            installation.look(engine=engine)
    installation.database_away = False
    installation.look(2)
    assert alarms() == [("engine", "critical", "database: away for 5 s", 2, 6)]


def test_two_web_processes_raise_it_once(installation: Installation) -> None:
    other = Installation()
    for one in (installation, other):
        one.look(3, disk="90 MB free")
    assert len(alarms()) == 1


def test_what_one_web_process_sees_go_on_is_not_cleared_by_another_that_finds_it_well(installation: Installation) -> None:
    other = Installation()
    for _ in range(8):
        installation.look(engine="not answering")
        other.look(engine="ok")
    assert alarms() == [("engine", "critical", "not answering", 2, None)]
    installation.look(engine="ok")
    assert alarms() == [("engine", "critical", "not answering", 2, 18)]


def test_what_a_web_process_raised_that_is_gone_is_cleared_by_another_that_finds_it_well(installation: Installation) -> None:
    other = Installation()
    installation.look(3, engine="not answering")
    other.look(8, engine="ok")
    assert alarms() == [("engine", "critical", "not answering", 2, 16)]


def test_what_is_told_of_one_machine_is_not_cleared_by_another_that_is_well(installation: Installation) -> None:
    other = Installation()
    for _ in range(3):
        installation.look(**by_machine({"disk": "90 MB free", "clock": "ok"}, "10.0.0.1"))
        other.look(**by_machine({"disk": "ok", "clock": "3.0 s apart from the database's"}, "10.0.0.2"))
    assert [(source, severity, cleared) for source, severity, _, _, cleared in alarms()] == [
        ("clock@10.0.0.2", "major", None),
        ("disk@10.0.0.1", "critical", None),
    ]


def test_an_administrator_acknowledges_and_the_history_says_who(installation: Installation, admin: Person) -> None:
    installation.look(2, worker="not running")
    (alarm,) = admin.get("/api/system/alarms?open=true&acknowledged=false").json()["items"]
    assert (alarm["source"], alarm["acknowledged_at"]) == ("worker", None)
    acknowledged = f"/api/system/alarms/{alarm['id']}/acknowledge"

    assert admin.post(acknowledged, {"note": "the night shift restarts it"}).status_code == 204

    installation.look(worker="ok")
    (alarm,) = admin.get("/api/system/alarms?open=false").json()["items"]
    assert alarm["note"] == "the night shift restarts it"
    assert alarm["acknowledged_by"] != ""
    assert alarm["cleared_at"] is not None
    assert AuditEntry.objects.filter(action="alarm.acknowledge", object_id=str(alarm["id"])).count() == 1
    assert admin.post("/api/system/alarms/999999/acknowledge", {}).status_code == 404
    assert admin.post(acknowledged, {"note": "x" * 501}).status_code == 422
    assert admin.post(acknowledged, {"note": "done"}).status_code == 204
    assert admin.get("/api/system/alarms?search=done").json()["total"] == 1
    assert queries.alarms("another", AlarmFilter(open=None, acknowledged=True, source=""), Paging())["total"] == 0


def test_only_administrators_see_them(agent: Person) -> None:
    assert agent.get("/api/system/alarms").status_code == 403
    assert agent.post("/api/system/alarms/1/acknowledge", {}).status_code == 403
