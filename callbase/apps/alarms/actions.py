"""All writes of alarms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from callbase.apps.alarms import queries
from callbase.apps.alarms.models import Acknowledgement, Alarm, Delivery, Recipient
from callbase.apps.alarms.sending import SendFailed, send
from callbase.apps.alarms.words import Message
from callbase.apps.audit.actions import record_change
from callbase.apps.organization.access import Access
from callbase.platform.environment import read_environment
from callbase.sealing import seal
from callbase.web.errors import Conflict, Invalid
from callbase.web.rows import one
from callbase.web.tenant_wall import every_tenant

if TYPE_CHECKING:
    from callbase.apps.alarms.watch import Trouble

log = structlog.get_logger(__name__)

MAJOR = frozenset({"worker", "standby", "backup", "replica", "recordings", "jobs", "certificate", "clock"})
"""Sources whose alarms keep no call from being taken or recorded; all others' are critical."""
AGAIN_AFTER_S = (10, 30, 120, 600, 1_800, 3_600)
"""Pause after each failed attempt to send a message; after the last one it is given up."""
OURS_FOR = timedelta(minutes=2)
"""Longer than one attempt, to a mail server that takes its time say."""
MOST_MESSAGES, IN = 20, timedelta(minutes=10)
"""To one recipient within this time; what is more waits."""
MOST_RECIPIENTS = 20
AT_ONCE = 10
"""Recipients."""
LOOKED_AT = 200
"""Messages that are due, for those recipients."""
SEEN_EVERY, NOT_SEEN_FOR = timedelta(seconds=4), timedelta(seconds=10)
"""What another web process sees going on, as one whose network is away does, is not cleared by those that find it well."""
MAIL_ADDRESS = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+")


def do_note(going_on: Iterable[Trouble], over: Iterable[Trouble], well: Iterable[str], now: datetime) -> None:
    """What goes on is raised where it is not yet; what is over, or well and not seen by others lately, is cleared; what is over
    and was never raised becomes history."""
    with transaction.atomic():
        open_ = {alarm.source: alarm for alarm in Alarm.objects.filter(cleared_at=None)}
        for trouble in over:
            if trouble.source in open_:
                _clear(open_.pop(trouble.source), trouble.until or now)
            else:
                _raise(trouble, now)
        for source in open_.keys() & set(well):
            if _seen_ago(open_[source], now) > NOT_SEEN_FOR:
                _clear(open_[source], now)
        for trouble in going_on:
            alarm = open_.get(trouble.source)
            if alarm is None:
                _raise(trouble, now)
            elif alarm.text != trouble.text or _seen_ago(alarm, now) >= SEEN_EVERY:
                Alarm.objects.filter(pk=alarm.pk).update(text=trouble.text, seen_at=now)


def do_acknowledge(access: Access, alarm: int, note: str) -> None:
    """Who it was first stays; a note may be changed. Raises NotFound."""
    tenant = access.tenant.id
    with transaction.atomic():
        with every_tenant():
            found = one(Alarm.objects.select_for_update(), pk=alarm)
            known = Acknowledgement.objects.filter(tenant=tenant, alarm=found).first()
            if known is None:
                by = access.person.name if access.person else access.actor
                Acknowledgement.objects.create(tenant=tenant, alarm=found, by=by, note=note)
            else:
                Acknowledgement.objects.filter(pk=known.pk).update(note=note)
        record_change(access, "alarm.acknowledge", str(alarm), {"note": known.note if known else None}, {"note": note})


def severity_of(source: str) -> str:
    return "major" if source.partition("@")[0] in MAJOR else "critical"


def _seen_ago(alarm: Alarm, now: datetime) -> timedelta:
    return timedelta.max if alarm.seen_at is None else now - alarm.seen_at


def _raise(trouble: Trouble, now: datetime) -> None:
    """Nothing where another web process was quicker."""
    severity = severity_of(trouble.source)
    alarm = Alarm(
        source=trouble.source,
        severity=severity,
        text=trouble.text,
        raised_at=trouble.since,
        seen_at=now,
        cleared_at=trouble.until,
    )
    try:
        with transaction.atomic():
            alarm.save()
    except IntegrityError:
        return
    _tell(alarm, "cleared" if trouble.until else "raised")
    log.error("ALARM raised", source=trouble.source, severity=severity, text=trouble.text, since=trouble.since.isoformat())


def _clear(alarm: Alarm, at: datetime) -> None:
    if not Alarm.objects.filter(pk=alarm.pk, cleared_at=None).update(cleared_at=at):
        return
    _tell(alarm, "cleared")
    log.warning("alarm cleared", source=alarm.source, at=at.isoformat())


def _tell(alarm: Alarm, event: str) -> None:
    """Every tenant's recipients who want to know of it."""
    wanting = Recipient.objects.all() if alarm.severity == "critical" else Recipient.objects.filter(severity="major")
    now = datetime.now(UTC)
    Delivery.objects.bulk_create(Delivery(recipient=one, alarm=alarm, event=event, due_at=now) for one in wanting)


# --- recipients --------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_create_recipient(access: Access, data: dict[str, Any]) -> Recipient:
    """Raises Invalid, Conflict too_many_recipients."""
    recipient = _filled(access, Recipient(tenant=access.tenant), data)
    if queries.recipients(access.tenant.id).count() >= MOST_RECIPIENTS:
        raise Conflict("too_many_recipients", limit=str(MOST_RECIPIENTS))
    recipient.save(force_insert=True)
    record_change(access, "alarm_recipient.create", str(recipient.id), {}, _shown(recipient))
    return recipient


