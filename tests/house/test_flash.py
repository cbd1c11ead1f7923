"""The flash limiter: whatever is asked of a group, at most three flashes in any second reach it."""

import math
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom_components.smartpixels.house.flash import (
    WINDOW,
    FlashLimiter,
    Look,
    kelvin_rgb,
    look_after,
    look_of,
)
from custom_components.smartpixels.house.limits import DeviceLimits
from custom_components.smartpixels.house.verdicts import Apply, Hold, Refuse, Rule, Wish
from custom_components.smartpixels.protocol.messages import (
    Action,
    DeviceState,
    Paint,
    PixelRange,
    PlayScene,
    Press,
    SetBrightness,
    SetColor,
    SetEffect,
    TurnOff,
    TurnOn,
)
from tests.house.driving import Driver, drive
from tests.house.flash_checker import is_saturated_red, luminance, most_flashes

LAMPS = ("tree", "roof", "door")
NO_SPACING = DeviceLimits(min_interval_ms=0)

WHITE = Look(on=True)
DARK = Look(on=False)
RED = Look(on=True, rgb=(255, 0, 0))


def storm_house() -> Driver:
    house = drive(dict.fromkeys(LAMPS, NO_SPACING))
    for lamp in LAMPS:
        house.rules.observe(DeviceState(device_id=lamp, seq=1, available=True, on=False), house.instant)
    house.wait(10)
    return house


rgbs = st.sampled_from(
    [(255, 255, 255), (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0), (90, 90, 90), (255, 80, 0), (200, 200, 200)]
) | st.tuples(*[st.integers(0, 255)] * 3)
actions = st.one_of(
    st.builds(TurnOn),
    st.builds(TurnOff),
    st.builds(SetColor, rgb=rgbs),
    st.builds(SetBrightness, brightness=st.integers(1, 255)),
)
pauses = st.sampled_from([0.0, 0.001, 0.02, 0.1, 0.17, 0.3, 0.5, 1.0, 1.2]) | st.floats(0, 0.4)
storms = st.lists(st.tuples(pauses, st.sampled_from(LAMPS), actions), min_size=10, max_size=60)


def timeline_of(house: Driver) -> list[tuple[float, list[Look]]]:
    looks = dict.fromkeys(LAMPS, DARK)
    timeline = [(-100.0, list(looks.values()))]
    for time, wish, apply in house.applied:
        looks[wish.device_id] = look_after(apply.action, looks[wish.device_id], brightness=apply.brightness)
        timeline.append((time, list(looks.values())))
    return timeline


def check(timeline: Sequence[tuple[float, Sequence[Look]]], weights: Sequence[float]) -> None:
    light = [(time, [luminance(look.on, look.brightness, look.rgb) for look in looks]) for time, looks in timeline]
    red = [(time, [float(look.on and look.brightness > 200 and is_saturated_red(look.rgb)) for look in looks])
           for time, looks in timeline]  # fmt: skip
    duty = [(time, [look.on * look.brightness * max(look.rgb) / 255**2 for look in looks]) for time, looks in timeline]
    for lamp in range(len(LAMPS)):
        assert most_flashes(light, itemgetter(lamp)) <= 3
        assert most_flashes(duty, itemgetter(lamp)) <= 3
        assert most_flashes(red, itemgetter(lamp), step=1) <= 3
    total = sum(weights)
    for mix in (light, duty):
        assert most_flashes(mix, lambda levels: math.sumprod(levels, weights) / total) <= 3
    assert most_flashes(red, max, step=1) <= 3


@given(storm=storms, weights=st.tuples(*[st.floats(0.1, 1)] * 3))
@settings(max_examples=120, deadline=None)
def test_no_storm_flashes_a_group_more_than_three_times_a_second(
    storm: list[tuple[float, str, Action]], weights: tuple[float, float, float]
) -> None:
    house = storm_house()
    for pause, lamp, action in storm:
        house.wait(pause)
        decision = house.ask(Wish(lamp, action))
        assert not isinstance(decision, Refuse)
        assert isinstance(decision, Apply) or action != TurnOff() or decision.rule is Rule.SPACING
    house.wait(5)
    assert not house.holds
    check(timeline_of(house), weights)


blinks = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.0, 0.02, 0.08, 0.15, 0.3]),
        st.sampled_from(LAMPS),
        st.sampled_from([DARK, WHITE, WHITE, RED, Look(on=True, brightness=128), Look(on=True, rgb=(0, 255, 0))]),
    ),
    min_size=30,
    max_size=120,
)


