"""A budget of energy for each night, from what the devices report of their power."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, Final, Self

from .reading import Reader, read

MOST_WATTS: Final = 20_000.0
"""More than a house's fuse: a sensor that says so is wrong and is not heard."""

MOST_DEVICES: Final = 256
_HOUR: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyBudget:
    """How much the devices may use from one `reset_hour` (local) to the next.

    When it is spent, viewers may switch off and dim. With `dim_brightness` they may still do everything that a lamp
    does, no brighter than that. A device that does not report for `max_gap_s` counts no further.
    """

    limit_wh: float
    reset_hour: int = 12
    dim_brightness: int | None = None
    max_gap_s: float = 300

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Return the budget of plain JSON. Raises ConfigurationError with all problems."""
        return read(data, cls.read)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the budget of a JSON object; a `dim_brightness` of 0 means none."""
        budget = cls(
            limit_wh=reader.number("limit_wh", 1000, low=1, high=1_000_000),
            reset_hour=reader.integer("reset_hour", 12, low=0, high=23),
            dim_brightness=reader.integer("dim_brightness", 0, low=0, high=255) or None,
            max_gap_s=reader.number("max_gap_s", 300, low=1, high=_HOUR),
        )
        reader.no_more()
        return budget

    def as_mapping(self) -> dict[str, Any]:
        """Return the budget as plain JSON."""
        dim = {} if self.dim_brightness is None else {"dim_brightness": self.dim_brightness}
        return {"limit_wh": self.limit_wh, "reset_hour": self.reset_hour, "max_gap_s": self.max_gap_s, **dim}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnergyStatus:
    """How the budget stands; `lasts_until` is an estimate at the present power, None when it lasts the night."""

    used_wh: float
    watts: float
    spent: bool
    resets_at: datetime
    lasts_until: datetime | None


@dataclass(slots=True)
class _Sample:
    """Power that counts from `at` until the next report, and not beyond `until`."""

    at: datetime
    until: datetime
    watts: float

    def joules(self, now: datetime) -> float:
        return self.watts * max(0.0, (min(now, self.until) - self.at).total_seconds())


class EnergyMeter:
    """Adds up power over time: each report holds until the next, at most `max_gap_s`. Times are aware."""

    def __init__(self, budget: EnergyBudget, *, zone: tzinfo) -> None:
        self.budget = budget
        self._zone = zone
        self._gap = timedelta(seconds=budget.max_gap_s)
        self._samples: dict[str, _Sample] = {}
        self._used_ws = 0.0
        self._night: date | None = None
        self._resets_at = datetime.min.replace(tzinfo=UTC)

    def sample(self, device_id: str, watts: float, at: datetime) -> None:
        """Take a report. One that cannot be true ends the device's last one; a clock that went back adds nothing."""
        self._start_night(at)
        if (last := self._samples.pop(device_id, None)) is not None:
            self._used_ws += last.joules(at)
        if math.isfinite(watts) and 0 <= watts <= MOST_WATTS and len(self._samples) < MOST_DEVICES:
            self._samples[device_id] = _Sample(at, at + self._gap, watts)

    def status(self, at: datetime) -> EnergyStatus:
        """Return how the budget stands, with what runs since the last reports."""
        self._start_night(at)
        used = self._used_ws + sum(sample.joules(at) for sample in self._samples.values())
        watts = sum(sample.watts for sample in self._samples.values() if at < sample.until)
        left = self.budget.limit_wh * _HOUR - used
        seconds = max(0.0, left) / watts if watts else math.inf
        ends = seconds < (self._resets_at - at).total_seconds()
        return EnergyStatus(
            used_wh=used / _HOUR,
            watts=watts,
            spent=left <= 0,
            resets_at=self._resets_at,
            lasts_until=at + timedelta(seconds=seconds) if ends else None,
        )

    def as_mapping(self, at: datetime) -> dict[str, Any]:
        """Return what must survive a restart as plain JSON."""
        used_wh = self.status(at).used_wh
        return {"night": self._night.isoformat() if self._night else None, "used_wh": used_wh}

    def restore(self, data: Mapping[str, Any], at: datetime) -> None:
        """Take up what was saved in the same night. Raises ValueError for anything that was not saved by this."""
        night, used_wh = data.get("night"), data.get("used_wh")
        if not isinstance(night, str) or not isinstance(used_wh, int | float) or isinstance(used_wh, bool):
            raise ValueError("not a saved energy meter")  # noqa: TRY004 - one error for all that is wrong
        if not (math.isfinite(used_wh) and used_wh >= 0):
            raise ValueError("the saved energy is not an amount")
        saved = date.fromisoformat(night)
        self._start_night(at)
        if saved == self._night:
            self._used_ws += used_wh * _HOUR

    def _start_night(self, at: datetime) -> None:
        """Begin at zero when the night is over; power that runs over the reset counts from there."""
        if self._night is not None and at < self._resets_at:
            return
        began, self._night, self._resets_at = self._night_of(at)
        self._used_ws = 0.0
        self._samples = {key: sample for key, sample in self._samples.items() if sample.until > began}
        for sample in self._samples.values():
            sample.at = began

    def _night_of(self, at: datetime) -> tuple[datetime, date, datetime]:
        """Return the reset before `at`, its local date, and the reset after it."""
        local = at.astimezone(self._zone)
        day = local.date() if local.hour >= self.budget.reset_hour else local.date() - timedelta(days=1)
        began, ends = (
            datetime.combine(each, time(self.budget.reset_hour), self._zone).astimezone(UTC)
            for each in (day, day + timedelta(days=1))
        )
        return began, day, ends
