"""Actions of the integration."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

import probatio
from homeassistant.components.light.const import ATTR_BRIGHTNESS, ATTR_EFFECT
from homeassistant.components.light.const import DOMAIN as LIGHT_DOMAIN
from homeassistant.components.notify.const import ATTR_MESSAGE, ATTR_TITLE
from homeassistant.components.notify.const import DOMAIN as NOTIFY_DOMAIN
from homeassistant.components.switch.const import DOMAIN as SWITCH_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.service import async_register_platform_entity_service, remove_entity_service_fields

from .const import (
    ACTION_PAINT,
    ACTION_PRINT_MESSAGE,
    ACTION_PULSE,
    ACTION_SET_EFFECT,
    ATTR_INTENSITY,
    ATTR_PALETTE,
    ATTR_RANGES,
    ATTR_RGB,
    ATTR_SPEED,
    ATTR_START,
    ATTR_STOP,
    DOMAIN,
)
from .light import WledLight
from .printer_entities import async_print_message
from .relay_switch import async_pulse

MOST_RANGES: Final = 1024
MOST_PIXELS: Final = 4096

_LEVEL: Final = probatio.All(probatio.Coerce(int), probatio.Range(min=0, max=255))
_BRIGHTNESS: Final = probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=255))


def _check_order(value: dict[str, Any]) -> dict[str, Any]:
    if value[ATTR_STOP] <= value[ATTR_START]:
        raise probatio.Invalid("stop must be greater than start")
    return value


_RANGE: Final = probatio.All(
    {
        probatio.Required(ATTR_START): probatio.All(probatio.Coerce(int), probatio.Range(min=0, max=MOST_PIXELS - 1)),
        probatio.Required(ATTR_STOP): probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=MOST_PIXELS)),
        probatio.Required(ATTR_RGB): probatio.All([_LEVEL], probatio.Length(min=3, max=3)),
    },
    _check_order,
)


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
            probatio.Optional(ATTR_BRIGHTNESS): _BRIGHTNESS,
        },
        func=_for_wled(WledLight.async_set_effect),
    )
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        ACTION_PAINT,
        entity_domain=LIGHT_DOMAIN,
        schema={
            probatio.Required(ATTR_RANGES): probatio.All(
                cv.ensure_list, [_RANGE], probatio.Length(min=1, max=MOST_RANGES)
            ),
            probatio.Optional(ATTR_BRIGHTNESS): _BRIGHTNESS,
        },
        func=_for_wled(WledLight.async_paint),
    )
    async_register_platform_entity_service(
        hass, DOMAIN, ACTION_PULSE, entity_domain=SWITCH_DOMAIN, schema=None, func=async_pulse
    )
    async_register_platform_entity_service(
        hass,
        DOMAIN,
        ACTION_PRINT_MESSAGE,
        entity_domain=NOTIFY_DOMAIN,
        schema={probatio.Required(ATTR_MESSAGE): cv.string, probatio.Optional(ATTR_TITLE): cv.string},
        func=async_print_message,
    )


def _for_wled(method: Callable[..., Coroutine[Any, Any, None]]) -> Callable[[Entity, ServiceCall], Any]:
    """Return an entity action that only WLED's lights have; others say so."""

    async def act(entity: Entity, call: ServiceCall) -> None:
        if not isinstance(entity, WledLight):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="not_a_wled_light",
                translation_placeholders={"entity": entity.entity_id},
            )
        await method(entity, **remove_entity_service_fields(call))

    return act
