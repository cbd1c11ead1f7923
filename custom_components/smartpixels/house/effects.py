"""Which effects of WLED may be offered to strangers, and how fast each may run.

The periods are those of the firmware's effects at each speed (0 to 255), for the strip as a whole or, in a pattern that
moves, for one pixel. A flash is two opposing changes (WCAG 2.3.1). Two flashes a second is the most that an effect may
make by itself: the third is left for viewers.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

FASTEST: Final = 255
USUAL_SPEED: Final = 128
"""WLED's own default. Every pattern of the firmware that moves or twinkles, and is not named below, passes one pixel at
most twice a second at this speed; it is the cap for effects that are not known."""


class Unsafe:
    """Why an effect is never offered."""

    STROBE: Final = "strobe"
    SOUND: Final = "sound"
    SIREN: Final = "siren"
    CONTENT: Final = "content"


_STROBE_LIKE: Final = re.compile(
    # Strobe, Strobe Rainbow, Strobe Mega (once Multi Strobe): one frame of light, up to twenty times a second.
    # Blink, Blink Rainbow: the whole strip on and off, twenty times a second at full speed.
    # Lightning: four and more flashes of a large part, 50 to 150 ms apart, at any speed.
    # Chase Flash, Chase Flash Rnd: four flashes, 20 ms each, at any speed; a large part of a short strip.
    # Sparkle Dark (once Flash Sparkle), Sparkle+ (once Hyper Sparkle): up to a third of the strip jumps to the other
    # color for one frame. Plain Sparkle, Glitter and Twinkle light single pixels and are safe.
    # The other words are those that foreign firmware uses for the same.
    r"strobe|blink|flash|lightning|thunder|sparkle\+|sparkle dark|hyper ?sparkle|disco|epilep|stutter",
    re.IGNORECASE,
)
_SIREN_LIKE: Final = re.compile(
    # Police, Police All: saturated red against blue; and drivers must not take a garden for a police car.
    r"police|siren|emergency|ambulance",
    re.IGNORECASE,
)
_BY_SOUND: Final = frozenset(
    # The rhythm is the music's (or its simulation's): no speed bounds how often a large part flashes.
    (
        *("Akemi", "Blurz", "DJ Light", "Freqmap", "Freqmatrix", "Freqpixels", "Freqwave", "Funky Plank", "GEQ"),
        *("Gravcenter", "Gravcentric", "Gravfreq", "Gravimeter", "Juggles", "Matripix", "Midnoise", "Noisefire"),
        *("Noisemeter", "Noisemove", "PS Blobs", "PS GEQ 1D", "PS GEQ 2D", "PS GEQ Nova", "PS Sonic Boom"),
        *("PS Sonic Stream", "PS Spray", "PS Springy", "Pixels", "Pixelwave", "Plasmoid", "Puddlepeak", "Puddles"),
        *("Ripple Peak", "Rocktaves", "Swirl", "Waterfall", "Waverly"),
    )
)
_BY_CONTENT: Final = frozenset(("Image",))  # plays a file of the controller, whatever that flashes


@dataclass(frozen=True, slots=True)
class Pace:
    """The fastest speed at which an effect is safe, and how often the strip as a whole flashes then, in a second."""

    max_speed: int
    flashes: int


_UNKNOWN_PACE: Final = Pace(USUAL_SPEED, 0)

_PACES: Final = {
    # No movement of the whole, at any speed.
    **dict.fromkeys(
        ("Solid", "Solid Pattern", "Solid Pattern Tri", "Spots", "Percent", "Dynamic Smooth"),
        Pace(FASTEST, 0),
    ),
    # A round of 0.75 s or more at full speed, and only a moving edge or dot changes.
    **dict.fromkeys(
        ("Wipe", "Wipe Random", "Sweep", "Sweep Random", "Tri Wipe", "Scan", "Scan Dual", "Lighthouse"),
        Pace(FASTEST, 0),
    ),
    **dict.fromkeys(("Gradient", "Loading", "Chase", "Chase Random", "Chase Rainbow"), Pace(FASTEST, 0)),
    # The whole strip breathes: 1.6 s, 1.6 s, 2 s, 1 s and 1.9 s at full speed.
    **dict.fromkeys(("Breathe", "Fade", "Tri Fade", "Colorloop", "Sunrise"), Pace(FASTEST, 1)),
    # A wave that is as long as the strip at the lowest intensity: 131 s divided by the speed.
    **dict.fromkeys(("Running", "Saw"), Pace(USUAL_SPEED, 1)),
    # A new color for all every 200 ms at full speed, every 500 ms here; two changes are a flash.
    "Random Colors": Pace(249, 1),
    # Two beats in each of 40 + speed / 8 bars a minute.
    "Heartbeat": Pace(160, 2),
    # Beats a minute are the speed.
    "Bpm": Pace(120, 2),
    # Steps of about 100 ms from speed 100 on, 200 ms from 50 on, 400 ms below.
    "Candle": Pace(49, 2),
    # Each pixel jumps every 295 ms less the speed; a lamp of one pixel is all of it.
    "Fire Flicker": Pace(45, 2),
    # Hard cuts of the whole, 250 ms apart at the least; the speed does not change that.
    "TV Simulator": Pace(FASTEST, 2),
    # All pixels jump every 50 ms at full speed, every 500 ms here.
    "Dynamic": Pace(225, 0),
    # Stripes of one pixel at the lowest intensity: a stripe passes in two steps of 305 ms less the speed.
    "Chase 2": Pace(55, 0),
    # Every second pixel swaps with its neighbor in 40 ms at full speed, in half a second here.
    "Railway": Pace(243, 0),
    # Fireworks (single pixels), Fireworks Starburst (few pixels, fading for 1.5 s), Fireworks 1D and the particle ones
    # (an explosion per 0.7 s at full speed, then fading) are judged safe at the usual speed.
}


def unsafe_reason(effect: str) -> str | None:
    """Return why viewers must never get this effect, as a key; None when they may."""
    return _judge(effect)


def effect_is_safe(effect: str) -> bool:
    """Tell whether viewers may get this effect at all. A name that nobody knows is safe unless it sounds otherwise."""
    return _judge(effect) is None


def pace(effect: str) -> Pace:
    """Return how fast a safe effect may run."""
    return _PACES.get(effect, _UNKNOWN_PACE)


def safe_speed(effect: str, speed: int | None) -> int | None:
    """Return the speed to run a safe effect at; None leaves it as it is, which is fine at any speed."""
    highest = pace(effect).max_speed
    if speed is None:
        return None if highest == FASTEST else min(highest, USUAL_SPEED)
    return min(speed, highest)


def preset_is_safe(effects: Iterable[tuple[str, int]] | None) -> bool:
    """Tell whether viewers may get a saved look that starts these effects, each with its speed; None is not known."""
    return effects is not None and all(
        effect_is_safe(name) and speed <= pace(name).max_speed for name, speed in effects
    )


@lru_cache(maxsize=1024)
def _judge(effect: str) -> str | None:
    name = effect.strip()
    if _STROBE_LIKE.search(name):
        return Unsafe.STROBE
    if _SIREN_LIKE.search(name):
        return Unsafe.SIREN
    if name in _BY_SOUND:
        return Unsafe.SOUND
    return Unsafe.CONTENT if name in _BY_CONTENT else None
