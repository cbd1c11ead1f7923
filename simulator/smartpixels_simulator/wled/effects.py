"""The effects that the strip really draws: pure functions from a look to its pixels.

They are the simulator's own impressions; an effect that has none here is drawn as a slowly flowing palette.
"""

import math
from collections.abc import Callable
from typing import Final

from .catalog import EFFECTS
from .color import BLACK, Rgb, blend, scale
from .look import Look, add, chance, drift, wave
from .palettes import Palette, named_palette

type Frame = list[Rgb]
type Effect = Callable[[Look], Frame]

# Palettes go around; heat must stop before the last color turns into the first.
_UNWRAPPED: Final = 0.85


def draw(effect_id: int, look: Look) -> Frame:
    """Return the pixels of an effect at a moment; always `look.length` of them."""
    return _DRAWN.get(EFFECTS[effect_id], flow)(look)


def solid(look: Look) -> Frame:
    """All pixels in the first color, or spread over the palette."""
    return [look.color(index / look.length) for index in range(look.length)]


def blink(look: Look) -> Frame:
    """First color and second color in turns."""
    lit = look.turns(4.0, 0.35) % 1.0 < (look.intensity + 1) / 256
    return solid(look) if lit else [look.colors[1]] * look.length


def strobe(look: Look) -> Frame:
    """Short flashes on the second color."""
    return solid(look) if look.turns(1.6, 0.12) % 1.0 < 0.1 else [look.colors[1]] * look.length  # noqa: PLR2004


def breathe(look: Look) -> Frame:
    """The first color swells out of the second and back."""
    share = 0.12 + 0.88 * wave(look.turns(8.0, 1.2))
    return [blend(look.colors[1], color, share) for color in solid(look)]


def fade(look: Look) -> Frame:
    """Between the first and the second color and back."""
    share = wave(look.turns(10.0, 0.8))
    return [blend(look.colors[1], color, share) for color in solid(look)]


def wipe(look: Look) -> Frame:
    """The first color is wiped over the strip, then the second over it."""
    turn = look.turns(9.0, 0.8)
    edge = turn * 2 % 1.0 * look.length
    covering, covered = (0, 1) if turn % 1.0 < 0.5 else (1, 0)  # noqa: PLR2004
    return [
        look.color(index / look.length) if (covering if index < edge else covered) == 0 else look.colors[1]
        for index in range(look.length)
    ]


def random_colors(look: Look) -> Frame:
    """One random color after the other for the whole strip."""
    turn = look.turns(6.0, 0.4)
    step = math.floor(turn)
    share = min(1.0, turn % 1.0 / max(0.02, look.intensity / 255))
    return [blend(look.rainbow(chance(step)), look.rainbow(chance(step + 1)), share)] * look.length


def colorloop(look: Look) -> Frame:
    """The whole strip goes around the color circle."""
    color = look.rainbow(look.turns(60.0, 1.5))
    return [blend((255, 255, 255), color, 0.5 + look.intensity / 510)] * look.length


def rainbow(look: Look) -> Frame:
    """The color circle along the strip, moving."""
    waves = 2 ** ((look.intensity - 128) / 48)
    turn = look.turns(30.0, 1.0)
    return [look.rainbow(turn + index * waves / look.length) for index in range(look.length)]


def scan(look: Look) -> Frame:
    """A dot runs to and fro."""
    return _dots(look, (_bounce(look.turns(8.0, 0.8)),))


def scan_dual(look: Look) -> Frame:
    """Two dots run to and fro against each other."""
    place = _bounce(look.turns(8.0, 0.8))
    return _dots(look, (place, 1.0 - place))


def scanner(look: Look) -> Frame:
    """A dot with a soft trail runs to and fro."""
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


def tri_fade(look: Look) -> Frame:
    """From color to color to color."""
    place = look.turns(18.0, 1.5) * 3
    step = math.floor(place)
    return [blend(look.colors[step % 3], look.colors[(step + 1) % 3], place % 1.0)] * look.length


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


