"""Checks of what those who wait hear, beyond each field's own form."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.apps.configuration.checks import named, said, target
from callbase.apps.configuration.known import Known
from callbase.core.config import AnyTarget, Say
from callbase.web.errors import FieldProblem

KEYS = frozenset("0123456789*#")
SHORTEST_REPEAT_S = 5.0


def waiting_problems(waiting: dict[str, Any], known: Known) -> dict[str, FieldProblem | list[FieldProblem]]:
    """Every problem of a `WaitingTreatment` as the API takes it, under its path; empty where there is none."""
    problems: dict[str, FieldProblem | list[FieldProblem]] = {}
    for key, where in msgspec.convert(waiting["keys"], dict[str, AnyTarget]).items():
        if key not in KEYS:
            problems[f"waiting.keys.{key[:10]}"] = FieldProblem("not_one_of", choices="0-9 * #")
        problems |= dict(target(f"waiting.keys.{key[:10]}", where, known))
    problems |= dict(named("waiting.music", waiting["music"], known.music))
    for number, step in enumerate(waiting["steps"]):
        at = f"waiting.steps.{number}"
        if 0 < step["every_s"] < SHORTEST_REPEAT_S:
            problems[f"{at}.every_s"] = FieldProblem("too_small", limit=f"{SHORTEST_REPEAT_S:g}")
        if step["what"] == "say" and step["say"] is None:
            problems[f"{at}.say"] = FieldProblem("required")
        elif step["what"] == "say":
            problems |= dict(said(f"{at}.say", msgspec.convert(step["say"], Say), known))
        if step["what"] == "music" and step["music"] is None:
            problems[f"{at}.music"] = FieldProblem("required")
        problems |= dict(named(f"{at}.music", step["music"], known.music))
    return problems
