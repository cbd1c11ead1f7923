"""One receipt printer, looked at from time to time."""

from datetime import datetime, timedelta
from typing import ClassVar, Final, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_DEVICE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_time_interval

from ..const import CONF_BAUD_RATE
from ..data import SmartPixelsConfigEntry
from ..drivers.errors import CommandRefusedError, DriverError
from ..printing.encoder import slip
from ..printing.printer import Printer
from ..printing.transport import Place
from .hub import Hub

SCAN_INTERVAL: Final = timedelta(seconds=30)


class PrinterHub(Hub):
    """A printer that takes one slip at a time; whether a slip was printed it does not tell."""

    manufacturer: ClassVar = "ESC/POS"

    def __init__(self, hass: HomeAssistant, entry: SmartPixelsConfigEntry, *, subentry: ConfigSubentry) -> None:
        super().__init__(hass, entry, subentry=subentry)
        data = subentry.data
        self._printer = Printer(Place.parse(data[CONF_DEVICE], baud_rate=data[CONF_BAUD_RATE]))
        self._ready = False

    @property
    @override
    def unique_ids(self) -> frozenset[str]:
        return frozenset({self.subentry.subentry_id, f"{self.subentry.subentry_id}-online"})

    @property
    def ready(self) -> bool:
        """Tell whether it would print now, as far as is known."""
        return self.available and self._ready

    @override
    async def async_start(self) -> None:
        await self._look()
        self.entry.async_on_unload(async_track_time_interval(self.hass, self._look, SCAN_INTERVAL))

    @override
    async def async_close(self) -> None:
        # The line is open only while something goes over it.
        return

    async def async_print(self, message: str, title: str | None = None) -> None:
        """Print a plain slip. Raises DriverError, and ValueError when there is nothing to print."""
        data = slip(message, title)
        try:
            await self._printer.send(data)
        except CommandRefusedError:
            self._ready = False
            self._found()
            raise
        except DriverError as err:
            self._lost(err)
            raise
        self._ready = True
        self._found()

    async def _look(self, _now: datetime | None = None) -> None:
        try:
            self._ready = await self._printer.is_ready()
        except DriverError as err:
            self._lost(err)
        else:
            self._found()
