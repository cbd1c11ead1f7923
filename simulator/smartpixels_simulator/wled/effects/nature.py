"""Effects that look like something outdoors: fire, rain, stars, northern light."""

import math
from collections.abc import Callable
from typing import Final

from ..color import BLACK, Rgb, blend, scale
from ..palettes import Palette, named_palette
from .look import Frame, Look, add, chance, drift, wave
from .moving import flow

# Palettes go around; heat must stop before the last color turns into the first.
_UNWRAPPED: Final = 0.85


def twinkle(look: Look) -> Frame:
    """Single pixels swell and go out again on the second color."""
    share_lit = 0.1 + look.intensity / 400
    frame = []
    for index in range(look.length):
        turn = look.turns(6.0, 0.7) + chance(index) * 7
        lit = chance(index, math.floor(turn)) < share_lit
        color = look.color(chance(index, math.floor(turn), 3))
        frame.append(blend(look.colors[1], color, wave(turn) if lit else 0.0))
    return frame


def sparkle(look: Look) -> Frame:
    """Pixels flash up one after the other."""
    background = [look.colors[1]] * look.length
    return _flashed(look, background, lambda index: look.color(index / look.length))


def glitter(look: Look) -> Frame:
    """White flashes on a flowing palette."""
    return _flashed(look, flow(look), lambda _: (255, 255, 255))


def fireworks(look: Look) -> Frame:
    """Bursts light up somewhere, spread and fade."""
    frame: Frame = [look.colors[1]] * look.length
    for launcher in range(1 + look.intensity // 40):
        turn = look.turns(5.0, 0.9) + chance(launcher) * 5
        burst, age = math.floor(turn), turn % 1.0
        center = chance(launcher, burst) * look.length
        color = look.rainbow(chance(launcher, burst, 1))
        reach = 1 + look.length * 0.09 * math.sqrt(age)
        for index in range(max(0, math.ceil(center - reach)), min(look.length, math.floor(center + reach) + 1)):
            spark = 0.35 + 0.65 * chance(index, burst, math.floor(look.time * 20))
            frame[index] = add(frame[index], color, (1 - age) ** 2 * spark)
    return frame


def meteor(look: Look) -> Frame:
    """A bright head runs along and leaves a crumbling trail."""
    head = look.turns(9.0, 0.7) % 1.0 * look.length * 1.3
    trail = max(2.0, look.length * (0.1 + look.intensity / 400))
    frame = []
    for index in range(look.length):
        behind = head - index
        if not 0 <= behind < trail:
            frame.append(BLACK)
            continue
        crumble = 1.0 if behind < 2 else 0.35 + 0.65 * chance(index, math.floor(look.time * 12))  # noqa: PLR2004
        frame.append(scale(look.color(index / look.length), (1 - behind / trail) ** 1.6 * crumble))
    return frame


def fire(look: Look) -> Frame:
    """Flames that rise from the start of the strip."""
    palette = look.palette or named_palette("Fire")
    rise = look.turns(1.6, 0.3)
    cooling = 0.55 + (255 - look.intensity) / 255
    frame = []
    for index in range(look.length):
        height = index / look.length
        flame = 0.65 * drift(height * 9 - rise * 2, 1) + 0.35 * drift(height * 27 - rise * 5, 2)
        surge = 0.75 + 0.25 * drift(rise * 1.3, 3)
        heat = max(0.0, min(1.0, 1.35 * flame * surge + 0.45 - height * cooling * 1.2))
        frame.append(palette[int(heat * len(palette) * _UNWRAPPED)])
    return frame


def fire_flicker(look: Look) -> Frame:
    """Every pixel flickers for itself."""
    turn = look.turns(0.7, 0.08)
    return [
        scale(look.color(index / look.length), 1.0 - look.intensity / 255 * 0.8 * drift(turn + index * 3.7, index))
        for index in range(look.length)
    ]


def rain(look: Look) -> Frame:
    """Drops run down the strip."""
    frame: Frame = [look.colors[1]] * look.length
    for drop in range(2 + look.intensity // 20):
        turn = look.turns(6.0, 0.8) * (0.7 + 0.6 * chance(drop)) + chance(drop, 9)
        head = turn % 1.0 * (look.length + 4)
        color = look.color(chance(drop, math.floor(turn)))
        for tail in range(4):
            index = math.floor(head) - tail
            if 0 <= index < look.length:
                frame[index] = add(frame[index], color, (1 - tail / 4) ** 2)
    return frame


def aurora(look: Look) -> Frame:
    """Slow curtains of northern light."""
    palette = look.palette or named_palette("Aurora")
    shift = look.turns(20.0, 3.0)
    frame = []
    for index in range(look.length):
        place = index / look.length
        light = drift(place * 5 + shift, 1) * drift(place * 3 - shift * 0.7, 2)
        frame.append(scale(palette[int(drift(place * 2 - shift, 3) * 255) % len(palette)], 0.1 + 1.4 * light))
    return frame


def waves_of_color(look: Look) -> Frame:
    """Palette colors swell and mix."""
    palette = look.palette or named_palette("Ocean")
    return _swelling(look, palette)


def _flashed(look: Look, background: Frame, lit: Callable[[int], Rgb]) -> Frame:
    tick = math.floor(look.time * (2 + look.speed / 16))
    for flash in range(1 + look.intensity * look.length // 8192):
        index = int(chance(tick, flash) * look.length) % look.length
        background[index] = lit(index)
    return background


def _swelling(look: Look, palette: Palette) -> Frame:
    turn = look.turns(14.0, 1.2)
    frame = []
    for index in range(look.length):
        place = index / look.length
        tone = (wave(place * 2 + turn) + wave(place * 3.3 - turn * 0.6)) / 2
        frame.append(scale(palette[int(tone * 255) % len(palette)], 0.35 + 0.65 * wave(place * 5 - turn * 1.4)))
    return frame
