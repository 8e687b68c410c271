"""python -m tools.screenshots [FOLDER] [--only board …] [--language zh-CN …] [--theme dark …] [--width 1440 …] [--address URL]

Writes FOLDER/<language>-<theme>-<width>/<shot>.png and FOLDER/index.html with all of them side by side. The default folder is
$CALLBASE_HOME/screenshots. The console must be built: `make screenshots` sees to it.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import time
from collections import defaultdict
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, Page, Request, async_playwright

from tests.browser.pages import FLAGS
from tools.screenshots.gallery import write_gallery
from tools.screenshots.mock import mock_server
from tools.screenshots.shots import SHOTS, Shot

NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)
LANGUAGES = ("zh-CN", "en-US")
THEMES = ("light", "dark")
WIDTHS = {1440: 900, 1280: 720, 1920: 1080, 1024: 720}
SETTLE_S = 0.35
"""For fonts, drawers and charts after the last answer has come."""
SILENT_S = 1.2
SETTLES_WITHIN_S = 15.0
CALLED = (
    "offer",
    "stranger",
    "talk",
    "hold",
    "pausing",
    "consult_rings",
    "consulting",
    "consult_held",
    "adding",
    "consulted",
    "advising",
    "conference",
    "joined",
    "calling",
    "invited",
    "transferred",
    "returned",
    "parked_back",
    "house_call",
    "colleague",
    "crowded",
    "supervising",
    "supervised",
)
"""Scenes whose call is at the agent's telephone."""
SETTLED = """({ agent, called }) => {
  if (document.querySelector(".ant-skeleton, .ant-spin-spinning, [aria-busy=true]")) return false;
  if (!document.querySelector(".shell-header")) return document.querySelector("[data-registered=false]") === null;
  const { link, phone } = window.__callbase;
  if (link.status === "idle" || link.status === "connecting") return false;
  if (!agent || link.status !== "live") return true;
  return phone.registered && (!called || ["ringing", "talking"].includes(phone.call));
}"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="tools.screenshots", description=__doc__)
    default = Path(os.environ.get("CALLBASE_HOME", "var")) / "screenshots"
    parser.add_argument("folder", nargs="?", type=Path, default=default)
    parser.add_argument("--address", help="of a mock server that runs already (npm run mock), in place of the console as built")
    parser.add_argument("--only", nargs="*", help="shots whose name has one of these in it")
    parser.add_argument("--language", nargs="*", choices=LANGUAGES, default=LANGUAGES)
    parser.add_argument("--theme", nargs="*", choices=THEMES, default=THEMES)
    parser.add_argument("--width", nargs="*", type=int, choices=tuple(WIDTHS), default=tuple(WIDTHS))
    asked = parser.parse_args()
    shots = [shot for shot in SHOTS if not asked.only or any(part in shot.name for part in asked.only)]
    if not shots:
        parser.error("no shot has such a name")
    looks = list(itertools.product(asked.language, asked.theme, asked.width))
    with mock_server(NOW) if asked.address is None else nullcontext(asked.address) as address:
        problems = asyncio.run(take(shots, looks, asked.folder, address))
    write_gallery(asked.folder)
    print(f"{asked.folder.resolve()}/index.html")
    if problems:
        raise SystemExit("\n".join(problems))


async def take(shots: list[Shot], looks: list[tuple[str, str, int]], folder: Path, address: str) -> list[str]:
    """What went wrong: a shot whose steps could not be made or left no trace, or a page that wrote errors to its console."""
    problems: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for language, theme, width in looks:
            began = time.monotonic()
            look = f"{language}-{theme}-{width}"
            target = folder / look
            target.mkdir(parents=True, exist_ok=True)
            for shot in shots:
                try:
                    errors = await photograph(browser, address, shot, (language, theme, width), target / f"{shot.name}.png")
                except Exception as problem:
                    errors = [str(problem).splitlines()[0]]
                problems += [f"{look}/{shot.name}: {error}" for error in errors]
            problems += [f"{look}: {names} are one picture" for names in _alike([target / f"{shot.name}.png" for shot in shots])]
            print(f"{look}: {len(shots)} in {time.monotonic() - began:.0f} s")
        await browser.close()
    return problems


def _alike(pictures: list[Path]) -> list[str]:
    """Names of those with the same bytes: what was to be clicked in one of them was not."""
    names: dict[bytes, list[str]] = defaultdict(list)
    for picture in pictures:
        if picture.exists():
            names[picture.read_bytes()].append(picture.stem)
    return [", ".join(same) for same in names.values() if len(same) > 1]


async def photograph(browser: Browser, address: str, shot: Shot, look: tuple[str, str, int], target: Path) -> list[str]:
    language, theme, width = look
    context = await browser.new_context(
        base_url=address,
        locale=language,
        color_scheme="dark" if theme == "dark" else "light",
        timezone_id="America/New_York",  # not the centre's, so that a time shown in the wrong zone is seen
        reduced_motion="reduce",
        viewport={"width": width, "height": WIDTHS[width]},
    )
    context.set_default_timeout(15_000)
    settings = {"person": shot.person, "language": language, "theme": theme, "scene": shot.scene, "fault": shot.fault}
    settings["visit"] = f"{target.parent.name}-{shot.name}"
    await context.add_cookies([{"name": f"mock_{name}", "value": value, "url": address} for name, value in settings.items()])
    await context.grant_permissions(["microphone"], origin=address)
    if shot.script:
        await context.add_init_script(shot.script)
    page = await context.new_page()
    pending = _pending(page)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.message))
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" and _matters(message.text) else None
    )
    await page.clock.set_fixed_time(NOW)
    await page.goto(shot.path)
    try:
        await _settled(page, shot, pending)
        if shot.steps is not None:
            await shot.steps(page)
            await _settled(page, shot, pending)
    finally:
        await page.screenshot(path=target, full_page=shot.whole)
        await context.close()
    return errors


def _matters(text: str) -> bool:
    """The mock's refusals and what it hangs up on are meant."""
    return not any(meant in text for meant in ("Failed to load resource", "WebSocket"))


def _pending(page: Page) -> set[Request]:
    """What the page waits for, kept up to date. Sounds are not: a browser leaves them half read until they are played."""
    pending: set[Request] = set()
    page.on("request", lambda request: pending.add(request) if request.resource_type != "media" else None)
    page.on("requestfinished", lambda request: pending.discard(request))
    page.on("requestfailed", lambda request: pending.discard(request))
    return pending


async def _settled(page: Page, shot: Shot, pending: set[Request]) -> None:
    if shot.fault == "silent":
        await asyncio.sleep(SILENT_S)
        return
    deadline = time.monotonic() + SETTLES_WITHIN_S
    asked = {"agent": shot.person.startswith("1"), "called": shot.scene in CALLED}
    settled_since: float | None = None
    while settled_since is None or time.monotonic() - settled_since < SETTLE_S:
        if pending or not await page.evaluate(SETTLED, asked):
            settled_since = None
        elif settled_since is None:
            settled_since = time.monotonic()
        if time.monotonic() > deadline:
            raise TimeoutError("still loading")
        await asyncio.sleep(0.1)


main()
