"""Uploaded music as Asterisk's classes of music on hold: a file that the driver writes and has Asterisk read while it runs."""

from __future__ import annotations

from pathlib import Path

import structlog

from callbase.core.config import BUILT_IN_MUSIC, Config
from callbase.switch.asterisk.ami import Manager, ManagerError

log = structlog.get_logger(__name__)


def class_of(config: Config | None, tenant: str, music: str) -> str:
    """The class a tenant's music plays as; where nothing was uploaded, the built-in one."""
    there = config.tenants.get(tenant) if config is not None else None
    known = there.music.get(music) if there is not None else None
    return _name(known.file) if known is not None and known.file else BUILT_IN_MUSIC


def classes(config: Config, home: Path) -> str:
    """The file's text. Who hears a music that is replaced meanwhile hears it on: Asterisk keeps a class while it plays."""
    return "".join(
        f"[{_name(music.file)}]\nmode = playlist\nentry = {home / music.file}\n\n"
        for tenant in config.tenants.values()
        for music in tenant.music.values()
        if music.file
    )


def _name(file: str) -> str:
    """Each upload's file has a name of its own."""
    return Path(file).name


class MusicClasses:
    """Keeps Asterisk's classes like the configuration's music."""

    def __init__(self, home: Path, file: Path, manager: Manager) -> None:
        self._home = home
        self._file = file
        self._manager = manager
        self._loaded: str | None = None
        """What Asterisk is known to have read."""

    async def synchronise(self, config: Config) -> None:
        text = classes(config, self._home)
        if text == self._loaded:
            return
        try:
            if self._loaded is None and self._file.exists() and self._file.read_text() == text:
                self._loaded = text  # an earlier driver's, or Asterisk read it as it started
                return
            self._file.write_text(text)
            await self._manager.action("Reload", Module="res_musiconhold")
        except (OSError, ManagerError) as problem:
            log.warning("music_not_loaded", reason=str(problem))
        else:
            self._loaded = text
