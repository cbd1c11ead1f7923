"""The effects that the strip really draws: pure functions from a look to its pixels.

They are the simulator's own impressions; an effect that has none here is drawn as a slowly flowing palette.
"""

from collections.abc import Callable
from typing import Final

from ..catalog import EFFECTS
from . import moving, nature, whole
from .look import Frame, Look

__all__ = ["Frame", "Look", "draw"]

type Effect = Callable[[Look], Frame]


def draw(effect_id: int, look: Look) -> Frame:
    """Return the pixels of an effect at a moment; always `look.length` of them."""
    return _DRAWN.get(EFFECTS[effect_id], moving.flow)(look)


_DRAWN: Final[dict[str, Effect]] = {
    "Solid": whole.solid,
    "Blink": whole.blink,
    "Breathe": whole.breathe,
    "Wipe": moving.wipe,
    "Random Colors": whole.random_colors,
    "Sweep": moving.wipe,
    "Colorloop": whole.colorloop,
    "Rainbow": moving.rainbow,
    "Scan": moving.scan,
    "Scan Dual": moving.scan_dual,
    "Fade": whole.fade,
    "Theater": moving.theater,
    "Theater Rainbow": moving.theater_rainbow,
    "Running": moving.running,
    "Saw": moving.saw,
    "Twinkle": nature.twinkle,
    "Twinklefox": nature.twinkle,
    "Fairytwinkle": nature.twinkle,
    "Colortwinkles": nature.twinkle,
    "Sparkle": nature.sparkle,
    "Glitter": nature.glitter,
    "Strobe": whole.strobe,
    "Chase": moving.chase,
    "Chase 2": moving.chase,
    "Chase Rainbow": moving.chase_rainbow,
    "Chase 3": moving.chase_three,
    "Aurora": nature.aurora,
    "Scanner": moving.scanner,
    "Fireworks": nature.fireworks,
    "Fireworks 1D": nature.fireworks,
    "Rain": nature.rain,
    "Fire Flicker": nature.fire_flicker,
    "Gradient": moving.gradient,
    "Tri Fade": whole.tri_fade,
    "Fire 2012": nature.fire,
    "Colorwaves": nature.waves_of_color,
    "Lake": nature.waves_of_color,
    "Pacifica": nature.waves_of_color,
    "Meteor": nature.meteor,
    "Multi Comet": nature.meteor,
    "Solid Pattern": moving.pattern,
    "Solid Pattern Tri": moving.pattern_three,
    "Candle": whole.candle,
    "Percent": moving.percent,
    "Heartbeat": whole.heartbeat,
}
