"""Relays, whatever they hang on."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import override

from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo

from ..house.exposed import device_id_of
from .hub import Hub


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayPart:
    """One relay: its key, the number that is written beside it, and whether it is a device of its own."""

    key: str
    number: int
    own_device: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayState:
    """How a relay is: `on` is None while nobody knows, `assumed` when it was sent and not read back."""

    on: bool | None
    assumed: bool = False


class RelayHub(Hub):
    """Hardware with relays."""

    @property
    @override
    def unique_ids(self) -> frozenset[str]:
        return frozenset(device_id_of(self.subentry.subentry_id, part.key) for part in self.relays)

    @property
    @abstractmethod
    def relays(self) -> Sequence[RelayPart]:
        """Return its relays."""

    @abstractmethod
    def relay_state(self, key: str) -> RelayState:
        """Return how a relay is."""

    def relay_device(self, key: str) -> DeviceInfo | ChildDeviceInfo:
        """Return the device that a relay belongs to."""
        return self.device_info

    @abstractmethod
    async def async_switch(self, key: str, *, on: bool) -> None:
        """Close or open a relay. Raises DriverError."""

    @abstractmethod
    async def async_pulse(self, key: str) -> None:
        """Close a relay for the time that the owner chose; it always opens again. Raises DriverError."""
