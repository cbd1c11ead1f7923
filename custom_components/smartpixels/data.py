"""What a loaded config entry holds."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from homeassistant.config_entries import ConfigEntry

if TYPE_CHECKING:
    from .coordinator import WledCoordinator
    from .hardware.hardware import Hardware
    from .house.house import House
    from .link.link import Link

type SmartPixelsConfigEntry = ConfigEntry[SmartPixelsData]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmartPixelsData:
    """The parts of one location; `controllers` by subentry id."""

    link: Link
    house: House
    controllers: dict[str, WledCoordinator]
    hardware: Hardware