@given(storm=blinks, first=st.lists(st.sampled_from([DARK, WHITE, RED]), min_size=3, max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_limit_holds_at_its_edge(storm: list[tuple[float, str, Look]], first: list[Look]) -> None:
    limiter, now = FlashLimiter(), 0.0
    looks = dict(zip(LAMPS, first, strict=True))
    for lamp, look in looks.items():
        limiter.applied(lamp, look, -100)
    timeline = [(-100.0, list(looks.values()))]
    for pause, lamp, look in storm:
        now += pause
        free = limiter.free_at(lamp, look, now) <= now
        assert free or look.on
        if free:
            limiter.applied(lamp, look, now)
            looks[lamp] = look
            timeline.append((now, list(looks.values())))
    check(timeline, [1, 1, 1])


@given(
    storm=st.lists(
        st.tuples(
            pauses,
            st.sampled_from(LAMPS),
            actions | st.builds(SetEffect, effect=st.sampled_from(["Chase", "Solid"])) | st.builds(PlayScene),
            st.floats(0, 1),
        ),
        max_size=40,
    )
)
@settings(max_examples=60, deadline=None)
def test_light_that_nobody_knows_counts_whatever_it_is(storm: list[tuple[float, str, Action, float]]) -> None:
    house = storm_house()
    truth = dict.fromkeys(LAMPS, 0.0)
    levels = {}
    for number, (pause, lamp, action, level) in enumerate(storm):
        house.wait(pause)
        levels[str(number)] = level
        house.ask(Wish(lamp, action, command_id=str(number)))
    house.wait(5)
    looks = dict.fromkeys(LAMPS, DARK)
    timeline = [(-100.0, list(truth.values()))]
    for time, wish, apply in house.applied:
        look = looks[wish.device_id] = look_after(apply.action, looks[wish.device_id])
        known = luminance(look.on, look.brightness, look.rgb)
        truth[wish.device_id] = levels[wish.command_id] if look.on and look.unknown else known
        timeline.append((time, list(truth.values())))
    for place in range(len(LAMPS)):
        assert most_flashes(timeline, itemgetter(place)) <= 3
    assert most_flashes(timeline, lambda each: sum(each) / len(LAMPS)) <= 3


@given(storm=storms, reports=st.lists(st.tuples(st.sampled_from(LAMPS), st.booleans(), rgbs), max_size=20))
@settings(max_examples=40, deadline=None)
def test_changes_that_others_make_never_hold_off_nor_hold_for_long(
    storm: list[tuple[float, str, Action]], reports: list[tuple[str, bool, tuple[int, int, int]]]
) -> None:
    house = storm_house()
    for number, (pause, lamp, action) in enumerate(storm):
        house.wait(pause)
        if number < len(reports):
            reported, on, rgb = reports[number]
            house.rules.observe(DeviceState(device_id=reported, seq=1, available=True, on=on, rgb=rgb), house.instant)
        decision = house.ask(Wish(lamp, action))
        assert not isinstance(decision, Refuse)
        if isinstance(decision, Hold):
            assert decision.until - house.now <= WINDOW
    house.wait(5)
    assert not house.holds


def blink(limiter: FlashLimiter, first: Look, second: Look, *, lamp: str = "tree", every: float = 0.01) -> list[float]:
    """Ask for both looks in turn for three seconds; return when changes went through."""
    limiter.applied(lamp, second, -100)
    went: list[float] = []
    for number in range(int(3 / every)):
        now, look = number * every, (first, second)[len(went) % 2]
        if limiter.free_at(lamp, look, now) <= now:
            limiter.applied(lamp, look, now)
            went.append(now)
    return went


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (WHITE, DARK),
        (Look(on=True, rgb=(0, 0, 255)), DARK),
        (WHITE, Look(on=True, brightness=220)),
        (Look(on=True, rgb=(90, 90, 90)), DARK),
        (RED, Look(on=True, rgb=(0, 110, 0))),
        (RED, Look(on=True, rgb=kelvin_rgb(2700))),
        (RED, Look(on=True, rgb=(255, 98, 105))),  # hardly brighter
        (Look(on=True, rgb=(255, 255, 255)), Look(on=True, rgb=(60, 60, 255))),
    ],
)
def test_three_flashes_pass_and_then_none_until_a_second_has_passed(first: Look, second: Look) -> None:
    went = blink(FlashLimiter(), first, second)
    assert len([time for time in went if time < 1]) in {5, 6}
    assert len(went) >= 15


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (WHITE, Look(on=True, brightness=240)),
        (Look(on=True, rgb=(0, 0, 255)), Look(on=True, rgb=(0, 100, 255))),
        (Look(on=True, brightness=20), Look(on=False, brightness=20)),
        (RED, Look(on=True, rgb=(255, 30, 0))),
    ],
)
def test_what_is_no_flash_is_never_held(first: Look, second: Look) -> None:
    assert len(blink(FlashLimiter(), first, second)) == 300