@transaction.atomic
def do_change_recipient(access: Access, recipient_id: str, changes: dict[str, Any]) -> None:
    """A secret that is not given stays. Raises NotFound, Invalid."""
    recipient = one(queries.recipients(access.tenant.id), id=recipient_id)
    before = _shown(recipient)
    _filled(access, recipient, changes).save(update_fields=["kind", "address", "secret", "severity", "language"])
    record_change(access, "alarm_recipient.update", recipient_id, before, _shown(recipient))


def _filled(access: Access, recipient: Recipient, data: dict[str, Any]) -> Recipient:
    """With what is given, not saved. Raises Invalid."""
    for field in ("kind", "address", "severity", "language"):
        setattr(recipient, field, data.get(field, getattr(recipient, field)))
    if recipient.kind == "email":
        if read_environment().mail is None:
            raise Invalid.of("kind", "no_mail_server")
        if not MAIL_ADDRESS.fullmatch(recipient.address):
            raise Invalid.of("address", "mail_address")
        recipient.secret = ""
    else:
        if not _is_web_address(recipient.address):
            raise Invalid.of("address", "web_address")
        if data.get("secret"):
            recipient.secret = seal(data["secret"], settings.SECRET_KEY)
        if not recipient.secret:
            raise Invalid.of("secret", "required")
    others = queries.recipients(access.tenant.id).exclude(id=recipient.id)
    if others.filter(kind=recipient.kind, address=recipient.address).exists():
        raise Invalid.of("address", "taken")
    return recipient


@transaction.atomic
def do_delete_recipient(access: Access, recipient_id: str) -> None:
    recipient = one(queries.recipients(access.tenant.id), id=recipient_id)
    before = _shown(recipient)
    recipient.delete()
    record_change(access, "alarm_recipient.delete", recipient_id, before)


def do_test_recipient(access: Access, recipient_id: str) -> str:
    """Sends it a message at once; why it could not be, empty where it was."""
    with transaction.atomic():
        recipient = one(queries.recipients(access.tenant.id), id=recipient_id)
        record_change(access, "alarm_recipient.test", recipient_id)
    now = datetime.now(UTC)
    try:
        send(recipient, Message(event="test", id=0, source="test", severity="major", text="ok", raised_at=now))
    except SendFailed as failed:
        return str(failed)
    return ""


def _is_web_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and address.isprintable()
            and " " not in address
        )
    except ValueError:
        return False


def _shown(recipient: Recipient) -> dict[str, str]:
    return {field: getattr(recipient, field) for field in ("kind", "address", "severity", "language", "secret")}


# --- sending -----------------------------------------------------------------------------------------------------------


def do_send_due(now: datetime) -> int:
    """Sends what is due first to each recipient, to all beside one another, for one may be slow; says how much it tried. Any
    number of processes may do so at once."""
    claimed = _claim(now)
    if not claimed:
        return 0
    with ThreadPoolExecutor(len(claimed), thread_name_prefix="alarms sent") as pool:
        attempts = {pool.submit(send, delivery.recipient, message_of(delivery)): delivery for delivery in claimed}
        for attempt in as_completed(attempts):
            delivery = attempts[attempt]
            try:
                attempt.result()
            except SendFailed as failed:
                _note_failure(delivery, str(failed), now)
            except Exception as problem:  # whatever it is, what others were sent is noted, and this is given up one day
                log.exception("an alarm could not be sent")
                _note_failure(delivery, type(problem).__name__, now)
            else:
                Delivery.objects.filter(pk=delivery.pk).update(sent_at=now, due_at=None, error="")
    return len(claimed)


def message_of(delivery: Delivery) -> Message:
    alarm = delivery.alarm
    return Message(
        event=delivery.event,
        id=alarm.id,
        source=alarm.source,
        severity=alarm.severity,
        text=alarm.text,
        raised_at=alarm.raised_at,
        cleared_at=alarm.cleared_at if delivery.event == "cleared" else None,
    )


def _claim(now: datetime) -> list[Delivery]:
    """The attempt is counted, and the next one's time set, before it begins: a process that dies meanwhile leaves it due.
    Until then no other process sends it too, however long this attempt takes."""
    with transaction.atomic():
        due = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("recipient", "alarm")
        claimed: dict[UUID, Delivery] = {}
        for delivery in due.filter(due_at__lte=now).order_by("due_at", "id")[:LOOKED_AT]:
            if delivery.recipient_id in claimed or len(claimed) >= AT_ONCE:
                continue
            if Delivery.objects.filter(recipient=delivery.recipient, sent_at__gt=now - IN).count() >= MOST_MESSAGES:
                Delivery.objects.filter(pk=delivery.pk).update(due_at=now + IN / 10)
                continue
            Delivery.objects.filter(pk=delivery.pk).update(attempts=F("attempts") + 1, due_at=now + OURS_FOR)
            delivery.attempts += 1
            claimed[delivery.recipient_id] = delivery
    return list(claimed.values())


def _note_failure(delivery: Delivery, reason: str, now: datetime) -> None:
    given_up = delivery.attempts > len(AGAIN_AFTER_S)
    due_at = None if given_up else now + timedelta(seconds=AGAIN_AFTER_S[delivery.attempts - 1])
    Delivery.objects.filter(pk=delivery.pk).update(error=reason[:500], due_at=due_at)
    log.warning(
        "an alarm is given up to be sent" if given_up else "an alarm was not sent",
        kind=delivery.recipient.kind,
        address=delivery.recipient.address,
        attempt=delivery.attempts,
        reason=reason,
    )
