"""Recordings: listening to one, and its waveform."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from callbase.apps.organization.access import access_of_request
from callbase.apps.recordings import actions, queries
from callbase.apps.recordings.encoded import peaks_path
from callbase.apps.recordings.ranges import serve
from callbase.apps.recordings.schemas import PeaksOut
from callbase.web.errors import NotFound

router = Router(tags=["recordings"])


@router.api_operation(["GET", "HEAD"], "/{uuid:recording}/audio", response={200: None, 206: None, 304: None, 416: None})
def get_audio(request: HttpRequest, recording: UUID) -> HttpResponseBase:
    """MP3, stereo: left the customer, right the agent. Ranges as in RFC 9110 §14."""
    access = access_of_request(request)
    path = queries.stored_file(access, str(recording))
    if request.method == "GET":
        actions.do_note_listening(access, str(recording))
    return serve(request, path, "audio/mpeg")


@router.get("/{uuid:recording}/peaks", response=PeaksOut)
def get_peaks(request: HttpRequest, recording: UUID) -> HttpResponse:
    waveform = peaks_path(queries.stored_file(access_of_request(request), str(recording)))
    if not waveform.is_file():
        raise NotFound
    return HttpResponse(waveform.read_bytes(), content_type="application/json")
