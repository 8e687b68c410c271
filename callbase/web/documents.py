"""Fields of a body that are parts of the core's configuration document, in its own words (`callbase.core.config`).

    requires: Annotated[list[Any], Document(tuple[config.Requirement, ...])]

What comes in is converted by msgspec, so there is one definition of a rule; what it complains of is told with the field's whole
path ("overflow.0.when.of.1.field"). The value is given on as JSON would have it, ready for its column.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import InitErrorDetails, PydanticCustomError, ValidationError, core_schema

from callbase.cti.decoding import field_at_fault
from callbase.web.errors import FieldProblem

MARK = "x-document"
_VALUE = re.compile(r"Invalid (?:enum )?value ['\"]?(.*?)['\"]?(?: - at|$)")


def told(message: str) -> tuple[str, FieldProblem]:
    """msgspec's English, as a dotted path and a problem."""
    path = field_at_fault(message)
    if "missing required field" in message:
        return path, FieldProblem("required")
    if "unknown field" in message:
        return path, FieldProblem("unknown_field")
    value = _VALUE.search(message)
    if value:
        return path, FieldProblem("unknown", value=value.group(1)[:60])
    return path, FieldProblem("wrong_type")


def _unstorable(value: Any, path: tuple[str, ...] = ()) -> tuple[str, ...] | None:
    """Where in the value stands text PostgreSQL cannot hold: NUL, or half a surrogate pair."""
    if isinstance(value, str):
        return path if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in value) else None
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in pairs:
        found = _unstorable(one, (*path, str(key))) or (_unstorable(key, path) if isinstance(key, str) else None)
        if found is not None:
            return found
    return None


@dataclass(frozen=True)
class Document:
    """Annotation of a field that is a `kind` of the configuration document."""

    kind: Any

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.converted)

    def __get_pydantic_json_schema__(self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        (described,), _ = msgspec.json.schema_components([self.kind], ref_template="#/components/schemas/{name}")
        return {MARK: json.dumps(described)}  # pydantic would look its references up among its own

    def converted(self, value: Any) -> Any:
        """Raises ValidationError at the path of what does not fit."""
        bad = _unstorable(value)
        if bad is not None:
            raise _at(".".join(bad), FieldProblem("pattern"))
        try:
            return msgspec.to_builtins(msgspec.convert(value, self.kind))
        except msgspec.ValidationError as error:
            raise _at(*told(str(error))) from None


def _at(path: str, problem: FieldProblem) -> ValidationError:
    kind = PydanticCustomError("field_problem", "does not fit", {"code": problem.code, "data": problem.data})
    details = InitErrorDetails(type=kind, loc=tuple(path.split(".")) if path else (), input=None)
    return ValidationError.from_exception_data("document", [details])


def described(schema: Any, kinds: tuple[Any, ...]) -> Any:
    """The API's description with the document's own kinds in it, in place of their marks."""
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    schema["components"]["schemas"] |= components
    return _unmarked(schema)


def _unmarked(node: Any) -> Any:
    if isinstance(node, dict):
        rest = {key: _unmarked(value) for key, value in node.items() if key != MARK}
        return {**json.loads(node[MARK]), **rest} if MARK in node else rest
    return [_unmarked(one) for one in node] if isinstance(node, list) else node


REFUSAL = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["code", "message", "field", "data"],
            "properties": {
                "code": {"type": "string", "description": "What programs act on."},
                "message": {"type": "string", "description": "For people, in their language."},
                "field": {"type": ["string", "null"], "description": "The one at fault."},
                "data": {"type": "object", "additionalProperties": {"type": "string"}},
                "fields": {
                    "type": "object",
                    "description": "Of 422: each field at fault by its path, and what is wrong with it.",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
            },
        }
    },
}


def refusable(schema: Any) -> Any:
    """The API's description with the answer of each operation that is not done: one form for all (`callbase.web.api.answer`)."""
    schema["components"]["schemas"]["Refusal"] = REFUSAL
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for operations in schema["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "It is not done.", "content": content}
    return schema
