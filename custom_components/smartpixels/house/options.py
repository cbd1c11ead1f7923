"""The owner's choices for the whole location, as the options flow stores them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Self

from .energy import EnergyBudget
from .exposed import USUAL_RELAY, brightness_of
from .hours import ALWAYS_OPEN, OpeningHours
from .limits import RelayLimits
from .settings import HouseSettings

CONF_HOURS: Final = "hours"
CONF_WINDOWS: Final = "windows"
CONF_ENERGY: Final = "energy"
CONF_LIMIT_WH: Final = "limit_wh"
CONF_RESET_HOUR: Final = "reset_hour"
CONF_DIM: Final = "dim"
CONF_RELAYS: Final = "relays"
CONF_QUIET: Final = "quiet"
CONF_MINUTES: Final = "minutes"
CONF_SCENE: Final = "scene"
CONF_EFFECT: Final = "effect"
CONF_FLASHES: Final = "flashes"
CONF_GROUPING: Final = "grouping"

USUAL_QUIET_MINUTES: Final = 15
LONGEST_QUIET_MINUTES: Final = 1440
UNLIMITED: Final = EnergyBudget(limit_wh=1_000_000)
"""Without a budget energy is counted all the same."""


class Grouping(StrEnum):
    """Which devices are seen together, and so flash together."""

    AREA = "area"
    LOCATION = "location"
    DEVICE = "device"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """What happens `minutes` after viewers' last command: a scene, an effect, or what was there before; 0 is never."""

    minutes: float = USUAL_QUIET_MINUTES
    scene: str | None = None
    effect: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseOptions:
    """All choices that hold for the whole location."""

    hours: OpeningHours = ALWAYS_OPEN
    budget: EnergyBudget | None = None
    relays: RelayLimits = USUAL_RELAY
    quiet: Quiet = Quiet()
    grouping: Grouping = Grouping.AREA

    @property
    def settings(self) -> HouseSettings:
        """Return what of it is for the house rules."""
        return HouseSettings(hours=self.hours, energy=self.budget or UNLIMITED)

    @classmethod
    def read(cls, options: Mapping[str, Any]) -> Self:
        """Return the choices of a config entry's options. Raises ValueError for what no flow has stored."""
        quiet = options.get(CONF_QUIET, {})
        return cls(
            hours=OpeningHours.from_mapping(options.get(CONF_HOURS, {})),
            budget=_budget(options.get(CONF_ENERGY, {})),
            relays=_relays(options.get(CONF_RELAYS, {})),
            quiet=Quiet(
                minutes=quiet.get(CONF_MINUTES, USUAL_QUIET_MINUTES),
                scene=quiet.get(CONF_SCENE),
                effect=quiet.get(CONF_EFFECT),
            ),
            grouping=Grouping(options.get(CONF_FLASHES, {}).get(CONF_GROUPING, Grouping.AREA)),
        )


def _budget(said: Mapping[str, Any]) -> EnergyBudget | None:
    if not said.get(CONF_LIMIT_WH):
        return None
    dim = said.get(CONF_DIM)
    return EnergyBudget(
        limit_wh=said[CONF_LIMIT_WH],
        reset_hour=int(said.get(CONF_RESET_HOUR, 12)),
        dim_brightness=brightness_of(dim) if dim else None,
    )


def _relays(said: Mapping[str, Any]) -> RelayLimits:
    cycles = said.get("max_daily_cycles")
    return RelayLimits(
        min_on_s=said.get("min_on", USUAL_RELAY.min_on_s),
        min_off_s=said.get("min_off", USUAL_RELAY.min_off_s),
        max_daily_cycles=USUAL_RELAY.max_daily_cycles if cycles is None else int(cycles) or None,
    )
