"""What the strip shows: effects, painted pixels, geometry, brightness, fades, power."""

import pytest

from smartpixels_simulator.wled import WledConfig, WledController
from smartpixels_simulator.wled.catalog import EFFECTS, RESERVED
from smartpixels_simulator.wled.effects import Look, draw
from smartpixels_simulator.wled.palettes import PALETTES, palette_for
from tests.simulator.conftest import TurnedClock

RED, GREEN, BLUE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)
COLORS = (RED, GREEN, BLUE)
EVERY_EFFECT = [number for number, name in enumerate(EFFECTS) if name != RESERVED]


@pytest.fixture
def strip(clock: TurnedClock) -> WledController:
    controller = WledController(WledConfig(name="Test", leds=8), clock=clock)
    controller.change({"bri": 255, "transition": 0, "seg": {"col": [[255, 0, 0], [0, 0, 255]]}})
    return controller


@pytest.mark.parametrize("effect", EVERY_EFFECT, ids=[EFFECTS[number] for number in EVERY_EFFECT])
def test_every_effect_draws_the_whole_strip_at_any_setting(effect: int) -> None:
    for length, speed, intensity in ((1, 0, 0), (2, 255, 255), (61, 128, 128)):
        for palette in (0, 11):
            for time in (0.0, 0.37, 5.1, 10_000.9):
                look = Look(
                    time=time,
                    length=length,
                    colors=COLORS,
                    palette=palette_for(palette, COLORS),
                    speed=speed,
                    intensity=intensity,
                )
                frame = draw(effect, look)
                assert len(frame) == length
                assert all(0 <= channel <= 255 for color in frame for channel in color)


STILL = {"Solid", "Solid Pattern", "Solid Pattern Tri", "Percent"}


@pytest.mark.parametrize("effect", [number for number in EVERY_EFFECT if EFFECTS[number] not in STILL])
def test_moving_effects_move_and_are_the_same_at_the_same_time(effect: int) -> None:
    frames = [draw(effect, Look(time=step * 0.21, length=40, colors=COLORS, speed=160)) for step in range(60)]
    assert any(frame != frames[0] for frame in frames)
    assert draw(effect, Look(time=0.21, length=40, colors=COLORS, speed=160)) == frames[1]


@pytest.mark.parametrize("palette", range(len(PALETTES)), ids=PALETTES)
def test_every_palette_has_colors(palette: int) -> None:
    colors = palette_for(palette, COLORS)
    assert colors is None if palette == 0 else any(map(any, colors or ()))


def test_solid_is_the_first_color(strip: WledController) -> None:
    assert strip.pixels() == [RED] * 8


def test_brightness_of_device_and_segment_multiply(strip: WledController) -> None:
    strip.change({"bri": 128, "seg": {"bri": 128}})
    assert strip.pixels() == [(64, 0, 0)] * 8


def test_off_is_dark(strip: WledController) -> None:
    strip.change({"on": False})
    assert strip.pixels() == [BLACK] * 8


def test_painted_pixels_by_row_index_and_range(strip: WledController) -> None:
    strip.change({"seg": {"i": ["00FF00", [0, 0, 255], 4, "FF0000", 6, 8, "0000FF"]}})
    assert strip.pixels() == [GREEN, BLUE, BLACK, BLACK, RED, BLACK, BLUE, BLUE]


def test_painting_goes_on_where_it_was_and_ends_at_the_strip(strip: WledController) -> None:
    strip.change({"seg": {"i": [0, 2, "00FF00"]}})
    strip.change({"seg": {"i": [7, 900, "0000FF", 950, "FF0000"]}})
    assert strip.pixels() == [GREEN, GREEN, *[BLACK] * 5, BLUE]


def test_a_frozen_effect_stands_still(strip: WledController, clock: TurnedClock) -> None:
    strip.change({"seg": {"fx": 9}})
    clock.seconds = 1.0
    strip.change({"seg": {"frz": True}})
    frozen = strip.pixels()
    clock.seconds = 2.0
    assert strip.pixels() == frozen
    strip.change({"seg": {"frz": False}})
    assert strip.pixels() != frozen


