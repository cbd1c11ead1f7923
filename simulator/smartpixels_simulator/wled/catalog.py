"""The effects and palettes of the firmware: names in id order, as a build for strips without sound offers them."""

from typing import Final

# Effects that need a matrix are left out of such a build; the firmware then keeps their ids reserved.
RESERVED: Final = "RSVD"

EFFECTS: Final[tuple[str, ...]] = (
    *("Solid", "Blink", "Breathe", "Wipe", "Wipe Random", "Random Colors", "Sweep", "Dynamic", "Colorloop", "Rainbow"),
    *("Scan", "Scan Dual", "Fade", "Theater", "Theater Rainbow", "Running", "Saw", "Twinkle", "Dissolve"),
    *("Dissolve Rnd", "Sparkle", "Sparkle Dark", "Sparkle+", "Strobe", "Strobe Rainbow", "Strobe Mega"),
    *("Blink Rainbow", "Android", "Chase", "Chase Random", "Chase Rainbow", "Chase Flash", "Chase Flash Rnd"),
    *("Rainbow Runner", "Colorful", "Traffic Light", "Sweep Random", "Chase 2", "Aurora", "Stream", "Scanner"),
    *("Lighthouse", "Fireworks", "Rain", "Tetrix", "Fire Flicker", "Gradient", "Loading", "Rolling Balls", "Fairy"),
    *("Two Dots", "Fairytwinkle", "Running Dual", RESERVED, "Chase 3", "Tri Wipe", "Tri Fade", "Lightning", "ICU"),
    *("Multi Comet", "Scanner Dual", "Stream 2", "Oscillate", "Pride 2015", "Juggle", "Palette", "Fire 2012"),
    *("Colorwaves", "Bpm", "Fill Noise", "Noise 1", "Noise 2", "Noise 3", "Noise 4", "Colortwinkles", "Lake"),
    *("Meteor", RESERVED, "Railway", "Ripple", "Twinklefox", "Twinklecat", "Halloween Eyes", "Solid Pattern"),
    *("Solid Pattern Tri", "Spots", "Spots Fade", "Glitter", "Candle", "Fireworks Starburst", "Fireworks 1D"),
    *("Bouncing Balls", "Sinelon", "Sinelon Dual", "Sinelon Rainbow", "Popcorn", "Drip", "Plasma", "Percent"),
    *("Ripple Rainbow", "Heartbeat", "Pacifica", "Candle Multi", "Solid Glitter", "Sunrise", "Phased", "Twinkleup"),
    *("Noise Pal", "Sine", "Phased Noise", "Flow", "Chunchun", "Dancing Shadows", "Washing Machine", RESERVED),
    *("Blends", "TV Simulator", "Dynamic Smooth"),
)

_WITHOUT_PALETTE: Final = frozenset({"Solid Pattern Tri", "Solid Glitter", "Stream 2", "Pride 2015", "Oscillate"})
_PALETTE_ONLY: Final = frozenset(
    {"Random Colors", "Colorloop", "Rainbow", "Fire 2012", "Palette", "Meteor", "Colortwinkles", "Pacifica", "Sunrise"},
)


def effect_data() -> list[str]:
    """Return per effect which controls it uses, in the firmware's form `sliders;colors;palette;flags`."""
    return [_data_of(name) for name in EFFECTS]


def effect_id(name: str) -> int:
    """Return the id of an effect by its exact name."""
    return EFFECTS.index(name)


def _data_of(name: str) -> str:
    if name in {"Solid", RESERVED}:
        return ""
    colors = "" if name in _PALETTE_ONLY else "!,!,!" if name.startswith(("Chase", "Tri ")) else "!,!"
    return f"!,!;{colors};{'' if name in _WITHOUT_PALETTE else '!'};1"
