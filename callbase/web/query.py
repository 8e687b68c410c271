"""What may stand behind the `?` of an address."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema

from callbase.web.errors import FieldProblem, Invalid


def only_known(request: HttpRequest, *wanted: Schema) -> None:
    """Raises Invalid where a parameter is none of these': a filter typed wrong is an error, not all rows."""
    known = {field.alias or name for one in wanted for name, field in type(one).model_fields.items()}
    unknown = {name: FieldProblem("unknown_field") for name in request.GET if name not in known}
    if unknown:
        raise Invalid(unknown)
