"""Effects that show the whole strip in one mood."""

import math

from ..color import blend
from .look import Frame, Look, chance, drift, wave


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


def tri_fade(look: Look) -> Frame:
    """From color to color to color."""
    place = look.turns(18.0, 1.5) * 3
    step = math.floor(place)
    return [blend(look.colors[step % 3], look.colors[(step + 1) % 3], place % 1.0)] * look.length


def candle(look: Look) -> Frame:
    """Flickers gently as a whole."""
    share = 1.0 - (look.intensity / 255) * 0.7 * drift(look.turns(1.2, 0.12), 5)
    return [blend(look.colors[1], color, share) for color in solid(look)]


def heartbeat(look: Look) -> Frame:
    """Two beats and a rest."""
    place = look.turns(2.4, 0.5) % 1.0
    beat = max(math.exp(-14 * place), math.exp(-14 * (place - 0.25)) if place >= 0.25 else 0.0)  # noqa: PLR2004
    return [blend(look.colors[1], color, beat) for color in solid(look)]
