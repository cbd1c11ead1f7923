"""Whether the server sends what only a hostile or a broken one sends."""

from collections import Counter, deque
from collections.abc import Callable
from enum import StrEnum
from typing import Final

WINDOW_SECONDS: Final = 60.0
ENOUGH: Final = 20
"""Odd things within a window that make a suspicion; a race at a change of the catalog makes a few."""

FLOOD_WEIGHT: Final = 1 / 15
"""Of what a good server does a little: commands that come late, or while the one before is still carried out."""

NEWS_FACTOR: Final = 10
"""It is told again within a window when it became so many times worse."""

MOST_EXAMPLES: Final = 5
LONGEST_EXAMPLE: Final = 48


class Oddity(StrEnum):
    """What kind of odd thing it was; placeholders of the issue's text."""

    NOT_EXPOSED = "not_exposed"
    NOT_OFFERED = "not_offered"
    REPEATED = "repeated"
    MALFORMED = "malformed"
    FLOOD = "flood"


class Suspicion:
    """Counts odd things; calls `tell` when there is a suspicion, a few times a window at most. Memory is bounded."""

    def __init__(self, tell: Callable[[], None], *, clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._window_ends = 0.0
        self._window: Counter[Oddity] = Counter()
        self._news = float(ENOUGH)
        self._examples: deque[str] = deque(maxlen=MOST_EXAMPLES)
        self._counts: Counter[Oddity] = Counter()

    @property
    def counts(self) -> dict[str, int]:
        """Return how often each kind happened since the start."""
        return {str(oddity): self._counts[oddity] for oddity in Oddity}

    @property
    def examples(self) -> tuple[str, ...]:
        """Return the latest odd words of the server, harmless to show."""
        return tuple(self._examples)

    def note(self, oddity: Oddity, example: str = "") -> None:
        """Take note of an odd thing; `example` is the server's own word for it."""
        if (now := self._clock()) >= self._window_ends:
            self._window_ends, self._news = now + WINDOW_SECONDS, float(ENOUGH)
            self._window.clear()
        self._counts[oddity] += 1
        self._window[oddity] += 1
        if example and (shown := _harmless(example)) not in self._examples:
            self._examples.append(shown)
        if self._weight() >= self._news:
            self._news *= NEWS_FACTOR
            self._tell()

    def _weight(self) -> float:
        flood = self._window[Oddity.FLOOD]
        return self._window.total() - flood + flood * FLOOD_WEIGHT


def _harmless(word: str) -> str:
    """Return a foreign word without what could be read as markup or as a second line."""
    kept = (char if char.isascii() and (char.isalnum() or char in " _.:-") else "?" for char in word[:LONGEST_EXAMPLE])
    return "".join(kept)
