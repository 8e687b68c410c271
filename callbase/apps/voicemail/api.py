"""/api/voicemails"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Router

from callbase.apps.organization.access import access_of_request
from callbase.apps.voicemail import actions, queries
from callbase.apps.voicemail.schemas import HandledIn, MessageOut, MessagesOut, NewMessagesOut
from callbase.web.fields import Key

router = Router(tags=["voicemails"])


@router.get("", response=MessagesOut)
def list_voicemails(
    request: HttpRequest, state: Literal["new", "handled"] | None = None, queue: Key | None = None
) -> dict[str, Any]:
    return {"items": queries.messages(access_of_request(request), state=state, queue=queue)}


@router.get("/new", response=NewMessagesOut)
def count_new_voicemails(request: HttpRequest) -> dict[str, Any]:
    return {"total": queries.new_count(access_of_request(request))}


@router.patch("/{uuid:recording}", response=MessageOut)
def change_voicemail(request: HttpRequest, recording: UUID, data: HandledIn) -> dict[str, Any]:
    access = access_of_request(request)
    actions.do_set_handled(access, str(recording), data.handled)
    return queries.message(access, str(recording))
