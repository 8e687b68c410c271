"""Alarms are sent to who wants to know, by mail and webhook: in their language, signed, again where it failed, not too many."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from asgiref.sync import async_to_sync
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import DatabaseError

from callbase.apps.alarms import actions, posting, sources, watch
from callbase.apps.alarms.actions import do_note, do_send_due
from callbase.apps.alarms.models import Delivery, Recipient
from callbase.apps.alarms.sending import SendFailed
from callbase.apps.alarms.watch import Trouble, WithoutDatabase
from callbase.apps.alarms.words import Message
from callbase.apps.audit.models import AuditEntry
from callbase.core.views import TenantView
from callbase.platform import ports
from callbase.platform.environment import SettingInvalid, read_environment
from callbase.web.health import engine_parts
from tests.web.centre import execute
from tests.web.conftest import Person

RECIPIENTS = "/api/alarm-recipients"
NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


class Postman:
    """What the mail server was given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refuses = self.knows_nobody = False

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.knows_nobody:
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses:
            return "451 try again later"
        self.mails.append(cast(EmailMessage, email.message_from_bytes(envelope.content or b"", policy=email.policy.default)))
        return "250 taken"


@pytest.fixture
def postman(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postman]:
    postman, port = Postman(), ports.pick()
    server = Controller(postman, hostname="127.0.0.1", port=port)
    server.start()
    monkeypatch.setenv("CALLBASE_SMTP_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("CALLBASE_SMTP_FROM", "callbase@example.com")
    yield postman
    server.stop()


class Hook:
    """A program of somebody's that takes alarms."""

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers = 200
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.taken.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(hook.answers)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/alarms"


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hook]:
    monkeypatch.setenv("CALLBASE_WEBHOOK_NETWORKS", "127.0.0.1")
    hook = Hook()
    serving = threading.Thread(target=hook.server.serve_forever, daemon=True)
    serving.start()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()


def happens(source: str, text: str, *, cleared: bool = False, at: datetime = NOW) -> None:
    trouble = Trouble(source, text, at)
    do_note([] if cleared else [trouble], [], [source] if cleared else [], at)


def test_mail_goes_to_who_wants_to_know_in_their_language(admin: Person, postman: Postman) -> None:
    for address, severity, language in (("night@example.com", "critical", "en-US"), ("all@example.com", "major", "zh-CN")):
        made = admin.post(RECIPIENTS, {"kind": "email", "address": address, "severity": severity, "language": language})
        assert made.status_code == 201, made.content
    happens("worker", "silent for 40 s")
    happens("switch", "node a: not connected")
    happens("switch", "", cleared=True, at=NOW + timedelta(minutes=2))
    while do_send_due(datetime.now(UTC)):
        pass
    told = [(mail["To"], mail["Subject"]) for mail in postman.mails]
    assert sorted(told) == [
        ("all@example.com", "[callbase] 严重: 交换机, 发生"),
        ("all@example.com", "[callbase] 严重: 交换机, 恢复"),
        ("all@example.com", "[callbase] 重要: 后台任务, 发生"),
        ("night@example.com", "[callbase] Critical: Telephone exchange, cleared"),
        ("night@example.com", "[callbase] Critical: Telephone exchange, raised"),
    ]
    in_chinese = [mail for mail in postman.mails if mail["To"] == "all@example.com"]
    first, last = in_chinese[0], in_chinese[-1]
    assert "已 40 秒没有动静" in first.get_content()
    assert "2026-11-29 08:00:00 UTC" in first.get_content()
    assert "节点 a：未连接" in last.get_content() and "08:02:00 UTC" in last.get_content()
    assert first["From"] == "callbase@example.com"
    assert first["Auto-Submitted"] == "auto-generated"
    (shown, _) = sorted(admin.get(RECIPIENTS).json()["items"], key=lambda it: it["address"])
    assert shown["last_sent_at"] is not None and shown["failing"] == ""


