"""Opening hours against a scan of every minute, through seasons, polar nights and the change of the clocks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.smartpixels.house.hours import (
    HoursReason,
    OpeningHours,
    Season,
    Sun,
    SunEvent,
    Timetable,
    Window,
    format_moment,
    parse_moment,
)
from custom_components.smartpixels.house.reading import ConfigurationError
from tests.house.driving import WARSAW, no_sun

MINUTE = timedelta(minutes=1)


def polish_sun(day: date) -> tuple[datetime | None, datetime | None]:
    """About the sun of Warsaw: nobody needs the second."""
    swing = abs((day - date(day.year, 6, 21)).days) / 183
    noon = datetime.combine(day, time(10, 40), UTC)
    half = timedelta(minutes=round(500 - 270 * swing))
    return noon - half, noon + half


def polar_sun(day: date) -> tuple[datetime | None, datetime | None]:
    """No sunrise in winter, no sunset in summer."""
    if day.month in {12, 1, 5, 6, 7}:
        return None, None
    return polish_sun(day)


def timetable(*windows: dict[str, object], zone: ZoneInfo = WARSAW) -> Timetable:
    return Timetable(OpeningHours.from_mapping({"windows": list(windows)}), zone=zone, sun=polish_sun)


def local(text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW, fold=fold)


def test_without_hours_it_is_always_open() -> None:
    status = Timetable(OpeningHours(), zone=WARSAW, sun=no_sun).status(local("2026-11-22T03:00"))
    assert (status.is_open, status.next_change, status.reason) == (True, None, HoursReason.NO_HOURS)


def test_from_before_sunset_until_the_night() -> None:
    evening = timetable({"from": "sunset-00:30", "until": "23:00"})
    _, sunset = polish_sun(date(2026, 12, 6))
    assert sunset is not None
    opens = sunset - timedelta(minutes=30)
    assert evening.next_change(local("2026-12-06T10:00")) == opens
    assert not evening.is_open(opens - timedelta(microseconds=1))
    assert evening.is_open(opens)
    assert evening.next_change(opens) == local("2026-12-06T23:00")
    assert not evening.is_open(local("2026-12-06T23:00"))


def test_the_status_says_all() -> None:
    evening = timetable({"from": "16:00", "until": "22:00"})
    opened, closed = evening.status(local("2026-12-06T17:00")), evening.status(local("2026-12-06T23:00"))
    assert (opened.is_open, opened.reason) == (True, HoursReason.OPENING_HOURS)
    assert opened.next_change == local("2026-12-06T22:00")
    assert (closed.is_open, closed.reason) == (False, HoursReason.OUTSIDE_HOURS)
    assert closed.next_change == local("2026-12-07T16:00")


def test_a_window_over_midnight_belongs_to_the_day_it_starts_on() -> None:
    saturday = timetable({"days": ["sat"], "from": "20:00", "until": "02:00"})
    assert saturday.is_open(local("2026-11-22T01:59"))
    assert not saturday.is_open(local("2026-11-21T01:59"))
    assert saturday.next_change(local("2026-11-22T01:00")) == local("2026-11-22T02:00")
    assert saturday.next_change(local("2026-11-22T02:00")) == local("2026-11-28T20:00")


def test_a_season_over_new_year_opens_again_in_november() -> None:
    winter = timetable({"from": "16:00", "until": "22:00", "season": {"from": "11-15", "until": "02-02"}})
    assert winter.is_open(local("2027-02-02T21:00"))
    assert winter.next_change(local("2027-02-02T22:00")) == local("2027-11-15T16:00")


def test_a_window_of_tomorrows_sunrise_may_open_today() -> None:
    table = timetable({"from": "22:00", "until": "23:00"}, {"from": "sunrise-11:00", "until": "sunrise-10:30"})
    sunrise, _ = polish_sun(date(2026, 12, 7))
    assert sunrise is not None
    assert table.next_change(local("2026-12-06T21:30")) == local("2026-12-06T22:00")
    assert table.next_change(local("2026-12-06T12:00")) == sunrise - timedelta(hours=11)


def test_windows_that_touch_are_one() -> None:
    table = timetable({"from": "08:00", "until": "12:00"}, {"from": "12:00", "until": "15:00"})
    assert table.next_change(local("2026-11-22T09:00")) == local("2026-11-22T15:00")


def test_around_the_clock_never_changes() -> None:
    table = timetable({"from": "00:00", "until": "00:00"})
    assert table.is_open(local("2026-11-22T09:00"))
    assert table.next_change(local("2026-11-22T09:00")) is None


def test_a_window_that_never_comes_never_changes() -> None:
    table = Timetable(
        OpeningHours(windows=(Window(start=Sun(SunEvent.SUNSET), end=time(23)),)), zone=WARSAW, sun=no_sun
    )
    assert not table.is_open(local("2026-11-22T20:00"))
    assert table.next_change(local("2026-11-22T20:00")) is None


def test_sunset_after_closing_time_stays_closed() -> None:
    table = timetable({"from": "sunset", "until": "20:00"})
    assert not table.is_open(local("2026-06-21T20:30"))
    assert not table.is_open(local("2026-06-22T12:00"))
    assert table.is_open(local("2026-12-21T19:59"))


def test_the_clock_leaps_over_an_opening() -> None:
    table = timetable({"from": "02:30", "until": "04:00"})
    assert table.next_change(local("2026-03-29T00:00")) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_the_clock_shows_a_closing_twice_and_the_first_counts() -> None:
    table = timetable({"from": "01:00", "until": "02:30"})
    assert table.next_change(local("2026-10-25T01:30")) == local("2026-10-25T02:30").astimezone(UTC)
    assert not table.is_open(local("2026-10-25T02:15", fold=1))


moments = st.one_of(
    st.times().map(lambda at: at.replace(second=0, microsecond=0, fold=0)),
    st.builds(
        Sun,
        st.sampled_from(SunEvent),
        st.integers(-720, 720).map(lambda minutes: timedelta(minutes=minutes)),
    ),
)
month_days = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda day: (day.month, day.day))
windows = st.builds(
    Window,
    days=st.frozensets(st.integers(0, 6), min_size=1),
    start=moments,
    end=moments,
    season=st.none() | st.builds(Season, month_days, month_days),
)
hours = st.builds(OpeningHours, windows=st.lists(windows, min_size=1, max_size=3).map(tuple))
zones = st.sampled_from(["Europe/Warsaw", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]).map(ZoneInfo)
days = st.dates(date(2026, 1, 3), date(2026, 12, 28)) | st.sampled_from(
    [date(2026, 3, 29), date(2026, 10, 25), date(2026, 3, 8), date(2026, 11, 1), date(2026, 4, 5), date(2026, 10, 4)]
)


def scan(plan: OpeningHours, zone: ZoneInfo, day: date) -> Iterator[tuple[datetime, bool]]:
    """Look at the clock on the wall and at the sky every minute; yields those of a day, after some to get going."""
    midnights = (datetime.combine(day + timedelta(days=shift), time(), zone).astimezone(UTC) for shift in (-5, 0, 1))
    start, first, last = midnights
    clock = [(start + number * MINUTE).astimezone(zone) for number in range((last - start) // MINUTE)]
    walls = [each.replace(tzinfo=None) for each in clock]
    spans = []
    for window in plan.windows:
        for shift in range(-4, 3):
            opens_on = day + timedelta(days=shift)
            if opens_on.weekday() in window.days and (window.season is None or opens_on in window.season):
                closes_on = opens_on + timedelta(days=window.ends_next_day)
                opens = minute_of(window.start, opens_on, start, walls)
                closes = minute_of(window.end, closes_on, start, walls)
                spans += [(opens, closes)] if opens is not None and closes is not None else []
    for number in range((first - start) // MINUTE, len(walls)):
        yield start + number * MINUTE, any(opens <= number < closes for opens, closes in spans)


def minute_of(moment: time | Sun, day: date, start: datetime, walls: list[datetime]) -> int | None:
    """Return the first minute at which a moment has come, beyond all when that is later; None without a sun."""
    if isinstance(moment, time):
        wanted = datetime.combine(day, moment)
        return next((number for number, wall in enumerate(walls) if wall >= wanted), len(walls))
    event = polar_sun(day)[0 if moment.event is SunEvent.SUNRISE else 1]
    return None if event is None else (event + moment.offset - start) // MINUTE


@given(plan=hours, zone=zones, day=days)
@settings(max_examples=30, deadline=None)
def test_every_minute_is_as_a_scan_of_the_wall_clock_says(plan: OpeningHours, zone: ZoneInfo, day: date) -> None:
    table = Timetable(plan, zone=zone, sun=polar_sun)
    before: tuple[datetime, bool] | None = None
    change = table.next_change(datetime.combine(day, time(), zone))
    for now, is_open in scan(plan, zone, day):
        assert table.is_open(now) == is_open, now
        if before is not None and is_open != before[1]:
            assert change == now
            change = table.next_change(now)
        before = now, is_open
    assert before is not None
    assert change is None or change > before[0]


@given(plan=hours, zone=zones, day=days, minute=st.integers(0, 1439))
@settings(max_examples=100, deadline=None)
def test_the_next_change_is_the_first_one(plan: OpeningHours, zone: ZoneInfo, day: date, minute: int) -> None:
    table = Timetable(plan, zone=zone, sun=polar_sun)
    now = datetime.combine(day, time(), UTC) + minute * MINUTE
    is_open = table.is_open(now)
    change = table.next_change(now)
    assert change is None or change > now
    end = min(change or now + timedelta(days=30), now + timedelta(days=30))
    for probe in range(40):
        moment = now + (end - now) * probe / 40
        assert moment == end or table.is_open(moment) == is_open
    assert change is None or table.is_open(change) != is_open


@given(plan=hours)
def test_hours_survive_storage(plan: OpeningHours) -> None:
    assert OpeningHours.from_mapping(plan.as_mapping()) == plan


@pytest.mark.parametrize("text", ["16:30", "00:00", "sunset", "sunset-00:30", "sunrise+01:00", "sunrise+12:00"])
def test_moments_read_as_they_are_written(text: str) -> None:
    assert format_moment(parse_moment(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "24:00", "1:30", "16:60", "16.30", "noon", "sunset+", "sunset 1", "sunset+13:00", "sunset*01:00", "٢٣:00"],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="must"):
        parse_moment(text)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        OpeningHours.from_mapping(
            {
                "windows": [
                    {"from": "25:00", "days": ["mon", "someday"]},
                    {"from": "16:00", "until": 5, "season": {"from": "02-30", "until": "W05-1"}, "colour": 1},
                    "always",
                ],
                "extra": True,
            }
        )
    assert caught.value.problems == (
        "windows[0].days: must be of mon, tue, wed, thu, fri, sat, sun",
        "windows[0].from: must be like 16:30, sunset or sunrise+01:00",
        "windows[0].until: is missing",
        "windows[1].until: must be a text",
        "windows[1].season.from: must be a month and a day like 11-15",
        "windows[1].season.until: must be a month and a day like 11-15",
        "windows[1].colour: is not known",
        "windows[2]: must be an object",
        "windows[2].from: is missing",
        "windows[2].until: is missing",
        "extra: is not known",
    )


def test_the_sun_is_asked_once_a_day() -> None:
    asked: list[date] = []

    def sun(day: date) -> tuple[datetime | None, datetime | None]:
        asked.append(day)
        return polish_sun(day)

    table = Timetable(
        OpeningHours.from_mapping({"windows": [{"from": "sunset", "until": "23:00"}]}), zone=WARSAW, sun=sun
    )
    for minute in range(600):
        table.is_open(local("2026-12-06T10:00") + minute * MINUTE)
    assert len(asked) == len(set(asked)) == 4


def test_years_of_questions_do_not_pile_up() -> None:
    table = timetable({"from": "sunset", "until": "23:00"})
    for month in range(300):
        table.next_change(local("2026-12-06T10:00") + timedelta(days=30 * month))
    assert len(table._sun_times) < 900
