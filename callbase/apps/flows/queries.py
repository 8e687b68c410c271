"""All reads of flows and prompts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db.models import QuerySet

from callbase.apps.flows.graph import Known
from callbase.apps.flows.models import Flow, FlowVersion, Prompt
from callbase.apps.organization.access import Access
from callbase.apps.queues.models import Queue
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


def known(access: Access) -> Known:
    """What this tenant's flows may name."""
    return Known(
        queues=frozenset(Queue.objects.filter(tenant=access.tenant).values_list("key", flat=True)),
        prompts=frozenset(Prompt.objects.filter(tenant=access.tenant).values_list("key", flat=True)),
        languages=tuple(access.tenant.languages),
    )


def prompt_detail(prompt: Prompt) -> dict[str, Any]:
    uploaded = {one.language for one in prompt.recordings.all()}
    return {"id": prompt.key, "text": prompt.text, "files": {language: language in uploaded for language in prompt.text}}


def speaking(access: Access, prompt: str) -> list[str]:
    """Keys of the published flows and of the queues that name the prompt."""
    versions = {flow.pk: flow for flow in flows(access)}
    found = []
    for version in FlowVersion.objects.filter(flow__in=versions):
        flow = versions[version.flow_id]
        if version.version == flow.version and _names(version.nodes, prompt):
            found.append(flow.key)
    queues = Queue.objects.filter(tenant=access.tenant)
    return sorted(found) + sorted(queue.key for queue in queues if _names(queue.waiting, prompt))


def _names(nodes: Any, prompt: str) -> bool:
    if isinstance(nodes, dict):
        return nodes.get("prompt") == prompt or any(_names(value, prompt) for value in nodes.values())
    return False


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
