"""Who may do what: every address of the API, tried by everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from tests.web.conftest import Person
from tests.web.writes import ADMINISTRATOR, EVERYBODY, WRITES, Stock, operations

FOR_EVERYBODY = [
    "/api/queues",
    "/api/outcomes",
    "/api/not-ready-reasons",
    "/api/customers",
    "/api/customer-levels",
    "/api/skills",
    "/api/interactions",
    "/api/voicemails",
]
FOR_ADMINISTRATORS = [
    "/api/people",
    "/api/roles",
    "/api/roles/templates",
    "/api/units",
    "/api/centre",
    "/api/dids",
    "/api/flows",
    "/api/flows/main-menu",
    "/api/prompts",
    "/api/music",
    "/api/trunks",
    "/api/trunk-groups",
    "/api/calendars",
    "/api/caller-lists",
    "/api/simulations",
    "/api/tokens",
    "/api/embedding",
    "/api/audit",
]
READ = dict.fromkeys(FOR_EVERYBODY, EVERYBODY) | dict.fromkeys(FOR_ADMINISTRATORS, ADMINISTRATOR)
LOGINS = {"agent": "1001", "supervisor": "2001", "administrator": "admin"}


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_reads_just_what_it_may(role: str, signed_in: Callable[[str], Person]) -> None:
    person = signed_in(LOGINS[role])
    got = {path: person.get(path).status_code for path in READ}
    assert got == {path: 200 if role in allowed else 403 for path, allowed in READ.items()}


def test_every_write_operation_has_an_example_and_says_who_may(visitor: Person) -> None:
    assert sorted(operations(visitor)) == sorted(WRITES)


@pytest.mark.parametrize("role", LOGINS)
def test_each_role_changes_just_what_it_may(role: str, signed_in: Callable[[str], Person], stock: Stock) -> None:
    for operation in operations(stock.admin):
        person = signed_in(LOGINS[role])
        with transaction.atomic():
            answer = stock.send(person, operation)
            transaction.set_rollback(True)  # each is done to the same centre
        if WRITES[operation].own and role != "administrator":
            assert answer.status_code == 404, operation
        elif WRITES[operation].engine:
            assert answer.status_code == 503, operation  # who may is said once it is there: test_live_api.py
        elif role in WRITES[operation].by:
            assert answer.status_code in (200, 201, 202, 204), (operation, answer.content.decode())
        else:
            assert answer.status_code == 403, operation


def test_nobody_gets_in_without_signing_in(visitor: Person, stock: Stock) -> None:
    assert {visitor.get(path).status_code for path in READ} == {401}
    for operation in operations(visitor):
        if not WRITES[operation].open:
            assert stock.send(visitor, operation).status_code == 401, operation


def test_forbidden_names_the_permission_that_is_missing(agent: Person) -> None:
    assert agent.get("/api/people").json()["error"]["data"] == {"permission": "people.manage"}
