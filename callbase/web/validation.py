"""Field problems out of what pydantic found, so that they can be told in the user's language."""

from __future__ import annotations

import re
from typing import Any

from callbase.web.errors import FieldProblem
from callbase.web.fields import DID_FORM, ID_FORM, LOGIN_FORM

_PLACES = {"body", "query", "path", "header", "form", "file", "cookie"}
_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "too_short": "too_few",
    "less_than_equal": "too_big",
    "less_than": "too_big",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "literal_error": "not_one_of",
    "string_pattern_mismatch": "pattern",
    "value_error": "pattern",
}
_FORMS = {ID_FORM: "id_form", DID_FORM: "did_form", LOGIN_FORM: "login_form"}
"""What may stand in a field of this pattern is worth saying."""
_LIMITS = ("max_length", "min_length", "le", "lt", "ge", "gt")


def _listed(expected: str) -> str:
    """ "inbound, outbound" of pydantic's "'inbound' or 'outbound'", which is English."""
    return ", ".join(re.findall(r"'([^']*)'", expected)) or expected


def problems_of(errors: list[dict[str, Any]]) -> dict[str, FieldProblem | list[FieldProblem]]:
    """Dotted path of the field ("members.0.agent") → what is wrong with it."""
    found: dict[str, list[FieldProblem]] = {}
    for error in errors:
        location = [str(part) for part in error.get("loc", ())]
        if location and location[0] in _PLACES:
            # ninja names the body's parameter after its place: ("body", "data", "name")
            location = location[2:] if location[0] in {"body", "form"} and len(location) > 2 else location[1:]
        context = error.get("ctx") or {}
        if error.get("type") == "field_problem":
            found.setdefault(".".join(location) or "body", []).append(FieldProblem(context["code"], **context["data"]))
            continue
        limit = next((context[key] for key in _LIMITS if key in context), None)
        data = {} if limit is None else {"limit": str(limit)}
        if "expected" in context:
            data["choices"] = _listed(str(context["expected"]))
        code = _CODES.get(str(error.get("type")), "wrong_type")
        code = _FORMS.get(str(context.get("pattern")), code)
        found.setdefault(".".join(location) or "body", []).append(FieldProblem(code, **data))
    return dict(found)
