"""All writes of flows, prompts and music."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused, known
from callbase.apps.flows import audio, graph, queries
from callbase.apps.flows.models import Flow, FlowVersion, Music, Prompt, PromptRecording
from callbase.apps.organization.access import Access
from callbase.core.config import BUILT_IN_MUSIC
from callbase.web.errors import ApiError, FieldProblem, Invalid
from callbase.web.rows import one

# --- flows ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_publish_flow(access: Access, key: str, data: dict[str, Any]) -> Flow:
    """A new version of the flow, or its first. Calls under way stay at the node they are in and go on by the new
    version: from its node of the same id, else from its start. Raises Invalid, naming node and field of all that is wrong."""
    nodes, problems = graph.parse(data["nodes"])
    problems = problems or graph.check(data["start"], nodes, known(access))
    if problems:
        raise Invalid(problems)
    flow, created = Flow.objects.select_for_update().get_or_create(tenant=access.tenant, key=key)
    before = {} if created else {"name": flow.name, "version": flow.version}
    flow.name = data["name"]
    flow.version += 1
    flow.save()
    FlowVersion.objects.create(
        flow=flow, version=flow.version, start=data["start"], nodes=msgspec.to_builtins(nodes), actor=access.actor
    )
    record_change(access, "flow.publish", key, before, {"name": flow.name, "version": flow.version})
    publish()
    return flow


@transaction.atomic
def do_delete_flow(access: Access, key: str) -> None:
    """Raises Conflict in_use while a number or a rule leads to it."""
    flow = one(queries.flows(access), key=key)
    check_unused(access, "flow", key)
    before = queries.flow_summary(flow)
    flow.delete()
    record_change(access, "flow.delete", key, before)
    publish()


# --- prompts -------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_create_prompt(access: Access, data: dict[str, Any]) -> Prompt:
    if queries.prompts(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write_prompt(access, Prompt(tenant=access.tenant, key=data["id"]), data["text"], "prompt.create", {})


@transaction.atomic
def do_change_prompt(access: Access, key: str, changes: dict[str, Any]) -> Prompt:
    prompt = one(queries.prompts(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write_prompt(access, prompt, changes.get("text", prompt.text), "prompt.update", queries.prompt_detail(prompt))


def _write_prompt(access: Access, prompt: Prompt, text: dict[str, str], action: str, before: dict[str, Any]) -> Prompt:
    problems: dict[str, FieldProblem | list[FieldProblem]] = {
        f"text.{language}": FieldProblem("language_missing", language=language)
        for language in access.tenant.languages
        if not text.get(language, "").strip()
    }
    if problems:
        raise Invalid(problems)
    prompt.text = text
    prompt.save()
    prompt = one(queries.prompts(access), key=prompt.key)
    record_change(access, action, prompt.key, before, queries.prompt_detail(prompt))
    publish()
    return prompt


@transaction.atomic
def do_delete_prompt(access: Access, key: str) -> None:
    """Raises Conflict in_use while a published flow or a queue speaks it."""
    prompt = one(queries.prompts(access), key=key)
    check_unused(access, "prompt", key)
    before = queries.prompt_detail(prompt)
    paths = [each.path for each in prompt.recordings.all()]
    prompt.delete()
    record_change(access, "prompt.delete", key, before)
    publish()
    for path in paths:
        _forget_file(path)


def recording_file(path: str) -> Path:
    return Path(settings.ENVIRONMENT.home) / f"{path}.wav"


@transaction.atomic
def do_upload_recording(access: Access, key: str, language: str, content: bytes) -> Prompt:
    """Raises Invalid naming `language` or `file`. Each upload gets a name of its own, so that what is playing plays on."""
    prompt = one(queries.prompts(access), key=key)
    if language not in access.tenant.languages:
        raise Invalid.of("language", "not_one_of", choices=", ".join(access.tenant.languages))
    return _replace_recording(access, prompt, language, _store(access, _telephone_audio(content)))


def _telephone_audio(content: bytes) -> Any:
    if len(content) > audio.LARGEST:
        raise ApiError("too_large", 413, field="file", limit_kib=str(audio.LARGEST // 1024))
    try:
        return audio.telephone_audio(content)
    except audio.AudioUnreadable:
        raise Invalid.of("file", "audio_unreadable") from None


def _store(access: Access, samples: Any) -> str:
    path = f"prompts/uploaded/{access.tenant.id}/{uuid.uuid4().hex}"
    audio.write(samples, recording_file(path))
    return path


@transaction.atomic
def do_delete_recording(access: Access, key: str, language: str) -> Prompt:
    """The speech engine's voice is heard again."""
    return _replace_recording(access, one(queries.prompts(access), key=key), language, None)


def _replace_recording(access: Access, prompt: Prompt, language: str, path: str | None) -> Prompt:
    old = PromptRecording.objects.filter(prompt=prompt, language=language).first()
    if old is not None:
        old.delete()
        _forget_file(old.path)
    if path is not None:
        PromptRecording.objects.create(prompt=prompt, language=language, path=path)
    record_change(access, "prompt.recording", prompt.key, {language: old.path if old else None}, {language: path})
    publish()
    return one(queries.prompts(access), key=prompt.key)


# --- music ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_create_music(access: Access, data: dict[str, Any]) -> Music:
    if data["id"] == BUILT_IN_MUSIC or queries.music(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    music = Music.objects.create(tenant=access.tenant, key=data["id"], name=data["name"])
    record_change(access, "music.create", music.key, {}, _music_state(music))
    publish()
    return music


@transaction.atomic
def do_change_music(access: Access, key: str, changes: dict[str, Any]) -> Music:
    music = one(queries.music(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    before = _music_state(music)
    music.name = changes.get("name", music.name)
    music.save()
    record_change(access, "music.update", key, before, _music_state(music))
    return music


@transaction.atomic
def do_delete_music(access: Access, key: str) -> None:
    """Raises Conflict in_use while a queue plays it."""
    music = one(queries.music(access), key=key)
    check_unused(access, "music", key)
    before = _music_state(music)
    music.delete()
    _forget_file(music.path)
    record_change(access, "music.delete", key, before)
    publish()


@transaction.atomic
def do_upload_music(access: Access, key: str, content: bytes) -> Music:
    """Raises Invalid naming `file`. Whoever hears what was there before hears it on."""
    music = one(queries.music(access).select_for_update(), key=key)
    samples = audio.evened(_telephone_audio(content))
    before = _music_state(music)
    _forget_file(music.path)
    music.path = _store(access, samples)
    music.seconds = len(samples) / audio.RATE
    music.uploaded_at = timezone.now()
    music.save()
    record_change(access, "music.recording", key, before, _music_state(music))
    publish()
    return music


def _music_state(music: Music) -> dict[str, Any]:
    return {"id": music.key, "name": music.name, "file": music.path}


def _forget_file(path: str) -> None:
    if path:
        transaction.on_commit(partial(recording_file(path).unlink, missing_ok=True))
