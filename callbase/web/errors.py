"""Errors the API answers with: a code, a status, the field, data. One boundary (`api.py`) renders them in the user's language."""

from __future__ import annotations

from collections.abc import Mapping


class ApiError(Exception):
    """`code` is a key of `callbase.web.messages.ERRORS`."""

    status = 400

    def __init__(self, code: str, status: int | None = None, *, field: str | None = None, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.status = status or self.status
        self.field = field
        self.data = data


class NotSignedIn(ApiError):
    status = 401

    def __init__(self) -> None:
        super().__init__("not_signed_in")


class Forbidden(ApiError):
    status = 403

    def __init__(self, permission: str = "") -> None:
        super().__init__("forbidden", permission=permission)


class NotFound(ApiError):
    """Also for what exists but belongs to another tenant: nobody learns that it does."""

    status = 404

    def __init__(self) -> None:
        super().__init__("not_found")


class Conflict(ApiError):
    status = 409


class FieldProblem:
    """What is wrong with one field: `code` is a key of `messages.FIELDS`, `data` what the text mentions."""

    def __init__(self, code: str, **data: str) -> None:
        self.code = code
        self.data = data


class Invalid(ApiError):
    """Field problems, each under the field's dotted path ("members.0.agent")."""

    status = 422

    def __init__(self, problems: Mapping[str, FieldProblem | list[FieldProblem]]) -> None:
        super().__init__("invalid")
        self.problems = {field: found if isinstance(found, list) else [found] for field, found in problems.items()}

    @classmethod
    def of(cls, field: str, code: str, **data: str) -> Invalid:
        return cls({field: FieldProblem(code, **data)})