def test_a_webhook_can_tell_that_it_is_us(admin: Person, hook: Hook) -> None:
    made = admin.post(RECIPIENTS, {"kind": "webhook", "address": hook.url, "secret": "s3cret", "language": "en-US"})
    assert made.status_code == 201 and "s3cret" not in made.content.decode()
    assert "s3cret" not in Recipient.objects.get().secret
    assert not AuditEntry.objects.filter(action="alarm_recipient.create", changes__icontains="s3cret").exists()
    happens("database", "connection refused")
    assert do_send_due(datetime.now(UTC)) == 1
    ((headers, body),) = hook.taken
    expected = hmac.new(b"s3cret", f"{headers['X-Callbase-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    assert headers["X-Callbase-Signature"] == f"sha256={expected}"
    said = json.loads(body)
    assert (said["event"], said["alarm"]["source"], said["alarm"]["severity"]) == ("raised", "database", "critical")
    assert said["alarm"]["raised_at"] == NOW.isoformat() and said["alarm"]["cleared_at"] is None
    assert said["subject"] == "[callbase] Critical: Database, raised"


@pytest.fixture
def dripping() -> Iterator[str]:
    """The address of one who sends a header a moment, for ever."""
    listening = socket.create_server(("127.0.0.1", 0))
    ended = threading.Event()

    def drip() -> None:
        with contextlib.suppress(OSError):
            while True:
                taken, _ = listening.accept()
                threading.Thread(target=answer, args=(taken,), daemon=True).start()

    def answer(taken: socket.socket) -> None:
        with taken, contextlib.suppress(OSError):
            taken.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.02):
                taken.sendall(b"X: y\r\n")

    threading.Thread(target=drip, daemon=True).start()
    yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    ended.set()
    listening.close()


def test_who_answers_for_ever_holds_nobody_up_and_is_sent_it_again(
    admin: Person, hook: Hook, dripping: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "WITHIN_S", 0.5)
    for address in (dripping, hook.url):
        admin.post(RECIPIENTS, {"kind": "webhook", "address": address, "secret": "x"})
    happens("database", "connection refused")
    now = datetime.now(UTC)
    assert do_send_due(now) == 2
    assert len(hook.taken) == 1
    (waits,) = Delivery.objects.filter(sent_at=None)
    assert waits.recipient.address == dripping
    assert waits.error == "no answer within 0.5 s"
    assert waits.due_at == now + timedelta(seconds=actions.AGAIN_AFTER_S[0])


