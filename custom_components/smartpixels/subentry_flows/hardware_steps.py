"""What the flows for hardware have in common: fields, and errors that an owner can do something about."""

from collections.abc import Iterable
from typing import Final

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.const import CONF_DEVICE
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import (
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
from serialx import async_list_serial_ports

from ..const import DOMAIN
from ..data import SmartPixelsConfigEntry
from ..drivers.errors import (
    BusyError,
    DriverError,
    ForbiddenError,
    NotRecognizedError,
    UnauthorizedError,
    UnreachableError,
    UnsupportedError,
)
from ..drivers.espeasy_outputs import LONGEST_PULSE
from ..house.exposed import OFFERED_ACTIONS
from ..protocol.messages import DeviceKind
from .exposure_steps import Part

USUAL_PULSE: Final = 0.5

PULSE_SELECTOR: Final = NumberSelector(
    NumberSelectorConfig(min=0.1, max=LONGEST_PULSE, step=0.1, unit_of_measurement="s", mode=NumberSelectorMode.BOX)
)

_KEY_OF_ERROR: Final[dict[type[DriverError], str]] = {
    BusyError: "busy",
    ForbiddenError: "forbidden",
    NotRecognizedError: "not_recognized",
    UnauthorizedError: "unauthorized",
    UnreachableError: "cannot_connect",
    UnsupportedError: "unsupported",
}


def error_key(err: DriverError) -> str:
    """Return the text's key for a driver's error."""
    return _KEY_OF_ERROR.get(type(err), "refused")


def numbers_selector(numbers: Iterable[int]) -> SelectSelector:
    """Return a choice of several numbers: pins, lines or channels."""
    options = [str(number) for number in numbers]
    return SelectSelector(SelectSelectorConfig(options=options, multiple=True, mode=SelectSelectorMode.DROPDOWN))


async def port_selector() -> SelectSelector:
    """Return a choice of this machine's serial ports, where any other path can be typed as well."""
    ports = await async_list_serial_ports()
    options = [
        SelectOptionDict(value=port.device, label=f"{port.product or port.device} ({port.resolved_device})")
        for port in ports
    ]
    return SelectSelector(
        SelectSelectorConfig(options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN, sort=True)
    )


def relay_part(key: str, title: str) -> Part:
    """Return a relay as viewers may get it."""
    return Part(key=key, title=title, kind=DeviceKind.RELAY, actions=OFFERED_ACTIONS[DeviceKind.RELAY])


def hub_answers(entry: SmartPixelsConfigEntry, subentry: ConfigSubentry) -> bool:
    """Tell whether what a subentry stands for is in use at present, and answers."""
    if entry.state is not ConfigEntryState.LOADED:
        return False
    hub = entry.runtime_data.hardware.hub(subentry.subentry_id)
    return hub is not None and hub.available


def uses_port(hass: HomeAssistant, path: str, *, besides: str | None = None) -> bool:
    """Tell whether any location here has something at a port, in another subentry than `besides`."""
    return any(
        subentry.data.get(CONF_DEVICE) == path and subentry.subentry_id != besides
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry in entry.subentries.values()
    )


def is_configured(hass: HomeAssistant, unique_id: str) -> bool:
    """Tell whether any location here has the hardware: two would quarrel."""
    return any(
        subentry.unique_id == unique_id
        for entry in hass.config_entries.async_entries(DOMAIN)
        for subentry in entry.subentries.values()
    )
