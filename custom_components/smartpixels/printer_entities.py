"""The entities of a receipt printer: a place to send messages to, and whether it would print."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.components.notify import NotifyEntity
from homeassistant.components.notify.const import ATTR_MESSAGE, ATTR_TITLE, NotifyEntityFeature
from homeassistant.const import EntityCategory
from homeassistant.core import ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .hardware.printer import PrinterHub
from .relay_switch import translated


class PrinterNotify(NotifyEntity):
    """Prints a message as a plain slip."""

    _attr_has_entity_name = True
    _attr_supported_features = NotifyEntityFeature.TITLE
    _attr_translation_key = "plain_slip"

    def __init__(self, hub: PrinterHub) -> None:
        self._hub = hub
        self._attr_unique_id = hub.subentry.subentry_id
        self._attr_device_info = hub.device_info

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the printer."""
        self.async_on_remove(self._hub.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def available(self) -> bool:
        """Return whether the printer answers."""
        return self._hub.available

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        """Print it."""
        try:
            with translated(self._hub.subentry.title):
                await self._hub.async_print(message, title)
        except ValueError as err:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="nothing_to_print") from err

    async def async_print_message(self, message: str, title: str | None = None) -> None:
        """Print it and remember when."""
        await self.async_send_message(message, title)
        self._async_record_notification()


class PrinterOnlineSensor(BinarySensorEntity):
    """On while the printer answers and would print: its cover is closed and it has paper."""

    _attr_device_class = BinarySensorDeviceClass.CONNECTIVITY
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_translation_key = "printer_online"

    def __init__(self, hub: PrinterHub) -> None:
        self._hub = hub
        self._attr_unique_id = f"{hub.subentry.subentry_id}-online"
        self._attr_device_info = hub.device_info

    @override
    async def async_added_to_hass(self) -> None:
        """Follow the printer."""
        self.async_on_remove(self._hub.async_add_listener(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it would print."""
        return self._hub.ready


async def async_print_message(entity: Entity, call: ServiceCall) -> None:
    """Print a message on a printer of ours, as the action's handler."""
    if not isinstance(entity, PrinterNotify):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_printer",
            translation_placeholders={"entity": entity.entity_id},
        )
    await entity.async_print_message(call.data[ATTR_MESSAGE], call.data.get(ATTR_TITLE))
