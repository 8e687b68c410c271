"""Who may do what: every address of the API, tried by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.conftest import Person

ADMINISTRATOR = frozenset({"administrator"})
EVERYBODY = ADMINISTRATOR | {"supervisor", "agent"}
FOR_EVERYBODY = ["/api/queues", "/api/outcomes", "/api/not-ready-reasons", "/api/customers", "/api/interactions"]
FOR_ADMINISTRATORS = [
    "/api/people",
    "/api/roles",
    "/api/units",
    "/api/dids",
    "/api/flows",
    "/api/flows/main-menu",
    "/api/prompts",
    "/api/trunks",
    "/api/tokens",
    "/api/audit",
]
READ = dict.fromkeys(FOR_EVERYBODY, EVERYBODY) | dict.fromkeys(FOR_ADMINISTRATORS, ADMINISTRATOR)
WRITE = {
    ("post", "/api/people"): ADMINISTRATOR,
    ("post", "/api/units"): ADMINISTRATOR,
    ("post", "/api/queues"): ADMINISTRATOR,
    ("patch", "/api/queues/sales"): ADMINISTRATOR,
    ("post", "/api/dids"): ADMINISTRATOR,
    ("put", "/api/flows/main-menu"): ADMINISTRATOR,
    ("post", "/api/prompts"): ADMINISTRATOR,
    ("post", "/api/trunks"): ADMINISTRATOR,
    ("post", "/api/outcomes"): ADMINISTRATOR,
    ("post", "/api/not-ready-reasons"): ADMINISTRATOR,
    ("post", "/api/tokens"): ADMINISTRATOR,
    ("post", "/api/customers"): EVERYBODY,
}
LOGINS = {"agent": "1001", "supervisor": "2001", "administrator": "admin"}
VALID = {
    "/api/people": {"login": "x", "name": "x"},
    "/api/units": {"name": "x"},
    "/api/queues": {"id": "x", "name": {"en-US": "x"}},
    "/api/queues/sales": {"priority": 1},
    "/api/dids": {"number": "95001", "flow": "main-menu"},
    "/api/flows/main-menu": {"name": {"en-US": "x"}, "start": "a", "nodes": {"a": {"type": "hang_up"}}},
    "/api/prompts": {"id": "x", "text": {"zh-CN": "x", "en-US": "x"}},
    "/api/trunks": {"id": "x", "match": ["192.0.2.1"]},
    "/api/outcomes": {"id": "x", "name": {"en-US": "x"}},
    "/api/not-ready-reasons": {"id": "x", "name": {"en-US": "x"}},
    "/api/tokens": {"name": "x", "scopes": ["board.view"]},
    "/api/customers": {"name": "x"},
}


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_reads_just_what_it_may(role: str, signed_in: Callable[[str], Person]) -> None:
    person = signed_in(LOGINS[role])
    got = {path: person.get(path).status_code for path in READ}
    assert got == {path: 200 if role in allowed else 403 for path, allowed in READ.items()}


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_changes_just_what_it_may(role: str, signed_in: Callable[[str], Person]) -> None:
    person = signed_in(LOGINS[role])
    got = {key: getattr(person, key[0])(key[1], VALID[key[1]]).status_code for key in WRITE}
    assert {key: code in (200, 201) for key, code in got.items()} == {key: role in allowed for key, allowed in WRITE.items()}
    assert {code for key, code in got.items() if role not in WRITE[key]} <= {403}


def test_nobody_gets_in_without_signing_in(visitor: Person) -> None:
    assert {visitor.get(path).status_code for path in READ} == {401}
    assert {getattr(visitor, method)(path, VALID[path]).status_code for method, path in WRITE} == {401}


def test_forbidden_names_the_permission_that_is_missing(agent: Person) -> None:
    assert agent.get("/api/people").json()["error"]["data"] == {"permission": "people.manage"}