def test_what_is_being_sent_is_not_sent_by_another_process_too(
    admin: Person, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin.post(RECIPIENTS, {"kind": "webhook", "address": hook.url, "secret": "x"})
    happens("database", "connection refused")
    now = datetime.now(UTC)
    assert len(actions._claim(now)) == 1
    assert do_send_due(now + timedelta(seconds=60)) == 0, "a slow mail server takes that long"
    assert do_send_due(now + timedelta(seconds=121)) == 1, "the other process died"


@pytest.mark.parametrize(
    ("address", "named", "may"),
    [
        ("127.0.0.1", (), False),
        ("127.9.9.9", (), False),
        ("::1", (), False),
        ("::ffff:127.0.0.1", (), False),
        ("0.0.0.0", (), False),
        ("::", (), False),
        ("169.254.169.254", (), False),
        ("fe80::1%eth0", (), False),
        ("224.0.0.1", (), False),
        ("10.0.0.5", (), True),
        ("203.0.113.7", (), True),
        ("2001:db8::7", (), True),
        ("127.0.0.1", ("127.0.0.1",), True),
        ("::ffff:127.0.0.1", ("127.0.0.0/8",), True),
        ("127.0.0.2", ("127.0.0.1", "::1"), False),
    ],
)
def test_the_machines_own_doors_are_posted_to_where_the_operator_names_them_only(
    address: str, named: tuple[str, ...], may: bool
) -> None:
    assert posting.allowed(address, named) is may


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_name_or_address_of_the_machine_itself_is_not_even_connected_to(
    admin: Person, hook: Hook, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CALLBASE_WEBHOOK_NETWORKS")
    address = hook.url.replace("127.0.0.1", host)
    made = admin.post(RECIPIENTS, {"kind": "webhook", "address": address, "secret": "x"}).json()
    failure = admin.post(f"{RECIPIENTS}/{made['id']}/test", {}).json()["failure"]
    assert "of this machine or its link (see CALLBASE_WEBHOOK_NETWORKS)" in failure
    assert hook.taken == []


def test_a_recipient_is_changed_and_its_secret_stays_unless_another_is_given(admin: Person, hook: Hook) -> None:
    made = admin.post(RECIPIENTS, {"kind": "webhook", "address": "http://127.0.0.1:9/", "secret": "s3cret"}).json()
    other = admin.post(RECIPIENTS, {"kind": "webhook", "address": "http://127.0.0.1:8/", "secret": "x"}).json()
    path = f"{RECIPIENTS}/{made['id']}"
    changed = admin.patch(path, {"address": hook.url, "severity": "major", "language": "en-US", "secret": ""})
    assert changed.status_code == 200
    assert changed.json() == made | {"address": hook.url, "severity": "major", "language": "en-US"}
    assert signed_with(admin, path, hook, b"s3cret")
    assert admin.patch(path, {"secret": "another"}).status_code == 200
    assert signed_with(admin, path, hook, b"another")
    assert "another" not in str(list(AuditEntry.objects.filter(action="alarm_recipient.update").values_list("changes")))
    for body, field in (
        ({"address": other["address"]}, "address"),
        ({"address": "nowhere"}, "address"),
        ({"severity": "minor"}, "severity"),
        ({"kind": "email", "address": "a@example.com"}, "kind"),
    ):
        refused = admin.patch(path, body)
        assert (refused.status_code, list(refused.json()["error"]["fields"])) == (422, [field])
    assert admin.get(RECIPIENTS).json()["items"][0]["address"] == hook.url, "nothing of it was kept"


def signed_with(admin: Person, path: str, hook: Hook, secret: bytes) -> bool:
    assert admin.post(f"{path}/test", {}).json() == {"failure": ""}
    headers, body = hook.taken[-1]
    expected = hmac.new(secret, f"{headers['X-Callbase-Timestamp']}.".encode() + body, hashlib.sha256).hexdigest()
    return headers["X-Callbase-Signature"] == f"sha256={expected}"


def test_what_failed_is_sent_again_and_given_up_at_last(admin: Person, hook: Hook) -> None:
    admin.post(RECIPIENTS, {"kind": "webhook", "address": hook.url, "secret": "x"})
    hook.answers = 302
    happens("engine", "not answering: refused")
    now = datetime.now(UTC)
    assert (do_send_due(now), do_send_due(now)) == (1, 0), "not at once"
    assert shown(admin) == ("it answers 302", True)
    for pause_s in actions.AGAIN_AFTER_S[:2]:
        now += timedelta(seconds=pause_s + 1)
        assert do_send_due(now) == 1
    hook.answers = 204
    now += timedelta(seconds=actions.AGAIN_AFTER_S[2] + 1)
    assert do_send_due(now) == 1
    delivery = Delivery.objects.get()
    assert (delivery.attempts, delivery.due_at, delivery.error) == (4, None, "") and delivery.sent_at is not None
    assert {path for path, _ in [(headers.get("Host"), body) for headers, body in hook.taken]} == {hook.url.split("/")[2]}
    Delivery.objects.update(sent_at=None, due_at=now, attempts=len(actions.AGAIN_AFTER_S))
    hook.answers = 500
    assert do_send_due(now) == 1
    delivery.refresh_from_db()
    assert (delivery.due_at, delivery.error) == (None, "it answers 500")
    assert shown(admin) == ("it answers 500", False), "given up"
    hook.answers = 200
    happens("engine", "", cleared=True, at=NOW + timedelta(minutes=1))
    assert do_send_due(datetime.now(UTC)) == 1
    assert shown(admin) == ("", False), "the newest was taken"


def test_an_unforeseen_failure_is_its_own_recipients_only(admin: Person, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    def sent(recipient: Recipient, message: Message) -> None:
        if recipient.address.endswith("/strange"):
            raise RuntimeError("unforeseen")

    monkeypatch.setattr(actions, "send", sent)
    for address in (f"{hook.url}/strange", hook.url, f"{hook.url}/other"):
        admin.post(RECIPIENTS, {"kind": "webhook", "address": address, "secret": "x"})
    happens("engine", "not answering: refused")
    now = datetime.now(UTC)
    assert do_send_due(now) == 3
    (waits,) = Delivery.objects.filter(sent_at=None)
    assert (waits.recipient.address, waits.error) == (f"{hook.url}/strange", "RuntimeError")
    assert waits.due_at == now + timedelta(seconds=actions.AGAIN_AFTER_S[0]), "tried as often as any, then given up"


async def test_sending_goes_on_after_an_unforeseen_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    failures, goes_on = iter([RuntimeError("unforeseen"), DatabaseError("away")]), asyncio.Event()

    async def send_due() -> int:
        failure = next(failures, None)
        if failure is not None:
            raise failure
        goes_on.set()
        return 0

    monkeypatch.setattr(watch, "_send_due", send_due)
    monkeypatch.setattr(watch, "LOOK_EVERY_S", 0.01)
    sending = asyncio.create_task(watch._keep_sending())
    async with asyncio.timeout(20):
        await asyncio.wait([sending, waiting := asyncio.create_task(goes_on.wait())], return_when=asyncio.FIRST_COMPLETED)
    assert goes_on.is_set()
    for task in (sending, waiting):
        task.cancel()


def shown(admin: Person) -> tuple[str, bool]:
    """What the console says went wrong, and whether it is tried again."""
    (recipient,) = admin.get(RECIPIENTS).json()["items"]
    return recipient["failing"], recipient["again_at"] is not None


def test_no_more_than_so_many_within_ten_minutes(admin: Person, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_MESSAGES", 3)
    admin.post(RECIPIENTS, {"kind": "webhook", "address": hook.url, "secret": "x"})
    for minute in range(4):
        happens("engine", "not answering", at=NOW + timedelta(minutes=minute))
        happens("engine", "", cleared=True, at=NOW + timedelta(minutes=minute, seconds=30))
    now = datetime.now(UTC)
    while do_send_due(now):
        pass
    assert len(hook.taken) == 3
    later = now + timedelta(minutes=11)
    while do_send_due(later):
        pass
    assert len(hook.taken) == 6


def test_a_test_message_is_sent_at_once_and_says_why_where_it_cannot_be(admin: Person, hook: Hook, postman: Postman) -> None:
    made = admin.post(RECIPIENTS, {"kind": "webhook", "address": hook.url, "secret": "x"}).json()
    mail = admin.post(RECIPIENTS, {"kind": "email", "address": "a@example.com", "language": "en-US"}).json()
    assert admin.post(f"{RECIPIENTS}/{made['id']}/test", {}).json() == {"failure": ""}
    assert json.loads(hook.taken[0][1])["event"] == "test"
    assert admin.post(f"{RECIPIENTS}/{mail['id']}/test", {}).json() == {"failure": ""}
    assert "nothing is wrong" in postman.mails[0]["Subject"]
    postman.refuses = True
    assert admin.post(f"{RECIPIENTS}/{mail['id']}/test", {}).json() == {"failure": "451 try again later"}
    postman.knows_nobody = True
    assert admin.post(f"{RECIPIENTS}/{mail['id']}/test", {}).json() == {"failure": "550 no such user"}
    assert admin.delete(f"{RECIPIENTS}/{made['id']}").status_code == 204
    assert [it["id"] for it in admin.get(RECIPIENTS).json()["items"]] == [mail["id"]]


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "email", "address": "nobody"}, "address"),
        ({"kind": "email", "address": "a@b, c@d"}, "address"),
        ({"kind": "webhook", "address": "ftp://a/b", "secret": "x"}, "address"),
        ({"kind": "webhook", "address": "http://", "secret": "x"}, "address"),
        ({"kind": "webhook", "address": "http://a:99999/", "secret": "x"}, "address"),
        ({"kind": "webhook", "address": "https://a/b"}, "secret"),
        ({"kind": "pager", "address": "1"}, "kind"),
        ({"kind": "email", "address": "a@b", "severity": "all"}, "severity"),
    ],
)
def test_what_is_no_recipient_is_refused(admin: Person, postman: Postman, data: dict[str, Any], field: str) -> None:
    answer = admin.post(RECIPIENTS, data)
    assert (answer.status_code, list(answer.json()["error"]["fields"])) == (422, [field])
    assert not Recipient.objects.exists()


