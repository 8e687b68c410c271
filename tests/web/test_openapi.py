"""The API's own description: complete, and true whatever is sent."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import schemathesis
from django.db import transaction
from hypothesis import given, settings
from schemathesis.core import NotSet

from tests.web.centre import streamed
from tests.web.conftest import Person

few = settings(max_examples=5)


def test_whatever_is_sent_the_answer_is_never_a_failure_of_ours(admin: Person) -> None:
    description = schemathesis.openapi.from_dict(admin.get("/api/openapi.json").json()).exclude(path_regex="/auth/")
    tried: Counter[int] = Counter()

    def attempt(case: Any) -> None:
        sends = case.body is not None and not isinstance(case.body, NotSet)
        with transaction.atomic():
            answer = admin.http.generic(
                case.method,
                case.formatted_path,
                json.dumps(case.body, default=repr) if sends else "",
                content_type=case.media_type or "application/json",
                query_params=case.query or None,
                headers={"X-CSRFToken": admin.csrf},
            )
            if answer.streaming:
                streamed(answer)  # what is left unread is closed at some later moment, and takes the connection with it
            transaction.set_rollback(True)  # each attempt meets the same centre
        tried[answer.status_code] += 1
        if answer.status_code == 503:  # no engine runs here: what is asked of it says so
            assert answer.json()["error"]["code"] == "engine_unavailable"
        else:
            assert answer.status_code < 500, f"{case.method} {case.formatted_path} {case.query} {case.body}"

    for result in description.get_all_operations():
        attempts = given(result.ok().as_strategy())(attempt)
        few(attempts)()
    assert tried.total() > 200
    assert tried[200] > 50
    assert tried[401] == 0
    assert tried[503] > 0


def test_the_stable_handles_are_described(visitor: Person) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]
    for method, path in (
        ("post", "/api/auth/sign-in"),
        ("get", "/api/interactions"),
        ("get", "/api/interactions/{interaction}"),
        ("get", "/api/recordings/{recording}/audio"),
        ("get", "/api/softphone"),
        ("get", "/api/demo/phone"),
    ):
        assert method in paths[path]


def test_every_operation_has_an_id_of_its_own(visitor: Person) -> None:
    paths = visitor.get("/api/openapi.json").json()["paths"]
    ids = [operation["operationId"] for methods in paths.values() for method, operation in methods.items() if method != "head"]
    assert len(ids) == len(set(ids))


def test_what_is_not_done_has_the_form_that_is_described(admin: Person, visitor: Person) -> None:
    schema = visitor.get("/api/openapi.json").json()
    described = schema["components"]["schemas"]["Refusal"]["properties"]["error"]
    for methods in schema["paths"].values():
        for operation in methods.values():
            (form,) = operation["responses"]["default"]["content"].values()
            assert form["schema"]["$ref"] == "#/components/schemas/Refusal"
    for refused, status in (
        (visitor.get("/api/queues"), 401),
        (admin.get("/api/queues/nowhere"), 404),
        (admin.get("/api/queues?page=0&bogus=1"), 422),
        (admin.post("/api/queues", {"name": 7}), 422),
        (admin.post("/api/live/requests", {"action": {"type": "SetReady", "agent": "1001"}}), 503),
    ):
        assert refused.status_code == status
        error = refused.json()["error"]
        assert set(described["required"]) <= error.keys() <= described["properties"].keys()
        assert ("fields" in error) is (status == 422)
