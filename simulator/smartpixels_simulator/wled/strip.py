"""The strip of LEDs that a state lights: drawn only when somebody looks, fading from what it showed before."""

from dataclasses import dataclass, field
from typing import Final

from .catalog import EFFECTS
from .color import BLACK, Rgb, blend, scale, visible
from .config import CONTROLLER_MILLIAMPS, FULL_LED_MILLIAMPS, IDLE_LED_MILLIAMPS
from .effects import Frame, Look, draw
from .palettes import palette_for
from .segment import Segment
from .state import State

_FULL_SUM: Final = 3 * 255


@dataclass(slots=True, kw_only=True)
class Strip:
    """The LEDs of one controller; `limit` is the most milliamperes it may draw."""

    leds: int
    limit: int
    _from: Frame = field(default_factory=list)
    _fade_start: float = 0.0
    _fade_end: float = 0.0

    def fade(self, shown: Frame, *, now: float, seconds: float) -> None:
        """Start a fade from what was shown until now to whatever the state says."""
        self._from, self._fade_start, self._fade_end = shown, now, now + seconds

    def pixels(self, state: State, now: float) -> Frame:
        """Return what a viewer sees: effects, brightness, fade and the power limit applied."""
        frame = _lit(state, now)
        if now < self._fade_end:
            share = (now - self._fade_start) / (self._fade_end - self._fade_start)
            frame = [blend(before, after, share) for before, after in zip(self._from, frame, strict=True)]
        return self._limited(frame)

    def milliamps(self, frame: Frame) -> int:
        """Return what the controller estimates to draw while it shows these pixels."""
        return CONTROLLER_MILLIAMPS + self.leds * IDLE_LED_MILLIAMPS + self._lit_milliamps(frame)

    def _limited(self, frame: Frame) -> Frame:
        available = self.limit - CONTROLLER_MILLIAMPS - self.leds * IDLE_LED_MILLIAMPS
        wanted = self._lit_milliamps(frame)
        return frame if wanted <= available else [scale(color, available / wanted) for color in frame]

    def _lit_milliamps(self, frame: Frame) -> int:
        return sum(map(sum, frame)) * FULL_LED_MILLIAMPS // _FULL_SUM


def _lit(state: State, now: float) -> Frame:
    frame: Frame = [BLACK] * state.leds
    if not state.on:
        return frame
    for _, segment in sorted(state.segments.items()):
        if segment.on:
            _show(segment, frame, now=now, share=state.brightness / 255)
    return frame


def _show(segment: Segment, frame: Frame, *, now: float, share: float) -> None:
    drawn = _drawn(segment, now)
    share *= segment.brightness / 255
    for led in range(segment.start, segment.stop):
        index = segment.index_at(led)
        frame[led] = BLACK if index is None else scale(drawn[index], share)


def _drawn(segment: Segment, now: float) -> Frame:
    if not segment.freeze:
        return _effect(segment, now)
    frame = [BLACK] * segment.length if segment.frozen_at is None else _effect(segment, segment.frozen_at)
    for index, color in segment.pixels.items():
        if index < len(frame):
            frame[index] = visible(color)
    return frame


def _effect(segment: Segment, now: float) -> Frame:
    colors: tuple[Rgb, Rgb, Rgb] = (
        visible(segment.colors[0]),
        visible(segment.colors[1]),
        visible(segment.colors[2]),
    )
    palette = None if EFFECTS[segment.effect] == "Solid" else palette_for(segment.palette, colors)
    look = Look(
        time=now,
        length=segment.length,
        colors=colors,
        palette=palette,
        speed=segment.speed,
        intensity=segment.intensity,
    )
    return draw(segment.effect, look)
