"""A query's parameter that an address does not have is an error, as an unknown field of a body is: it may be a misspelt filter,
and all rows would come in place of some. So is a value with a NUL in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest

from callbase.web.errors import FieldProblem, Invalid, NotFound

VERSION = "v"
"""Makes of what has changed another address, so that no cache gives the old; it asks for nothing."""

NUL = "\0"
"""PostgreSQL takes no text with one, so nothing is called so or can be found by it."""


def known_parameters_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorates every operation of an API, whether it is a coroutine or not."""
    operation: Any = view._ninja_operation  # type: ignore[attr-defined]
    queries = [model for model in operation.models if model.__ninja_param_source__ == "query"]
    known = {VERSION, *(name for model in queries for name in model.__ninja_flatten_map__)}

    @wraps(view)
    def checked(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        wrong = {name[:80]: FieldProblem("unknown_field") for name in request.GET if name not in known}
        wrong |= {name: FieldProblem("pattern") for name in known if NUL in request.GET.get(name, "")}
        if wrong:
            raise Invalid(wrong)
        if any(NUL in value for value in named.values() if isinstance(value, str)):
            raise NotFound
        return view(request, *arguments, **named)

    return checked
