"""/api/prompts"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from callbase.apps.flows import actions, queries
from callbase.apps.flows.access import manage_prompts, see_prompts
from callbase.apps.flows.schemas import PromptIn, PromptOut
from callbase.web.changes import Changes
from callbase.web.errors import NotFound
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["prompts"])


@router.get("", response=Page[PromptOut])
def list_prompts(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.prompts(see_prompts(request)),
        paging,
        search=["key__icontains", "text__icontains"],
        default="id",
        sort={"id": "key"},
    )
    return {**page, "items": [queries.prompt_detail(prompt) for prompt in page["items"]]}


@router.post("", response={201: PromptOut})
def create_prompt(request: HttpRequest, data: PromptIn) -> Status[dict[str, Any]]:
    return Status(201, queries.prompt_detail(actions.do_create_prompt(manage_prompts(request), data.dict())))


@router.get("/{prompt_id}", response=PromptOut)
def get_prompt(request: HttpRequest, prompt_id: str) -> dict[str, Any]:
    return queries.prompt_detail(one(queries.prompts(see_prompts(request)), key=prompt_id))


@router.patch("/{prompt_id}", response=PromptOut)
def change_prompt(request: HttpRequest, prompt_id: str, data: Changes[PromptIn]) -> dict[str, Any]:
    return queries.prompt_detail(actions.do_change_prompt(manage_prompts(request), prompt_id, data))


@router.delete("/{prompt_id}", response={204: None})
def delete_prompt(request: HttpRequest, prompt_id: str) -> Status[None]:
    actions.do_delete_prompt(manage_prompts(request), prompt_id)
    return Status(204, None)


@router.put("/{prompt_id}/recording/{language}", response=PromptOut)
def upload_recording(request: HttpRequest, prompt_id: str, language: str, file: File[UploadedFile]) -> dict[str, Any]:
    """A WAV or MP3 file of up to 10 MiB and ten minutes, heard in place of the speech engine."""
    access = manage_prompts(request)
    return queries.prompt_detail(actions.do_upload_recording(access, prompt_id, language, file.read()))


@router.delete("/{prompt_id}/recording/{language}", response=PromptOut)
def delete_recording(request: HttpRequest, prompt_id: str, language: str) -> dict[str, Any]:
    return queries.prompt_detail(actions.do_delete_recording(manage_prompts(request), prompt_id, language))


@router.get("/{prompt_id}/audio/{language}", response={200: None})
def get_audio(request: HttpRequest, prompt_id: str, language: str) -> HttpResponse:
    """What a caller hears: the uploaded recording, else the speech engine's rendering."""
    prompt = one(queries.prompts(see_prompts(request)), key=prompt_id)
    file = queries.audible_file(prompt, language)
    if file is None:
        raise NotFound
    return HttpResponse(file.read_bytes(), content_type="audio/wav")
