"""All writes of alarms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from django.db import transaction

from callbase.apps.alarms.models import Acknowledgement, Alarm
from callbase.apps.audit.actions import record_change
from callbase.apps.organization.access import Access
from callbase.web.health import WAITS_WITHOUT_HARM
from callbase.web.rows import one
from callbase.web.tenant_wall import every_tenant

if TYPE_CHECKING:
    from callbase.apps.alarms.watch import Trouble

log = structlog.get_logger(__name__)


def do_note(going_on: Iterable[Trouble], over: Iterable[Trouble], well: Iterable[str], now: datetime) -> None:
    """What goes on is raised where it is not yet, what is well is cleared, what is over and was never raised becomes history."""
    with transaction.atomic():
        open_ = {alarm.source: alarm for alarm in Alarm.objects.filter(cleared_at=None)}
        for trouble in over:
            if trouble.source in open_:
                _clear(open_.pop(trouble.source), trouble.until or now)
            else:
                _raise(trouble)
        for source in open_.keys() & set(well):
            _clear(open_[source], now)
        for trouble in going_on:
            alarm = open_.get(trouble.source)
            if alarm is None:
                _raise(trouble)
            elif alarm.text != trouble.text:
                Alarm.objects.filter(pk=alarm.pk).update(text=trouble.text)


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


def _raise(trouble: Trouble) -> None:
    """Nothing where another web process was quicker."""
    severity = "major" if trouble.source in WAITS_WITHOUT_HARM else "critical"
    alarm = Alarm(source=trouble.source, severity=severity, text=trouble.text, raised_at=trouble.since, cleared_at=trouble.until)
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    log.error("ALARM raised", source=trouble.source, severity=severity, text=trouble.text, since=trouble.since.isoformat())


def _clear(alarm: Alarm, at: datetime) -> None:
    Alarm.objects.filter(pk=alarm.pk, cleared_at=None).update(cleared_at=at)
    log.warning("alarm cleared", source=alarm.source, at=at.isoformat())