def test_segments_side_by_side_over_a_gap(strip: WledController) -> None:
    strip.change({"seg": [{"stop": 2}, {"start": 4, "stop": 6, "col": ["00FF00"]}]})
    assert strip.pixels() == [RED, RED, BLACK, BLACK, GREEN, GREEN, BLACK, BLACK]


def test_grouping_spacing_offset_reverse_and_mirror(strip: WledController) -> None:
    painted = {"i": [0, "FF0000", 1, "00FF00"]}
    strip.change({"seg": {"grp": 2, "spc": 1} | painted})
    assert strip.pixels() == [RED, RED, BLACK, GREEN, GREEN, BLACK, BLACK, BLACK]
    strip.change({"seg": {"grp": 1, "spc": 0, "rev": True}})
    assert strip.pixels() == [*[BLACK] * 6, GREEN, RED]
    strip.change({"seg": {"rev": False, "mi": True}})
    assert strip.pixels() == [RED, GREEN, *[BLACK] * 4, GREEN, RED]
    strip.change({"seg": {"mi": False, "of": 1}})
    assert strip.pixels() == [BLACK, RED, GREEN, *[BLACK] * 5]


def test_the_default_transition_fades(strip: WledController, clock: TurnedClock) -> None:
    strip.change({"transition": 10})
    strip.change({"seg": {"col": [[0, 0, 255]]}})
    assert strip.pixels()[0] == RED
    clock.seconds = 0.5
    assert strip.pixels()[0] == (128, 0, 128)
    clock.seconds = 1.0
    assert strip.pixels()[0] == BLUE


def test_a_one_time_transition_counts_once(strip: WledController, clock: TurnedClock) -> None:
    strip.change({"on": False, "tt": 20})
    clock.seconds = 1.0
    assert strip.pixels()[0] == (128, 0, 0)
    strip.change({"on": True})
    assert strip.pixels()[0] == RED


def test_a_change_in_mid_fade_goes_on_from_what_is_seen(strip: WledController, clock: TurnedClock) -> None:
    strip.change({"on": False, "tt": 10})
    clock.seconds = 0.5
    strip.change({"on": True, "tt": 10})
    assert strip.pixels()[0] == (128, 0, 0)
    clock.seconds = 1.5
    assert strip.pixels()[0] == RED


def test_painted_pixels_do_not_fade(strip: WledController) -> None:
    strip.change({"tt": 50, "seg": {"i": ["00FF00"]}})
    assert strip.pixels()[0] == GREEN


def test_the_nightlight_ends_at_its_target_and_says_so(strip: WledController, clock: TurnedClock) -> None:
    told: list[bool] = []
    strip.change({"nl": {"on": True, "dur": 1, "tbri": 51}})
    strip.subscribe(lambda: told.append(True))
    clock.seconds = 59.0
    assert strip.pixels() == [RED] * 8
    clock.seconds = 60.0
    assert strip.pixels() == [(51, 0, 0)] * 8
    assert strip.state_json()["nl"]["on"] is False
    assert told == [True]


def test_white_lights_all_channels(clock: TurnedClock) -> None:
    strip = WledController(WledConfig(name="White", leds=2, rgbw=True), clock=clock)
    strip.change({"bri": 255, "tt": 0, "seg": {"col": [[0, 10, 0, 100]]}})
    assert strip.pixels() == [(100, 110, 100)] * 2


def power(controller: WledController) -> int:
    milliamps: int = controller.info_json(clients=0, address="")["leds"]["pwr"]
    return milliamps


def test_power_follows_the_lit_pixels(strip: WledController) -> None:
    red = power(strip)
    strip.change({"seg": {"col": [[255, 255, 255]]}})
    white = power(strip)
    strip.change({"on": False})
    dark = power(strip)
    assert (white, dark) == (120 + 8 * 56, 120 + 8)
    assert red - dark == pytest.approx((white - dark) / 3, abs=1)


def test_the_power_limit_dims(clock: TurnedClock) -> None:
    strip = WledController(WledConfig(name="Small supply", leds=10, milliamps=130 + 275), clock=clock)
    strip.change({"bri": 255, "tt": 0, "seg": {"col": [[255, 255, 255]]}})
    assert strip.pixels() == [(128, 128, 128)] * 10
    assert power(strip) == pytest.approx(405, abs=3)
