"""Actions of the integration."""

from typing import Final

import probatio
from homeassistant.components.light.const import ATTR_EFFECT
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.service import async_register_platform_entity_service

from .const import ACTION_SET_EFFECT, ATTR_INTENSITY, ATTR_PALETTE, ATTR_SPEED, DOMAIN

_LEVEL: Final = probatio.All(probatio.Coerce(int), probatio.Range(min=0, max=255))


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions, once for all entries."""
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        ACTION_SET_EFFECT,
        entity_domain=LIGHT_DOMAIN,
        schema={
            probatio.Required(ATTR_EFFECT): cv.string,
            probatio.Optional(ATTR_PALETTE): cv.string,
            probatio.Optional(ATTR_SPEED): _LEVEL,
            probatio.Optional(ATTR_INTENSITY): _LEVEL,
        },
        func="async_set_effect",
    )
