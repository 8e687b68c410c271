"""The diagrams in docs/states are those of the tables the core runs on."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from callbase.core.agent.transitions import TRANSITIONS

ROOT = Path(__file__).resolve().parents[2]
SPEC = importlib.util.spec_from_file_location("draw_states", ROOT / "tools" / "draw_states.py")
assert SPEC is not None
assert SPEC.loader is not None
draw_states = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(draw_states)


@pytest.mark.parametrize("name", ["agent.md", "consultation.md", "interaction.md"])
def test_the_diagram_is_up_to_date(name: str) -> None:
    assert (ROOT / "docs" / "states" / name).read_text(encoding="utf-8") == draw_states.pages()[name]


def test_every_state_can_be_left_for_signing_out() -> None:
    for state, events in TRANSITIONS.items():
        assert state == "logged_off" or events["sign_out"] == "logged_off"
