"""`callbase csta` as a process of its own."""

from __future__ import annotations

import asyncio
import os
import ssl
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from callbase.csta.server import MOST_UNOPENED
from callbase.platform import ports
from callbase.platform.environment import ROOT
from tests.csta.program import Program, connect

COMMAND = [sys.executable, "-m", "callbase.cli", "csta"]


def environment(home: Path, **settings: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CALLBASE_")}
    return inherited | {"CALLBASE_HOME": str(home), **settings}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of 127.0.0.1, with its key, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "csta")]), datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "csta.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


@pytest.fixture
def process(certificate: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """With TLS; and its port."""
    port = ports.pick()
    settings = {"CALLBASE_CSTA_PORT": str(port), "CALLBASE_CSTA_CERTIFICATE": str(certificate)}
    started = subprocess.Popen(COMMAND, cwd=ROOT, env=environment(tmp_path, **settings), stdout=subprocess.DEVNULL)
    yield started, port
    started.kill()
    started.wait(10)


async def test_it_speaks_tls_where_it_has_a_certificate_and_ends_when_told(
    process: tuple[subprocess.Popen[bytes], int], certificate: Path
) -> None:
    started, port = process
    program = await _reached(port, ssl.create_default_context(cafile=str(certificate)))
    answer = await program.ask("<RequestSystemStatus/>")
    assert answer.value("security") == "securityInfoViolated"
    plain = await connect(port)
    plain.send("<RequestSystemStatus/>")
    assert await plain.closed()
    started.terminate()
    assert await asyncio.to_thread(started.wait, 10) == 0


async def test_silent_connections_count_before_they_come_to_tls_and_keep_nobody_else_out(
    process: tuple[subprocess.Popen[bytes], int], certificate: Path
) -> None:
    _, port = process
    tls = ssl.create_default_context(cafile=str(certificate))
    (await _reached(port, tls)).writer.close()
    silent = [await connect(port) for _ in range(MOST_UNOPENED + 10)]
    closed = [asyncio.create_task(program.closed()) for program in silent]
    _, waiting = await asyncio.wait(closed, timeout=2)
    assert MOST_UNOPENED - 1 <= len(waiting) <= MOST_UNOPENED  # the first may not be gone quite yet
    elsewhere = await connect(port, tls, source="127.0.0.2")
    assert (await elsewhere.ask("<RequestSystemStatus/>")).value("security") == "securityInfoViolated"
    for task in waiting:
        task.cancel()


def test_without_a_port_it_says_what_to_set(tmp_path: Path) -> None:
    ended = subprocess.run(COMMAND, cwd=ROOT, env=environment(tmp_path), capture_output=True, timeout=60, check=False)
    assert ended.returncode == 2
    assert b"CALLBASE_CSTA_PORT" in ended.stderr


async def _reached(port: int, tls: ssl.SSLContext) -> Program:
    async with asyncio.timeout(30):
        while True:
            try:
                return await connect(port, tls)
            except ConnectionError:
                await asyncio.sleep(0.05)
