"""Asterisk as a process: its command line, and whether it is ready for calls."""

from __future__ import annotations

import base64
import http.client

from callbase.platform.asterisk import futexes
from callbase.platform.asterisk.folders import FIRST_NODE, configuration_dir, futexes_library, process_name
from callbase.platform.asterisk.tree import AsteriskInstallation
from callbase.platform.environment import Environment
from callbase.platform.runtime import Runtime, SwitchNode
from callbase.platform.supervisor import left_over


def command(environment: Environment, installation: AsteriskInstallation, node: str = FIRST_NODE) -> list[str]:
    """The command line that runs it in the foreground, its log on standard output. SIGTERM stops it at once, calls and all."""
    return [*installation.program, "-C", known_by(environment, node), "-f", "-n"]


def surroundings(environment: Environment, node: str = FIRST_NODE) -> dict[str, str]:
    """What is in its environment besides."""
    return futexes.environment(futexes_library(environment, node))


def known_by(environment: Environment, node: str = FIRST_NODE) -> str:
    """What no other process has in its command line."""
    return str(configuration_dir(environment, node) / "asterisk.conf")


def runs_still(environment: Environment, node: str = FIRST_NODE) -> bool:
    """Whether a supervisor that was killed has left it."""
    return left_over(environment.run_dir / f"{process_name(node)}.pid", known_by(environment, node)) is not None


def ready(runtime: Runtime, node: SwitchNode | None = None, timeout_s: float = 1.0) -> bool:
    """Whether that node, or the first one, answers and takes commands; False for any failure, never an exception."""
    node = node or runtime.nodes[0]
    credentials = base64.b64encode(f"{runtime.ari_user}:{runtime.ari_password}".encode()).decode()
    connection = http.client.HTTPConnection(node.ari_host, node.ari_port, timeout=timeout_s)
    try:
        connection.request("GET", "/ari/asterisk/ping", headers={"Authorization": f"Basic {credentials}"})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
