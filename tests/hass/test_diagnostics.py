"""Diagnostics help and give nothing away."""

import json

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.smartpixels.diagnostics import async_get_config_entry_diagnostics
from smartpixels_simulator.wled import WledServer
from tests.fakes.server import FakeServer
from tests.hass.conftest import DEVICE, TOKEN


async def test_planted_secrets_stay_inside(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    await server.command(DEVICE, {"type": "turn_off"})
    text = json.dumps(await async_get_config_entry_diagnostics(hass, entry))
    for secret in (TOKEN, server.url, "127.0.0.1", strip.controller.config.mac_address, "location-1", "Gentle Otter"):
        assert secret not in text


async def test_they_say_how_the_location_is(
    hass: HomeAssistant, entry: MockConfigEntry, server: FakeServer, strip: WledServer
) -> None:
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["link"] == {"state": "online", "error": None, "server_software": "1"}
    assert told["controllers"] == [
        {"answers": True, "pushes": True, "version": strip.controller.config.version, "leds": 10}
    ]
    assert told["leaves_this_house"]["devices"][0]["name"] == {"en": "Christmas tree", "pl": "Choinka"}
    assert told["subentries"][0]["exposure"][""]["actions"]
