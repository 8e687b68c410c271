"""The protocol as JSON Schema 2020-12: `#/$defs/FromClient` and `#/$defs/ToClient` are what may be sent and received."""

from __future__ import annotations

import json

import msgspec

from callbase.cti import messages


def write_schema() -> str:
    schemas, components = msgspec.json.schema_components([messages.FromClient, messages.ToClient], ref_template="#/$defs/{name}")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "callbase link protocol",
        "description": f"Protocol version {messages.PROTOCOL}. Written by tools/write_link_protocol.py.",
        "$defs": {"FromClient": schemas[0], "ToClient": schemas[1], **dict(sorted(components.items()))},
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
