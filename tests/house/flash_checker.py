"""Counts flashes by brute force from how lamps looked over time, without the limiter's own ideas."""

from collections.abc import Callable, Sequence

type Timeline = Sequence[tuple[float, Sequence[float]]]
"""When the light changed, and the level of each lamp from then on."""


def luminance(on: bool, brightness: int, rgb: tuple[int, int, int]) -> float:  # noqa: FBT001
    """Relative luminance of WCAG 2."""
    shares = [value / 255 for value in rgb]
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) * brightness / 255 if on else 0.0


def is_saturated_red(rgb: tuple[int, int, int]) -> bool:
    """R / (R + G + B) of at least 0.8, of the plain channels."""
    return sum(rgb) > 0 and rgb[0] / sum(rgb) >= 0.8


def most_flashes(timeline: Timeline, mix: Callable[[Sequence[float]], float], *, step: float = 0.1) -> float:
    """Return the most pairs of opposing changes within any one second; a change without its pair is a half."""
    times = [time for time, _ in timeline]
    levels = [mix(each) for _, each in timeline]
    most = 0.0
    for first in range(1, len(times)):
        last = max(number for number in range(first, len(times)) if times[number] <= times[first] + 1.0)
        most = max(most, _longest_alternation(levels[first - 1 : last + 1], step) / 2)
    return most


def _longest_alternation(levels: Sequence[float], step: float) -> int:
    """Return the length of the longest chain of moves, up and down in turn, each of at least a step."""
    best = 0
    up = [0] * len(levels)
    down = [0] * len(levels)
    for later in range(len(levels)):
        for earlier in range(later):
            if levels[later] - levels[earlier] >= step - 1e-12:
                up[later] = max(up[later], down[earlier] + 1)
            if levels[earlier] - levels[later] >= step - 1e-12:
                down[later] = max(down[later], up[earlier] + 1)
        best = max(best, up[later], down[later])
    return best
