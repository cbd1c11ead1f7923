"""Token buckets: so many at once, then one every so often."""

from typing import Final

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode

_KEYS: Final = 10_000


class Bucket:
    """One budget; the time is handed in."""

    def __init__(self, now: float, *, capacity: int, refill_seconds: float) -> None:
        self._capacity = capacity
        self._refill_seconds = refill_seconds
        self._full_at = now

    def left(self, now: float) -> int:
        """Return how many can be taken now."""
        return int(self._left(now))

    def retry_after(self, now: float) -> float:
        """Return in how many seconds one can be taken."""
        return max(0.0, (1 - self._left(now)) * self._refill_seconds)

    def take(self, now: float) -> bool:
        """Take one if there is one."""
        if self._left(now) < 1:
            return False
        self._full_at = max(self._full_at, now) + self._refill_seconds
        return True

    def is_full(self, now: float) -> bool:
        """Tell whether nothing of the budget is used."""
        return self._full_at <= now

    def _left(self, now: float) -> float:
        # A hair more than exact, so that a wait of exactly `retry_after` is enough in floating point.
        return self._capacity - max(0.0, self._full_at - now) / self._refill_seconds + 1e-6


class RateLimit:
    """A budget per key, such as an address or a viewer; full ones are forgotten."""

    def __init__(self, clock: Clock, *, capacity: int, refill_seconds: float) -> None:
        self._clock = clock
        self.capacity = capacity
        self.refill_seconds = refill_seconds
        self._buckets: dict[str, Bucket] = {}

    def left(self, key: str) -> int:
        """Return how many the key has left."""
        return self._buckets[key].left(self._clock.monotonic()) if key in self._buckets else self.capacity

    def take(self, key: str) -> None:
        """Take one. Raises SmartPixelsError `rate_limited` with the time to wait."""
        now = self._clock.monotonic()
        if key not in self._buckets:
            self._make_room(now)
            self._buckets[key] = Bucket(now, capacity=self.capacity, refill_seconds=self.refill_seconds)
        if not self._buckets[key].take(now):
            wait_ms = max(1, round(self._buckets[key].retry_after(now) * 1000))
            raise SmartPixelsError(ErrorCode.RATE_LIMITED, "too many at once", retry_after_ms=wait_ms)

    def _make_room(self, now: float) -> None:
        if len(self._buckets) >= _KEYS:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}
        if len(self._buckets) >= _KEYS:
            raise SmartPixelsError(ErrorCode.BUSY, "too many clients at once")
