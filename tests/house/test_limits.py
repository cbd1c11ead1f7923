"""What one device bears."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.smartpixels.house.limits import (
    DeviceLimits,
    RelayBlock,
    RelayLimits,
    RelayRule,
    RelayWear,
    Spacing,
)
from custom_components.smartpixels.house.reading import ConfigurationError
from custom_components.smartpixels.protocol.messages import Action, Paint, PixelRange, SetColor, SetEffect, TurnOn
from tests.house.driving import EVENING, WARSAW

LIMITS = RelayLimits(min_on_s=30, min_off_s=60, max_daily_cycles=3)


def after(**units: float) -> datetime:
    return EVENING + timedelta(**units)


def paint(*colors: tuple[int, int, int]) -> Paint:
    return Paint(ranges=tuple(PixelRange(start=at, stop=at + 1, rgb=color) for at, color in enumerate(colors)))


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        (SetColor(rgb=(255, 0, 0)), True),
        (SetColor(rgb=(254, 0, 0)), False),
        (SetColor(kelvin=2700), False),
        (paint((255, 0, 0), (0, 0, 255)), True),
        (paint((255, 0, 0), (0, 0, 254)), False),
        (TurnOn(), True),
        (SetEffect(effect="Chase"), True),
    ],
)
def test_only_the_owners_colors(action: Action, *, allowed: bool) -> None:
    assert DeviceLimits(colors=((255, 0, 0), (0, 0, 255))).allows_colors_of(action) is allowed
    assert DeviceLimits().allows_colors_of(action)


def test_commands_keep_their_distance() -> None:
    spacing = Spacing(DeviceLimits(min_interval_ms=250))
    assert spacing.free_at(5.0, off=False) == 5.0
    spacing.applied(5.0, off=False)
    assert spacing.free_at(5.1, off=False) == 5.25
    assert spacing.free_at(5.25, off=False) == 5.25


def test_off_comes_at_once_but_not_again_and_again() -> None:
    spacing = Spacing(DeviceLimits(min_interval_ms=250))
    spacing.applied(5.0, off=False)
    assert spacing.free_at(5.1, off=True) == 5.1
    spacing.applied(5.1, off=True)
    assert spacing.free_at(5.2, off=True) == 5.35
    assert spacing.free_at(5.2, off=False) == 5.35


def test_a_relay_rests_between_switching() -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    assert relay.blocks(EVENING, on=True) is None
    relay.switched(EVENING, on=True)
    assert relay.blocks(after(seconds=10), on=True) is None
    assert relay.blocks(after(seconds=10), on=False) == RelayBlock(RelayRule.MIN_ON, 20)
    assert relay.blocks(after(seconds=30), on=False) is None
    relay.switched(after(seconds=30), on=False)
    assert relay.blocks(after(seconds=40), on=True) == RelayBlock(RelayRule.MIN_OFF, 50)
    assert relay.blocks(after(seconds=90), on=True) is None


def test_a_relay_that_has_had_its_day_rests_until_midnight_and_off_still_works() -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    for minute in range(0, 12, 4):
        relay.switched(after(minutes=minute), on=True)
        relay.switched(after(minutes=minute + 2), on=False)
    assert relay.cycles(after(minutes=20)) == 3
    assert relay.blocks(after(minutes=20), on=True) == RelayBlock(RelayRule.DAILY_CYCLES, (5 * 60 - 20) * 60)
    relay.switched(after(minutes=21), on=True)  # by its owner
    assert relay.blocks(after(minutes=30), on=False) is None
    relay.switched(after(minutes=30), on=False)
    assert relay.blocks(after(hours=5), on=True) is None
    assert relay.cycles(after(hours=5)) == 0


def test_a_pulse_is_a_cycle() -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    for number in range(3):
        assert relay.blocks_pulse(after(minutes=3 * number)) is None
        relay.pulsed(after(minutes=3 * number))
        assert relay.blocks_pulse(after(minutes=3 * number, seconds=10)) == RelayBlock(RelayRule.MIN_ON, 20)
        relay.switched(after(minutes=3 * number, seconds=1), on=True)
        relay.switched(after(minutes=3 * number, seconds=2), on=False)
    block = relay.blocks_pulse(after(minutes=30))
    assert block is not None
    assert block.rule is RelayRule.DAILY_CYCLES


def test_without_a_limit_a_relay_never_has_had_its_day() -> None:
    relay = RelayWear(RelayLimits(min_on_s=0, min_off_s=0, max_daily_cycles=None), zone=WARSAW)
    for _ in range(500):
        relay.switched(EVENING, on=True)
        relay.switched(EVENING, on=False)
    assert relay.blocks(EVENING, on=True) is None


def test_a_clock_that_goes_back_locks_a_relay_no_longer_than_its_limit() -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    relay.switched(EVENING, on=True)
    assert relay.blocks(after(hours=-1), on=False) == RelayBlock(RelayRule.MIN_ON, 30)
    assert relay.blocks(after(hours=-1, seconds=30), on=False) is None


def test_a_restart_forgets_no_wear() -> None:
    relay, again = RelayWear(LIMITS, zone=WARSAW), RelayWear(LIMITS, zone=WARSAW)
    relay.switched(EVENING, on=True)
    again.restore(relay.as_mapping())
    assert again.cycles(EVENING) == 1
    assert again.blocks(after(seconds=10), on=False) == RelayBlock(RelayRule.MIN_ON, 20)
    again.restore(RelayWear(LIMITS, zone=WARSAW).as_mapping())
    assert again.cycles(EVENING) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"on": 1},
        {"cycles": -1},
        {"cycles": "many"},
        {"day": "today"},
        {"switched_at": "just now"},
        {"switched_at": "2026-12-05T18:00:00"},
    ],
)
def test_wear_that_was_not_saved_by_it_is_refused(change: Mapping[str, object]) -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    with pytest.raises(ValueError, match=r".+"):
        relay.restore({"on": True, "switched_at": None, "day": None, "cycles": 1, **change})
    assert relay.blocks(EVENING, on=False) is None
    assert relay.as_mapping()["on"] is None


@given(wishes=st.lists(st.tuples(st.integers(0, 200), st.sampled_from(["on", "off", "pulse"])), max_size=80))
@settings(max_examples=60, deadline=None)
def test_no_sequence_of_wishes_wears_a_relay_out(wishes: list[tuple[int, str]]) -> None:
    relay = RelayWear(LIMITS, zone=WARSAW)
    now, edges = EVENING, [(datetime.min.replace(tzinfo=UTC), False)]
    for pause, wish in wishes:
        now += timedelta(seconds=pause)
        if wish == "pulse":
            if relay.blocks_pulse(now) is None:
                relay.pulsed(now)
                relay.switched(now, on=False)
                edges += [(now, True), (now, False)][edges[-1][1] :]
        elif relay.blocks(now, on=wish == "on") is None:
            relay.switched(now, on=wish == "on")
            edges += [(now, wish == "on")] if edges[-1][1] is not (wish == "on") else []
    cycles = [at.astimezone(WARSAW).date() for at, on in edges if on]
    assert all(cycles.count(day) <= 3 for day in cycles)
    for (before, was_on), (at, on) in pairwise(edges):
        assert on is not was_on
        assert at == before or at - before >= timedelta(seconds=30 if was_on else 60)


@given(
    limits=st.builds(
        DeviceLimits,
        max_brightness=st.integers(1, 255),
        colors=st.lists(st.tuples(*[st.integers(0, 255)] * 3), max_size=64).map(tuple),
        min_interval_ms=st.integers(0, 3_600_000),
        relay=st.none()
        | st.builds(
            RelayLimits,
            min_on_s=st.floats(0, 86_400),
            min_off_s=st.floats(0, 86_400),
            max_daily_cycles=st.none() | st.integers(1, 100_000),
        ),
        group=st.text(max_size=64),
    )
)
def test_limits_survive_storage(limits: DeviceLimits) -> None:
    assert DeviceLimits.from_mapping(limits.as_mapping()) == limits


def test_nothing_said_is_the_usual() -> None:
    assert DeviceLimits.from_mapping({}) == DeviceLimits()
    assert DeviceLimits.from_mapping({"max_brightness": 80.0}).max_brightness == 80


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        DeviceLimits.from_mapping(
            {
                "max_brightness": 0,
                "colors": [[1, 2], [1, 2, 256], [1, 2, 3], "red"],
                "relay": {"min_on_s": -1, "max_daily_cycles": math.inf, "min_of_s": 5},
                "group": "g" * 65,
                "min_interval": 5,
            }
        )
    assert caught.value.problems == (
        "max_brightness: must be a whole number from 1 to 255",
        "colors[0]: must be red, green and blue from 0 to 255",
        "colors[1]: must be red, green and blue from 0 to 255",
        "colors[3]: must be red, green and blue from 0 to 255",
        "relay.min_on_s: must be a number from 0 to 86400",
        "relay.max_daily_cycles: must be a whole number from 0 to 100000",
        "relay.min_of_s: is not known",
        "group: must have at most 64 characters",
        "min_interval: is not known",
    )


@pytest.mark.parametrize("data", [None, [], "limits", 5])
def test_what_is_no_object_is_refused(data: object) -> None:
    with pytest.raises(ConfigurationError, match="must be an object"):
        DeviceLimits.from_mapping(data)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationError, match="colors: must be a list of at most 64"):
        DeviceLimits.from_mapping({"colors": [[1, 2, 3]] * 65})
