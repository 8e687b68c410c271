"""Where each node's Asterisk has its files."""

from __future__ import annotations

from pathlib import Path

from callbase.platform.environment import Environment

FIRST_NODE = "a"


def asterisk_dir(environment: Environment, node: str = FIRST_NODE) -> Path:
    return environment.home / process_name(node)


def configuration_dir(environment: Environment, node: str = FIRST_NODE) -> Path:
    return asterisk_dir(environment, node) / "etc"


def music_file(environment: Environment, node: str = FIRST_NODE) -> Path:
    """Its classes of music. It is where all machines' folder is: the engine that writes it may be on another one."""
    return environment.prompts_dir / f"music-{node}.conf"


def futexes_library(environment: Environment, node: str = FIRST_NODE) -> Path:
    return asterisk_dir(environment, node) / "futexes.so"


def process_name(node: str) -> str:
    """As the supervisor, the logs and the folders have it."""
    return "asterisk" if node == FIRST_NODE else f"asterisk-{node}"
