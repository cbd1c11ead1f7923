"""No more than three flashes in any second on a group of lamps (WCAG 2.3.1), whoever asks for them.

A flash is a pair of opposing changes. Two kinds are counted, each on its own: of brightness, by 10 % or more, and into
and out of saturated red. Stricter than the text, because a lamp is only a part of what people see:

- The exemption of changes above a relative luminance of 0.80 is not used.
- A change counts when the relative luminance or the brightest channel makes it: blue flashes too, and not every lamp
  corrects gamma. Fades of the lamp itself do not help.
- The changes of all lamps of a group are one sequence; neighbors in the same direction are one change. So neither one
  lamp nor any mixture of the group's light, as a camera sees it from anywhere, can flash more often.
- What cannot be known (an effect, a scene, painted pixels) is a change in both directions.

A change towards the light is let through only when the way back into the dark would be too. So off never waits.
"""

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from ..const import SOLID
from ..protocol.messages import (
    Action,
    DeviceState,
    Paint,
    PlayScene,
    Press,
    Rgb,
    SetBrightness,
    SetColor,
    SetEffect,
    TurnOff,
    TurnOn,
)
from .effects import pace

MOST_FLASHES: Final = 3
MOST_CHANGES: Final = 2 * MOST_FLASHES
MOST_OWN_FLASHES: Final = 2
"""That the running effects of a group may make by themselves."""

WINDOW: Final = 1.1
"""Seconds: the rule's one, and a tenth because commands do not all take the same time to their lamps."""

STEP: Final = 0.1
"""Of the maximum; a change of this size is half a flash."""

ECHO_SECONDS: Final = 2.0
ECHO_TOLERANCE: Final = STEP / 2
"""A report that looks like something commanded in the last seconds is its echo, not somebody else's change."""

_ECHOES: Final = 4
_RED_SHARE: Final = 0.8
_RED_EXCESS: Final = 1 / 16
_NEUTRAL: Final = 66  # hundred kelvin, where the black body is white
_WHITE: Final[Rgb] = (255, 255, 255)
_LINEAR: Final = tuple(
    value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's own
    for value in range(256)
)

