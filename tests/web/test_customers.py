"""Customers and the numbers they are known by."""

from __future__ import annotations

import pytest

from callbase.apps.customers.models import CustomerNumber
from callbase.numbers import caller_form, caller_key, normalize
from tests.web.conftest import Person, fields


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("13800138001", "13800138001"),
        ("+86 138 0013 8001", "13800138001"),
        ("0086-13800138001", "13800138001"),
        ("(020) 5550-0112", "02055500112"),
        ("4008001234", "4008001234"),
        ("+1 (415) 555-0100", "+14155550100"),
        ("", None),
        ("hello", None),
        ("12", None),
        ("0" * 50, None),
    ],
)
def test_a_number_has_one_form_however_it_is_typed(typed: str, stored: str | None) -> None:
    assert normalize(typed) == stored
    assert stored is None or normalize(stored) == stored
    assert caller_form(typed) == (stored or typed)


@pytest.mark.parametrize(
    "written",
    [("13800138001", "+8613800138001", "008613800138001", "8613800138001", "013800138001"), ("02055500112", "+862055500112")],
)
def test_callers_are_told_apart_by_the_number_however_a_carrier_writes_it(written: tuple[str, ...]) -> None:
    assert {caller_key(number) for number in written} == {written[0]}


def test_an_agent_finds_and_keeps_customers(agent: Person) -> None:
    created = agent.post("/api/customers", {"name": "顾小北", "level": "gold", "numbers": ["+86 139 1111 2222", "020-55500199"]})
    assert created.status_code == 201, created.content
    customer = created.json()
    assert customer["numbers"] == ["13911112222", "02055500199"]
    assert [one["id"] for one in agent.get("/api/customers?search=1391111").json()["items"]] == [customer["id"]]
    assert [one["id"] for one in agent.get("/api/customers?search=顾小").json()["items"]] == [customer["id"]]
    for written in ("+86 139 1111 2222", "+8613911112222", "139-1111-2222", "(020) 5550 0199", "+862055500199"):
        found = agent.http.get("/api/customers", {"search": written}).json()["items"]
        assert [one["id"] for one in found] == [customer["id"]], written
    address = f"/api/customers/{customer['id']}"
    assert agent.patch(address, {"numbers": ["13911113333"]}).json()["numbers"] == ["13911113333"]
    assert agent.patch(address, {"notes": "回电"}).json()["numbers"] == ["13911113333"]
    assert agent.delete(address).status_code == 204
    assert agent.get(address).status_code == 404
    assert not CustomerNumber.objects.filter(number="13911113333").exists()


def test_names_stand_in_the_order_readers_look_for_them(agent: Person) -> None:
    names = [
        "alice （排序）",
        "Bob （排序）",
        "阿依古丽（排序）",
        "安安（排序）",
        "蔡晓敏（排序）",
        "陈晓（排序）",
        "赵敏（排序）",
    ]
    for name in [*reversed(names)]:
        agent.post("/api/customers", {"name": name, "company": name})
    for order in ("name", "company"):
        found = agent.http.get("/api/customers", {"search": "（排序）", "sort": order}).json()["items"]
        assert [one["name"] for one in found] == names
        found = agent.http.get("/api/customers", {"search": "（排序）", "sort": f"-{order}"}).json()["items"]
        assert [one["name"] for one in found] == names[::-1]
    assert agent.post("/api/customers", {"name": "𠮷野 😀"}).status_code == 201, "every character there is has its place"


def test_faulty_numbers_are_named_each(agent: Person) -> None:
    numbers = ["13911112222", "hello", "139 1111 2222", "13800138001"]
    assert set(fields(agent.post("/api/customers", {"name": "x", "numbers": numbers}))) == {"numbers.1", "numbers.2", "numbers.3"}


def test_what_cannot_be_stored_is_refused_not_a_failure(agent: Person) -> None:
    assert list(fields(agent.post("/api/customers", {"name": "a\0b"}))) == ["name"]
    assert list(fields(agent.post("/api/customers", {"name": "a\ud800b"}))) == ["name"]
    assert list(fields(agent.get("/api/customers?search=a%00b"))) == ["search"]
    assert agent.get("/api/customers/a%00b").status_code == 404
    assert agent.get("/api/customers/rubbish").status_code == 404
