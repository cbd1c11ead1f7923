"""The story that everything hangs on: a person clicks red and a lamp that Home Assistant controls turns red."""

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from demo.stack import Stack
from tests.waiting import wait_until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

RED = [255, 0, 0]


async def leds(address: str) -> list[list[int]]:
    async with aiohttp.ClientSession() as http, http.get(f"{address}/pixels") as response:
        pixels: list[list[int]] = (await response.json())["pixels"]
        return pixels


def is_red(pixel: list[int]) -> bool:
    return pixel[0] > 0 and pixel[1] == 0 and pixel[2] == 0


async def rgb_of_entity(stack: Stack, name: str) -> list[int] | None:
    for state in await stack.api.states():
        if state["entity_id"].startswith("light.") and name in state["attributes"]["friendly_name"]:
            rgb: list[int] | None = state["attributes"].get("rgb_color")
            return rgb
    return None


async def test_viewer_clicks_red(stack: Stack, browser: Browser, page: Page) -> None:
    other = await browser.new_page(locale="pl-PL", viewport={"width": 1440, "height": 900})
    for opened in (page, other):
        await opened.goto(stack.location_page)
        await expect(opened.locator("[data-connection='online']")).to_be_visible()
    tree = page.locator("[data-device-id]", has_text="Christmas tree").first
    await tree.click()

    await page.locator("[data-swatch='red']").click()

    async def strip_is_red() -> bool:
        return all(is_red(pixel) for pixel in await leds(stack.wled["tree"]))

    await wait_until(strip_is_red)
    await expect(other.locator("[data-device-id]", has_text="Choinka").first).to_have_attribute("data-rgb", "255,0,0")
    await expect(tree).to_have_attribute("data-rgb", "255,0,0")

    async def entity_is_red() -> bool:
        return await rgb_of_entity(stack, "Christmas tree") == RED

    await wait_until(entity_is_red)
    await other.close()


async def test_the_owner_changes_a_lamp_and_viewers_see_it(stack: Stack, page: Page) -> None:
    await page.goto(stack.location_page)
    front = page.locator("[data-device-id]", has_text="House front").first
    lights = [state for state in await stack.api.states() if state["entity_id"].startswith("light.")]
    entity = next(light["entity_id"] for light in lights if "House front" in light["attributes"]["friendly_name"])

    await stack.api.call_action("light", "turn_on", {"entity_id": entity, "rgb_color": [0, 128, 255]})

    await expect(front).to_have_attribute("data-rgb", "0,128,255")


async def test_server_is_killed_and_page_and_location_come_back_by_themselves(stack: Stack, page: Page) -> None:
    await page.goto(stack.location_page)
    await expect(page.locator("[data-connection='online']")).to_be_visible()
    server = stack.programs["server"]

    await server.kill()
    await expect(page.locator("[data-connection='online']")).to_have_count(0)
    await server.start()
    await server.ready(seconds=30)

    await expect(page.locator("[data-connection='online']")).to_be_visible(timeout=15_000)
    await page.locator("[data-device-id]", has_text="Christmas tree").first.click()
    await page.locator("[data-swatch='red']").click()
    tree = page.locator("[data-device-id]", has_text="Christmas tree").first
    await expect(tree).to_have_attribute("data-rgb", "255,0,0", timeout=15_000)


async def test_home_assistant_restarts_and_the_house_is_back(stack: Stack, page: Page) -> None:
    await page.goto(stack.location_page)
    await expect(page.locator("[data-connection='online']")).to_be_visible()
    hass = stack.programs["hass"]

    await hass.stop()
    await expect(page.locator("sp-picture[data-link='offline']")).to_be_visible(timeout=15_000)
    await hass.start()
    await stack.api.wait_until_up(hass)

    await expect(page.locator("sp-picture[data-link='online']")).to_be_visible(timeout=60_000)
