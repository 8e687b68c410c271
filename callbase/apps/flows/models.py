"""Call flows in all their versions, the prompts they speak, and the music callers wait by."""

from __future__ import annotations

from django.db import models

from callbase.apps.organization.models import TenantOwned


class Flow(TenantOwned):
    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    version = models.IntegerField(default=0)
    """The published one."""

    class Meta:
        db_table = "flow"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="flow_key")]


class FlowVersion(models.Model):
    """What a flow was at one time; never changed afterwards."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, db_column="flow", related_name="versions")
    version = models.IntegerField()
    start = models.CharField(max_length=40)
    nodes = models.JSONField()
    """Node id → `callbase.core.config.AnyNode`."""
    created_at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=64)

    class Meta:
        db_table = "flow_version"
        constraints = [models.UniqueConstraint(fields=["flow", "version"], name="flow_version_once")]


class Prompt(TenantOwned):
    key = models.CharField(max_length=40)
    text = models.JSONField(default=dict)
    """Language → what the speech engine says."""

    class Meta:
        db_table = "prompt"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="prompt_key")]


class PromptRecording(models.Model):
    """A recording uploaded in place of the speech engine's voice."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, db_column="prompt", related_name="recordings")
    language = models.CharField(max_length=8)
    path = models.CharField(max_length=200)
    """Under CALLBASE_HOME, without ".wav"."""
    uploaded_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "prompt_recording"
        constraints = [models.UniqueConstraint(fields=["prompt", "language"], name="prompt_recording_once")]


class Music(TenantOwned):
    key = models.CharField(max_length=40)
    name = models.JSONField(default=dict)
    path = models.CharField(max_length=200, blank=True, default="")
    """Under CALLBASE_HOME, without ".wav"; empty until something was uploaded."""
    seconds = models.FloatField(default=0.0)
    uploaded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "music"
        constraints = [models.UniqueConstraint(fields=["tenant", "key"], name="music_key")]
