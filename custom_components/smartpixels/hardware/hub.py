"""What all hardware of a location has in common: it can be there or not, and somebody listens."""

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceInfo

from ..const import DOMAIN
from ..data import SmartPixelsConfigEntry

_LOGGER = logging.getLogger(__name__)


class Hub(ABC):
    """One subentry's hardware. Between `async_start` and `async_close` it is followed and can be used."""

    manufacturer: ClassVar[str | None] = None

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        self.hass = hass
        self.entry = entry
        self.subentry = subentry
        self.error: Exception | None = None
        self._available: bool | None = None
        self._listeners: set[Callable[[], None]] = set()

    @property
    @abstractmethod
    def unique_ids(self) -> frozenset[str]:
        """Return the unique ids of its entities; a part that is a device of its own has the same."""

    @property
    def available(self) -> bool:
        """Tell whether it answers, as far as is known."""
        return self._available is True

    @abstractmethod
    async def async_start(self) -> None:
        """Look at it once and follow it from now on. Never fails: what is gone may come back."""

    @abstractmethod
    async def async_close(self) -> None:
        """Leave it alone; what was on for a moment only is off then."""

    @callback
    def async_add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; returns how to stop that."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @property
    def device_info(self) -> DeviceInfo:
        """Return the device that stands for it, behind the location's."""
        return DeviceInfo(
            identifiers={(DOMAIN, self.subentry.subentry_id)},
            name=self.subentry.title,
            manufacturer=self.manufacturer,
            via_device_id=dr.async_get_device_id_by_identifier(
                self.hass, (DOMAIN, self.entry.entry_id), config_entry_id=self.entry.entry_id
            ),
        )

    @callback
    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    @callback
    def _found(self) -> None:
        """It answers: say so once, and tell the listeners what else has changed."""
        if self._available is False:
            _LOGGER.info("%s is back", self.subentry.title)
        self._available, self.error = True, None
        self._tell()

    @callback
    def _lost(self, error: Exception) -> None:
        """It does not answer: say so once."""
        if self._available is not False:
            _LOGGER.info("%s is unavailable: %s", self.subentry.title, error)
        self._available, self.error = False, error
        self._tell()
