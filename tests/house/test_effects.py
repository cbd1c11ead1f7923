"""Which effects strangers may run, and how fast."""

import pytest

from custom_components.smartpixels.house.effects import (
    FASTEST,
    USUAL_SPEED,
    Unsafe,
    effect_is_safe,
    pace,
    safe_speed,
    unsafe_reason,
)
from smartpixels_simulator.wled.catalog import EFFECTS, RESERVED


def test_of_the_simulated_controller_exactly_the_strobe_like_effects_are_kept_back() -> None:
    assert {name for name in EFFECTS if not effect_is_safe(name)} == {
        *("Blink", "Blink Rainbow", "Strobe", "Strobe Rainbow", "Strobe Mega", "Lightning"),
        *("Chase Flash", "Chase Flash Rnd", "Sparkle Dark", "Sparkle+"),
    }


@pytest.mark.parametrize(
    ("effect", "reason"),
    [
        ("Multi Strobe", Unsafe.STROBE),
        ("STROBE mega", Unsafe.STROBE),
        ("Flash Sparkle", Unsafe.STROBE),
        ("Hyper Sparkle", Unsafe.STROBE),
        ("Disco", Unsafe.STROBE),
        ("Police All", Unsafe.SIREN),
        ("DJ Light", Unsafe.SOUND),
        ("PS Sonic Boom", Unsafe.SOUND),
        ("Image", Unsafe.CONTENT),
        (" Image ", Unsafe.CONTENT),
        ("Fireworks", None),
        ("Fireworks Starburst", None),
        ("PS Fireworks 1D", None),
        ("Sparkle", None),
        ("Twinklefox", None),
        ("My own usermod", None),
    ],
)
def test_why_an_effect_is_kept_back(effect: str, reason: str | None) -> None:
    assert unsafe_reason(effect) == reason


@pytest.mark.parametrize(
    ("effect", "wished", "given"),
    [
        ("Solid", None, None),
        ("Breathe", 255, 255),
        ("Breathe", None, None),
        ("Candle", 255, 49),
        ("Candle", 10, 10),
        ("Candle", None, 49),
        ("Railway", None, USUAL_SPEED),
        ("Railway", 255, 243),
        ("Theater", 255, USUAL_SPEED),
        ("My own usermod", None, USUAL_SPEED),
        ("My own usermod", 0, 0),
    ],
)
def test_an_effect_runs_no_faster_than_is_safe(effect: str, wished: int | None, given: int | None) -> None:
    assert safe_speed(effect, wished) == given


def test_every_paced_effect_leaves_a_flash_for_viewers() -> None:
    for name in set(EFFECTS) - {RESERVED}:
        assert 0 <= pace(name).flashes <= 2
        assert 0 < pace(name).max_speed <= FASTEST
