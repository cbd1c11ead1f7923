"""Keeps what is known about one WLED controller fresh: pushed when possible, else polled."""

import logging
from datetime import timedelta
from typing import Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .const import CONF_VOLTAGE, DOMAIN, USUAL_VOLTAGE
from .core_wled import drives
from .data import SmartPixelsConfigEntry
from .drivers.errors import DriverError, FirmwareTooOldError, WrongDeviceError
from .drivers.wled import WledDriver
from .drivers.wled_report import Report
from .issues import async_set_issue, async_set_swapped

_LOGGER = logging.getLogger(__name__)

SCAN_INTERVAL: Final = timedelta(seconds=10)


class DrivenTwiceError(DriverError):
    """Home Assistant's own WLED integration has the controller; a second connection would flood it."""


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
        entry.async_on_unload(lambda: self._set_issues(None))

    @property
    def watts(self) -> float | None:
        """Return about how much power the strip takes, None when the controller cannot tell."""
        if self.data is None or self.data.milliamps is None or not self.last_update_success:
            return None
        voltage: float = self.subentry.data.get(CONF_VOLTAGE, USUAL_VOLTAGE)
        return round(self.data.milliamps * voltage / 1000, 2)

    @override
    async def _async_update_data(self) -> Report:
        try:
            self._check_alone()
            report = await self.driver.update()
        except DriverError as err:
            self._set_issues(err)
            raise UpdateFailed(
                translation_domain=DOMAIN,
                translation_key=_translation_key(err),
                translation_placeholders={"device": self.subentry.title, "error": str(err)},
            ) from err
        self._set_issues(None)
        if self.driver.can_push and not self._listening:
            self._listening = True
            self.config_entry.async_create_background_task(self.hass, self._listen(), f"{self.name} listen")
        return report

    async def _listen(self) -> None:
        try:
            await self.driver.listen(self._pushed)
        except DriverError as err:
            _LOGGER.debug("%s stopped pushing: %s", self.name, err)
        finally:
            self._listening = False
            self.update_interval = SCAN_INTERVAL
        await self.async_refresh()

    @callback
    def _pushed(self, report: Report) -> None:
        self._check_alone()
        if not self.last_update_success:
            _LOGGER.info("%s is back", self.name)
        self.update_interval = None
        self.async_set_updated_data(report)

    def _check_alone(self) -> None:
        if self.subentry.unique_id and drives(self.hass, mac=self.subentry.unique_id):
            raise DrivenTwiceError("Home Assistant's WLED integration has it too")

    @callback
    def _set_issues(self, err: DriverError | None) -> None:
        """What an owner can mend is an issue, until the controller answers as it should or not at all."""
        async_set_swapped(self.hass, self.subentry, swapped=isinstance(err, WrongDeviceError))
        async_set_issue(
            self.hass,
            self.subentry,
            "firmware_too_old",
            raised=isinstance(err, FirmwareTooOldError),
            error=str(err),
        )
        async_set_issue(self.hass, self.subentry, "driven_twice", raised=isinstance(err, DrivenTwiceError))


def _translation_key(err: DriverError) -> str:
    match err:
        case FirmwareTooOldError():
            return "controller_too_old"
        case WrongDeviceError():
            return "controller_swapped"
        case DrivenTwiceError():
            return "controller_driven_twice"
    return "controller_unreachable"
