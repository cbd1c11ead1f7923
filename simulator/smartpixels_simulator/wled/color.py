"""Colors as the JSON API writes them, and the few operations that effects need."""

import colorsys
import random
import string
from typing import Any, Final

type Rgb = tuple[int, int, int]
type Rgbw = tuple[int, int, int, int]

BLACK: Final[Rgb] = (0, 0, 0)
OFF: Final[Rgbw] = (0, 0, 0, 0)


def parse_color(value: Any, current: Rgbw) -> Rgbw | None:
    """Return the color that `value` means, or None when it means nothing and is to be skipped.

    A list of 1 to 4 channels, a hex string (RRGGBB or RRGGBBWW), "r" for a random color, an object with some
    of r, g, b, w (the others are kept from `current`), or a temperature in Kelvin (0 is black).
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return _from_kelvin(value)
    if isinstance(value, str):
        return _random_color() if value == "r" else parse_hex(value)
    if isinstance(value, dict):
        red, green, blue, white = (_byte(value.get(key), was) for key, was in zip("rgbw", current, strict=True))
        return red, green, blue, white
    if isinstance(value, list):
        return from_channels(value)
    return None


def parse_hex(text: str) -> Rgbw | None:
    """Return the color of a RRGGBB or RRGGBBWW string, or None when it is neither."""
    if len(text) not in {6, 8} or not set(text) <= set(string.hexdigits):
        return None
    red, green, blue, white = bytes.fromhex(text.ljust(8, "0"))
    return red, green, blue, white


def from_channels(channels: list[Any]) -> Rgbw | None:
    """Return the color of a list of channels, missing ones being 0, or None for an empty list."""
    if not channels:
        return None
    red, green, blue, white = (_byte(channel, 0) for channel in [*channels[:4], 0, 0, 0, 0][:4])
    return red, green, blue, white


def visible(color: Rgbw) -> Rgb:
    """Return how a color looks: the white channel lights all three."""
    red, green, blue, white = color
    return min(255, red + white), min(255, green + white), min(255, blue + white)


def blend(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Return the color between two, 0.0 being the first and 1.0 the second."""
    share = min(1.0, max(0.0, share))
    keep = 1.0 - share
    return (
        round(first[0] * keep + second[0] * share),
        round(first[1] * keep + second[1] * share),
        round(first[2] * keep + second[2] * share),
    )


def scale(color: Rgb, share: float) -> Rgb:
    """Return a color dimmed to a share between 0.0 and 1.0."""
    return blend(BLACK, color, share)


def wheel(position: float) -> Rgb:
    """Return the fully saturated color at a position of the color circle, 1.0 being once around."""
    red, green, blue = colorsys.hsv_to_rgb(position % 1.0, 1.0, 1.0)
    return round(red * 255), round(green * 255), round(blue * 255)


def _byte(value: Any, otherwise: int) -> int:
    return min(255, max(0, value)) if isinstance(value, int) else otherwise


def _random_color() -> Rgbw:
    return (*wheel(random.random()), 0)  # noqa: S311 - a color, not a secret


def _from_kelvin(kelvin: int) -> Rgbw | None:
    """A rough straight-line approximation between candle light and a blue sky."""
    if kelvin < 0:
        return None
    if kelvin == 0:
        return OFF
    warm, white, cold = (255, 130, 30), (255, 249, 253), (170, 200, 255)
    share = (min(10000, max(1900, kelvin)) - 1900) / (6600 - 1900)
    return (*(blend(warm, white, share) if share <= 1 else blend(white, cold, (share - 1) / 0.72)), 0)
