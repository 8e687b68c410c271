"""The API: every app's router under /api, who may enter, and the one place errors become answers."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.responses import NinjaJSONEncoder
from ninja.security.base import AuthBase

from callbase.apps.alarms.api import recipients_router
from callbase.apps.alarms.api import router as alarms_router
from callbase.apps.audit.api import router as audit_router
from callbase.apps.boards.api import router as boards_router
from callbase.apps.calendars.api import holidays_router
from callbase.apps.calendars.api import router as calendars_router
from callbase.apps.callers.api import router as caller_lists_router
from callbase.apps.configuration.api import router as configuration_router
from callbase.apps.customers.api import customer_levels_router, customers_router
from callbase.apps.demo.api import router as demo_router
from callbase.apps.flows.api import flows_router, music_router, prompts_router
from callbase.apps.integration.api import embedding_router
from callbase.apps.integration.api import router as tokens_router
from callbase.apps.interactions.api import router as interactions_router
from callbase.apps.organization.access import Access, access_of_request, request_language
from callbase.apps.organization.api import (
    auth_router,
    centre_router,
    me_router,
    people_router,
    roles_router,
    softphone_router,
    units_router,
)
from callbase.apps.queues.api import dids_router, outcomes_router, queues_router, reasons_router
from callbase.apps.recordings.api import router as recordings_router
from callbase.apps.reports.api import router as reports_router
from callbase.apps.simulations.api import router as simulations_router
from callbase.apps.skills.api import router as skills_router
from callbase.apps.trunks.api import trunk_groups_router, trunks_router
from callbase.apps.voicemail.api import router as voicemails_router
from callbase.core import config
from callbase.core.config.calendars import SpecialDay, WeeklyHours
from callbase.web.documents import described, refusable
from callbase.web.errors import ApiError, Invalid
from callbase.web.known_parameters import known_parameters_only
from callbase.web.live_api import router as live_router
from callbase.web.messages import text
from callbase.web.system_api import router as system_router
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


DOCUMENT_KINDS = (
    list[config.Requirement],
    list[config.Ring],
    list[config.EntryRule],
    list[config.OverflowRule],
    list[WeeklyHours],
    list[SpecialDay],
    config.Callback,
    config.AnyTarget | None,
)
"""What of the configuration document stands in bodies."""


class Api(NinjaAPI):
    _schema: Any = None

    def get_openapi_schema(self, *arguments: Any, **options: Any) -> Any:
        """Made once: it takes a second, and anybody may ask for it."""
        if self._schema is None:
            self._schema = refusable(described(super().get_openapi_schema(*arguments, **options), DOCUMENT_KINDS))
        return self._schema

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """The app's name and the function's: "queues_create_queue"."""
        function = operation.view_func
        return f"{function.__module__.split('.')[2]}_{function.__name__}"


api = Api(title="callbase", version="1", auth=SignedIn(), docs_url=None, openapi_url="/openapi.json", renderer=Json())
api.add_decorator(known_parameters_only)


def answer(request: HttpRequest, error: ApiError) -> HttpResponse:
    """The error in the form of the API's contract, in the language of whoever asked."""
    language = request_language(request)
    body: dict[str, Any] = {
        "code": error.code,
        "message": text(error.code, language, error.data),
        "field": error.field,
        "data": error.data,
    }
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
    return answer(request, ApiError("too_large", 413, limit_kib=str(settings.JSON_BODY_LIMIT // 1024)))


@api.exception_handler(MultiPartParserError)
def on_broken_form(request: HttpRequest, error: MultiPartParserError) -> HttpResponse:
    return answer(request, ApiError("form_malformed", 400))


@api.exception_handler(DataError)
@api.exception_handler(UnicodeEncodeError)
def on_unstorable(request: HttpRequest, error: Exception) -> HttpResponse:
    """Text PostgreSQL cannot hold (NUL, half a surrogate pair), or a number beyond its column, in a query's parameter."""
    return answer(request, ApiError("invalid", 422))


@api.exception_handler(IntegrityError)
def on_collision(request: HttpRequest, error: IntegrityError) -> HttpResponse:
    """Two changes at once, each right alone: the database let the first one through."""
    log.warning("collision: %s", error)
    return answer(request, ApiError("collision", 409))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("database away: %s %s: %s", request.method, request.path, error)
    return answer(request, ApiError("database_unavailable", 503))


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


class MethodsInWords:
    """Middleware: Ninja answers a method an address does not have by itself, in plain text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or not request.path.startswith("/api/"):
            return response
        told = answer(request, ApiError("method_not_allowed", 405))
        told["Allow"] = response["Allow"]
        return told


for path, router in {
    "/auth": auth_router,
    "/me": me_router,
    "/softphone": softphone_router,
    "/interactions": interactions_router,
    "/recordings": recordings_router,
    "/voicemails": voicemails_router,
    "/reports": reports_router,
    "/simulations": simulations_router,
    "/people": people_router,
    "/roles": roles_router,
    "/centre": centre_router,
    "/units": units_router,
    "/queues": queues_router,
    "/dids": dids_router,
    "/flows": flows_router,
    "/prompts": prompts_router,
    "/music": music_router,
    "/trunks": trunks_router,
    "/trunk-groups": trunk_groups_router,
    "/skills": skills_router,
    "/calendars": calendars_router,
    "/holidays": holidays_router,
    "/caller-lists": caller_lists_router,
    "/outcomes": outcomes_router,
    "/not-ready-reasons": reasons_router,
    "/customers": customers_router,
    "/customer-levels": customer_levels_router,
    "/tokens": tokens_router,
    "/embedding": embedding_router,
    "/audit": audit_router,
    "/boards": boards_router,
    "/configuration": configuration_router,
    "/live": live_router,
    "/system": system_router,
    "/system/alarms": alarms_router,
    "/alarm-recipients": recipients_router,
    "/demo": demo_router,
}.items():
    api.add_router(path, router)


def openapi_json() -> str:
    """The API's description as /api/openapi.json gives it, for what is generated from it."""
    return json.dumps(api.get_openapi_schema(path_prefix="/api/"), cls=NinjaJSONEncoder, ensure_ascii=False, indent=2) + "\n"