def candle(look: Look) -> Frame:
    """Flickers gently as a whole."""
    share = 1.0 - (look.intensity / 255) * 0.7 * drift(look.turns(1.2, 0.12), 5)
    return [blend(look.colors[1], color, share) for color in solid(look)]


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


def gradient(look: Look) -> Frame:
    """A soft bright zone wanders along."""
    center = look.turns(15.0, 1.5) % 1.0
    spread = 0.05 + look.intensity / 400
    return [
        blend(look.color(index / look.length), look.colors[1], _ring_distance(index / look.length, center) / spread)
        for index in range(look.length)
    ]


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


def heartbeat(look: Look) -> Frame:
    """Two beats and a rest."""
    place = look.turns(2.4, 0.5) % 1.0
    beat = max(math.exp(-14 * place), math.exp(-14 * (place - 0.25)) if place >= 0.25 else 0.0)  # noqa: PLR2004
    return [blend(look.colors[1], color, beat) for color in solid(look)]


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


def _swelling(look: Look, palette: Palette) -> Frame:
    turn = look.turns(14.0, 1.2)
    frame = []
    for index in range(look.length):
        place = index / look.length
        tone = (wave(place * 2 + turn) + wave(place * 3.3 - turn * 0.6)) / 2
        frame.append(scale(palette[int(tone * 255) % len(palette)], 0.35 + 0.65 * wave(place * 5 - turn * 1.4)))
    return frame


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


def _flashed(look: Look, background: Frame, lit: Callable[[int], Rgb]) -> Frame:
    tick = math.floor(look.time * (2 + look.speed / 16))
    for flash in range(1 + look.intensity * look.length // 8192):
        index = int(chance(tick, flash) * look.length) % look.length
        background[index] = lit(index)
    return background


def _chase(look: Look, background: Callable[[int], Rgb]) -> Frame:
    size = max(1, look.length * (1 + look.intensity // 8) // 128)
    head = math.floor(look.turns(12.0, 0.8) * look.length)
    frame = [background(index) for index in range(look.length)]
    for step in range(size):
        frame[(head + step) % look.length] = look.colors[1]
        frame[(head + size + step) % look.length] = look.colors[2]
    return frame


_DRAWN: Final[dict[str, Effect]] = {
    "Solid": solid,
    "Blink": blink,
    "Breathe": breathe,
    "Wipe": wipe,
    "Random Colors": random_colors,
    "Sweep": wipe,
    "Colorloop": colorloop,
    "Rainbow": rainbow,
    "Scan": scan,
    "Scan Dual": scan_dual,
    "Fade": fade,
    "Theater": theater,
    "Theater Rainbow": theater_rainbow,
    "Running": running,
    "Saw": saw,
    "Twinkle": twinkle,
    "Twinklefox": twinkle,
    "Fairytwinkle": twinkle,
    "Colortwinkles": twinkle,
    "Sparkle": sparkle,
    "Glitter": glitter,
    "Strobe": strobe,
    "Chase": chase,
    "Chase 2": chase,
    "Chase Rainbow": chase_rainbow,
    "Chase 3": chase_three,
    "Aurora": aurora,
    "Scanner": scanner,
    "Fireworks": fireworks,
    "Fireworks 1D": fireworks,
    "Rain": rain,
    "Fire Flicker": fire_flicker,
    "Gradient": gradient,
    "Tri Fade": tri_fade,
    "Fire 2012": fire,
    "Colorwaves": waves_of_color,
    "Lake": waves_of_color,
    "Pacifica": waves_of_color,
    "Meteor": meteor,
    "Multi Comet": meteor,
    "Solid Pattern": pattern,
    "Solid Pattern Tri": pattern_three,
    "Candle": candle,
    "Percent": percent,
    "Heartbeat": heartbeat,
}
