"""XML in, leniently: any order, any of the namespaces or none; XML out, strictly. Nothing outside the message is ever read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Never
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

CSTA = "http://www.ecma-international.org/standards/ecma-323/csta/ed"
SESSION = "http://www.ecma-international.org/standards/ecma-354/appl_session"
OWN = "urn:callbase:csta"
"""Of what we say beyond the standard, as private data."""
EDITIONS = ("6", "5", "4", "3")
NEWEST = CSTA + EDITIONS[0]

DEEPEST = 50
"""Elements within elements; no message of the standard comes near it."""

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotUnderstood(ValueError):
    """The message is not XML we accept."""


Part = tuple[str, "str | Sequence[Part]"]
"""An element: its name, and its text or its elements in the schema's order."""


class Document:
    """A received message, or an element of one."""

    def __init__(self, element: Element) -> None:
        self._element = element

    @property
    def name(self) -> str:
        return self._element.tag.rpartition("}")[2]

    @property
    def namespace(self) -> str:
        return self._element.tag.rpartition("}")[0].removeprefix("{")

    @property
    def text(self) -> str:
        return (self._element.text or "").strip()

    @property
    def children(self) -> list[Document]:
        return [Document(child) for child in self._element]

    def attribute(self, name: str) -> str:
        return self._element.get(name, "")

    def find(self, *path: str) -> Document | None:
        """The first element down the path."""
        found: Document | None = self
        for name in path:
            found = next((child for child in found.children if child.name == name), None) if found is not None else None
        return found

    def value(self, *path: str) -> str:
        """Its text; empty where there is none."""
        found = self.find(*path)
        return found.text if found is not None else ""

    def every(self, name: str) -> list[Document]:
        """All elements of the name, at any depth."""
        return [found for one in self._element.iter() if (found := Document(one)).name == name]


def parse(body: bytes) -> Document:
    """Raises NotUnderstood. A document type is refused as it begins, so there is no entity that could be expanded or fetched."""
    building = _Building()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartDoctypeDeclHandler = building.doctype
    parser.StartElementHandler = building.start
    parser.EndElementHandler = building.end
    parser.CharacterDataHandler = building.tree.data
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotUnderstood(str(error)) from error
    return Document(building.tree.close())


class _Building:
    """The tree of a message, while it is parsed."""

    def __init__(self) -> None:
        self.tree = TreeBuilder()
        self._depth = 0

    def doctype(self, *declared: object) -> Never:
        raise NotUnderstood("a document type is not accepted")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise NotUnderstood(f"elements are more than {DEEPEST} deep")
        self.tree.start(_universal(name), attributes)

    def end(self, name: str) -> None:
        self._depth -= 1
        self.tree.end(_universal(name))


def _universal(name: str) -> str:
    return "{" + name if "}" in name else name


def render(namespace: str, message: Part) -> bytes:
    """The message as UTF-8 with its declaration."""
    name, content = message
    inner = _inner(content)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{name} xmlns={quoteattr(namespace)}>{inner}</{name}>'.encode()


def own(name: str, items: dict[str, str]) -> Part:
    """Private data of ours: `<data xmlns="urn:callbase:csta"><item key="…">…</item></data>`."""
    return (f'{name} xmlns="{OWN}"', [(f"item key={quoteattr(_clean(key))}", value) for key, value in items.items()])


def _inner(content: str | Sequence[Part]) -> str:
    if isinstance(content, str):
        return escape(_clean(content))
    return "".join(f"<{name}>{_inner(inside)}</{name.partition(' ')[0]}>" for name, inside in content)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
