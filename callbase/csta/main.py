"""The CSTA process: listens until told to stop."""

from __future__ import annotations

import asyncio
import signal
import ssl

import structlog
import uvloop

from callbase.csta.server import CstaServer
from callbase.cti.client import LinkClient
from callbase.platform.environment import Environment, SettingInvalid
from callbase.platform.runtime import NotRunning, read_runtime
from callbase.platform.scraping import serve_metrics

log = structlog.get_logger(__name__)


def run(environment: Environment) -> None:
    """Until SIGTERM or SIGINT. Raises OSError where the port or the certificate cannot be used, SettingInvalid without a port."""
    uvloop.run(_run(environment))


async def _run(environment: Environment) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    url = f"ws://{environment.own_address}:{environment.http_port}/link"
    server = CstaServer(lambda token: LinkClient(url, token), environment.csta_token)
    if environment.csta_port is None:
        raise SettingInvalid("CALLBASE_CSTA_PORT says where CSTA is to be offered, and is not set")
    port = await server.start(environment.bind, environment.csta_port, _tls(environment))
    metrics_port = _metrics_port(environment)
    metrics = await serve_metrics(metrics_port) if metrics_port else None
    log.info("CSTA is offered", address=environment.bind, port=port, tls=environment.csta_certificate is not None)
    await stopped.wait()
    await server.stop()
    if metrics is not None:
        metrics.close()


def _metrics_port(environment: Environment) -> int:
    """0 where there is no installation around this process."""
    try:
        return read_runtime(environment.home).csta_metrics_port
    except NotRunning:
        return 0


def _tls(environment: Environment) -> ssl.SSLContext | None:
    if environment.csta_certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(environment.csta_certificate)
    return context
