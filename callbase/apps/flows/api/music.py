"""/api/music"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from callbase.apps.flows import actions, queries
from callbase.apps.flows.access import manage_music, see_music
from callbase.apps.flows.schemas import MusicIn, MusicOut
from callbase.web.changes import Changes
from callbase.web.errors import NotFound
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["music"])


@router.get("", response=Page[MusicOut])
def list_music(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    access = see_music(request)
    page = listing(
        queries.music(access),
        paging,
        search=["key__icontains", "name__icontains"],
        default="id",
        sort={"id": "key", "seconds": "seconds", "uploaded_at": "uploaded_at"},
    )
    return {**page, "items": queries.music_details(access, page["items"])}


@router.post("", response={201: MusicOut})
def create_music(request: HttpRequest, data: MusicIn) -> Status[dict[str, Any]]:
    access = manage_music(request)
    return Status(201, queries.music_detail(access, actions.do_create_music(access, data.dict())))


@router.get("/{music_id}", response=MusicOut)
def get_music(request: HttpRequest, music_id: str) -> dict[str, Any]:
    access = see_music(request)
    return queries.music_detail(access, one(queries.music(access), key=music_id))


@router.patch("/{music_id}", response=MusicOut)
def change_music(request: HttpRequest, music_id: str, data: Changes[MusicIn]) -> dict[str, Any]:
    access = manage_music(request)
    return queries.music_detail(access, actions.do_change_music(access, music_id, data))


@router.delete("/{music_id}", response={204: None})
def delete_music(request: HttpRequest, music_id: str) -> Status[None]:
    actions.do_delete_music(manage_music(request), music_id)
    return Status(204, None)


@router.put("/{music_id}/recording", response=MusicOut)
def upload_music(request: HttpRequest, music_id: str, file: File[UploadedFile]) -> dict[str, Any]:
    """A WAV or MP3 file of up to 10 MiB and ten minutes; played from its beginning, again and again."""
    access = manage_music(request)
    return queries.music_detail(access, actions.do_upload_music(access, music_id, file.read()))


@router.get("/{music_id}/audio", response={200: None})
def get_music_audio(request: HttpRequest, music_id: str) -> HttpResponse:
    """As callers hear it."""
    music = one(queries.music(see_music(request)), key=music_id)
    file = actions.recording_file(music.path)
    if not music.path or not file.exists():
        raise NotFound
    return HttpResponse(file.read_bytes(), content_type="audio/wav")
