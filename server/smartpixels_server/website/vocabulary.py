"""How lamps are put into words and pictures: names of colors, whites and effects. The modules get the same tables."""

from typing import Any, Final

from ..protocol.messages import Device, DeviceState, Leaves, Rgb
from .texts import N_, Texts

COLORS: Final[tuple[tuple[str, Rgb], ...]] = (
    (N_("red"), (255, 0, 0)),
    (N_("coral red"), (255, 70, 60)),
    (N_("warm orange"), (255, 96, 0)),
    (N_("amber"), (255, 150, 0)),
    (N_("yellow"), (255, 215, 0)),
    (N_("yellow-green"), (200, 255, 0)),
    (N_("lime"), (140, 255, 0)),
    (N_("green"), (0, 255, 0)),
    (N_("sea green"), (0, 255, 90)),
    (N_("turquoise"), (0, 255, 170)),
    (N_("cyan"), (0, 240, 255)),
    (N_("sky blue"), (0, 170, 255)),
    (N_("blue"), (0, 50, 255)),
    (N_("deep blue"), (0, 0, 255)),
    (N_("violet"), (110, 0, 255)),
    (N_("purple"), (180, 0, 255)),
    (N_("magenta"), (255, 0, 255)),
    (N_("pink"), (255, 0, 140)),
    (N_("raspberry"), (255, 0, 70)),
    (N_("pale pink"), (255, 150, 180)),
    (N_("pale blue"), (140, 190, 255)),
    (N_("pale green"), (160, 255, 160)),
    (N_("pale violet"), (190, 150, 255)),
    (N_("candlelight"), (255, 147, 41)),
    (N_("warm white"), (255, 190, 120)),
    (N_("soft white"), (255, 222, 185)),
    (N_("white"), (255, 255, 255)),
    (N_("cool white"), (215, 232, 255)),
)
WHITES: Final[tuple[tuple[int, str, Rgb], ...]] = (
    (2000, N_("candlelight"), (255, 147, 41)),
    (2700, N_("warm white"), (255, 180, 107)),
    (3500, N_("soft white"), (255, 206, 158)),
    (4500, N_("white"), (255, 228, 206)),
    (6500, N_("cool white"), (235, 240, 255)),
)
EFFECTS: Final[tuple[tuple[str, str, str], ...]] = (
    ("Solid", N_("Steady"), "steady"),
    ("Breathe", N_("Breathe"), "breathe"),
    ("Fade", N_("Fade"), "breathe"),
    ("Heartbeat", N_("Heartbeat"), "breathe"),
    ("Rainbow", N_("Rainbow"), "rainbow"),
    ("Colorloop", N_("Color loop"), "rainbow"),
    ("Rainbow Runner", N_("Rainbow runner"), "rainbow"),
    ("Colorful", N_("Colorful"), "rainbow"),
    ("Palette", N_("Palette"), "rainbow"),
    ("Wipe", N_("Wipe"), "chase"),
    ("Sweep", N_("Sweep"), "chase"),
    ("Scan", N_("Scan"), "chase"),
    ("Scanner", N_("Scanner"), "chase"),
    ("Chase", N_("Chase"), "chase"),
    ("Chase Rainbow", N_("Rainbow chase"), "rainbow"),
    ("Running", N_("Running lights"), "chase"),
    ("Theater", N_("Theater"), "chase"),
    ("Theater Chase", N_("Theater"), "chase"),
    ("Comet", N_("Comet"), "chase"),
    ("Lighthouse", N_("Lighthouse"), "chase"),
    ("Meteor", N_("Meteor"), "chase"),
    ("Rain", N_("Rain"), "chase"),
    ("Twinkle", N_("Twinkle"), "twinkle"),
    ("Twinklefox", N_("Twinkle softly"), "twinkle"),
    ("Colortwinkles", N_("Colored twinkle"), "twinkle"),
    ("Sparkle", N_("Sparkle"), "twinkle"),
    ("Glitter", N_("Glitter"), "twinkle"),
    ("Fairy", N_("Fairy lights"), "twinkle"),
    ("Dissolve", N_("Dissolve"), "twinkle"),
    ("Fireworks", N_("Fireworks"), "twinkle"),
    ("Candle", N_("Candle"), "fire"),
    ("Candle Multi", N_("Candles"), "fire"),
    ("Fire 2012", N_("Fire"), "fire"),
    ("Fire Flicker", N_("Flicker"), "fire"),
    ("Fireplace", N_("Fireplace"), "fire"),
    ("Aurora", N_("Northern lights"), "wave"),
    ("Lake", N_("Lake"), "wave"),
    ("Pacifica", N_("Ocean"), "wave"),
    ("Ripple", N_("Ripples"), "wave"),
    ("Plasma", N_("Plasma"), "wave"),
    ("Waves", N_("Waves"), "wave"),
    ("Colorwaves", N_("Color waves"), "wave"),
    ("Sunrise", N_("Sunrise"), "breathe"),
)
LEAVES: Final = {
    Leaves.DEVICE_NAMES: N_("the public names of the lamps shown here, and what they can do"),
    Leaves.DEVICE_STATES: N_("what these lamps do now: on or off, color, brightness, effect"),
    Leaves.COMMAND_RESULTS: N_("whether a wish was done, or why not"),
    Leaves.SHARING_STATE: N_("when people may play, and when not"),
    Leaves.ANNOUNCEMENTS: N_("lines that the owner writes for this page"),
    Leaves.SOFTWARE_VERSION: N_("the version of the SmartPixels integration"),
    Leaves.STILLS: N_("still pictures of a camera that the owner chose"),
    Leaves.VIDEO: N_("live video of a camera that the owner chose, only while somebody watches"),
    Leaves.SOUND: N_("sound of that camera"),
    Leaves.PRINTER_STATE: N_("whether the printer is ready"),
    Leaves.SLIP_PHOTOS: N_("photos of printed slips"),
}
"""The privacy manifest in words."""

