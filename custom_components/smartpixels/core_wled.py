"""What Home Assistant's own WLED integration drives: a controller bears one of us, not two."""

from collections.abc import Iterator
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST
from homeassistant.core import HomeAssistant, callback

from .drivers.wled import Address
from .drivers.wled_report import normalized_mac

CORE_DOMAIN: Final = "wled"


@callback
def drives(hass: HomeAssistant, *, mac: str) -> ConfigEntry | None:
    """Return the entry of core's integration that has this controller."""
    return next((entry for entry in _entries(hass) if normalized_mac(entry.unique_id or "") == mac), None)


@callback
def drives_host(hass: HomeAssistant, address: Address) -> ConfigEntry | None:
    """Return the entry of core's integration that has a controller at this address, before anybody connects to it."""
    return next((entry for entry in _entries(hass) if entry.data.get(CONF_HOST) == str(address)), None)


def _entries(hass: HomeAssistant) -> Iterator[ConfigEntry]:
    yield from hass.config_entries.async_entries(CORE_DOMAIN, include_ignore=False, include_disabled=False)
