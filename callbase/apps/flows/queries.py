"""All reads of flows, prompts and music."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import QuerySet

from callbase.apps.configuration.queries import users
from callbase.apps.flows.models import Flow, FlowVersion, Music, Prompt
from callbase.apps.organization.access import Access
from callbase.speech.speaker import Speaker, SpeechFailed


def flows(access: Access) -> QuerySet[Flow]:
    return Flow.objects.filter(tenant=access.tenant)


def prompts(access: Access) -> QuerySet[Prompt]:
    return Prompt.objects.filter(tenant=access.tenant).prefetch_related("recordings")


def music(access: Access) -> QuerySet[Music]:
    return Music.objects.filter(tenant=access.tenant)


def flow_summary(flow: Flow) -> dict[str, Any]:
    return {"id": flow.key, "name": flow.name, "version": flow.version}


def flow_detail(flow: Flow) -> dict[str, Any]:
    version = FlowVersion.objects.get(flow=flow, version=flow.version)
    return {**flow_summary(flow), "start": version.start, "nodes": version.nodes, "published_at": version.created_at}


def prompt_detail(prompt: Prompt) -> dict[str, Any]:
    uploaded = {one.language for one in prompt.recordings.all()}
    return {"id": prompt.key, "text": prompt.text, "files": {language: language in uploaded for language in prompt.text}}


def audible_file(prompt: Prompt, language: str) -> Path | None:
    """The WAV file a caller hears, rendering it if need be; None where the prompt has nothing in that language."""
    uploaded = next((one for one in prompt.recordings.all() if one.language == language), None)
    home = Path(settings.ENVIRONMENT.home)
    if uploaded is not None:
        file = home / f"{uploaded.path}.wav"
        return file if file.exists() else None
    text = prompt.text.get(language, "")
    if not text:
        return None
    try:
        return async_to_sync(Speaker(home).render)(text, language).with_suffix(".wav")
    except SpeechFailed:
        return None


def music_details(access: Access, found: list[Music]) -> list[dict[str, Any]]:
    """With the queues that play each."""
    played_by = users(access, "music") if found else {}
    return [
        {
            "id": one.key,
            "name": one.name,
            "seconds": one.seconds,
            "uploaded_at": one.uploaded_at,
            "used_by": played_by.get(one.key, []),
        }
        for one in found
    ]


def music_detail(access: Access, found: Music) -> dict[str, Any]:
    return music_details(access, [found])[0]
