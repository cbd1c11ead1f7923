"""People with a real browser at the page of a place."""

import asyncio
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Page, expect

from smartpixels_server.app import create_app
from smartpixels_server.settings import Settings
from tests.fakes.location import LAMP, FakeLocation
from tests.server.running import Running, until
from tests.server.website.visitors import ONLINE, Visitors

RED = '[data-swatch="red"]'
TREE_IS_RED = '[data-device-id="tree"][data-rgb="255,0,0"][data-on="true"]'
AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
async def house(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    return await server.link(token)


async def test_click_on_red_reaches_the_house_and_the_second_page(house: FakeLocation, visitors: Visitors) -> None:
    first, second = await visitors.join(), await visitors.join(wide=True)
    await first.click(RED)
    await first.wait_for_selector(TREE_IS_RED)
    await second.wait_for_selector(TREE_IS_RED)
    assert [command["action"] for command in house.commands] == [{"type": "set_color", "rgb": [255, 0, 0]}]
    await expect(first.locator(".dock__status")).to_have_text("At the lamp")
    await expect(first.locator(".entry").first).to_contain_text("you Tree → red")
    handle = house.commands[0]["viewer"]["handle"]
    await expect(second.locator(".entry").first).to_contain_text(f"{handle} Tree → red")
    await expect(second.locator('[data-device-id="tree"]')).to_contain_text(f"set by {handle}")
    await expect(second.locator(".presence")).to_have_text("1 playing, 2 watching")
    assert visitors.complaints == []


async def test_picture_shows_what_the_lamp_reports(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    drawn = page.locator('[data-lamp="tree"]')
    await expect(drawn).to_have_attribute("data-on", "false")
    await house.report("tree", on=True, rgb=[0, 50, 255], effect="Rainbow", brightness=255)
    await expect(drawn).to_have_attribute("data-on", "true")
    await expect(drawn).to_have_attribute("data-effect", "rainbow")
    await expect(drawn).to_have_css("color", "rgb(0, 50, 255)")


async def test_wish_is_shown_at_once_and_confirmed_later(house: FakeLocation, visitors: Visitors) -> None:
    arrived = asyncio.Event()

    async def slowly(command: dict[str, Any]) -> dict[str, Any]:
        await arrived.wait()
        return await house.obey(command)

    house.answer = slowly
    page = await visitors.join()
    await page.click(RED)
    card = page.locator('[data-device-id="tree"]')
    await expect(card).to_have_attribute("data-stage", "sent")
    await expect(card).to_contain_text("red")
    await expect(card).to_have_attribute("data-on", "false")  # only the lamp's own word counts
    arrived.set()
    await page.wait_for_selector(TREE_IS_RED)
    await expect(card).to_have_attribute("data-stage", "done")


async def test_ring_is_operated_by_keys_and_the_last_value_arrives(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join(wide=True)
    ring = page.get_by_role("slider", name="Hue")
    await ring.focus()
    await page.keyboard.press("Home")
    for _ in range(24):
        await page.keyboard.press("ArrowRight")
    await expect(ring).to_have_attribute("aria-valuenow", "120")
    await expect(ring).to_have_attribute("aria-valuetext", "green")
    await until(lambda: house.commands and house.commands[-1]["action"].get("rgb") == [0, 255, 0])
    assert len(house.commands) < 20, "keys are gathered, not sent one by one"
    await page.keyboard.press("PageUp")
    await expect(ring).to_have_attribute("aria-valuenow", "150")


async def test_ring_is_operated_by_pointer(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    await page.get_by_role("tab", name="Any color").click()
    box = await page.get_by_role("slider", name="Hue").bounding_box()
    assert box
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    await page.mouse.move(middle[0], box["y"] + 15)
    await page.mouse.down()
    await page.mouse.move(box["x"] + box["width"] - 15, middle[1], steps=8)
    await page.mouse.move(middle[0], box["y"] + box["height"] - 15, steps=8)
    await page.mouse.up()
    await until(lambda: house.commands and _is_cyan(house.commands[-1]["action"]["rgb"]))


def _is_cyan(rgb: list[int]) -> bool:
    """The lower end of the ring."""
    return rgb[0] < 100 and min(rgb[1:]) > 230


async def test_everything_by_keyboard(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    await page.locator('[data-device-id="star"]').focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#dock-title")).to_have_text("Star")
    await page.locator('[data-device-id="tree"]').focus()
    await page.keyboard.press("Space")
    await page.get_by_role("tab", name="Colors").focus()
    await page.keyboard.press("ArrowLeft")
    await expect(page.get_by_role("tab", name="Effects")).to_be_focused()
    await page.locator('[data-effect-name="Rainbow"]').focus()
    await page.keyboard.press("Enter")
    await until(lambda: house.commands)
    assert house.commands[-1]["action"] == {"type": "set_effect", "effect": "Rainbow"}
    await page.get_by_label("Brightness").focus()
    await page.keyboard.press("End")
    await until(lambda: house.commands[-1]["action"] == {"type": "set_brightness", "brightness": 200})


async def test_switch_and_white(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    switch = page.get_by_role("switch", name="Light on")
    await switch.click()
    await expect(switch).to_be_checked()
    await page.get_by_role("tab", name="White").click()
    await page.get_by_role("button", name="warm white").click()
    await until(lambda: len(house.commands) == 2)
    assert house.commands[0]["action"] == {"type": "turn_on"}
    assert house.commands[1]["action"] == {"type": "set_color", "kelvin": 2700}


async def test_refusal_is_said_in_words(house: FakeLocation, visitors: Visitors) -> None:
    async def refuse(_: dict[str, Any]) -> dict[str, Any]:
        return {"ok": False, "error": {"code": "device_failed", "message": "no"}}

    house.answer = refuse
    page = await visitors.join(locale="pl-PL")
    await page.click(RED)
    await expect(page.locator(".dock__status")).to_contain_text("Lampa nie odpowiada.")
    await expect(page.locator("[aria-live]")).to_contain_text("Choinka: Lampa nie odpowiada.")


async def test_refusal_says_when_to_try_again(house: FakeLocation, visitors: Visitors) -> None:
    async def refuse(_: dict[str, Any]) -> dict[str, Any]:
        return {"ok": False, "error": {"code": "rate_limited", "message": "no", "retry_after_ms": 30_000}}

    house.answer = refuse
    page = await visitors.join()
    await page.click(RED)
    await expect(page.locator(".dock__status")).to_contain_text("The lamp needs a moment. Again in 30 seconds.")


async def test_short_waits_are_waited_out(house: FakeLocation, visitors: Visitors) -> None:
    async def first_refuse(_: dict[str, Any]) -> dict[str, Any]:
        house.answer = house.obey
        return {"ok": False, "error": {"code": "rate_limited", "message": "no", "retry_after_ms": 300}}

    house.answer = first_refuse
    page = await visitors.join()
    await page.click(RED)
    await page.wait_for_selector(TREE_IS_RED)


@pytest.mark.parametrize(
    ("sharing", "pill", "reason"),
    [
        ({"mode": "paused", "reason": "Tea & <b>cake</b>"}, "Paused by the owner", "“Tea & <b>cake</b>”"),
        ({"mode": "view_only"}, "View only", "changes are off now"),
        ({"mode": "closed", "next_change": "2099-12-06T16:05:00Z"}, "Opens at", "Closed. It opens at"),
    ],
)
async def test_no_dead_button_without_a_reason(
    house: FakeLocation, visitors: Visitors, sharing: dict[str, str], pill: str, reason: str
) -> None:
    page = await visitors.join()
    await house.share(**sharing)
    await expect(page.locator(".pill")).to_contain_text(pill)
    await expect(page.locator(".banner")).to_contain_text(reason.strip("“”"))
    await expect(page.locator(RED)).to_have_attribute("aria-disabled", "true")
    await page.click(RED, force=True)
    await expect(page.locator(".dock__status")).to_have_text("not done")
    assert house.commands == []
    await house.share(mode="open")
    await expect(page.locator(".pill")).to_have_text("Free play")
    await page.click(RED)
    await page.wait_for_selector(TREE_IS_RED)


async def test_house_goes_away(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    await house.close()
    await expect(page.locator(".pill")).to_contain_text("Offline since")
    await expect(page.locator(".banner")).to_contain_text("The house is offline since")
    await expect(page.locator('[data-device-id="tree"]')).to_contain_text("last known: off")


async def test_lamps_come_and_go(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    house.devices = [LAMP, {**LAMP, "device_id": "new", "name": {"en": HOSTILE}}]
    await house.send_catalog(revision=2)
    await expect(page.locator('[data-device-id="new"]')).to_contain_text(HOSTILE)
    await expect(page.locator('[data-lamp="new"]')).to_have_count(1)
    await expect(page.locator('[data-device-id="star"]')).to_have_count(0)
    house.devices = []
    await house.send_catalog(revision=3)
    await expect(page.locator("sp-lamps")).to_contain_text("This place shows no lamps yet.")
    assert visitors.complaints == []


async def test_devices_that_this_page_does_not_know_do_not_break_it(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    relay = {"device_id": "gate", "kind": "relay", "name": {"en": "Bubble machine"}, "actions": ["press"]}
    scene = {"device_id": "scene", "kind": "scene", "name": {"en": "Aurora"}, "actions": ["play_scene"]}
    house.devices = [relay, scene]
    await house.send_catalog(revision=2)
    await page.get_by_role("button", name="Press").click()
    await page.locator('[data-device-id="scene"]').click()
    await page.get_by_role("button", name="Play", exact=True).click()
    await until(lambda: [command["action"]["type"] for command in house.commands] == ["press", "play_scene"])
    assert visitors.complaints == []


async def test_burst_of_taps_ends_with_the_last_one(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join()
    await page.evaluate("""
        for (const id of [..."0123456789"].flatMap(() => ["blue", "lime", "pink", "red"]))
            document.querySelector(`[data-swatch=${id}]`).click()
    """)
    await page.wait_for_selector(TREE_IS_RED)
    await expect(page.locator(RED)).to_have_attribute("aria-pressed", "true")
    assert len(house.commands) == 2, "the first at once, then the last"
    assert visitors.complaints == []


async def test_works_to_read_without_javascript(house: FakeLocation, visitors: Visitors) -> None:
    await house.report("tree", on=True, rgb=[255, 0, 0])
    page = await visitors.open(java_script_enabled=False)
    await expect(page.locator(".card").first).to_contain_text("red")
    await expect(page.locator(".notice")).to_contain_text("allow JavaScript")


async def test_copy_on_the_pairing_page(visitors: Visitors) -> None:
    page = await visitors.open("/pair/K7QF-93XM", permissions=["clipboard-read", "clipboard-write"])
    await page.get_by_role("button", name="Copy").nth(1).click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == "K7QF-93XM"


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("wide", [False, True])
async def test_accessible(house: FakeLocation, visitors: Visitors, language: str, *, wide: bool) -> None:
    await house.report("tree", on=True, rgb=[255, 0, 0], brightness=120)
    page = await visitors.join(wide=wide, locale=language)
    await page.click(RED)
    await page.wait_for_selector(TREE_IS_RED)
    await _check(page)
    for tab in await page.get_by_role("tab").all():
        await tab.click()
        await _check(page)
    await house.share(mode="paused", reason="Tea")
    await page.wait_for_selector(".banner")
    await _check(page)
    for path in ("/", "/pair/K7QF-93XM", "/nothing"):
        await _check(await visitors.open(path, wide=wide, locale=language))


async def _check(page: Page) -> None:
    await page.evaluate(AXE.read_text())
    result = await page.evaluate("axe.run({resultTypes: ['violations']})")
    assert not [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]


async def test_server_restarts_and_the_page_comes_back(tmp_path: Path, server: Running, visitors: Visitors) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/test.db", secrets=("a secret for tests only",))
    _, token = await server.new_location()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    async with _serving(settings, port), FakeLocation(url, token):
        page = await visitors.open(f"{url}/l/our-house")
        await page.wait_for_selector(ONLINE)
    await page.wait_for_selector('[data-connection="reconnecting"]')
    await expect(page.locator(".pill")).to_have_text("Reconnecting…")
    async with _serving(settings, port), FakeLocation(url, token) as again:
        await page.wait_for_selector(ONLINE)
        await expect(page.locator(".pill")).to_have_text("Free play")
        await page.click(RED)
        await page.wait_for_selector(TREE_IS_RED)
        assert len(again.commands) == 1


@asynccontextmanager
async def _serving(settings: Settings, port: int) -> AsyncGenerator[None]:
    runner = web.AppRunner(await asyncio.to_thread(create_app, settings), shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, reuse_address=True).start()
        yield
    finally:
        await runner.cleanup()