def test_a_fade_of_many_steps_is_one_change() -> None:
    limiter = FlashLimiter()
    limiter.applied("tree", DARK, -100)
    for number, brightness in enumerate(range(5, 255, 10)):
        look = Look(on=True, brightness=brightness)
        assert limiter.free_at("tree", look, number / 30) == number / 30
        limiter.applied("tree", look, number / 30)


def test_a_flash_in_small_steps_is_a_flash() -> None:
    limiter = FlashLimiter()
    limiter.applied("tree", WHITE, -100)
    steps = [Look(on=True, brightness=brightness) for brightness in (240, 225, 210, 225, 240, 255)]
    went: list[float] = []
    for number in range(300):
        now, look = number / 100, steps[len(went) % len(steps)]
        if limiter.free_at("tree", look, now) <= now:
            limiter.applied("tree", look, now)
            went.append(now)
    assert len([now for now in went if now < 1]) <= 3 * len(steps) + 2


def test_lamps_that_flash_together_flash_once() -> None:
    limiter = FlashLimiter()
    for lamp in LAMPS:
        limiter.applied(lamp, DARK, -100)
    for number, look in enumerate((WHITE, DARK, WHITE, DARK)):
        for lamp in LAMPS:
            assert limiter.free_at(lamp, look, number / 5) == number / 5
            limiter.applied(lamp, look, number / 5)


def test_groups_do_not_wait_for_each_other() -> None:
    house = drive({"front": DeviceLimits(min_interval_ms=0), "back": DeviceLimits(min_interval_ms=0, group="back")})
    for _ in range(10):
        house.ask(Wish("front", TurnOn()))
        house.ask(Wish("front", TurnOff()))
    assert isinstance(house.ask(Wish("front", SetColor(rgb=(255, 255, 255)))), Hold)
    assert isinstance(house.ask(Wish("back", SetColor(rgb=(255, 255, 255)))), Apply)


def test_off_never_waits_and_leaves_the_next_light_waiting() -> None:
    limiter = FlashLimiter()
    limiter.applied("tree", DARK, -100)
    times = [number / 50 for number in range(100)]
    for now in times:
        if limiter.free_at("tree", WHITE, now) <= now:
            limiter.applied("tree", WHITE, now)
        assert limiter.free_at("tree", DARK, now) == now
        limiter.applied("tree", DARK, now)
    assert limiter.free_at("tree", WHITE, 2.0) > 2.0


def test_an_echo_is_nobody_elses_change() -> None:
    limiter = FlashLimiter()
    limiter.applied("tree", DARK, -100)
    for number in range(20):
        limiter.applied("tree", WHITE, 10.0)
        limiter.observed("tree", WHITE, 10.0 + number / 100)
    assert limiter.free_at("tree", WHITE, 10.3) == 10.3
    assert limiter.look("tree") == WHITE


def test_only_the_effect_that_was_commanded_echoes() -> None:
    limiter = FlashLimiter()
    chase, strobe = (Look(on=True, effect=name, unknown=True) for name in ("Chase", "Strobe"))
    limiter.applied("tree", chase, 0)
    limiter.observed("tree", chase, 0.1)
    assert limiter.free_at("tree", WHITE, 0.1) == 0.1
    limiter.observed("tree", strobe, 0.2)
    assert limiter.look("tree") == strobe


def test_what_the_owner_flashes_holds_viewers_back() -> None:
    limiter = FlashLimiter()
    limiter.observed("roof", DARK, -10)
    for number in range(8):
        limiter.observed("tree", (WHITE, DARK)[number % 2], number / 10)
    limiter.observed("roof", WHITE, 0.8)
    assert limiter.free_at("tree", WHITE, 0.8) == 0.8
    limiter.observed("roof", DARK, 0.85)
    assert limiter.free_at("tree", WHITE, 0.9) > 0.9
    limiter.observed("roof", WHITE, 0.95)
    assert limiter.free_at("roof", DARK, 1.0) == 1.0


def test_a_running_effect_that_flashes_takes_its_share() -> None:
    limiter = FlashLimiter()
    heartbeat = Look(on=True, effect="Heartbeat", unknown=True)
    limiter.applied("roof", heartbeat, -10)
    limiter.applied("tree", DARK, -10)
    assert not limiter.has_room("tree", heartbeat)
    assert limiter.has_room("roof", heartbeat)
    assert len([time for time in blink(limiter, WHITE, DARK) if time < 1]) == 2
    limiter.applied("roof", DARK, 10)
    assert limiter.has_room("tree", heartbeat)


