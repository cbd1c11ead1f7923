"""What an effect gets to draw from, and the pseudo-random numbers that make effects repeatable."""

import math
from dataclasses import dataclass

from ..color import Rgb, scale, wheel
from ..palettes import Palette

type Frame = list[Rgb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One moment of one segment: seconds since the device started, pixels to draw, colors and controls (0-255)."""

    time: float
    length: int
    colors: tuple[Rgb, Rgb, Rgb]
    palette: Palette | None = None
    speed: int = 128
    intensity: int = 128

    def color(self, position: float, slot: int = 0) -> Rgb:
        """Return the palette's color at a position (1.0 is once through), or a color of the segment without one."""
        return self.colors[slot] if self.palette is None else _pick(self.palette, position)

    def rainbow(self, position: float) -> Rgb:
        """Return the palette's color at a position, or the color circle's without a palette."""
        return wheel(position) if self.palette is None else _pick(self.palette, position)

    def turns(self, slowest: float, fastest: float) -> float:
        """Return how often a cycle has run, its length in seconds going from slowest to fastest with the speed."""
        return self.time / (slowest + (fastest - slowest) * self.speed / 255)


def chance(*place: int) -> float:
    """Return a number from 0.0 to 1.0 that looks random and is always the same for the same place."""
    value = 0x9E3779B9
    for part in place:
        value = ((value ^ part) * 0x85EBCA6B) & 0xFFFFFFFF
        value ^= value >> 13
        value = (value * 0xC2B2AE35) & 0xFFFFFFFF
        value ^= value >> 16
    return value / 0xFFFFFFFF


def wave(position: float) -> float:
    """Return a sine between 0.0 and 1.0, one period per 1.0, starting at 0.0."""
    return 0.5 - 0.5 * math.cos(position * math.tau)


def drift(position: float, seed: int) -> float:
    """Return smooth noise between 0.0 and 1.0 that changes about once per 1.0."""
    before = math.floor(position)
    share = wave((position - before) / 2)
    return chance(before, seed) * (1 - share) + chance(before + 1, seed) * share


def add(first: Rgb, second: Rgb, share: float = 1.0) -> Rgb:
    """Return light added to light."""
    red, green, blue = scale(second, share)
    return min(255, first[0] + red), min(255, first[1] + green), min(255, first[2] + blue)


def _pick(palette: Palette, position: float) -> Rgb:
    return palette[int(position % 1.0 * len(palette)) % len(palette)]
