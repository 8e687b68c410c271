"""Asking the web process how it is: GET /healthz says whether calls can be taken, and which part is not ready."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from typing import Any

from callbase.platform.environment import Environment


@dataclass(frozen=True, slots=True)
class Health:
    healthy: bool
    answer: dict[str, Any]


def local_host(environment: Environment) -> str:
    """Where a program on this machine reaches the web process."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(environment.bind, environment.bind)  # noqa: S104 (read, not bound)


def get_health(environment: Environment, timeout_s: float = 2.0) -> Health | None:
    """None where nothing answers."""
    connection = http.client.HTTPConnection(local_host(environment), environment.http_port, timeout=timeout_s)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        body = response.read()
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
    try:
        answer = json.loads(body)
    except ValueError:
        answer = {}
    return Health(response.status == 200, answer if isinstance(answer, dict) else {})
