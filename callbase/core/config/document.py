"""What every part of the configuration document is made of."""

from __future__ import annotations

import msgspec

Language = str  # BCP 47: "zh-CN", "en-US"
LocalizedText = dict[Language, str]


class Document(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """Base of every part of the configuration document. Without cycles, so the collector need not look at its parts."""


class Say(Document, frozen=True):
    """Something to be heard: a prompt by id (in the call's language), or text given outright."""

    prompt: str | None = None
    text: LocalizedText | None = None
    languages: tuple[Language, ...] = ()
    """Spoken in each of these in turn; empty: in the call's own language."""


BUILT_IN_MUSIC = "default"
"""The music that every centre has without uploading any."""


class Music(Document, frozen=True):
    """A music to wait by. Its id is what a queue names."""

    id: str
    file: str = ""
    """Path under CALLBASE_HOME, without extension, of the uploaded recording; empty: none yet, and the built-in one is heard."""


class Prompt(Document, frozen=True):
    """A prompt: text rendered by the speech engine, or, per language, a recording uploaded in its place."""

    id: str
    text: LocalizedText
    files: dict[Language, str] = {}
    """Path under CALLBASE_HOME, without extension, of an uploaded recording."""
