"""What is photographed: who is signed in, where, while what goes on, and what is clicked before the picture."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from playwright.async_api import Page, TimeoutError

Steps = Callable[[Page], Awaitable[None]]
TAB_CLICKS = 3
TAB_CHOSEN_WITHIN_MS = 2_000


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `scene` and `fault` are those of frontend/mock/setting.ts."""

    name: str
    path: str
    person: str = "admin"
    scene: str = "ready"
    fault: str = ""
    steps: Steps | None = None
    script: str = ""
    """Run before the page's own."""
    whole: bool = False
    """The page in its whole length rather than what fits the window."""


def press(*handles: str) -> Steps:
    """Clicks those `data-testid`s one after the other."""

    async def steps(page: Page) -> None:
        for handle in handles:
            await page.get_by_test_id(handle).first.click()

    return steps


def after(*all_steps: Steps) -> Steps:
    async def steps(page: Page) -> None:
        for one in all_steps:
            await one(page)

    return steps


def fill(handle: str, text: str) -> Steps:
    return lambda page: page.get_by_test_id(handle).first.fill(text)


def key(name: str) -> Steps:
    return lambda page: page.keyboard.press(name)


def type_keys(text: str) -> Steps:
    return lambda page: page.keyboard.type(text)


def press_text(zh: str, en: str) -> Steps:
    """Clicks what says so in either language."""
    return lambda page: page.get_by_text(re.compile(f"^({zh}|{en})")).first.click()


def hover_text(zh: str, en: str) -> Steps:
    return lambda page: page.get_by_text(re.compile(f"^({zh}|{en})")).first.hover()


def tab(handle: str) -> Steps:
    """Chooses the tab whose label has that `data-testid`. Clicked again where a page that still moved lost the click."""

    async def steps(page: Page) -> None:
        chosen = page.get_by_role("tab", selected=True).get_by_test_id(handle)
        for _ in range(TAB_CLICKS):
            await page.get_by_test_id(handle).click()
            with suppress(TimeoutError):
                await chosen.wait_for(timeout=TAB_CHOSEN_WITHIN_MS)
                break
        else:
            raise TimeoutError(f"{handle} was clicked {TAB_CLICKS} times and not chosen")
        await page.locator("[role=tabpanel]:visible").last.wait_for()

    return steps


async def search_in_vain(page: Page) -> None:
    await page.get_by_test_id("resource-search").fill("no such thing")
    await page.keyboard.press("Enter")


async def make_token(page: Page) -> None:
    await page.get_by_test_id("field-name").fill("CRM")
    await page.locator(".ant-drawer .ant-select").first.click()
    await page.locator(".ant-select-item-option").first.click()
    await page.keyboard.press("Escape")
    await page.get_by_test_id("resource-save").click()


NO_MICROPHONE = "navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('denied', 'NotAllowedError'))"


WORKBENCH = [
    Shot(f"workbench-{scene.replace('_', '-')}", "/workbench", "1001", scene)
    for scene in (
        "ready",
        "signed_out",
        "not_ready",
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
        "invited",
        "transferred",
        "returned",
        "parked_back",
        "house_call",
        "colleague",
        "supervising",
        "supervised",
        "crowded",
        "crowded_idle",
        "missed",
        "taken_over",
        "calling",
        "reconnecting",
        "wrap_up",
        "device_lost",
        "outside",
        "outside_offer",
        "switch_away",
        "engine_away",
        "link_lost",
        "link_refused",
    )
]

