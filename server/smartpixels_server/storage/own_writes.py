"""Replicas lag: who wrote something reads from the primary for a while, so that nobody misses their own write."""

from contextvars import ContextVar
from typing import Final

from ..clock import Clock

STICKY_SECONDS: Final = 10.0
"""How long after a write its author reads from the primary; replicas have to be quicker than this."""

AUTHOR: Final = ContextVar[str]("author", default="")
"""Whom the work at hand is for: a viewer, an operator; empty for the server itself."""

_AUTHORS: Final = 10_000


class OwnWrites:
    """Who wrote lately."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def note(self) -> None:
        """Remember that the present author wrote."""
        if author := AUTHOR.get():
            self._until.pop(author, None)
            self._until[author] = self._clock.monotonic() + STICKY_SECONDS
            self._forget()

    def is_fresh(self) -> bool:
        """Tell whether the present author may miss something in a replica."""
        return self._until.get(AUTHOR.get(), 0.0) > self._clock.monotonic()

    def _forget(self) -> None:
        # The order of insertion is the order of time. Above the bound the oldest go early: only an attack gets there.
        now = self._clock.monotonic()
        while self._until:
            oldest = next(iter(self._until))
            if self._until[oldest] > now and len(self._until) <= _AUTHORS:
                return
            del self._until[oldest]