_UP: Final = 1
_DOWN: Final = -1
_ANY: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a lamp looks, or is about to. `unknown` light is of any color, up to any brightness, until the next color."""

    on: bool
    brightness: int = 255
    rgb: Rgb = _WHITE
    effect: str | None = None
    unknown: bool = False
    pulse: bool = False

    @property
    def own_flashes(self) -> int:
        """Return how often the lamp flashes by itself, in a second."""
        return pace(self.effect).flashes if self.on and self.effect else 0


DARK: Final = Look(on=False)
_UNSEEN: Final = Look(on=True, unknown=True)


def look_after(action: Action, look: Look | None, *, brightness: int | None = None) -> Look:
    """Return how a lamp looks after an action, and a brightness that goes with it, was applied."""
    before = look or _UNSEEN
    if brightness is not None:
        before = replace(before, brightness=brightness)
    match action:
        case TurnOff():
            return replace(before, on=False)
        case TurnOn():
            return replace(before, on=True, pulse=False)
        case SetBrightness(brightness=wished):
            return replace(before, on=True, pulse=False, brightness=wished)
        case SetColor():
            return Look(on=True, brightness=before.brightness, rgb=action.rgb or kelvin_rgb(action.kelvin or 6500))
        case SetEffect(effect=effect):
            running = effect != SOLID
            return Look(
                on=True,
                brightness=before.brightness,
                rgb=before.rgb,
                effect=effect if running else None,
                unknown=running or before.unknown,
            )
        case Paint() | PlayScene() | Press():
            pulse = isinstance(action, Press)
            return Look(on=True, brightness=before.brightness, rgb=before.rgb, unknown=True, pulse=pulse)


def look_of(state: DeviceState, before: Look | None) -> Look | None:
    """Return how a lamp that reports itself looks; what it does not say is as before. None when it says nothing."""
    if not state.available or state.on is None:
        return None
    known = before or Look(on=True)
    if not state.on:
        # What it will do when it is on again: lamps that are off do not say.
        return replace(known, on=False, pulse=False)
    effect = None if state.effect == SOLID else state.effect
    color = state.rgb or (kelvin_rgb(state.kelvin) if state.kelvin else None)
    painted = known.unknown and known.effect is None and color in {None, known.rgb}
    return Look(
        on=True,
        brightness=state.brightness or known.brightness,
        rgb=color or known.rgb,
        effect=effect,
        unknown=effect is not None or painted,
    )


def kelvin_rgb(kelvin: int) -> Rgb:
    """Return about how a white temperature looks (Helland's fit of the black body)."""
    hundreds = kelvin / 100
    if hundreds <= _NEUTRAL:
        red, green = 255.0, 99.4708 * math.log(hundreds) - 161.1196
        blue = 138.5177 * math.log(max(1.0, hundreds - 10)) - 305.0448
    else:
        red, green, blue = 329.6987 * (hundreds - 60) ** -0.1332, 288.1222 * (hundreds - 60) ** -0.0755, 255.0
    return _channel(red), _channel(green), _channel(blue)


def _channel(value: float) -> int:
    return round(min(255.0, max(0.0, value)))


class FlashLimiter:
    """Keeps one group of lamps below the limit. Times are monotonic seconds and never run backward."""

    def __init__(self) -> None:
        self._lamps: dict[str, _Lamp] = {}
        self._brightness = _Changes()
        self._red = _Changes()
        self._own_flashes = 0

    def look(self, device_id: str) -> Look | None:
        """Return how a lamp looks, None when that was never heard."""
        lamp = self._lamps.get(device_id)
        return lamp.look if lamp else None

    def has_room(self, device_id: str, look: Look) -> bool:
        """Tell whether the group may run what flashes by itself in `look` beside what runs already."""
        return not look.own_flashes or self._own_flashes_with(device_id, look) <= MOST_OWN_FLASHES

    def free_at(self, device_id: str, look: Look, now: float) -> float:
        """Return when a lamp may take on a look: `now`, or later. Off may always, at once."""
        if not look.on:
            return now
        budget = MOST_CHANGES - 2 * min(MOST_OWN_FLASHES, self._own_flashes_with(device_id, look))
        lamp = self._lamps.get(device_id) or _Lamp()
        brightness, red = lamp.moves(_Light.of(look))
        return max(self._brightness.free_at(brightness, now, budget), self._red.free_at(red, now, budget))

    def applied(self, device_id: str, look: Look, now: float) -> None:
        """Take note that a lamp was told to take on a look."""
        self._take(device_id, look, now).remember(look, now)

    def observed(self, device_id: str, look: Look, now: float) -> None:
        """Take note of how a lamp reports itself. Changes that others made count, and cannot be held."""
        lamp = self._lamps.get(device_id)
        if lamp is None or not lamp.is_echo(look, now):
            self._take(device_id, look, now)

    def forget(self, device_ids: Iterable[str]) -> None:
        """Drop lamps that are gone from the group."""
        for device_id in device_ids:
            if (lamp := self._lamps.pop(device_id, None)) is not None and lamp.look is not None:
                self._own_flashes -= lamp.look.own_flashes

    def _own_flashes_with(self, device_id: str, look: Look) -> int:
        before = self.look(device_id)
        return self._own_flashes - (before.own_flashes if before else 0) + look.own_flashes

    def _take(self, device_id: str, look: Look, now: float) -> _Lamp:
        self._own_flashes = self._own_flashes_with(device_id, look)
        lamp = self._lamps.get(device_id)
        if lamp is None:
            lamp = self._lamps[device_id] = _Lamp()
        light = _Light.of(look)
        brightness, red = lamp.moves(light)
        self._brightness.add(brightness, now)
        self._red.add(red, now)
        lamp.take(look, light)
        return lamp


class _Light(NamedTuple):
    """What the eye gets from a look; the levels are None when nobody knows."""

    luminance: float | None
    brightest: float | None
    red: bool
    pulse: bool

    @classmethod
    def of(cls, look: Look) -> _Light:
        if not look.on:
            return _NO_LIGHT
        if look.unknown:
            return _PULSE if look.pulse else _ANY_LIGHT
        scale = look.brightness / 255
        red, green, blue = (_LINEAR[channel] for channel in look.rgb)
        total = red + green + blue
        return cls(
            (0.2126 * red + 0.7152 * green + 0.0722 * blue) * scale,
            max(look.rgb) / 255 * scale,
            total > 0 and red >= _RED_SHARE * total and (red - green - blue) * scale > _RED_EXCESS,
            pulse=False,
        )

    def is_like(self, other: _Light) -> bool:
        if self.luminance is None or self.brightest is None or other.luminance is None or other.brightest is None:
            return self.luminance is other.luminance
        return (
            self.red == other.red
            and abs(self.luminance - other.luminance) < ECHO_TOLERANCE
            and abs(self.brightest - other.brightest) < ECHO_TOLERANCE
        )


_NO_LIGHT: Final = _Light(0.0, 0.0, red=False, pulse=False)
_ANY_LIGHT: Final = _Light(None, None, red=False, pulse=False)
_PULSE: Final = _Light(None, None, red=False, pulse=True)


class _Range:
    """The lowest and highest level since the last change of 10 %."""

    __slots__ = ("high", "low")

    def __init__(self, level: float) -> None:
        self.low = self.high = level

    def move(self, level: float) -> int | None:
        """Return the direction of the change that `level` would be, None when it is too small."""
        if level - self.low >= STEP:
            return _UP
        return _DOWN if self.high - level >= STEP else None

    def take(self, level: float) -> None:
        """Go to a level."""
        if self.move(level) is not None:
            self.low = self.high = level
        else:
            self.low, self.high = min(self.low, level), max(self.high, level)


class _Lamp:
    """What is known of one lamp; nothing at first."""

    __slots__ = ("_echoes", "_ranges", "_red", "look")

    def __init__(self) -> None:
        self.look: Look | None = None
        self._ranges: tuple[_Range, _Range] | None = None
        self._red = False
        self._echoes: deque[tuple[float, str | None, _Light]] = deque(maxlen=_ECHOES)

    def moves(self, light: _Light) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return the changes of brightness and of red on the way to `light`."""
        if light.pulse:
            return (_ANY, _ANY), (_ANY, _ANY)
        if light.luminance is None or light.brightest is None:
            return (_ANY,), (_ANY,)
        if self._ranges is None:
            return ((_DOWN,), (_DOWN,)) if not light.brightest else ((_ANY,), (_ANY,))
        first, second = self._ranges[0].move(light.luminance), self._ranges[1].move(light.brightest)
        brightness = tuple(move for move in dict.fromkeys((first, second)) if move is not None)
        return brightness, () if light.red == self._red else (_UP if light.red else _DOWN,)

    def take(self, look: Look, light: _Light) -> None:
        """Go to a look."""
        self.look = look
        self._red = light.red
        if light.luminance is None or light.brightest is None:
            self._ranges = None
        elif self._ranges is None:
            self._ranges = _Range(light.luminance), _Range(light.brightest)
        else:
            self._ranges[0].take(light.luminance)
            self._ranges[1].take(light.brightest)

    def remember(self, look: Look, now: float) -> None:
        """Expect reports of this look for a while."""
        self._echoes.append((now, look.effect, _Light.of(look)))

    def is_echo(self, look: Look, now: float) -> bool:
        """Tell whether a reported look was commanded a moment ago."""
        light = _Light.of(look)
        return any(
            now - then < ECHO_SECONDS and effect == look.effect and light.is_like(commanded)
            for then, effect, commanded in self._echoes
        )


class _Changes:
    """The last changes of a group, neighbors in one direction being one, with the time of its latest."""

    __slots__ = ("_last", "_times")

    def __init__(self) -> None:
        self._times: deque[float] = deque(maxlen=MOST_CHANGES)
        self._last = _ANY

    def free_at(self, moves: tuple[int, ...], now: float, budget: int) -> float:
        """Return when these changes, and one more into the dark after them, stay within `budget` changes a window."""
        if not moves:
            return now
        recent = [then for then in self._times if then + WINDOW > now]
        last, new = self._last if recent else _ANY, 0
        for move in moves:
            new += move in (_ANY, -last) or last == _ANY
            last = move
        excess = len(recent) + new + (last != _DOWN) - budget
        if not new or not recent or excess <= 0:
            return now
        return recent[min(excess, len(recent)) - 1] + WINDOW

    def add(self, moves: tuple[int, ...], now: float) -> None:
        """Take note of changes that happen now."""
        for move in moves:
            if move == self._last != _ANY:
                self._times[-1] = now
            else:
                self._times.append(now)
            self._last = move
