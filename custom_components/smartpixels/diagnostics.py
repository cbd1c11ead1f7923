"""What an owner can hand to somebody who helps, without secrets."""

from typing import Any, Final

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_DEVICE, CONF_HOST, CONF_MAC, CONF_PASSWORD, CONF_TOKEN, CONF_USERNAME
from homeassistant.core import HomeAssistant

from .const import CONF_LOCATION_ID, CONF_SERVER
from .data import SmartPixelsConfigEntry
from .protocol.codec import encode

_TO_REDACT: Final = {
    CONF_DEVICE,
    CONF_HOST,
    CONF_LOCATION_ID,
    CONF_MAC,
    CONF_PASSWORD,
    CONF_SERVER,
    CONF_TOKEN,
    CONF_USERNAME,
    "unique_id",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: SmartPixelsConfigEntry) -> dict[str, Any]:
    """Return how the location is; `leaves_this_house` is all that viewers can learn."""
    data = entry.runtime_data
    connection = data.link.connection
    return {
        "entry": async_redact_data(dict(entry.data), _TO_REDACT),
        "subentries": [
            async_redact_data({"type": subentry.subentry_type, **subentry.data}, _TO_REDACT)
            for subentry in entry.subentries.values()
        ],
        "link": {
            "state": connection.state,
            "error": type(connection.error).__name__ if connection.error else None,
            "server_software": data.link.welcome.software_version if data.link.welcome else None,
        },
        "controllers": [
            {
                "answers": coordinator.last_update_success,
                "pushes": coordinator.update_interval is None,
                "version": coordinator.data.controller.version if coordinator.data else None,
                "leds": coordinator.data.controller.leds if coordinator.data else None,
            }
            for coordinator in data.controllers.values()
        ],
        "house": {
            "chosen": data.house.sharing.chosen,
            "mode": data.house.sharing.effective.mode,
            "why": data.house.sharing.effective.reason,
            "next_change": data.house.sharing.effective.next_change,
            "max_brightness": data.house.rules.max_brightness,
            "energy_wh": data.house.power.status.used_wh if data.house.power.status else None,
            "options": dict(entry.options),
        },
        "hardware": data.hardware.summary(),
        "leaves_this_house": encode(data.house.catalog()),
    }
