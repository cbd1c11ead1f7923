"""People with a real browser who take turns, and what the owner tells them."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.fakes.location import LAMP, FakeLocation
from tests.server.running import Running, until
from tests.server.website.visitors import Visitors

RED = '[data-swatch="red"]'
AXE = Path(__file__).parents[3] / "node_modules/axe-core/axe.min.js"


@pytest.fixture
async def house(server: Running) -> FakeLocation:
    _, token = await server.new_location()
    house = await server.link(token)
    house.play = {"mode": "turns"}
    house.leaves = ["device_names", "device_states"]
    await house.send_catalog(revision=2)
    return house


async def test_join_play_pass_on_answer(house: FakeLocation, visitors: Visitors) -> None:
    ann, bob = await visitors.join(), await visitors.join(wide=True)
    await expect(ann.locator(".pill")).to_have_text("Taking turns")
    await expect(ann.locator(".turn")).to_contain_text("Here people take turns.")
    await expect(ann.locator(RED)).to_have_attribute("aria-disabled", "true")
    await ann.get_by_role("button", name="Join").click()
    await expect(ann.locator(".pill")).to_contain_text("Your turn, 0:")
    await ann.click(RED)
    await ann.wait_for_selector('[data-device-id="tree"][data-rgb="255,0,0"]')
    assert [command["viewer"]["has_turn"] for command in house.commands] == [True]

    await expect(bob.locator(".turn")).to_contain_text("Your turn in about 0:")
    await bob.get_by_role("button", name="Join").click()
    await expect(bob.locator(".pill")).to_contain_text("1st in line, about 0:")
    await ann.get_by_role("button", name="Pass it on").click()
    await expect(bob.locator(".turn")).to_contain_text("Your turn! Are you there?")
    assert (await bob.title()).startswith("Your turn!")
    await bob.get_by_role("button", name="I am here").click()
    await expect(bob.locator(".turn")).to_contain_text("The lights listen to you alone.")
    assert not (await bob.title()).startswith("Your turn!")
    await expect(ann.locator(".turn")).to_contain_text("Here people take turns.")
    assert visitors.complaints == []


async def test_leaving_the_line(house: FakeLocation, visitors: Visitors) -> None:
    ann, bob = await visitors.join(), await visitors.join()
    await ann.get_by_role("button", name="Join").click()
    await expect(ann.locator(".turn")).to_contain_text("Your turn,")
    await bob.get_by_role("button", name="Join").click()
    await bob.get_by_role("button", name="Leave the line").click()
    await expect(bob.get_by_role("button", name="Join")).to_be_visible()


async def test_a_lamp_for_the_holder_in_free_play(server: Running, visitors: Visitors) -> None:
    _, token = await server.new_location()
    await server.link(token, devices=[{**LAMP, "who": "turn_holder"}])
    page = await visitors.join()
    await expect(page.locator(".pill")).to_have_text("Free play")
    await expect(page.locator(".turn")).to_contain_text("This lamp is for whoever has the turn.")


async def test_scenes_are_decided_together(server: Running, visitors: Visitors) -> None:
    _, token = await server.new_location()
    scenes = [
        {"device_id": one, "kind": "scene", "name": {"en": one.title()}, "actions": ["play_scene"]}
        for one in ("snow", "fireworks")
    ]
    house = await server.link(token, devices=scenes)
    house.play = {"mode": "turns", "goals": [{"device_id": "fireworks", "people": 2, "seconds": 60}]}
    await house.send_catalog(revision=2)
    ann, bob = await visitors.join(), await visitors.join(wide=True)
    await ann.get_by_role("button", name="Vote for it").click()
    await expect(ann.locator(".together__text")).to_contain_text("1 vote, 0:")
    await expect(bob.locator(".together__text")).to_contain_text("1 vote, 0:")
    for page in (ann, bob):
        await page.locator('[data-device-id="fireworks"]').click()
        await expect(page.locator(".together__text")).to_contain_text(" / 2. It happens when 2 people")
        await page.get_by_role("button", name="Count me in").click()
    await until(lambda: [command["device_id"] for command in house.commands] == ["fireworks"])
    await expect(ann.locator(".entry").first).to_contain_text("Fireworks")
    await _check(ann)
    assert visitors.complaints == []


async def test_what_the_owner_says(house: FakeLocation, visitors: Visitors) -> None:
    page = await visitors.join(locale="pl")
    await house.call("announcement", {"text": "Za chwilę śnieg <b>!</b>"})
    await expect(page.locator(".announcement")).to_have_text("Za chwilę śnieg <b>!</b>")
    again = await visitors.join(locale="pl")
    await expect(again.locator(".announcement")).to_have_text("Za chwilę śnieg <b>!</b>")
    await house.call("announcement", {"text": ""})
    await expect(page.locator(".announcement")).to_have_count(0)
    await page.get_by_text("Co opuszcza ten dom").click()
    await expect(page.locator(".leaves li")).to_have_count(2)


@pytest.mark.parametrize("language", ["en", "pl"])
@pytest.mark.parametrize("wide", [False, True])
async def test_accessible(house: FakeLocation, visitors: Visitors, language: str, *, wide: bool) -> None:
    await house.call("announcement", {"text": "Snow in a moment"})
    page = await visitors.join(wide=wide, locale=language)
    await page.locator(".leaves summary").click()
    await _check(page)
    await page.locator(".turn__button").click()
    await page.wait_for_selector('.turn[data-stage="mine"]')
    await _check(page)


async def _check(page: Page) -> None:
    await page.evaluate(AXE.read_text())
    result = await page.evaluate("axe.run({resultTypes: ['violations']})")
    assert not [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        for node in found["nodes"]
    ]
