"""Changes the language of everything said from here on."""

from __future__ import annotations

from callbase.core.config import Language, SetLanguage
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.queue import places


class SetLanguageKind(NodeKind[SetLanguage]):
    def enter(self, walk: Walk, node: SetLanguage) -> Step:
        present = walk.interaction.language
        walk.interaction.language = _other(walk.tenant.languages, present) if node.language == "other" else node.language
        walk.core.touch(walk.interaction)
        places.need_changed(walk.core, walk.interaction)
        return Go("next", node.next)


def _other(languages: tuple[Language, ...], present: Language) -> Language:
    if not languages:
        return present
    return languages[(languages.index(present) + 1) % len(languages)] if present in languages else languages[0]
