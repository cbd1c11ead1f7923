"""What one device bears: brightness, colors, spacing of commands, and the wear of a relay."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final, Self

from ..protocol.messages import Action, Paint, Rgb, SetColor
from .reading import Reader, read

USUAL_INTERVAL_MS: Final = 250
"""Four changes a second follow a finger on a slider; nobody sees more."""

LONGEST_INTERVAL_MS: Final = 3_600_000
MOST_COLORS: Final = 64
LONGEST_GROUP: Final = 64
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayLimits:
    """What a relay bears: seconds on, seconds off, and cycles (off to on) in a local day; None is no limit."""

    min_on_s: float = 10
    min_off_s: float = 10
    max_daily_cycles: int | None = 200

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the limits of a JSON object; `max_daily_cycles` of 0 means no limit."""
        limits = cls(
            min_on_s=reader.number("min_on_s", 10, low=0, high=_DAY_SECONDS),
            min_off_s=reader.number("min_off_s", 10, low=0, high=_DAY_SECONDS),
            max_daily_cycles=reader.integer("max_daily_cycles", 200, low=0, high=100_000) or None,
        )
        reader.no_more()
        return limits

    def as_mapping(self) -> dict[str, Any]:
        """Return the limits as plain JSON."""
        return {
            "min_on_s": self.min_on_s,
            "min_off_s": self.min_off_s,
            "max_daily_cycles": self.max_daily_cycles or 0,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceLimits:
    """The limits of one device.

    `colors`: the only ones that viewers may set or paint, then without white temperatures; empty allows all.
    `group`: devices that are seen together flash together; by default all of a location.
    """

    max_brightness: int = 255
    colors: tuple[Rgb, ...] = ()
    min_interval_ms: int = USUAL_INTERVAL_MS
    relay: RelayLimits | None = None
    group: str = ""

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Return the limits of plain JSON. Raises ConfigurationError with all problems."""
        return read(data, cls.read)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the limits of a JSON object."""
        relay = reader.child("relay")
        limits = cls(
            max_brightness=reader.integer("max_brightness", 255, low=1, high=255),
            colors=_read_colors(reader),
            min_interval_ms=reader.integer("min_interval_ms", USUAL_INTERVAL_MS, low=0, high=LONGEST_INTERVAL_MS),
            relay=RelayLimits.read(relay) if relay else None,
            group=reader.parsed_or_none("group", _parse_group) or "",
        )
        reader.no_more()
        return limits

    def as_mapping(self) -> dict[str, Any]:
        """Return the limits as plain JSON."""
        relay = {} if self.relay is None else {"relay": self.relay.as_mapping()}
        return {
            "max_brightness": self.max_brightness,
            "colors": [list(color) for color in self.colors],
            "min_interval_ms": self.min_interval_ms,
            "group": self.group,
            **relay,
        }

    def allows_colors_of(self, action: Action) -> bool:
        """Tell whether every color in an action is one that the owner allows."""
        if not self.colors:
            return True
        match action:
            case SetColor():
                return action.rgb in self.colors
            case Paint():
                return all(painted.rgb in self.colors for painted in action.ranges)
        return True


def _read_colors(reader: Reader) -> tuple[Rgb, ...]:
    colors: list[Rgb] = []
    for number, value in enumerate(reader.items("colors", most=MOST_COLORS)):
        match value:
            case [int() as red, int() as green, int() as blue] if all(0 <= each <= 255 for each in value):  # noqa: PLR2004
                colors.append((red, green, blue))
            case _:
                reader.problem(f"colors[{number}]", "must be red, green and blue from 0 to 255")
    return tuple(colors)


def _parse_group(text: str) -> str:
    if len(text) > LONGEST_GROUP:
        raise ValueError(f"must have at most {LONGEST_GROUP} characters")
    return text


class Spacing:
    """The least time between two commands that reach a device. Times are monotonic seconds.

    Off may come at any time after anything else; off after off is spaced too, so that a flood of them stays outside.
    """

    __slots__ = ("_free_at", "_interval", "_was_off")

    def __init__(self, limits: DeviceLimits) -> None:
        self._interval = limits.min_interval_ms / 1000
        self._free_at = -math.inf
        self._was_off = False

    def free_at(self, now: float, *, off: bool) -> float:
        """Return when a command may reach the device: `now`, or later."""
        return now if off and not self._was_off else max(now, self._free_at)

    def applied(self, now: float, *, off: bool) -> None:
        """Take note of a command that goes to the device now."""
        self._free_at = now + self._interval
        self._was_off = off


class RelayRule(StrEnum):
    """What keeps a relay from switching."""

    MIN_ON = "relay_min_on"
    MIN_OFF = "relay_min_off"
    DAILY_CYCLES = "relay_daily_cycles"


@dataclass(frozen=True, slots=True)
class RelayBlock:
    """A relay that must not switch yet; `seconds` until it may."""

    rule: RelayRule
    seconds: float


class RelayWear:
    """What a relay went through. Everything that switches it counts, whoever did it. Times are aware."""

    def __init__(self, limits: RelayLimits, *, zone: tzinfo) -> None:
        self._limits = limits
        self._zone = zone
        self._on: bool | None = None
        self._switched_at: datetime | None = None
        self._day: date | None = None
        self._cycles = 0

    def cycles(self, now: datetime) -> int:
        """Return how often it went from off to on today."""
        return self._cycles if self._day == self._today(now) else 0

    def blocks(self, now: datetime, *, on: bool) -> RelayBlock | None:
        """Return what keeps it from switching now; to where it is already, nothing does."""
        if self._on is on:
            return None
        return self._rests(now) or (self._is_worn(now) if on else None)

    def blocks_pulse(self, now: datetime) -> RelayBlock | None:
        """Return what keeps it from a pulse, which is a cycle however it begins."""
        return self._rests(now) or self._is_worn(now)

    def switched(self, now: datetime, *, on: bool) -> None:
        """Take note of where it is; only a change counts."""
        if self._on is on:
            return
        self._on, self._switched_at = on, now
        if on:
            self._cycles, self._day = self.cycles(now) + 1, self._today(now)

    def pulsed(self, now: datetime) -> None:
        """Take note of a pulse; it is on until it reports that it is off again."""
        self._on = False
        self.switched(now, on=True)

    def as_mapping(self) -> dict[str, Any]:
        """Return what must survive a restart as plain JSON."""
        return {
            "on": self._on,
            "switched_at": self._switched_at.isoformat() if self._switched_at else None,
            "day": self._day.isoformat() if self._day else None,
            "cycles": self._cycles,
        }

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take up what was saved. Raises ValueError, and changes nothing, for what was not saved by this."""
        match data:
            case {
                "on": bool() | None as on,
                "switched_at": str() | None as switched_at,
                "day": str() | None as day,
                "cycles": int() as cycles,
            } if cycles >= 0:
                at = datetime.fromisoformat(switched_at) if switched_at else None
                if at is not None and at.tzinfo is None:
                    raise ValueError("the saved time has no zone")
                today = date.fromisoformat(day) if day else None
                self._on, self._switched_at, self._day, self._cycles = on, at, today, int(cycles)
            case _:
                raise ValueError("not a saved relay")

    def _rests(self, now: datetime) -> RelayBlock | None:
        if self._switched_at is None:
            return None
        # A clock that went back must not lock the relay for longer than the limit.
        self._switched_at = min(self._switched_at, now)
        rule, least = (
            (RelayRule.MIN_ON, self._limits.min_on_s) if self._on else (RelayRule.MIN_OFF, self._limits.min_off_s)
        )
        rest = least - (now - self._switched_at).total_seconds()
        return RelayBlock(rule, rest) if rest > 0 else None

    def _is_worn(self, now: datetime) -> RelayBlock | None:
        most = self._limits.max_daily_cycles
        if most is None or self.cycles(now) < most:
            return None
        return RelayBlock(RelayRule.DAILY_CYCLES, (self._midnight_after(now) - now).total_seconds())

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()

    def _midnight_after(self, now: datetime) -> datetime:
        return datetime.combine(self._today(now) + timedelta(days=1), time(), self._zone).astimezone(UTC)
