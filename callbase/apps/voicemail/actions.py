"""All writes of what became of messages."""

from __future__ import annotations

from django.db import connection, transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.organization.access import Access
from callbase.apps.voicemail import queries
from callbase.apps.voicemail.models import Handling
from callbase.web.errors import Forbidden


@transaction.atomic
def do_set_handled(access: Access, recording: str, handled: bool) -> None:
    """By this person, or new again. Who dealt with it first stays. Raises NotFound for a message the person may not hear."""
    before = queries.message(access, recording)
    if access.person is None:
        raise Forbidden("agent.work")
    if handled == (before["state"] == "handled"):
        return
    if handled:
        Handling.objects.create(tenant=access.tenant, recording=recording, person=access.person)
    else:
        Handling.objects.filter(tenant=access.tenant, recording=recording).delete()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE recording SET handled = %s WHERE id = %s", [handled, recording])
    record_change(access, "voicemail.handled", recording, {"handled": not handled}, {"handled": handled})
