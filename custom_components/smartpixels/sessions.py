"""Home Assistant's web sessions, as the drivers need them."""

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_create_clientsession, async_get_clientsession

from .drivers.wled import Address, port_middleware


def session_for(hass: HomeAssistant, address: Address) -> aiohttp.ClientSession:
    """Return a session for a WLED controller; another port than 80 needs one of its own."""
    if address.port == 80:  # noqa: PLR2004 - HTTP's own
        return async_get_clientsession(hass)
    return async_create_clientsession(hass, middlewares=(port_middleware(address.port),))