STEADY: Final = frozenset({"Solid", "Static", "None"})
"""Effects that are a plain color in words."""

WARM_GLOW: Final[Rgb] = (255, 180, 107)
"""How a light is drawn that reports no color."""

_LABELS: Final = {name: label for name, label, _ in EFFECTS}


def shown_rgb(state: DeviceState | None) -> Rgb:
    """Return the color in which a lamp is drawn."""
    if state is None:
        return WARM_GLOW
    if state.kelvin is not None and state.rgb is None:
        kelvin = state.kelvin
        return min(WHITES, key=lambda white: abs(white[0] - kelvin))[2]
    return state.rgb or WARM_GLOW


def is_lit(state: DeviceState | None) -> bool:
    """Tell whether a lamp gives light, as far as is known."""
    return state is not None and state.available and state.on is not False


def color_name(rgb: Rgb) -> str:
    """Return the (untranslated) name of the nearest color; how bright it is does not matter."""
    top = max(rgb) or 1
    full = [channel * 255 / top for channel in rgb]
    return min(COLORS, key=lambda color: sum((a - b) ** 2 for a, b in zip(full, color[1], strict=True)))[0]


def in_words(state: DeviceState | None, texts: Texts) -> str:
    """Say what a lamp does now."""
    if state is None or not state.available:
        return texts.t("not reachable")
    if state.on is False:
        return texts.t("off")
    if state.effect and state.effect not in STEADY:
        look = texts.t(_LABELS.get(state.effect, state.effect))
    elif state.rgb or state.kelvin:
        look = texts.t(color_name(shown_rgb(state)))
    else:
        look = texts.t("on")
    if state.brightness is None:
        return look
    return texts.t("{look}, {percent}%", look=look, percent=max(1, round(state.brightness / 2.55)))


def last_known(words: str, texts: Texts) -> str:
    """Say what a lamp did when its house was last heard of."""
    return texts.t("last known: {words}", words=words)


def local_name(device: Device, language: str) -> str:
    """Return the device's name for people of this language."""
    return (device.name.pl or device.name.en) if language == "pl" else device.name.en


def tables(texts: Texts) -> dict[str, Any]:
    """Return the vocabulary for the page's modules, in words of this language."""
    return {
        "colors": [{"name": texts.t(name), "rgb": rgb} for name, rgb in COLORS],
        "whites": [{"kelvin": kelvin, "name": texts.t(name), "rgb": rgb} for kelvin, name, rgb in WHITES],
        "effects": {name: {"label": texts.t(label), "character": character} for name, label, character in EFFECTS},
        "steady": sorted(STEADY),
    }
