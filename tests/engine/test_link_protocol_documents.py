"""What others build against is what the engine speaks."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import pytest

from callbase.cti.messages import FromClient, ToClient
from callbase.platform.environment import ROOT

DOCUMENT = ROOT / "docs/link-protocol.md"


def test_document_schema_and_typescript_types_are_up_to_date() -> None:
    check = subprocess.run(
        [sys.executable, str(ROOT / "tools/write_link_protocol.py"), "--check"], capture_output=True, text=True, check=False
    )
    assert check.returncode == 0, check.stderr


def test_every_action_a_program_may_ask_has_its_place_in_the_document() -> None:
    schema = json.loads((ROOT / "docs/link-protocol.schema.json").read_text())
    union = schema["$defs"]["RequestMessage"]["properties"]["action"]["anyOf"]
    actions = [reference["$ref"].rpartition("/")[2] for reference in union]
    text = DOCUMENT.read_text()
    assert "SignIn" in actions
    assert [action for action in actions if f"\n### {action}\n" not in text] == []


@pytest.mark.parametrize(("arrow", "kind"), [("→ ", FromClient), ("← ", ToClient)])
def test_messages_of_the_worked_example_are_understood(arrow: str, kind: object) -> None:
    lines = [line.removeprefix(arrow) for line in DOCUMENT.read_text().splitlines() if line.startswith(arrow)]
    assert len(lines) > 5
    for line in lines:
        msgspec.json.decode(line, type=kind)
