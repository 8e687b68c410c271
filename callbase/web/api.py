"""The API: every app's router under /api, who may enter, and the one place errors become answers."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.security.base import AuthBase

from callbase.apps.organization.access import Access, access_of_request, request_language
from callbase.apps.organization.api import auth_router, me_router
from callbase.web.errors import ApiError, Invalid
from callbase.web.messages import text
from callbase.web.validation import problems_of

log = logging.getLogger(__name__)


class SignedIn(AuthBase):
    """The console's session cookie, or a program's bearer token."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Access:
        return access_of_request(request)


class Json(BaseRenderer):
    """UTF-8 as it is, rather than \\u escapes."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, cls=NinjaJSONEncoder, ensure_ascii=False)


api = NinjaAPI(title="callbase", version="1", auth=SignedIn(), docs_url=None, openapi_url="/openapi.json", renderer=Json())


def answer(request: HttpRequest, error: ApiError) -> HttpResponse:
    """The error in the form of the API's contract, in the language of whoever asked."""
    language = request_language(request)
    body: dict[str, Any] = {"code": error.code, "message": text(error.code, language, error.data), "field": error.field,
                            "data": error.data}
    if isinstance(error, Invalid):
        body["fields"] = {field: [text(one.code, language, one.data) for one in found] for field, found in error.problems.items()}
    return api.create_response(request, {"error": body}, status=error.status)


@api.exception_handler(ApiError)
def on_api_error(request: HttpRequest, error: ApiError) -> HttpResponse:
    return answer(request, error)


@api.exception_handler(ValidationError)
def on_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(request, Invalid(problems_of(error.errors)))


@api.exception_handler(Http404)
def on_not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return answer(request, ApiError("not_found", 404))


@api.exception_handler(RequestDataTooBig)
def on_too_big(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return answer(request, ApiError("too_large", 413))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    codes = {400: "malformed", 401: "not_signed_in", 403: "forbidden", 404: "not_found", 405: "method_not_allowed"}
    return answer(request, ApiError(codes.get(error.status_code, "internal"), error.status_code))


@api.exception_handler(Exception)
def on_failure(request: HttpRequest, error: Exception) -> HttpResponse:
    log.exception("request failed: %s %s", request.method, request.path)
    return answer(request, ApiError("internal", 500))


def unknown_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    return answer(request, ApiError("not_found", 404))


api.add_router("/auth", auth_router)
api.add_router("/me", me_router)
