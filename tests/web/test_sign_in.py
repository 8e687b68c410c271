"""Who gets in, who does not, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from callbase.apps.audit.models import AuditEntry
from callbase.apps.organization import models
from callbase.apps.organization.access import access_of_session
from tests.web.conftest import PASSWORD, Person, QuickArgon2


def test_before_signing_in_the_session_says_so_and_hands_out_a_csrf_token(visitor: Person) -> None:
    session = visitor.get("/api/auth/session").json()
    assert session["signed_in"] is False
    assert session["person"] is None
    assert session["demo"] is True
    assert session["csrf_token"]


def test_the_right_password_opens_a_session_with_ones_permissions(visitor: Person) -> None:
    answer = visitor.sign_in("1001")
    assert answer.status_code == 200
    body = answer.json()
    assert (body["signed_in"], body["person"]["agent"], body["tenant"]["id"]) == (True, "1001", "demo")
    assert "agent.work" in body["permissions"]
    assert "people.manage" not in body["permissions"]
    assert visitor.get("/api/auth/session").json()["person"]["login"] == "1001"


def test_the_session_tells_whom_calls_come_to(agent: Person, signed_in: Callable[[str], Person]) -> None:
    assert agent.get("/api/auth/session").json()["in_queues"] is True
    assert signed_in("2001").get("/api/auth/session").json()["in_queues"] is False, "an agent of no queue"


def test_a_wrong_password_is_refused_in_the_visitors_language(demo: None) -> None:
    english, chinese = Person("en-GB,en;q=0.9"), Person("zh-TW")
    refused = english.sign_in("1001", "wrong")
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "sign_in_failed"
    assert "password" in refused.json()["error"]["message"]
    assert "密码" in chinese.sign_in("1001", "wrong").json()["error"]["message"]


def test_an_unknown_name_gets_the_same_answer_as_a_wrong_password(visitor: Person) -> None:
    assert visitor.sign_in("nobody", "wrong").json() == visitor.sign_in("1001", "wrong").json()


def test_an_unknown_name_costs_the_same_one_hash_as_a_wrong_password(visitor: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []

    def counting(work: Callable[..., Any]) -> Callable[..., Any]:
        def counted(hasher: QuickArgon2, password: str, other: str) -> Any:
            hashed.append(password)
            return work(hasher, password, other)

        return counted

    for name in ("encode", "verify"):
        monkeypatch.setattr(QuickArgon2, name, counting(getattr(QuickArgon2, name)))
    for login in ("1001", "nobody"):
        hashed.clear()
        assert visitor.sign_in(login, "wrong").status_code == 401
        assert hashed == ["wrong"], login


def test_five_wrong_passwords_lock_the_name_out_for_that_address_only(visitor: Person) -> None:
    for _ in range(4):
        assert visitor.sign_in("1001", "wrong").status_code == 401
    visitor.sign_in("1001", "wrong")
    locked = visitor.sign_in("1001")
    assert locked.status_code == 429
    assert locked.json()["error"]["code"] == "locked_out"
    assert locked.json()["error"]["data"]["minutes"] == "10"
    assert visitor.sign_in("1002").status_code == 200
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    answer = elsewhere.post("/api/auth/sign-in", {"login": "1001", "password": PASSWORD}, content_type="application/json")
    assert answer.status_code == 200


def test_signing_out_ends_the_session(agent: Person) -> None:
    assert agent.post("/api/auth/sign-out").status_code == 204
    assert agent.get("/api/auth/session").json()["signed_in"] is False
    assert agent.get("/api/queues").status_code == 401


def ends() -> timedelta:
    return Session.objects.get().expire_date - timezone.now()


def test_a_screen_on_the_wall_renews_its_session_and_keeps_its_cookie(admin: Person) -> None:
    admin.post("/api/roles", {"id": "screen", "name": {"en-US": "Screen"}, "permissions": ["board.view"], "scope": "all"})
    made = admin.post("/api/people", {"login": "wall", "name": "Wall", "password": PASSWORD, "roles": ["screen"]})
    assert made.status_code == 201
    Session.objects.all().delete()
    screen = Person()
    assert screen.sign_in("wall").json()["renewable"] is True
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    assert screen.get("/api/boards").status_code == 200
    assert ends() < timedelta(hours=2), "nothing else renews"
    renewed = screen.post("/api/auth/renew")
    assert renewed.status_code == 204
    assert ends() > timedelta(hours=11)
    assert renewed.cookies[settings.SESSION_COOKIE_NAME]["max-age"] == 12 * 3600
    person = models.Person.objects.get(login="wall")
    models.Agent.objects.create(tenant=person.tenant, number="7777", person=person)
    assert screen.post("/api/auth/renew").status_code == 403, "calls may come to it now"


@pytest.mark.parametrize("login", ["1001", "2001", "admin"])
def test_whoever_may_do_more_than_watch_keeps_the_sessions_end(visitor: Person, login: str) -> None:
    assert visitor.sign_in(login).json()["renewable"] is False
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    assert visitor.post("/api/auth/renew").status_code == 403
    assert ends() < timedelta(hours=2)


def test_nobody_is_signed_in_by_renewing(visitor: Person) -> None:
    assert visitor.post("/api/auth/renew").status_code == 401


def test_signing_in_and_out_and_failing_to_are_audited(visitor: Person) -> None:
    visitor.sign_in("1001", "wrong")
    visitor.sign_in("1001")
    visitor.post("/api/auth/sign-out")
    actions = list(AuditEntry.objects.filter(tenant="demo").exclude(actor="system").order_by("id").values_list("action", "ip"))
    assert actions == [("sign_in.failed", "127.0.0.1"), ("sign_in", "127.0.0.1"), ("sign_out", "127.0.0.1")]


def test_a_change_by_session_without_the_csrf_header_is_refused(agent: Person) -> None:
    agent.csrf = ""
    refused = agent.patch("/api/me", {"theme": "dark"})
    assert refused.status_code == 403
    assert refused.json()["error"]["code"] == "csrf_failed"


def test_another_site_cannot_sign_somebody_in(visitor: Person) -> None:
    answer = visitor.http.post(
        "/api/auth/sign-in",
        {"login": "1001", "password": PASSWORD},
        content_type="application/json",
        headers={"Origin": "https://elsewhere.example"},
    )
    assert answer.status_code == 403


def test_the_sign_in_pages_language_is_taken_once_and_later_only_where_it_was_chosen(visitor: Person) -> None:
    def signed_in(**more: Any) -> str:
        return visitor.sign_in("1001", language="en-US", **more).json()["person"]["language"]

    assert signed_in() == "en-US", "nothing was chosen yet"
    visitor.patch("/api/me", {"language": "zh-CN"})
    assert signed_in() == "zh-CN", "a page in English, on another machine, changes nothing"
    assert signed_in(language_chosen=True) == "en-US"


def test_one_changes_ones_own_language_and_theme(agent: Person) -> None:
    changed = agent.patch("/api/me", {"language": "en-US", "theme": "dark"})
    assert (changed.json()["language"], changed.json()["theme"]) == ("en-US", "dark")


def test_one_changes_ones_password_and_stays_signed_in_while_other_sessions_end(
    agent: Person, signed_in: Callable[[str], Person]
) -> None:
    other = signed_in("1001")
    assert agent.post("/api/auth/password", {"old": PASSWORD, "new": "a-much-better-one"}).status_code == 204
    assert agent.get("/api/auth/session").json()["signed_in"] is True
    assert other.get("/api/auth/session").json()["signed_in"] is False
    assert Person().sign_in("1001", "a-much-better-one").status_code == 200


def test_a_poor_new_password_is_refused_with_the_reason(agent: Person) -> None:
    agent.patch("/api/me", {"language": "en-US"})
    for new, reason in (("short", "at least 8"), ("password123", "common")):
        refused = agent.post("/api/auth/password", {"old": PASSWORD, "new": new})
        assert refused.status_code == 422
        assert reason in refused.json()["error"]["fields"]["new"][0]


def test_the_old_password_must_be_right(agent: Person) -> None:
    refused = agent.post("/api/auth/password", {"old": "wrong", "new": "a-much-better-one"})
    assert (refused.status_code, refused.json()["error"]["field"]) == (403, "old")


def test_the_gateway_knows_a_session_by_its_key_until_it_ends(agent: Person) -> None:
    key = agent.http.session.session_key
    access = access_of_session(key)
    assert access is not None
    assert (access.tenant.id, access.agent) == ("demo", "1001")
    agent.post("/api/auth/sign-out")
    assert access_of_session(key) is None
    assert access_of_session("rubbish") is None
    assert access_of_session(None) is None


def test_a_deactivated_person_is_out_at_once(agent: Person, admin: Person) -> None:
    person = agent.get("/api/auth/session").json()["person"]["id"]
    assert admin.delete(f"/api/people/{person}").status_code == 204
    assert agent.get("/api/queues").status_code == 401
    assert Person().sign_in("1001").status_code == 401


def test_who_reads_the_sign_in_page_in_a_language_goes_on_in_it(visitor: Person) -> None:
    assert visitor.sign_in("1001", language="en-US").json()["person"]["language"] == "en-US"
    assert visitor.sign_in("1001").json()["person"]["language"] == "en-US"
    assert visitor.sign_in("1001", language="xx").status_code == 422