def test_mail_needs_a_server(admin: Person, agent: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBASE_SMTP_URL", raising=False)
    answer = admin.post(RECIPIENTS, {"kind": "email", "address": "a@example.com"})
    assert list(answer.json()["error"]["fields"]) == ["kind"]
    assert agent.get(RECIPIENTS).status_code == 403
    for url in ("http://mail", "smtp://", "smtp://a:99999"):
        monkeypatch.setenv("CALLBASE_SMTP_URL", url)
        with pytest.raises(SettingInvalid, match="CALLBASE_SMTP_URL"):
            read_environment()
    monkeypatch.setenv("CALLBASE_SMTP_URL", "smtps://me:p%40ss@mail")
    monkeypatch.delenv("CALLBASE_SMTP_FROM", raising=False)
    with pytest.raises(SettingInvalid, match="CALLBASE_SMTP_FROM"):
        read_environment()
    monkeypatch.setenv("CALLBASE_SMTP_FROM", "me@example.com")
    server = read_environment().mail
    assert server is not None
    assert (server.host, server.port, server.tls, server.user, server.password) == ("mail", 465, True, "me", "p@ss")
    assert "p@ss" not in repr(server)


def test_while_the_database_is_away_those_known_before_are_told_once() -> None:
    known = [Recipient(kind="email", address="a", severity="critical"), Recipient(kind="email", address="b", severity="major")]
    told: list[tuple[str, str]] = []

    async def read() -> list[Recipient]:
        return known

    def tell(recipient: Recipient, message: Message) -> None:
        told.append((recipient.address, message.source))
        if recipient.address == "a":
            raise SendFailed("its server is away")

    async def happen() -> None:
        meanwhile = WithoutDatabase(read, tell)
        await meanwhile.remember()
        for _ in range(2):
            await meanwhile.tell([Trouble("database", "away", NOW), Trouble("worker", "not running", NOW)])
        await meanwhile.remember()
        await meanwhile.tell([Trouble("database", "away", NOW)])

    async_to_sync(happen)()
    assert told == [("a", "database"), ("b", "database"), ("b", "worker"), ("a", "database"), ("b", "database")]


# --- what alarms are raised about ------------------------------------------------------------------------------------


def test_a_trunk_that_is_not_registered_is_a_part_that_is_not_well() -> None:
    told = {"switch": {"a": "ok"}, "config_version": 1, "trunks": {"demo/carrier": "rejected at the carrier", "demo/other": "ok"}}
    assert engine_parts(told)["trunks"] == "demo/carrier is rejected at the carrier"
    assert engine_parts({**told, "trunks": {"demo/other": "ok"}})["trunks"] == "ok"
    assert "trunks" not in engine_parts({**told, "trunks": {}})


@pytest.mark.django_db(transaction=True)
def test_recordings_and_jobs_that_wait_or_failed_are_told_of() -> None:
    def found() -> tuple[str, str, str]:
        said = async_to_sync(sources.stored)()
        return said["recordings"], said["jobs"], said["clock"]

    def recording(state: str, minutes_ago: int) -> None:
        execute(
            "INSERT INTO recording (id, tenant, interaction, started_at, ended_at, path, state) "
            "VALUES (gen_random_uuid(), 'demo', gen_random_uuid(), now(), now() - make_interval(mins => %(ago)s), "
            "gen_random_uuid()::text, %(state)s)",
            ago=minutes_ago,
            state=state,
        )

    execute("DELETE FROM procrastinate_jobs")
    recording("ended", 5)
    recording("stored", 500)
    recording("failed", 60 * 30)
    assert found() == ("ok", "ok", "ok")
    recording("ended", 20)
    assert found()[0] == "recordings have waited for 20 minutes to be encoded"
    recording("failed", 60)
    assert found()[0] == "1 recordings could not be kept in the last day"

    execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'test')")
    assert found()[1] == "ok"
    execute("UPDATE procrastinate_events SET at = now() - interval '30 minutes' WHERE type = 'deferred'")
    assert found()[1] == "jobs have been due for 30 minutes"
    execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
    assert found()[1] == "ok", "it is not due yet"
    execute("DELETE FROM procrastinate_jobs")