def test_two_effects_that_flash_are_refused_in_one_group() -> None:
    house = drive(dict.fromkeys(LAMPS, NO_SPACING))
    assert isinstance(house.ask(Wish("tree", SetEffect(effect="Heartbeat"))), Apply)
    house.wait(2)
    refused = house.ask(Wish("roof", SetEffect(effect="Candle")))
    assert isinstance(refused, Refuse)
    assert refused.rule is Rule.FLASH
    house.ask(Wish("tree", SetColor(rgb=(0, 0, 255))))
    house.wait(2)
    assert isinstance(house.ask(Wish("roof", SetEffect(effect="Candle"))), Apply)


def test_a_lamp_that_leaves_takes_its_flashes_along() -> None:
    limiter = FlashLimiter()
    limiter.applied("roof", Look(on=True, effect="Heartbeat", unknown=True), 0)
    limiter.forget(["roof", "unknown"])
    assert limiter.look("roof") is None
    assert limiter.has_room("tree", Look(on=True, effect="Heartbeat", unknown=True))


@pytest.mark.parametrize(
    ("kelvin", "rgb"), [(1000, (255, 68, 0)), (2700, (255, 167, 87)), (6600, (255, 255, 255)), (12000, (194, 211, 255))]
)
def test_white_temperatures_look_like_a_black_body(kelvin: int, rgb: tuple[int, int, int]) -> None:
    assert all(abs(mine - theirs) <= 4 for mine, theirs in zip(kelvin_rgb(kelvin), rgb, strict=True))


@pytest.mark.parametrize(
    ("action", "look"),
    [
        (TurnOff(), Look(on=False, brightness=100, rgb=(1, 2, 3))),
        (TurnOn(), Look(on=True, brightness=100, rgb=(1, 2, 3))),
        (SetBrightness(brightness=7), Look(on=True, brightness=7, rgb=(1, 2, 3))),
        (SetColor(rgb=(9, 9, 9)), Look(on=True, brightness=100, rgb=(9, 9, 9))),
        (SetColor(kelvin=6600), Look(on=True, brightness=100, rgb=kelvin_rgb(6600))),
        (SetEffect(effect="Chase"), Look(on=True, brightness=100, rgb=(1, 2, 3), effect="Chase", unknown=True)),
        (SetEffect(effect="Solid"), Look(on=True, brightness=100, rgb=(1, 2, 3))),
        (PlayScene(), Look(on=True, brightness=100, rgb=(1, 2, 3), unknown=True)),
        (Press(), Look(on=True, brightness=100, rgb=(1, 2, 3), unknown=True, pulse=True)),
        (
            Paint(ranges=(PixelRange(start=0, stop=1, rgb=(1, 1, 1)),)),
            Look(on=True, brightness=100, rgb=(1, 2, 3), unknown=True),
        ),
    ],
)
def test_how_a_lamp_looks_after_an_action(action: Action, look: Look) -> None:
    assert look_after(action, Look(on=False, brightness=100, rgb=(1, 2, 3))) == look


def test_how_a_lamp_looks_by_its_report() -> None:
    before = Look(on=True, brightness=100, rgb=(1, 2, 3), effect="Chase", unknown=True)

    def report(**fields: Any) -> Look | None:
        return look_of(DeviceState(device_id="tree", seq=1, available=True, **fields), before)

    assert look_of(DeviceState(device_id="tree", seq=1, available=False), before) is None
    assert report() is None
    assert report(on=False) == Look(on=False, brightness=100, rgb=(1, 2, 3), effect="Chase", unknown=True)
    assert report(on=True, effect="Solid", rgb=(5, 5, 5)) == Look(on=True, brightness=100, rgb=(5, 5, 5))
    assert report(on=True, effect="Fade", brightness=9) == Look(
        on=True, brightness=9, rgb=(1, 2, 3), effect="Fade", unknown=True
    )
    assert report(on=True, kelvin=6600) == Look(on=True, brightness=100, rgb=kelvin_rgb(6600))


def test_painted_pixels_stay_unknown_until_the_next_color() -> None:
    painted = Look(on=True, rgb=(1, 2, 3), unknown=True)
    same = DeviceState(device_id="tree", seq=1, available=True, on=True, rgb=(1, 2, 3))
    other = DeviceState(device_id="tree", seq=1, available=True, on=True, rgb=(9, 9, 9))
    look = look_of(same, painted)
    assert look is not None
    assert look.unknown
    assert look_of(other, painted) == Look(on=True, rgb=(9, 9, 9))


def test_a_pulse_counts_twice() -> None:
    limiter = FlashLimiter()
    pulse = look_after(Press(), None)
    went = 0
    while limiter.free_at("door", pulse, went / 100) == went / 100:
        limiter.applied("door", pulse, went / 100)
        went += 1
    assert went == 2
