"""Draws the core's transition tables as Mermaid diagrams into docs/states/; with `--check`, only compares."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from callbase.core.agent import transitions
from callbase.core.call import consultation_states, phases

TARGET = Path(__file__).resolve().parents[1] / "docs" / "states"


def diagram(table: Mapping[Any, Mapping[Any, Any]], start: str, ends: tuple[str, ...] = ()) -> str:
    """A state diagram; events between the same two states share an arrow."""
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {start}"]
    for state, arrows in table.items():
        events: dict[str, list[str]] = {}
        for event, target in arrows.items():
            events.setdefault(target, []).append(event)
        lines += [f"    {state} --> {target}: {', '.join(names)}" for target, names in events.items()]
    lines += [f"    {state} --> [*]" for state in ends]
    return "\n".join([*lines, "```"])


def pages() -> dict[str, str]:
    """File name → contents."""
    made = "Made from {} by `python tools/draw_states.py`; do not edit.\n"
    return {
        "agent.md": "\n".join(
            [
                "# Agent states\n",
                made.format("`callbase/core/agent/transitions.py`"),
                _prose(transitions.__doc__),
                diagram(transitions.TRANSITIONS, "logged_off"),
                "",
            ]
        ),
        "consultation.md": "\n".join(
            [
                "# States of a consultation\n",
                made.format("`callbase/core/call/consultation_states.py`"),
                _prose(consultation_states.__doc__),
                diagram(consultation_states.CONSULTATION, "alerting", ends=("over",)),
                "",
            ]
        ),
        "interaction.md": "\n".join(
            [
                "# Phases of an interaction\n",
                made.format("`callbase/core/call/phases.py`"),
                _prose(phases.__doc__),
                diagram(phases.PHASES, "flow", ends=tuple(phases.PHASES)),
                "",
            ]
        ),
    }


def _prose(doc: str | None) -> str:
    return (doc or "").strip() + "\n"


def main() -> int:
    if "--check" in sys.argv:
        stale = [name for name, text in pages().items() if (TARGET / name).read_text(encoding="utf-8") != text]
        print(f"out of date: {', '.join(stale)}; run python tools/draw_states.py" if stale else "docs/states is up to date")
        return 1 if stale else 0
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (TARGET / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
