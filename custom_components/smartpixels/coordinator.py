"""Keeps what is known about one WLED controller fresh: pushed when possible, else polled."""

import logging
from datetime import timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import DOMAIN
from .data import SmartPixelsConfigEntry
from .drivers.wled import Report, TooOld, WledDriver, WledError, WrongDevice

_LOGGER = logging.getLogger(__name__)

SCAN_INTERVAL: Final = timedelta(seconds=10)


class WledCoordinator(DataUpdateCoordinator[Report | None]):
    """Polls the controller until it pushes, and again when it stops pushing."""

    config_entry: SmartPixelsConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry, driver: WledDriver
    ) -> None:
        super().__init__(
            hass, _LOGGER, config_entry=entry, name=f"{DOMAIN} {subentry.title}", update_interval=SCAN_INTERVAL
        )
        self.subentry = subentry
        self.driver = driver
        self._listening = False

    @override
    async def _async_update_data(self) -> Report:
        try:
            report = await self.driver.update()
        except WledError as err:
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key=_translation_key(err),
                translation_placeholders={"device": self.subentry.title, "error": str(err)},
            ) from err
        if self.driver.can_push and not self._listening:
            self._listening = True
            self.config_entry.async_create_background_task(self.hass, self._listen(), f"{self.name} listen")
        return report

    async def _listen(self) -> None:
        try:
            await self.driver.listen(self._pushed)
        except WledError as err:
            _LOGGER.debug("%s stopped pushing: %s", self.name, err)
        finally:
            self._listening = False
            self.update_interval = SCAN_INTERVAL
        await self.async_refresh()

    @callback
    def _pushed(self, report: Report) -> None:
        if not self.last_update_success:
            _LOGGER.info("%s is back", self.name)
        self.update_interval = None
        self.async_set_updated_data(report)


def _translation_key(err: WledError) -> str:
    if isinstance(err, TooOld):
        return "controller_too_old"
    return "controller_swapped" if isinstance(err, WrongDevice) else "controller_unreachable"
