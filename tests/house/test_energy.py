"""The energy of a night: added up within bounds, spent, and begun anew at noon."""

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.smartpixels.house.energy import MOST_DEVICES, MOST_WATTS, EnergyBudget, EnergyMeter
from custom_components.smartpixels.house.reading import ConfigurationError
from tests.house.driving import WARSAW

EVENING = datetime(2026, 12, 6, 18, 0, tzinfo=UTC)
NOON = datetime(2026, 12, 7, 11, 0, tzinfo=UTC)
BUDGET = EnergyBudget(limit_wh=100, max_gap_s=300)


def after(**units: float) -> datetime:
    return EVENING + timedelta(**units)


def meter() -> EnergyMeter:
    return EnergyMeter(BUDGET, zone=WARSAW)


def test_power_counts_until_the_next_report() -> None:
    energy = meter()
    for minute in range(61):
        energy.sample("tree", 60 if minute < 30 else 20, after(minutes=minute))
    assert energy.status(after(hours=1)).used_wh == pytest.approx(40)


def test_a_gap_counts_no_further_than_is_believed() -> None:
    energy = meter()
    energy.sample("tree", 120, EVENING)
    status = energy.status(after(hours=5))
    assert status.used_wh == pytest.approx(10)
    assert status.watts == 0
    energy.sample("tree", 120, after(hours=5))
    assert energy.status(after(hours=5)).used_wh == pytest.approx(10)


def test_several_devices_add_up() -> None:
    energy = meter()
    energy.sample("tree", 60, EVENING)
    energy.sample("roof", 30, EVENING)
    status = energy.status(after(minutes=4))
    assert status.used_wh == pytest.approx(6)
    assert status.watts == 90


def test_it_says_how_long_the_rest_lasts() -> None:
    energy = meter()
    energy.sample("tree", 50, EVENING)
    assert energy.status(EVENING).lasts_until == after(hours=2)
    energy.sample("tree", 1, EVENING)
    assert energy.status(EVENING).lasts_until is None
    energy.sample("tree", 0, EVENING)
    assert energy.status(EVENING).lasts_until is None


def test_it_is_spent_and_begins_anew_at_noon() -> None:
    energy = meter()
    for minute in range(25):
        energy.sample("tree", 300, after(minutes=minute))
    status = energy.status(after(minutes=24))
    assert (status.spent, status.resets_at, status.lasts_until) == (True, NOON, after(minutes=24))
    assert energy.status(NOON - timedelta(microseconds=1)).spent
    assert energy.status(NOON).used_wh == 0
    assert energy.status(NOON).resets_at == NOON + timedelta(days=1)


def test_what_runs_over_the_reset_is_parted() -> None:
    energy = meter()
    energy.sample("tree", 60, NOON - timedelta(minutes=2))
    energy.sample("tree", 60, NOON + timedelta(minutes=1))
    assert energy.status(NOON + timedelta(minutes=1)).used_wh == pytest.approx(1)


@pytest.mark.parametrize("watts", [math.nan, math.inf, -1.0, MOST_WATTS + 1])
def test_what_cannot_be_true_ends_the_last_report(watts: float) -> None:
    energy = meter()
    energy.sample("tree", 60, EVENING)
    energy.sample("tree", watts, after(minutes=1))
    assert energy.status(after(minutes=5)).used_wh == pytest.approx(1)


def test_a_clock_that_goes_back_adds_nothing() -> None:
    energy = meter()
    energy.sample("tree", 60, EVENING)
    energy.sample("tree", 60, after(hours=-1))
    assert energy.status(after(hours=-1)).used_wh == 0


def test_no_flood_of_devices_is_kept() -> None:
    energy = meter()
    for number in range(MOST_DEVICES + 50):
        energy.sample(str(number), 1, EVENING)
    assert energy.status(EVENING).watts == MOST_DEVICES


def test_a_restart_in_the_night_forgets_nothing() -> None:
    energy, again = meter(), meter()
    energy.sample("tree", 120, EVENING)
    again.restore(energy.as_mapping(after(minutes=5)), after(minutes=6))
    assert again.status(after(minutes=6)).used_wh == pytest.approx(10)


def test_a_restart_in_the_next_night_begins_anew() -> None:
    energy, again = meter(), meter()
    energy.sample("tree", 120, EVENING)
    again.restore(energy.as_mapping(after(minutes=5)), NOON)
    assert again.status(NOON).used_wh == 0


@pytest.mark.parametrize(
    "saved",
    [
        {},
        {"night": 5, "used_wh": 1},
        {"night": "soon", "used_wh": 1},
        {"night": "2026-12-06", "used_wh": "1"},
        {"night": "2026-12-06", "used_wh": True},
        {"night": "2026-12-06", "used_wh": math.nan},
        {"night": "2026-12-06", "used_wh": -1},
    ],
)
def test_what_was_not_saved_by_it_is_refused(saved: dict[str, object]) -> None:
    energy = meter()
    with pytest.raises(ValueError, match=r".+"):
        energy.restore(saved, EVENING)
    assert energy.status(EVENING).used_wh == 0


@given(
    reports=st.lists(
        st.tuples(st.integers(0, 900), st.sampled_from(["tree", "roof"]), st.floats(0, 500)), min_size=1, max_size=60
    )
)
@settings(max_examples=60, deadline=None)
def test_it_is_the_sum_of_all_seconds(reports: list[tuple[int, str, float]]) -> None:
    energy = meter()
    joules, now = 0.0, 0
    last: dict[str, tuple[int, float]] = {}
    for pause, device, watts in reports:
        for since, power in last.values():
            joules += sum(power for second in range(now, now + pause) if second - since < BUDGET.max_gap_s)
        now += pause
        energy.sample(device, watts, after(seconds=now))
        last[device] = now, watts
    if after(seconds=now) < NOON:
        assert energy.status(after(seconds=now)).used_wh == pytest.approx(joules / 3600)


@given(
    budget=st.builds(
        EnergyBudget,
        limit_wh=st.floats(1, 100_000),
        reset_hour=st.integers(0, 23),
        dim_brightness=st.none() | st.integers(1, 255),
        max_gap_s=st.floats(1, 3600),
    )
)
def test_a_budget_survives_storage(budget: EnergyBudget) -> None:
    assert EnergyBudget.from_mapping(budget.as_mapping()) == budget


def test_all_mistakes_in_a_budget_are_told() -> None:
    with pytest.raises(ConfigurationError) as caught:
        EnergyBudget.from_mapping({"limit_wh": math.nan, "reset_hour": 12.5, "dim_brightness": True, "max_gap_s": None})
    assert caught.value.problems == (
        "limit_wh: must be a number from 1 to 1e+06",
        "reset_hour: must be a whole number from 0 to 23",
        "dim_brightness: must be a whole number from 0 to 255",
    )
