"""A query's parameter that an address does not have is an error, as an unknown field of a body is: it may be a misspelt filter,
and all rows would come in place of some."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest

from callbase.web.errors import FieldProblem, Invalid

VERSION = "v"
"""Makes of what has changed another address, so that no cache gives the old; it asks for nothing."""


def known_parameters_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates every operation of an API, whether it is a coroutine or not."""
    operation: Any = view._ninja_operation  # type: ignore[attr-defined]
    queries = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    known = {VERSION, *(name for model in queries for name in model.__ninja_flatten_map__)}

    @wraps(view)
    def checked(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        unknown = {name[:80]: FieldProblem("unknown_field") for name in request.GET if name not in known}
        if unknown:
            raise Invalid(unknown)
        return view(request, *arguments, **named)

    return checked
