"""Effects that move shapes and patterns along the strip, and patterns that stand still."""

import math
from collections.abc import Callable

from ..color import BLACK, Rgb, blend, scale
from .look import Frame, Look, wave


def wipe(look: Look) -> Frame:
    """The first color is wiped over the strip, then the second over it."""
    turn = look.turns(9.0, 0.8)
    edge = turn * 2 % 1.0 * look.length
    covering, covered = (0, 1) if turn % 1.0 < 0.5 else (1, 0)  # noqa: PLR2004
    return [
        look.color(index / look.length) if (covering if index < edge else covered) == 0 else look.colors[1]
        for index in range(look.length)
    ]


def rainbow(look: Look) -> Frame:
    """The color circle along the strip, moving."""
    waves = 2 ** ((look.intensity - 128) / 48)
    turn = look.turns(30.0, 1.0)
    return [look.rainbow(turn + index * waves / look.length) for index in range(look.length)]


def scan(look: Look) -> Frame:
    """A dot runs back and forth."""
    return _dots(look, (_bounce(look.turns(8.0, 0.8)),))


def scan_dual(look: Look) -> Frame:
    """Two dots run back and forth against each other."""
    place = _bounce(look.turns(8.0, 0.8))
    return _dots(look, (place, 1.0 - place))


def scanner(look: Look) -> Frame:
    """A dot with a soft trail runs back and forth."""
    turn = look.turns(8.0, 0.8)
    trail = 0.03 + look.intensity / 600
    frame = []
    for index in range(look.length):
        place = index / look.length
        age = min((turn * 2 - way) % 2 for way in (place, 2 - place))
        share = max(0.0, 1.0 - age / trail / 2)
        frame.append(blend(look.colors[1], look.color(place), share * share))
    return frame


def theater(look: Look) -> Frame:
    """Every few pixels one is lit, moving as in old theater signs."""
    return _marquee(look, lambda index: look.color(index / look.length))


def theater_rainbow(look: Look) -> Frame:
    """Theater in rainbow colors."""
    turn = look.turns(20.0, 2.0)
    return _marquee(look, lambda index: look.rainbow(turn + index / look.length))


def running(look: Look) -> Frame:
    """Soft waves run along the strip."""
    width = 4 + look.intensity / 8
    turn = look.turns(4.0, 0.25)
    return [
        blend(look.colors[1], look.color(index / look.length), wave(index / width - turn))
        for index in range(look.length)
    ]


def saw(look: Look) -> Frame:
    """Waves with a sharp front run along the strip."""
    width = 4 + look.intensity / 6
    turn = look.turns(4.0, 0.25)
    return [
        blend(look.colors[1], look.color(index / look.length), 1.0 - (turn - index / width) % 1.0)
        for index in range(look.length)
    ]


def chase(look: Look) -> Frame:
    """A stretch of the second and third color runs along the first."""
    return _chase(look, lambda index: look.color(index / look.length))


def chase_rainbow(look: Look) -> Frame:
    """A stretch of the second color runs along a rainbow."""
    turn = look.turns(20.0, 2.0)
    return _chase(look, lambda index: look.rainbow(turn + index / look.length))


def chase_three(look: Look) -> Frame:
    """Blocks of the three colors move along."""
    width = 1 + look.intensity // 16
    shift = math.floor(look.turns(1.0, 0.04))
    return [look.colors[(index + shift) // width % 3] for index in range(look.length)]


def gradient(look: Look) -> Frame:
    """A soft bright zone wanders along."""
    center = look.turns(15.0, 1.5) % 1.0
    spread = 0.05 + look.intensity / 400
    return [
        blend(look.color(index / look.length), look.colors[1], _ring_distance(index / look.length, center) / spread)
        for index in range(look.length)
    ]


def flow(look: Look) -> Frame:
    """The palette flows along the strip; without one, the segment's colors do."""
    turn = look.turns(30.0, 2.0)
    first, second, third = look.colors
    stops = [color for color in (first, second, third) if any(color)] or [BLACK]
    if look.palette is None and len(stops) == 1:
        return [scale(stops[0], 0.35 + 0.65 * wave(turn * 2 + index * 3 / look.length)) for index in range(look.length)]
    if look.palette is None:
        return [_between(stops, turn + index / look.length) for index in range(look.length)]
    return [look.color(turn + index / look.length) for index in range(look.length)]


def _between(stops: list[Rgb], position: float) -> Rgb:
    place = position % 1.0 * len(stops)
    return blend(stops[int(place)], stops[(int(place) + 1) % len(stops)], place % 1.0)


def _bounce(turn: float) -> float:
    return 1.0 - abs(turn % 1.0 * 2 - 1.0)


def _ring_distance(first: float, second: float) -> float:
    distance = abs(first - second) % 1.0
    return min(distance, 1.0 - distance)


def _dots(look: Look, places: tuple[float, ...]) -> Frame:
    frame: Frame = [look.colors[1]] * look.length
    size = 1 + look.intensity * look.length // 2048
    for place in places:
        start = round(place * (look.length - size))
        for index in range(max(0, start), min(look.length, start + size)):
            frame[index] = look.color(index / look.length)
    return frame


def _marquee(look: Look, lit: Callable[[int], Rgb]) -> Frame:
    gap = 2 + look.intensity // 32
    shift = math.floor(look.turns(1.5, 0.06))
    return [lit(index) if (index + shift) % gap == 0 else look.colors[1] for index in range(look.length)]


def _chase(look: Look, background: Callable[[int], Rgb]) -> Frame:
    size = max(1, look.length * (1 + look.intensity // 8) // 128)
    head = math.floor(look.turns(12.0, 0.8) * look.length)
    frame = [background(index) for index in range(look.length)]
    for step in range(size):
        frame[(head + step) % look.length] = look.colors[1]
        frame[(head + size + step) % look.length] = look.colors[2]
    return frame


def pattern(look: Look) -> Frame:
    """Stretches of the first and the second color, standing still."""
    lit, dark = 1 + look.speed // 16, 1 + look.intensity // 16
    return [
        look.color(index / look.length) if index % (lit + dark) < lit else look.colors[1]
        for index in range(look.length)
    ]


def pattern_three(look: Look) -> Frame:
    """Stretches of the three colors, standing still."""
    width = 1 + look.intensity // 16
    return [look.colors[index // width % 3] for index in range(look.length)]


def percent(look: Look) -> Frame:
    """A bar as long as the intensity says."""
    lit = look.length * min(200, look.intensity) / 200
    return [look.color(index / look.length) if index < lit else look.colors[1] for index in range(look.length)]
