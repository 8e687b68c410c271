"""The Python client apart from callbase: built as integrators build it, used where nothing of the server is installed."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from websockets.asyncio.server import ServerConnection, serve

ROOT = Path(__file__).parents[2]
CLIENT = ROOT / "clients/python"
WITH_IT = ("msgspec", "structlog", "websockets")
PROGRAM = """
import asyncio, sys
from callbase.cti import LinkClient, LinkRefused

async def main():
    async with LinkClient(sys.argv[1], "wrong") as link:
        await link.wait_connected()

try:
    asyncio.run(main())
except LinkRefused as refused:
    raise SystemExit(f"refused: {refused}")
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the built package and what it says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("client")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=CLIENT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    for name in WITH_IT:
        found = importlib.util.find_spec(name)
        assert found is not None
        assert found.origin is not None
        (folder / "site" / name).symlink_to(Path(found.origin).parent)
    return folder / "site"


def run(installed: Path, program: str, *arguments: str) -> subprocess.Popen[str]:
    """Without this machine's packages: only the folder's and Python's own."""
    program = f"import sys; sys.path.insert(0, {str(installed)!r})\n{program}"
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_it_needs_only_what_it_says() -> None:
    project = tomllib.loads((CLIENT / "pyproject.toml").read_text())["project"]
    assert tuple(one.partition(">")[0] for one in project["dependencies"]) == WITH_IT
    assert project["version"] == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_it_works_where_nothing_of_the_server_is_installed(installed: Path) -> None:
    said, errors = run(
        installed,
        "import callbase.cti.transport, callbase.cti.mirror, callbase.core.facts\n"
        "print(*(name for name in sys.modules if name.split('.')[0] == 'callbase'), 'django' in sys.modules)",
    ).communicate(timeout=30)
    assert errors == ""
    *loaded, django = said.split()
    assert django == "False"
    packed = {path.relative_to(installed) for path in (installed / "callbase").rglob("*.py")}
    files = {Path(*name.split(".")) for name in loaded}
    assert packed == {file / "__init__.py" if (installed / file).is_dir() else file.with_suffix(".py") for file in files}


async def test_a_wrong_token_is_said_in_the_servers_words(installed: Path) -> None:
    async def refuse(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send('{"type": "refused", "code": "token_invalid", "message": "The token is not known."}')

    async with serve(refuse, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        program = run(installed, PROGRAM, f"ws://127.0.0.1:{port}/link")
        _, errors = await asyncio.to_thread(program.communicate, timeout=30)
    assert program.returncode == 1
    assert errors.strip().endswith("refused: token_invalid: The token is not known.")
