"""Writes what is derived from the link's message types: TypeScript types, JSON Schema and docs/link-protocol.md.

`--check` writes nothing and fails where a file is not up to date.
"""

from __future__ import annotations

import sys
from pathlib import Path

from link_protocol.markdown import write_markdown
from link_protocol.model import read_protocol
from link_protocol.schema import write_schema
from link_protocol.typescript import write_typescript

from callbase.cti.messages import PROTOCOL

ROOT = Path(__file__).resolve().parents[1]


def documents() -> dict[Path, str]:
    """Every derived file and what it should hold."""
    protocol = read_protocol()
    return {
        ROOT / "docs/link-protocol.md": write_markdown(protocol, PROTOCOL),
        ROOT / "docs/link-protocol.schema.json": write_schema(),
        ROOT / "frontend/src/link/messages.ts": write_typescript(protocol, PROTOCOL),
    }


def main(arguments: list[str]) -> int:
    stale = [(path, text) for path, text in documents().items() if not path.exists() or path.read_text() != text]
    for path, text in stale:
        name = path.relative_to(ROOT)
        if "--check" in arguments:
            print(f"{name} is not up to date; run tools/write_link_protocol.py", file=sys.stderr)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
            print(f"wrote {name}")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