AGENT = [
    *WORKBENCH,
    Shot("workbench-reasons", "/workbench", "1001", steps=press("state-not-ready")),
    Shot("workbench-devices", "/workbench", "1001", steps=press("device")),
    Shot("workbench-outside-number", "/workbench", "1001", steps=press("device", "device-number")),
    Shot("workbench-sound", "/workbench", "1001", steps=press("device", "device-sound")),
    Shot("workbench-sound-in-call", "/workbench", "1001", "talk", steps=press("device", "device-sound")),
    Shot("workbench-dial", "/workbench", "1001", steps=press("dial")),
    Shot("workbench-dial-typed", "/workbench", "1001", steps=after(press("dial"), fill("party-search", "138"))),
    Shot("workbench-redirect", "/workbench", "1001", "offer", steps=press("call-redirect")),
    Shot("workbench-reach", "/workbench", "1001", "talk", steps=press("call-reach")),
    Shot("workbench-pick-up", "/workbench", "1001", "to_fetch", steps=press("pick-up")),
    Shot("workbench-keypad", "/workbench", "1001", "talk", steps=press("call-keypad")),
    Shot("workbench-keypad-typed", "/workbench", "1001", "talk", steps=after(press("call-keypad"), type_keys("1234*#"))),
    Shot("workbench-end-for-all", "/workbench", "1001", "conference", steps=press("call-hangup")),
    Shot("workbench-data-edit", "/workbench", "1001", "talk", steps=press("data-add")),
    Shot("workbench-reach-crowded", "/workbench", "1001", "crowded", steps=press("call-reach")),
    Shot("workbench-reach-none", "/workbench", "1001", "talk", steps=after(press("call-reach"), fill("party-search", "zzz"))),
    Shot("workbench-failing-talk", "/workbench", "1001", "talk", fault="failing"),
    Shot("workbench-empty-talk", "/workbench", "1001", "stranger", fault="empty"),
    Shot("workbench-muted", "/workbench", "1001", "talk", steps=press("call-mute")),
    Shot("workbench-outcome", "/workbench", "1001", "wrap_up", steps=press_text("已解决", "Resolved")),
    Shot("workbench-empty", "/workbench", "1001", fault="empty"),
    Shot("workbench-failing", "/workbench", "1001", fault="failing"),
    Shot("shortcuts", "/workbench", "1001", steps=key("?")),
    Shot("person-menu", "/workbench", "1001", steps=press("person-menu")),
    Shot("settings", "/settings", "1001", whole=True),
    Shot("settings-password-invalid", "/settings", "2001", steps=press("password-change"), whole=True),
]

INTERACTIONS = [
    Shot("interactions", "/interactions"),
    Shot("interactions-filtered", "/interactions?report=today&metric=answered&queue=sales&agent=1001"),
    Shot("interactions-none", "/interactions?search=nothing"),
    Shot("interactions-own", "/interactions", "1001"),
    Shot("interactions-failing", "/interactions", fault="failing"),
    Shot("interactions-loading", "/interactions", fault="silent"),
    Shot("interaction", "/interactions/i1", whole=True),
    Shot("interaction-decisions", "/interactions/i1", steps=tab("tab-decisions"), whole=True),
    Shot("interaction-flow", "/interactions/i1", steps=tab("tab-flow"), whole=True),
    Shot("interaction-events", "/interactions/i1", steps=tab("tab-events"), whole=True),
    Shot("interaction-outcome-edit", "/interactions/i1", steps=press("outcome-edit")),
    Shot("interaction-live", "/interactions/s1"),
    Shot("interaction-abandoned", "/interactions/s4"),
    Shot("interaction-recording-failed", "/interactions/s5"),
    Shot("voicemail", "/voicemail", "1001"),
    Shot("voicemail-empty", "/voicemail", "1001", fault="empty"),
    Shot("interaction-unknown", "/interactions/nowhere"),
    Shot("interaction-loading", "/interactions/i1", fault="silent"),
]

OVERVIEW = [
    Shot("board", "/board", "2001", whole=True),
    Shot("board-agent", "/board", "1001"),
    Shot("board-act", "/board", "2001", steps=after(press("agent-1002"), hover_text("话后示忙", "Not ready afterwards"))),
    Shot("board-sign-out", "/board", "2001", steps=after(press("agent-1001"), press_text("强制签出", "Sign out"))),
    Shot("board-why", "/board", "2001", steps=after(press("agent-1005"), press_text("为什么没有来电", "Why no calls"))),
    Shot("board-release", "/board", "2001", steps=after(press("call-menu-w1"), press_text("结束通话", "End the call"))),
    Shot("board-deserted", "/board", "2001", "deserted"),
    Shot("board-large", "/board", "2001", "large", whole=True),
    Shot("board-link-lost", "/board", "2001", "link_lost"),
    Shot("wall", "/wall", "2001", whole=True),
    Shot("wall-arrange", "/wall", "2001", steps=press("wall-edit", "tile-edit-1")),
    Shot("wall-full", "/wall", "2001", steps=press("wall-full")),
    Shot("wall-deserted", "/wall", "2001", "deserted", whole=True),
    Shot("wall-agent", "/wall", "2001", steps=press("wall-agent-1005")),
    Shot("wall-call", "/wall", "2001", steps=press("wall-call")),
    Shot("today", "/reports/today", "2001", whole=True),
    Shot("today-queue", "/reports/today?queue=sales", "2001"),
    Shot("today-empty", "/reports/today", "2001", fault="empty", whole=True),
    Shot("today-failing", "/reports/today", "2001", fault="failing"),
    Shot("today-loading", "/reports/today", "2001", fault="silent"),
    Shot("simulations", "/simulations", whole=True),
    Shot("simulations-planned", "/admin/queues", steps=press("edit-sales", "queue-simulate")),
    Shot("simulations-empty", "/simulations", fault="empty"),
]


