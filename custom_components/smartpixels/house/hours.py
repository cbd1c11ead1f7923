"""Opening hours by sun and clock, with weekdays and seasons, in the location's time zone."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, Final, Self, override

from .reading import Reader, read

type SunTimes = Callable[[date], tuple[datetime | None, datetime | None]]
"""Sunrise and sunset of a local date, aware of their zone; None where the sun does not rise or set."""

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_WINDOWS: Final = 20
MOST_OFFSET: Final = timedelta(hours=12)
HORIZON_DAYS: Final = 368
"""How far a change is looked for: a season comes once a year."""

_LEAP_YEAR: Final = 2024  # in which every day of a season exists
_NOON: Final = time(12)
_MINUTE: Final = timedelta(minutes=1)
_MOST_REMEMBERED: Final = 800


class SunEvent(StrEnum):
    """What the sun does."""

    SUNRISE = "sunrise"
    SUNSET = "sunset"


@dataclass(frozen=True, slots=True)
class Sun:
    """A moment by the sun of a date."""

    event: SunEvent
    offset: timedelta = timedelta()

    @override
    def __str__(self) -> str:
        if not self.offset:
            return self.event
        minutes = abs(self.offset) // _MINUTE
        return f"{self.event}{'-' if self.offset < timedelta() else '+'}{minutes // 60:02}:{minutes % 60:02}"


type Moment = time | Sun
"""When a window begins or ends: `16:30` by the clock, or `sunset-00:30` by the sun."""


_NO_MOMENT: Final[Moment] = _NOON


def parse_moment(text: str) -> Moment:
    """Return the moment in `16:30`, `sunset` or `sunrise+01:00`. Raises ValueError."""
    for event in SunEvent:
        if text.startswith(event):
            return Sun(event, _parse_offset(text.removeprefix(event)))
    return _parse_clock(text)


def format_moment(moment: Moment) -> str:
    """Return the text that `parse_moment` reads."""
    return f"{moment:%H:%M}" if isinstance(moment, time) else str(moment)


@dataclass(frozen=True, slots=True)
class Season:
    """Days of a year, `(month, day)`, both ends included; a season whose end is before its start spans New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def __contains__(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Open `start` to `end` on the given weekdays of a season. Days and season are those of the date it starts on.

    It ends on the next date when the clock says so (`22:00` to `02:00`), or when it goes from an afternoon (sunset, or
    a clock from noon on) to a morning (sunrise, or a clock before noon). Otherwise it ends on the same date, and does
    not open at all when the sun leaves nothing of it: `sunset` to `21:00` in June, or any sun where there is none.
    """

    days: frozenset[int] = frozenset(range(7))
    start: Moment
    end: Moment
    season: Season | None = None

    @property
    def ends_next_day(self) -> bool:
        """Tell whether the end is on the date after the start's."""
        if isinstance(self.start, time) and isinstance(self.end, time):
            return self.end <= self.start
        return not _is_morning(self.start) and _is_morning(self.end)

    def opens_on(self, day: date) -> bool:
        """Tell whether the window may start on a date."""
        return day.weekday() in self.days and (self.season is None or day in self.season)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the window of a JSON object, as `as_mapping` makes it."""
        names = reader.items("days", most=len(DAYS))
        days = [DAYS.index(name) for name in names if name in DAYS]
        if len(days) != len(names):
            reader.problem("days", f"must be of {', '.join(DAYS)}")
        season = reader.child("season")
        window = cls(
            days=frozenset(days or range(7)),
            start=reader.parsed("from", parse_moment, _NO_MOMENT),
            end=reader.parsed("until", parse_moment, _NO_MOMENT),
            season=_read_season(season) if season else None,
        )
        reader.no_more()
        return window

    def as_mapping(self) -> dict[str, Any]:
        """Return the window as plain JSON."""
        days = {} if len(self.days) == len(DAYS) else {"days": [DAYS[day] for day in sorted(self.days)]}
        season = {} if self.season is None else {"season": _season_mapping(self.season)}
        return {**days, "from": format_moment(self.start), "until": format_moment(self.end), **season}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """All windows, open when any of them is; without windows always open."""

    windows: tuple[Window, ...] = ()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Return the hours of plain JSON. Raises ConfigurationError with all problems."""
        return read(data, cls.read)

    @classmethod
    def read(cls, reader: Reader) -> Self:
        """Return the hours of a JSON object."""
        hours = cls(windows=tuple(Window.read(each) for each in reader.children("windows", most=MOST_WINDOWS)))
        reader.no_more()
        return hours

    def as_mapping(self) -> dict[str, Any]:
        """Return the hours as plain JSON."""
        return {"windows": [window.as_mapping() for window in self.windows]}


ALWAYS_OPEN: Final = OpeningHours()


class HoursReason(StrEnum):
    """Why it is open or closed; keys of texts."""

    NO_HOURS = "no_hours"
    OPENING_HOURS = "opening_hours"
    OUTSIDE_HOURS = "outside_hours"


@dataclass(frozen=True, slots=True, kw_only=True)
class HoursStatus:
    """How it is at a moment, and when (UTC) that changes; None when it does not within a year."""

    is_open: bool
    next_change: datetime | None
    reason: HoursReason


class Timetable:
    """Opening hours at a place on Earth. All times that come in are aware; those that go out are UTC."""

    def __init__(self, hours: OpeningHours, *, zone: tzinfo, sun: SunTimes) -> None:
        self._hours = hours
        self._zone = zone
        self._sun = sun
        self._sun_times: dict[date, tuple[datetime | None, datetime | None]] = {}

    def is_open(self, now: datetime) -> bool:
        """Tell whether it is open; a window holds its start and not its end."""
        return not self._hours.windows or self._closing_after(now) is not None

    def next_change(self, now: datetime) -> datetime | None:
        """Return the first moment after `now` at which it opens or closes."""
        if not self._hours.windows:
            return None
        closing = self._closing_after(now)
        return self._next_opening(now) if closing is None else self._last_closing(closing)

    def status(self, now: datetime) -> HoursStatus:
        """Return all that can be said of a moment."""
        if not self._hours.windows:
            return HoursStatus(is_open=True, next_change=None, reason=HoursReason.NO_HOURS)
        is_open = self.is_open(now)
        reason = HoursReason.OPENING_HOURS if is_open else HoursReason.OUTSIDE_HOURS
        return HoursStatus(is_open=is_open, next_change=self.next_change(now), reason=reason)

    def _closing_after(self, now: datetime) -> datetime | None:
        """Return the latest end of the windows that are open at `now`."""
        now = now.astimezone(UTC)
        today = now.astimezone(self._zone).date()
        # With half a day of offset a window reaches from the evening before its date to the evening after.
        spans = (span for shift in (-2, -1, 0, 1) for span in self._spans(today + timedelta(days=shift)))
        return max((end for start, end in spans if start <= now < end), default=None)

    def _last_closing(self, closing: datetime) -> datetime | None:
        """Follow windows that overlap or touch, up to the horizon."""
        first = closing.astimezone(self._zone).date() - timedelta(days=2)
        spans: list[tuple[datetime, datetime]] = []
        for number in range(HORIZON_DAYS):
            day = first + timedelta(days=number)
            if closing.astimezone(self._zone).date() < day - timedelta(days=1):
                return closing
            spans += self._spans(day)
            for start, end in sorted(spans):
                if start <= closing < end:
                    closing = end
            spans = [(start, end) for start, end in spans if end > closing]
        return None

    def _next_opening(self, now: datetime) -> datetime | None:
        """Return the first start after `now`."""
        now = now.astimezone(UTC)
        day = now.astimezone(self._zone).date() - timedelta(days=2)
        found: datetime | None = None
        for _ in range(HORIZON_DAYS):
            if found is not None and found.astimezone(self._zone).date() < day - timedelta(days=1):
                break
            starts = [start for start, _ in self._spans(day) if start > now]
            found = min(starts if found is None else [found, *starts], default=None)
            day += timedelta(days=1)
        return found

    def _spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """Yield from when until when the windows of a date are open."""
        for window in self._hours.windows:
            if not window.opens_on(day):
                continue
            start = self._instant(window.start, day)
            end = self._instant(window.end, day + timedelta(days=1) if window.ends_next_day else day)
            if start is not None and end is not None and start < end:
                yield start, end

    def _instant(self, moment: Moment, day: date) -> datetime | None:
        if isinstance(moment, time):
            return _first_instant(datetime.combine(day, moment), self._zone)
        event = self._sun_of(day)[0 if moment.event is SunEvent.SUNRISE else 1]
        return None if event is None else event.astimezone(UTC) + moment.offset

    def _sun_of(self, day: date) -> tuple[datetime | None, datetime | None]:
        if (known := self._sun_times.get(day)) is not None:
            return known
        if len(self._sun_times) >= _MOST_REMEMBERED:
            self._sun_times.clear()
        times = self._sun_times[day] = self._sun(day)
        return times


def _first_instant(wall: datetime, zone: tzinfo) -> datetime:
    """Return the first moment when the clock on the wall shows `wall` or, if it leaps over that, more."""
    instant = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    while instant - before > _MINUTE:
        middle = before + (instant - before) // (2 * _MINUTE) * _MINUTE
        if middle.astimezone(zone).replace(tzinfo=None) < wall:
            before = middle
        else:
            instant = middle
    return instant


def _is_morning(moment: Moment) -> bool:
    return moment < _NOON if isinstance(moment, time) else moment.event is SunEvent.SUNRISE


def _parse_clock(text: str) -> time:
    parsed = _hours_and_minutes(text)
    if parsed is None or parsed >= timedelta(days=1):
        raise ValueError("must be like 16:30, sunset or sunrise+01:00")
    return time(parsed // timedelta(hours=1), parsed % timedelta(hours=1) // _MINUTE)


def _parse_offset(text: str) -> timedelta:
    if not text:
        return timedelta()
    parsed = _hours_and_minutes(text[1:])
    if text[0] not in "+-" or parsed is None or parsed > MOST_OFFSET:
        raise ValueError("must have an offset like +01:00 or -00:30, of at most 12:00")
    return -parsed if text[0] == "-" else parsed


def _hours_and_minutes(text: str) -> timedelta | None:
    hours, colon, minutes = text.partition(":")
    digits = hours + minutes
    if not colon or len(hours) != 2 or len(minutes) != 2 or not (digits.isascii() and digits.isdigit()):  # noqa: PLR2004
        return None
    return timedelta(hours=int(hours), minutes=int(minutes)) if int(minutes) < 60 else None  # noqa: PLR2004


def _parse_day(text: str) -> tuple[int, int]:
    month, dash, day = text.partition("-")
    if dash and len(text) == len("11-15") and f"{month}{day}".isdigit():
        with suppress(ValueError):
            date(_LEAP_YEAR, int(month), int(day))
            return int(month), int(day)
    raise ValueError("must be a month and a day like 11-15")


def _read_season(reader: Reader) -> Season:
    season = Season(reader.parsed("from", _parse_day, (1, 1)), reader.parsed("until", _parse_day, (12, 31)))
    reader.no_more()
    return season


def _season_mapping(season: Season) -> dict[str, str]:
    return {
        "from": f"{season.first[0]:02}-{season.first[1]:02}",
        "until": f"{season.last[0]:02}-{season.last[1]:02}",
    }
