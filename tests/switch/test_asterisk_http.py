"""Requests over kept connections, against a server that answers, closes, is late, or talks nonsense."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from callbase.switch.asterisk import http
from callbase.switch.asterisk.ami import Manager
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.http import HttpClient, HttpFailed

REQUEST = b"GET /ari/asterisk/ping HTTP/1.1\r\nHost: asterisk\r\n\r\n"
Answer = Callable[[asyncio.StreamWriter, bytes], None]


class Server:
    """Answers each request with what `answer` writes; knows how many connections were made and what was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.connections = 0
        self.asked: list[bytes] = []
        self.writers: list[asyncio.StreamWriter] = []
        self.port = 0

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writers.append(writer)
        while not reader.at_eof():
            try:
                request = await reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError:
                break
            self.asked.append(request)
            self.answer(writer, request)
        writer.close()


@asynccontextmanager
async def serving(answer: Answer) -> AsyncIterator[tuple[Server, HttpClient]]:
    server = Server(answer)
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    server.port = listening.sockets[0].getsockname()[1]
    client = HttpClient("127.0.0.1", server.port)
    try:
        yield server, client
    finally:
        client.close()
        listening.close()
        for writer in server.writers:
            writer.close()
        await asyncio.sleep(0)


def says(body: bytes, status: str = "200 OK", headers: str = "") -> Answer:
    answer = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body
    return lambda writer, _: writer.write(answer)


async def test_requests_one_after_the_other_share_a_connection_and_those_at_once_do_not() -> None:
    async with serving(says(b"{}")) as (server, client):
        for _ in range(3):
            assert (await client.request(REQUEST)).body == b"{}"
        assert server.connections == 1
        await asyncio.gather(*(client.request(REQUEST) for _ in range(4)))
        assert server.connections == 4
        assert server.asked == [REQUEST] * 7


async def test_an_answer_may_be_empty_or_come_in_pieces() -> None:
    async with serving(lambda writer, _: writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")) as (server, client):
        response = await client.request(REQUEST)
        assert (response.status, response.body) == (204, b"")

        def in_pieces(writer: asyncio.StreamWriter, _: bytes) -> None:
            writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Len")
            asyncio.get_running_loop().call_later(0.02, writer.write, b"gth: 4\r\n\r\ngo")
            asyncio.get_running_loop().call_later(0.04, writer.write, b"ne")

        server.answer = in_pieces
        response = await client.request(REQUEST)
        assert (response.status, response.body) == (404, b"gone")
        assert server.connections == 1


async def test_a_connection_the_server_has_closed_is_not_used_again() -> None:
    async with serving(says(b"", headers="Connection: close\r\n")) as (server, client):
        await client.request(REQUEST)
        server.answer = says(b"")
        await client.request(REQUEST)
        assert server.connections == 2
        server.writers[-1].close()
        await asyncio.sleep(0.05)
        await client.request(REQUEST)
        assert server.connections == 3


@pytest.mark.parametrize("answer", [lambda writer, _: writer.write(b"nonsense\r\n\r\n"), lambda writer, _: writer.close()])
async def test_nonsense_and_a_hang_up_instead_of_an_answer_are_told(answer: Answer) -> None:
    async with serving(answer) as (server, client):
        with pytest.raises(HttpFailed):
            await client.request(REQUEST)
        server.answer = says(b"again")
        assert (await client.request(REQUEST)).body == b"again"


@pytest.mark.parametrize("asked_before", [0, 1])
async def test_an_answer_that_comes_too_late_is_not_taken_for_the_next_ones(
    monkeypatch: pytest.MonkeyPatch, asked_before: int
) -> None:
    monkeypatch.setattr(http, "LOOK_EVERY_S", 0.05)
    async with serving(says(b"first")) as (server, client):
        for _ in range(asked_before):
            await client.request(REQUEST)
        monkeypatch.setattr(http, "TIMEOUT_S", 0.05)
        server.answer = lambda writer, request: None
        with pytest.raises(HttpFailed, match="in time"):
            await client.request(REQUEST)
        monkeypatch.setattr(http, "TIMEOUT_S", 10.0)
        server.answer = says(b"mine")
        server.writers[0].write(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nlate")
        assert (await client.request(REQUEST)).body == b"mine"
        assert server.connections == 2


async def test_nobody_there_is_told() -> None:
    async with serving(says(b"")) as (server, _):
        port = server.port
    with pytest.raises(HttpFailed):
        await HttpClient("127.0.0.1", port).request(REQUEST)


async def test_what_ari_is_asked_says_who_asks_and_keeps_odd_characters_apart() -> None:
    async with serving(says(b'{"message":"Invalid parameter"}', "400 Bad Request")) as (server, _):
        client = AriClient("127.0.0.1", server.port, "callbase", "secret")
        with pytest.raises(AriError, match="400 Invalid parameter"):
            await client.request("POST", "/channels/a b\r\n/play", media="sound:/a&b=c +?", body={"字": 1})
        (asked,) = server.asked
        assert asked.startswith(b"POST /ari/channels/a%20b%0D%0A/play?media=sound%3A%2Fa%26b%3Dc%20%2B%3F HTTP/1.1\r\n")
        assert b"\r\nAuthorization: Basic Y2FsbGJhc2U6c2VjcmV0\r\n" in asked
        client.close()


async def test_a_server_slow_to_accept_is_not_sent_more_connections_than_its_queue_holds() -> None:
    """Asterisk's holds ten; what is beyond it the kernel tries again after a second."""
    listening = socket.create_server(("127.0.0.1", 0), backlog=10)
    client = HttpClient("127.0.0.1", listening.getsockname()[1])
    server = Server(says(b"{}"))
    asked = [asyncio.create_task(client.request(REQUEST)) for _ in range(40)]
    await asyncio.sleep(0.05)
    accepting = await asyncio.start_server(server.talk, sock=listening, backlog=10)
    try:
        answers = await asyncio.gather(*asked)
        assert [answer.status for answer in answers] == [200] * 40
        assert server.connections <= http.NOT_ACCEPTED
    finally:
        client.close()
        accepting.close()
        for writer in server.writers:
            writer.close()
        await asyncio.sleep(0)


class Ended(BaseException):
    """As the process of an engine that does not lead any more."""


def not_leading() -> None:
    raise Ended


async def test_an_engine_that_does_not_lead_any_more_sends_asterisk_nothing() -> None:
    """Neither a request, nor that it listens, nor to the manager interface a name and password."""
    async with serving(says(b"{}")) as (server, _):
        address = ("127.0.0.1", server.port, "callbase", "secret")
        requests, manager = AriClient(*address, not_leading), Manager(*address, lambda event: None, not_leading)
        with pytest.raises(Ended):
            await requests.request("POST", "/channels/1/answer")
        with pytest.raises(Ended):
            async with requests.events("callbase", lambda data: None):
                pass
        with pytest.raises(Ended):
            await manager.action("Ping")
        requests.close()
        await manager.close()
        await asyncio.sleep(0.05)  # for the server to have read what was sent
        assert server.asked == []