def resource(name: str, path: str, edit: str = "", delete: str = "", *more: Shot) -> list[Shot]:
    """The list, the drawer to make one, empty and refused, the drawer to change one, the question before deleting."""
    shots = [
        Shot(name, path),
        Shot(f"{name}-empty", path, fault="empty"),
        Shot(f"{name}-new", path, steps=press("resource-new")),
        Shot(f"{name}-new-invalid", path, steps=press("resource-new", "resource-save")),
    ]
    if edit:
        shots.append(Shot(f"{name}-edit", path, steps=press(f"edit-{edit}")))
        shots.append(Shot(f"{name}-refused", path, fault="refusing", steps=press(f"edit-{edit}", "resource-save")))
    if delete:
        shots.append(Shot(f"{name}-delete", path, steps=press(f"delete-{delete}")))
    return [*shots, *more]


ADMINISTRATION = [
    *resource(
        "people",
        "/admin/people",
        "a0",
        "a0",
        Shot("people-none", "/admin/people", steps=search_in_vain),
        Shot("people-outside", "/admin/people", steps=press("edit-a1")),
        Shot("people-inactive", "/admin/people", steps=press("people-inactive")),
        Shot("people-discard", "/admin/people", steps=after(press("edit-a0"), fill("field-name", "王晓"), key("Escape"))),
    ),
    *resource(
        "queues",
        "/admin/queues",
        "sales",
        "sales",
        *(
            Shot(f"queues-edit-{part}", "/admin/queues", steps=after(press("edit-sales"), tab(f"tab-{part}")))
            for part in ("members", "routing", "skills", "hours", "entry", "waiting", "overflow", "callback")
        ),
    ),
    *resource("skills", "/admin/skills", "english", "french"),
    *resource("calendars", "/admin/calendars", "office", "office"),
    Shot("calendars-day", "/admin/calendars", steps=press("edit-office", "day-2026-10-01")),
    Shot("callers", "/admin/callers"),
    Shot("callers-edit", "/admin/callers", steps=press("edit-partners")),
    Shot("callers-numbers", "/admin/callers", steps=press("numbers-nuisance")),
    Shot("findings", "/admin/findings"),
    Shot("findings-fine", "/admin/findings", fault="empty"),
    *resource("dids", "/admin/dids", "4008001234", "4008001234"),
    *resource("prompts", "/admin/prompts", "welcome", "welcome"),
    *resource("music", "/admin/music", "jazz", "jazz"),
    Shot("trunk-groups-edit", "/admin/trunks", steps=press("edit-hotline")),
    *resource("trunks", "/admin/trunks", "carrier-sh", "demo-trunk"),
    Shot("roles", "/admin/roles"),
    Shot("roles-new", "/admin/roles", steps=press("resource-new"), whole=True),
    Shot("roles-edit", "/admin/roles", steps=press("edit-supervisor")),
    Shot("choices", "/admin/choices"),
    Shot("choices-edit", "/admin/choices", steps=press("edit-resolved")),
    Shot("reason-edit", "/admin/choices", steps=press("edit-meeting")),
    *resource("customers", "/customers", "c1", "c1", Shot("customers-loading", "/customers", fault="silent")),
    *resource(
        "tokens",
        "/admin/tokens",
        "",
        "t1",
        Shot("tokens-made", "/admin/tokens", steps=after(press("resource-new"), make_token)),
    ),
    Shot("flows", "/admin/flows"),
    Shot("flows-empty", "/admin/flows", fault="empty"),
    Shot("audit", "/admin/audit"),
    Shot("audit-empty", "/admin/audit", fault="empty"),
    Shot("health", "/admin/health"),
    Shot("health-failing", "/admin/health", fault="failing"),
]

OTHERS = [
    Shot("sign-in", "/sign-in", ""),
    Shot("sign-in-invalid", "/sign-in", "", steps=press("sign-in-submit")),
    Shot(
        "sign-in-refused",
        "/sign-in",
        "",
        fault="refusing",
        steps=after(fill("sign-in-login", "1001"), fill("sign-in-password", "wrong"), press("sign-in-submit")),
    ),
    Shot("not-found", "/no/such/page"),
    Shot("forbidden", "/admin/people", "1001"),
    Shot("microphone-denied", "/workbench", "1001", script=NO_MICROPHONE),
    Shot("demo-phone", "/demo/phone", ""),
    Shot("demo-phone-ringing", "/demo/phone", "", "offer", steps=press("demo-dial")),
    Shot("demo-phone-talking", "/demo/phone", "", "talk", steps=after(press("demo-dial"), press("demo-key-1"))),
    Shot("demo-phone-failed", "/demo/phone", "", "deserted", steps=press("demo-dial")),
]

SHOTS = [*OTHERS, *AGENT, *INTERACTIONS, *OVERVIEW, *ADMINISTRATION]
