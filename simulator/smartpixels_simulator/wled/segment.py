"""A segment: a stretch of the strip with its own colors and effect, and how a JSON object changes it."""

from dataclasses import dataclass, field
from typing import Any, Final

from .catalog import EFFECTS, RESERVED
from .color import OFF, Rgbw, from_channels, parse_color, parse_hex
from .palettes import PALETTES
from .values import read_number, read_switch

_ORANGE: Final[Rgbw] = (255, 160, 0, 0)
_COLORS: Final = 3

# JSON key, attribute, largest value
_NUMBERS: Final = (
    ("sx", "speed", 255),
    ("ix", "intensity", 255),
    ("c1", "custom1", 255),
    ("c2", "custom2", 255),
    ("c3", "custom3", 31),
    ("si", "sound", 3),
    ("m12", "expand", 4),
    ("set", "group", 3),
    ("cct", "cct", 255),
    ("bm", "blend_mode", 15),
)
_SWITCHES: Final = (
    ("on", "on"),
    ("sel", "selected"),
    ("rev", "reverse"),
    ("mi", "mirror"),
    ("o1", "option1"),
    ("o2", "option2"),
    ("o3", "option3"),
)


@dataclass(slots=True, kw_only=True)
class Segment:
    """The settings of one segment; `start` is its first LED, `stop` the first one behind it.

    A frozen segment shows its effect as it was at `frozen_at` (black when that is None), with `pixels` painted over.
    """

    segment_id: int
    start: int
    stop: int
    grouping: int = 1
    spacing: int = 0
    offset: int = 0
    name: str | None = None
    on: bool = True
    freeze: bool = False
    brightness: int = 255
    cct: int = 127
    group: int = 0
    colors: tuple[Rgbw, Rgbw, Rgbw] = (_ORANGE, OFF, OFF)
    effect: int = 0
    speed: int = 128
    intensity: int = 128
    palette: int = 0
    custom1: int = 128
    custom2: int = 128
    custom3: int = 16
    selected: bool = True
    reverse: bool = False
    mirror: bool = False
    option1: bool = False
    option2: bool = False
    option3: bool = False
    sound: int = 0
    expand: int = 0
    blend_mode: int = 0
    pixels: dict[int, Rgbw] = field(default_factory=dict)
    frozen_at: float | None = None

    @property
    def length(self) -> int:
        """How many pixels an effect has to draw: groups count once, mirrored ones half."""
        groups = self._groups
        return -(-groups // 2) if self.mirror else groups

    @property
    def _groups(self) -> int:
        return -(-(self.stop - self.start) // (self.grouping + self.spacing))

    def index_at(self, led: int) -> int | None:
        """Return which drawn pixel an LED shows, or None when the LED is in a gap between groups."""
        place = (led - self.start - self.offset) % (self.stop - self.start)
        index, inside = divmod(place, self.grouping + self.spacing)
        if inside >= self.grouping:
            return None
        last = self._groups - 1
        if self.reverse:
            index = last - index
        return last - index if self.mirror and index >= self.length else index

    def change(self, wanted: dict[str, Any], *, leds: int, now: float) -> None:
        """Apply what a JSON object asks for; keys that are missing or make no sense keep what was."""
        self._change_place(wanted, leds)
        if isinstance(name := wanted.get("n"), str):
            self.name = name[:64] or None
        if (brightness := read_number(wanted.get("bri"), self.brightness)) is not None:
            self.brightness = brightness or self.brightness
            self.on = brightness > 0
        for key, attribute in _SWITCHES:
            setattr(self, attribute, read_switch(wanted.get(key), getattr(self, attribute)))
        for key, attribute, high in _NUMBERS:
            number = read_number(wanted.get(key), getattr(self, attribute), high=high)
            setattr(self, attribute, getattr(self, attribute) if number is None else min(high, number))
        self._change_freeze(wanted, now)
        self._change_colors(wanted.get("col"))
        self._change_effect(wanted)
        if isinstance(painted := wanted.get("i"), list):
            self._paint(painted)

    def to_json(self, *, rgbw: bool) -> dict[str, Any]:
        """Return the segment as the firmware reports it."""
        channels = 4 if rgbw else 3
        report: dict[str, Any] = {
            "id": self.segment_id,
            "start": self.start,
            "stop": self.stop,
            "len": self.stop - self.start,
            "grp": self.grouping,
            "spc": self.spacing,
            "of": self.offset,
            "on": self.on,
            "frz": self.freeze,
            "bri": self.brightness,
            "lc": 3 if rgbw else 1,
            "col": [list(color[:channels]) for color in self.colors],
            "fx": self.effect,
            "pal": self.palette,
        }
        report |= {key: getattr(self, attribute) for key, attribute, _ in _NUMBERS}
        report |= {key: getattr(self, attribute) for key, attribute in _SWITCHES}
        return report | ({"n": self.name} if self.name else {})

    def unfreeze(self) -> None:
        """Let the effect run again and forget painted pixels."""
        self.freeze = False
        self.pixels.clear()

    def _change_place(self, wanted: dict[str, Any], leds: int) -> None:
        start = min(leds - 1, _whole(wanted.get("start"), self.start))
        length = _whole(wanted.get("len"), 0)
        stop = _whole(wanted.get("stop"), start + length if length else self.stop)
        if (start, stop) != (self.start, self.stop) and "n" not in wanted:
            self.name = None
        self.start, self.stop = start, min(leds, stop)
        self.grouping = max(1, min(255, _whole(wanted.get("grp"), self.grouping)))
        self.spacing = min(255, _whole(wanted.get("spc"), self.spacing))
        if isinstance(offset := wanted.get("of"), int) and self.stop > self.start:
            self.offset = offset % (self.stop - self.start)

    def _change_freeze(self, wanted: dict[str, Any], now: float) -> None:
        freeze = read_switch(wanted.get("frz"), self.freeze)
        if freeze and not self.freeze:
            self.freeze, self.frozen_at = True, now
        elif not freeze:
            self.unfreeze()

    def _change_colors(self, wanted: Any) -> None:
        if not isinstance(wanted, list):
            return
        colors = list(self.colors)
        for index, value in enumerate(wanted[:_COLORS]):
            colors[index] = parse_color(value, colors[index]) or colors[index]
        self.colors = (colors[0], colors[1], colors[2])

    def _change_effect(self, wanted: dict[str, Any]) -> None:
        effect = read_number(wanted.get("fx"), self.effect, high=len(EFFECTS) - 1)
        if effect is not None and effect < len(EFFECTS):
            while EFFECTS[effect] == RESERVED:
                effect += 1
            self.effect = effect
        palette = read_number(wanted.get("pal"), self.palette, high=len(PALETTES) - 1)
        if palette is not None:
            self.palette = palette if palette < len(PALETTES) else 0

    def _paint(self, painted: list[Any]) -> None:
        """Set single pixels: colors in a row, an index before a color, or two numbers for a range before it."""
        if not self.freeze:
            self.freeze, self.frozen_at = True, None
        numbers: list[int] = []
        following = 0
        for item in painted:
            if isinstance(item, int):
                numbers.append(abs(item))
                continue
            color = _painted_color(item)
            start = numbers[0] if numbers else following
            following = max(start + 1, numbers[1] if len(numbers) > 1 else 0)
            self.pixels |= dict.fromkeys(range(start, min(following, self.stop - self.start)), color)
            numbers.clear()


def _painted_color(item: Any) -> Rgbw:
    color = parse_hex(item) if isinstance(item, str) else from_channels(item) if isinstance(item, list) else None
    return color or OFF


def _whole(value: Any, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else otherwise
