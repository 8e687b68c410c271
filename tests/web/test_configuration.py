"""Publishing the configuration: with the change, once, and only when there is something new."""

from __future__ import annotations

from typing import Any

import msgspec
import psycopg
import pytest
from django.db import connection, transaction

from callbase.apps.configuration.actions import CHANNEL, do_publish, publish
from callbase.apps.demo.actions import do_install_demo
from callbase.apps.queues.models import Did
from callbase.core.config import Config
from callbase.web.errors import Conflict
from tests.web.conftest import PASSWORD, Person


def versions() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM engine_config ORDER BY version")
        return [row[0] for row in cursor.fetchall()]


def newest() -> Config:
    with connection.cursor() as cursor:
        cursor.execute("SELECT document::text FROM engine_config ORDER BY version DESC LIMIT 1")
        return msgspec.json.decode(cursor.fetchone()[0], type=Config)


def test_a_change_publishes_one_new_version_that_the_engine_can_read(admin: Person) -> None:
    before = versions()
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    assert len(versions()) == len(before) + 1
    config = newest()
    assert config.version == versions()[-1]
    assert config.tenants["demo"].queues["sales"].wrap_up_s == 45


def test_what_changes_nothing_publishes_nothing(admin: Person) -> None:
    before = versions()
    admin.patch("/api/queues/sales", {"wrap_up_s": 30})
    admin.patch("/api/me", {"theme": "dark"})
    assert do_publish() == before[-1]
    assert versions() == before


def test_a_refused_change_publishes_nothing(admin: Person) -> None:
    before = versions()
    admin.post("/api/queues", {"id": "q", "name": {"en-US": "Q"}, "members": [{"agent": "9999"}]})
    assert versions() == before


def test_a_configuration_that_does_not_fit_together_is_not_published(demo: None) -> None:
    before = versions()
    Did.objects.update(flow="absent")
    with pytest.raises(Conflict) as refused:
        do_publish()
    assert refused.value.code == "configuration_invalid"
    assert "4008001234" in refused.value.data["reason"]
    assert versions() == before


def test_publishing_outside_a_transaction_is_a_mistake(transactional_db: None) -> None:
    with pytest.raises(RuntimeError):
        publish()


def test_the_engine_is_told_at_commit_and_not_before(transactional_db: None, quick_passwords: None) -> None:
    settings: dict[str, Any] = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        autocommit=True,
    ) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with transaction.atomic():
            do_install_demo(PASSWORD)
            assert list(listener.notifies(timeout=0.2)) == []
        told = [notification.payload for notification in listener.notifies(timeout=5, stop_after=1)]
    assert told == [str(versions()[-1])]


def test_the_demo_is_put_in_place_once_and_stays_as_people_changed_it(admin: Person) -> None:
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    before = versions()
    assert do_install_demo(PASSWORD) is False
    assert admin.get("/api/queues/sales").json()["wrap_up_s"] == 45
    assert versions() == before


def test_the_demo_centre_is_the_one_promised(demo: None) -> None:
    tenant = newest().tenants["demo"]
    assert set(tenant.agents) == {str(number) for number in range(1001, 1021)} | {"2001"}
    assert [member.agent for member in tenant.queues["sales"].members] == [str(number) for number in range(1001, 1011)]
    assert [member.agent for member in tenant.queues["support"].members] == [str(number) for number in range(1011, 1021)]
    assert tenant.dids["4008001234"].flow == "main-menu"
    assert tenant.trunks["demo-trunk"].match == ("127.0.0.1",)
    customers = {device.number for device in tenant.devices.values() if device.agent is None}
    assert customers == {f"1380013800{line}" for line in range(1, 6)}
    for key, device in tenant.devices.items():
        assert device.id == key
        assert device.ha1
    assert all(set(prompt.text) == {"zh-CN", "en-US"} for prompt in tenant.prompts.values())
