"""callbase's HTTP API as another program uses it: signs in, or shows a token."""

from __future__ import annotations

import http.client
import http.cookies
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


class Refused(RuntimeError):
    """`status` and the answer's body, an error as documented."""

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> Any:
        return json.loads(self.content) if self.content else None


@dataclass(slots=True)
class Api:
    """`token` empty: sign in first. Blocks; use it from a thread where that matters."""

    port: int
    token: str = ""
    host: str = "127.0.0.1"
    _cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self, login: str, password: str) -> Any:
        self.get("/api/auth/session")
        return self.post("/api/auth/sign-in", {"login": login, "password": password})

    def get(self, path: str, **query: object) -> Any:
        return self._json("GET", path + ("?" + urlencode(query) if query else ""))

    def post(self, path: str, body: Any = None) -> Any:
        return self._json("POST", path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._json("PUT", path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._json("PATCH", path, body)

    def delete(self, path: str) -> Any:
        return self._json("DELETE", path)

    def _json(self, method: str, path: str, body: Any = None) -> Any:
        content = b"" if body is None else json.dumps(body).encode()
        answer = self.request(method, path, content, {"Content-Type": "application/json"})
        if answer.status >= 400:
            try:
                said = answer.json()
            except ValueError:
                said = answer.content[:300]
            raise Refused(answer.status, said)
        return answer.json()

    def request(self, method: str, path: str, content: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        """Whatever comes back, an error too."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            connection.request(method, path, content, self._headers() | (headers or {}))
            response = connection.getresponse()
            for name, value in response.getheaders():
                if name.lower() == "set-cookie":
                    self._cookies.update({key: morsel.value for key, morsel in http.cookies.SimpleCookie(value).items()})
            return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        finally:
            connection.close()

    @property
    def cookies(self) -> str:
        """As the header of a request that continues the session elsewhere."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def _headers(self) -> dict[str, str]:
        if self.token:
            return {"Authorization": f"Bearer {self.token}"}
        return {
            "Cookie": self.cookies,
            "X-CSRFToken": self._cookies.get("csrftoken", ""),
        }


def api_token(port: int, login: str, password: str, name: str, host: str = "127.0.0.1") -> str:
    """A new token with all the rights of that person."""
    api = Api(port, host=host)
    session = api.sign_in(login, password)
    made = api.post("/api/tokens", {"name": name, "scopes": session["permissions"]})
    return str(made["token"])
