"""The link's messages as data: each struct with its fields, their types, and the comments beside them in the source."""

from __future__ import annotations

import ast
import inspect
import itertools
import textwrap
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import msgspec
from msgspec.inspect import (
    AnyType,
    BoolType,
    DictType,
    FloatType,
    IntType,
    LiteralType,
    Metadata,
    NoneType,
    SetType,
    StrType,
    StructType,
    Type,
    UnionType,
    VarTupleType,
    multi_type_info,
)

from callbase.core import errors, events, facts
from callbase.core.limits import Limits, limits_of
from callbase.cti import messages


@dataclass(frozen=True, slots=True)
class FieldModel:
    name: str
    type: str
    """As TypeScript writes it, which is also what the document shows."""
    optional: bool
    """May be left out."""
    comment: str
    default: str


@dataclass(frozen=True, slots=True)
class StructModel:
    name: str
    tag: str | None
    fields: tuple[FieldModel, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Protocol:
    structs: dict[str, StructModel]
    """By name, in the order a reader meets them."""
    unions: dict[str, tuple[str, ...]]
    literals: dict[str, tuple[tuple[str, ...], str]]
    """Name → (values, comment)."""


UNIONS: dict[str, Any] = {
    "AnyAction": events.AnyAction,
    "AnyFact": facts.AnyFact,
    "FromClient": messages.FromClient,
    "ToClient": messages.ToClient,
}


def read_protocol() -> Protocol:
    literals = _literals(events, facts, errors)
    names = {frozenset(values): name for name, (values, _) in literals.items()}
    unions = {name: tuple(member.__name__ for member in get_args(union)) for name, union in UNIONS.items()}
    union_names = {frozenset(members): name for name, members in unions.items()}
    structs: dict[str, StructModel] = {}

    def show(type_: Type) -> str:
        if isinstance(type_, Metadata):
            return show(type_.type)
        if isinstance(type_, StructType):
            return add(type_)
        if isinstance(type_, UnionType):
            members = [show(member) for member in type_.types]
            return union_names.get(frozenset(members)) or " | ".join(members)
        if isinstance(type_, LiteralType):
            return names.get(frozenset(type_.values)) or " | ".join(f'"{value}"' for value in type_.values)
        if isinstance(type_, DictType):
            return f"Record<string, {show(type_.value_type)}>"
        if isinstance(type_, (VarTupleType, SetType)):
            item = show(type_.item_type)
            return f"({item})[]" if " | " in item else f"{item}[]"
        return _PLAIN[type(type_)]

    def add(type_: StructType) -> str:
        cls = type_.cls
        if cls.__name__ not in structs:
            structs[cls.__name__] = StructModel(cls.__name__, None, (), "")  # keeps its place while its fields are read
            comments = _field_comments(cls)
            lenient = cls.__struct_config__.omit_defaults or cls in get_args(messages.FromClient)
            structs[cls.__name__] = StructModel(
                name=cls.__name__,
                tag=type_.tag if isinstance(type_.tag, str) else None,
                fields=tuple(
                    FieldModel(
                        name=field.encode_name,
                        type=show(field.type),
                        optional=not field.required and lenient,
                        comment=_with_limits(comments.get(field.name, ""), limits_of(field.type)),
                        default=_default(field),
                    )
                    for field in type_.fields
                ),
                comment=inspect.getdoc(cls) if cls.__doc__ and "__doc__" in vars(cls) else "",  # type: ignore[arg-type]
            )
        return cls.__name__

    for type_ in multi_type_info([messages.FromClient, messages.ToClient]):
        show(type_)
    return Protocol(structs=structs, unions=unions, literals=literals)


_PLAIN: dict[type[Type], str] = {
    AnyType: "unknown",
    BoolType: "boolean",
    FloatType: "number",
    IntType: "number",
    NoneType: "null",
    StrType: "string",
}


def _with_limits(comment: str, limits: Limits | None) -> str:
    return " ".join(part for part in (comment, f"From {limits}." if limits is not None else "") if part)


def _default(field: msgspec.inspect.Field) -> str:
    if field.required:
        return ""
    value = field.default if field.default is not msgspec.NODEFAULT else field.default_factory()
    return msgspec.json.encode(value).decode()


def _literals(*modules: ModuleType) -> dict[str, tuple[tuple[str, ...], str]]:
    found: dict[str, tuple[tuple[str, ...], str]] = {}
    for module in modules:
        comments = _comments_after(ast.parse(inspect.getsource(module)).body)
        for name, value in vars(module).items():
            if get_origin(value) is Literal and name not in found:
                found[name] = (get_args(value), comments.get(name, ""))
    return found


def _field_comments(cls: type) -> dict[str, str]:
    """The string below a field, in the class or in what it inherits from."""
    comments: dict[str, str] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("callbase."):
            body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
            assert isinstance(body, ast.ClassDef)
            comments.update(_comments_after(body.body))
    return comments


def _comments_after(body: list[ast.stmt]) -> dict[str, str]:
    comments: dict[str, str] = {}
    for statement, after in itertools.pairwise(body):
        if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                comments[statement.target.id] = inspect.cleandoc(after.value.value)
            elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
                comments[statement.targets[0].id] = inspect.cleandoc(after.value.value)
    return comments
