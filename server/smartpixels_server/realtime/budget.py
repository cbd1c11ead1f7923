"""What one connection may cost: frames and bytes are paid for, and who has spent it all is read more slowly."""

from typing import Final

BYTES_PER_POINT: Final = 1024


class CostBudget:
    """Points that refill with time; debts are possible, and paid off by waiting. The time is handed in."""

    def __init__(self, now: float, *, points: float, per_second: float) -> None:
        self._points = points
        self._per_second = per_second
        self._left = points
        self._at = now

    def spend(self, now: float, size: int) -> None:
        """Pay for a frame of so many bytes."""
        self._refill(now)
        self._left -= 1 + size / BYTES_PER_POINT

    def wait_seconds(self, now: float) -> float:
        """Return how long to wait until there is no debt."""
        self._refill(now)
        return max(0.0, -self._left / self._per_second)

    def _refill(self, now: float) -> None:
        self._left = min(self._points, self._left + max(0.0, now - self._at) * self._per_second)
        self._at = now
