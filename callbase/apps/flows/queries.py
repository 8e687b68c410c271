"""All reads of flows and prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import QuerySet

from callbase.apps.flows.models import Flow, FlowVersion, Prompt
from callbase.apps.organization.access import Access
from callbase.speech.speaker import Speaker, SpeechFailed


def flows(access: Access) -> QuerySet[Flow]:
    return Flow.objects.filter(tenant=access.tenant)


def prompts(access: Access) -> QuerySet[Prompt]:
    return Prompt.objects.filter(tenant=access.tenant).prefetch_related("recordings")


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
