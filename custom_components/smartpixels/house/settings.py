"""The owner's house rules that hold for the whole location, as they are stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from .energy import EnergyBudget
from .hours import ALWAYS_OPEN, OpeningHours
from .reading import Reader, read


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseSettings:
    """House rules of a location; those of one device are its `DeviceLimits`."""

    hours: OpeningHours = ALWAYS_OPEN
    max_brightness: int = 255
    energy: EnergyBudget | None = None

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Return the rules of plain JSON. Raises ConfigurationError with all problems."""
        return read(data, cls.read)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the rules of a JSON object."""
        hours, energy = reader.child("hours"), reader.child("energy")
        settings = cls(
            hours=OpeningHours.read(hours) if hours else ALWAYS_OPEN,
            max_brightness=reader.integer("max_brightness", 255, low=1, high=255),
            energy=EnergyBudget.read(energy) if energy else None,
        )
        reader.no_more()
        return settings

    def as_mapping(self) -> dict[str, Any]:
        """Return the rules as plain JSON."""
        energy = {} if self.energy is None else {"energy": self.energy.as_mapping()}
        return {"hours": self.hours.as_mapping(), "max_brightness": self.max_brightness, **energy}
