"""Publishing the configuration: with the change, once, and only when there is something new."""

from __future__ import annotations

import hashlib
import json
from importlib import import_module
from typing import Any

import msgspec
import psycopg
import pytest
from django.db import connection, transaction

from callbase.apps.configuration.actions import CHANNEL, do_publish_anew, publish
from callbase.apps.demo.actions import do_install_demo
from callbase.apps.organization.secrets import unseal
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
    do_publish_anew()
    assert versions() == before


def test_a_refused_change_publishes_nothing(admin: Person) -> None:
    before = versions()
    admin.post("/api/queues", {"id": "q", "name": {"en-US": "Q"}, "members": [{"agent": "9999"}]})
    assert versions() == before


def test_a_configuration_that_does_not_fit_together_is_not_published(demo: None) -> None:
    before = versions()
    Did.objects.update(flow="absent")
    with pytest.raises(Conflict) as refused:
        do_publish_anew()
    assert refused.value.code == "configuration_invalid"
    assert "4008001234" in refused.value.data["reason"]
    assert versions() == before


def test_where_nothing_was_ever_published_an_upgrade_publishes_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM engine_config")
    do_publish_anew()
    assert versions() == []


def test_secrets_stand_sealed_in_tables_and_document(admin: Person) -> None:
    trunk = {"id": "carrier", "host": "sip.example.net", "username": "callbase", "password": "of-the-carrier"}
    assert admin.post("/api/trunks", trunk).status_code == 201
    drawn = admin.post(f"/api/people/{admin.get('/api/people?search=1001').json()['items'][0]['id']}/sip-password").json()
    ha1 = hashlib.md5(f"1001:callbase:{drawn['password']}".encode()).hexdigest()

    tenant = newest().tenants["demo"]
    assert unseal(tenant.trunks["carrier"].password) == "of-the-carrier"
    assert unseal(tenant.devices["1001"].ha1) == ha1

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document::text FROM engine_config UNION ALL SELECT device::text FROM device"
            " UNION ALL SELECT trunk::text FROM trunk"
        )
        kept = "\n".join(text for (text,) in cursor.fetchall())
    assert "sip.example.net" in kept
    for secret in ("of-the-carrier", drawn["password"], ha1):
        assert secret not in kept


def test_an_upgrade_takes_secrets_out_of_what_was_published_before(demo: None) -> None:
    migration = import_module("callbase.apps.organization.migrations.0002_sealed_ha1")
    document = {
        "version": 9,
        "tenants": {"t": {"id": "t", "name": "password", "trunks": {"c": {"id": "c", "password": 'a"b\\'}}}},
    }
    event = {"type": "ConfigPublished", "config": document}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO engine_journal VALUES (1, 0, %s)", [json.dumps(event)])
        migration.clear_published(None, connection.schema_editor())
        cursor.execute("SELECT event::text FROM engine_journal")
        cleared = json.loads(cursor.fetchone()[0])["config"]
    assert cleared["tenants"]["t"] == {"id": "t", "name": "password", "trunks": {"c": {"id": "c", "password": ""}}}
    assert {device.ha1 for device in newest().tenants["demo"].devices.values()} == {""}
    assert msgspec.json.decode(json.dumps(cleared), type=Config)


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
        assert unseal(device.ha1)
    assert all(set(prompt.text) == {"zh-CN", "en-US"} for prompt in tenant.prompts.values())