def test_many_telephones_gone_at_once_are_told_of() -> None:
    def seen(online: int, gone: int, out: int = 0) -> str:
        on_duty = [SimpleNamespace(state="ready", device="d", device_online=True)] * online
        away = [SimpleNamespace(state="not_ready", device="d", device_online=False)] * gone
        left = [SimpleNamespace(state="logged_off", device="d", device_online=False)] * out
        view = SimpleNamespace(agents=dict(enumerate(on_duty + away + left)))
        return sources.telephones([cast(TenantView, view)])

    assert seen(10, 2) == "ok"
    assert seen(20, 3) == "ok", "three of many"
    assert seen(7, 3) == "3 of 10 agents on duty have no telephone"
    assert seen(7, 0, out=10) == "ok", "who signed out needs none"


def certificate(folder: Path, days: int) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "calls.example.com")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=90))
        .not_valid_after(NOW + timedelta(days=days, hours=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{days}.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_that_ends_soon_is_told_of(tmp_path: Path) -> None:
    good, soon, over = (certificate(tmp_path, days) for days in (60, 5, -3))
    assert sources.certificates([good], NOW) == "ok"
    assert sources.certificates([good, soon], NOW) == f"{soon} ends in 5 days"
    assert sources.certificates([soon, over, good], NOW) == f"{over} has ended"
    assert sources.certificates([tmp_path / "none.pem"], NOW).startswith(f"{tmp_path}/none.pem cannot be read")


def test_a_clock_that_differs_is_told_of() -> None:
    assert sources.engine_clock(0.5) == "ok"
    assert sources.engine_clock(-3.04) == "3.0 s apart from the engine's"
