"""The inbox of messages: whose they are, who dealt with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from callbase.apps.audit.models import AuditEntry
from callbase.apps.voicemail import queries
from tests.web.centre import insert
from tests.web.conftest import Person

BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def supervisor(signed_in: Callable[[str], Person]) -> Person:
    return signed_in("2001")


def left(queue: str | None, caller: str, *, spoken_ms: int | None = 4_000, minutes: int = 0, tenant: str = "demo") -> str:
    """A message; returns its recording."""
    interaction, recording, at = str(uuid4()), str(uuid4()), BEGUN + timedelta(minutes=minutes)
    insert(
        "interaction",
        id=interaction,
        tenant=tenant,
        started_at=at,
        channel="voice",
        direction="inbound",
        caller_number=caller,
        called_number="4008001234",
        language="zh-CN",
    )
    insert(
        "recording",
        id=recording,
        tenant=tenant,
        interaction=interaction,
        started_at=at,
        ended_at=at,
        path="recordings/x",
        kind="voicemail",
        queue=queue,
        spoken_ms=spoken_ms,
        state="ended",
    )
    return recording


def callers(person: Person, query: str = "") -> list[str]:
    return [one["caller_number"] for one in person.get(f"/api/voicemails{query}").json()["items"]]


def test_an_agent_sees_the_messages_of_its_queues_and_a_supervisor_all(agent: Person, supervisor: Person) -> None:
    left("sales", "1391")
    left("support", "1392", minutes=1)
    left(None, "1393", minutes=2)
    assert (agent.get("/api/voicemails/new").json(), supervisor.get("/api/voicemails/new").json()) == ({"total": 1}, {"total": 3})
    left("sales", "1394", minutes=3, tenant="elsewhere")
    assert callers(agent) == ["1391"]
    assert callers(supervisor) == ["1393", "1392", "1391"]
    assert callers(supervisor, "?queue=support") == ["1392"]


def test_who_said_nothing_left_no_message(supervisor: Person) -> None:
    left("sales", "1391", spoken_ms=0)
    left("sales", "1392", spoken_ms=None)
    assert callers(supervisor) == ["1392"]


def test_a_message_is_new_until_somebody_has_dealt_with_it(agent: Person, supervisor: Person) -> None:
    recording = left("sales", "1391")
    assert callers(agent, "?state=new") == ["1391"]
    handled = agent.patch(f"/api/voicemails/{recording}", {"handled": True}).json()
    assert (handled["state"], bool(handled["handled_by"])) == ("handled", True)
    assert callers(supervisor, "?state=new") == []
    assert callers(supervisor, "?state=handled") == ["1391"]
    assert supervisor.patch(f"/api/voicemails/{recording}", {"handled": True}).json()["handled_by"] == handled["handled_by"]
    assert agent.patch(f"/api/voicemails/{recording}", {"handled": False}).json()["state"] == "new"
    assert AuditEntry.objects.filter(action="voicemail.handled", object_id=recording).count() == 2


def test_new_messages_are_counted_only_so_far(supervisor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "COUNTED", 2)
    for caller in ("1391", "1392", "1393"):
        recording = left("sales", caller)
    assert supervisor.get("/api/voicemails/new").json() == {"total": 2}
    supervisor.patch(f"/api/voicemails/{recording}", {"handled": True})
    assert sorted(callers(supervisor, "?state=new")) == ["1391", "1392"]


def test_a_message_for_others_is_not_there(agent: Person) -> None:
    recording = left("support", "1392")
    assert agent.patch(f"/api/voicemails/{recording}", {"handled": True}).status_code == 404
    assert agent.get(f"/api/recordings/{recording}/audio").status_code == 404
    assert agent.get(f"/api/recordings/{left('sales', '1391')}/audio").status_code == 409, "theirs, and not encoded yet"
