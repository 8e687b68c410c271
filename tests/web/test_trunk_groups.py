"""Trunk groups and customers' levels: what gives a call its priority before any flow does."""

from __future__ import annotations

from typing import Any

from callbase.apps.configuration.queries import build
from callbase.core import config
from tests.web.conftest import Person, fields

GROUP: dict[str, Any] = {
    "id": "hotline",
    "name": {"zh-CN": "热线", "en-US": "Hotline"},
    "priority": 10,
    "lines_per_agent": 1.5,
    "agents_of": ["sales"],
    "floor": 2,
    "ceiling": 30,
    "beyond": {"type": "goodbye", "busy": True},
}


def test_the_number_a_trunk_shows_as_caller_reaches_the_core(admin: Person) -> None:
    changed = admin.patch("/api/trunks/demo-trunk", {"caller_number": "02155550000"})
    assert changed.json()["caller_number"] == "02155550000"
    assert build(0).tenants["demo"].trunks["demo-trunk"].caller_number == "02155550000"
    assert list(fields(admin.patch("/api/trunks/demo-trunk", {"caller_number": "call me"}))) == ["caller_number"]
    assert admin.patch("/api/trunks/demo-trunk", {"caller_number": ""}).json()["caller_number"] == ""


def test_a_group_and_its_trunks_reach_the_core(admin: Person) -> None:
    assert admin.post("/api/trunk-groups", GROUP).status_code == 201
    assert admin.patch("/api/trunks/demo-trunk", {"group": "hotline"}).json()["group"] == "hotline"
    tenant = build(0).tenants["demo"]
    group = tenant.trunk_groups["hotline"]
    assert (group.lines_per_agent, group.agents_of, group.beyond) == (1.5, ("sales",), config.ToGoodbye(busy=True))
    assert tenant.trunks["demo-trunk"].group == "hotline"
    refused = admin.delete("/api/trunk-groups/hotline")
    assert (refused.status_code, refused.json()["error"]["data"]["users"]) == (409, "demo-trunk")
    admin.patch("/api/trunks/demo-trunk", {"group": None})
    assert admin.delete("/api/trunk-groups/hotline").status_code == 204


def test_a_trunk_something_goes_by_is_not_deleted(admin: Person) -> None:
    assert admin.post("/api/trunks", {"id": "carrier", "host": "192.0.2.9"}).status_code == 201
    where = {"type": "number", "number": "13800138000", "trunk": "carrier"}
    assert admin.patch("/api/queues/sales", {"closed": where}).status_code == 200
    refused = admin.delete("/api/trunks/carrier")
    assert (refused.status_code, refused.json()["error"]["data"]["users"]) == (409, "sales")
    admin.patch("/api/queues/sales", {"closed": None})
    assert admin.delete("/api/trunks/carrier").status_code == 204


def test_faulty_fields_of_a_group_are_named(admin: Person) -> None:
    assert list(fields(admin.post("/api/trunk-groups", GROUP | {"agents_of": ["nowhere"]}))) == ["agents_of.0"]
    assert list(fields(admin.post("/api/trunk-groups", GROUP | {"floor": 31}))) == ["floor"]
    assert list(fields(admin.post("/api/trunk-groups", GROUP | {"beyond": {"type": "agent", "agent": "9"}}))) == ["beyond.agent"]
    assert list(fields(admin.post("/api/trunk-groups", GROUP | {"beyond": {"type": "callback"}}))) == ["beyond.queue"]
    assert list(fields(admin.post("/api/trunk-groups", GROUP | {"lines_per_agent": -1}))) == ["lines_per_agent"]
    assert list(fields(admin.patch("/api/trunks/demo-trunk", {"group": "nowhere"}))) == ["group"]


def test_a_customers_level_adds_its_priority(admin: Person) -> None:
    assert admin.post("/api/customer-levels", {"level": "gold", "priority": 20}).status_code == 201
    assert build(0).tenants["demo"].customer_levels == {"gold": 20}
    assert list(fields(admin.post("/api/customer-levels", {"level": "gold", "priority": 5}))) == ["level"]
    assert list(fields(admin.post("/api/customer-levels", {"level": "a/b", "priority": 5}))) == ["level"]
    assert list(fields(admin.patch("/api/customer-levels/gold", {"priority": 5000}))) == ["priority"]
    assert admin.patch("/api/customer-levels/gold", {"priority": 30}).json() == {"level": "gold", "priority": 30}
    assert admin.delete("/api/customer-levels/gold").status_code == 204
    assert build(0).tenants["demo"].customer_levels == {}
