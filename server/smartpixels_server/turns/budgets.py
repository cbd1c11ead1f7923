"""Token buckets of viewers and of their networks: so many at once, then one every so often."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, override

_KEYS: Final = 20_000
# A hair more than exact, so that a wait of exactly what was said is enough in floating point.
_HAIR: Final = 1e-5


@dataclass(frozen=True, kw_only=True)
class Budget:
    """A bucket and its present rules; `refill_seconds` may differ from time to time."""

    key: str
    capacity: int
    refill_seconds: float


class BudgetStore(Protocol):
    """Keeps what is left of the budgets; several processes may share it. Times are seconds of the epoch."""

    async def left(self, budget: Budget, *, at: float) -> int:
        """Return how many are left."""
        ...

    async def take(self, budgets: Sequence[Budget], *, at: float) -> float:
        """Take one of each and return 0; or take none and return in how many seconds all have one."""
        ...


class MemoryBudgetStore(BudgetStore):
    """A store in memory; budgets that must be full by now are forgotten."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[float, float, float]] = {}

    @override
    async def left(self, budget: Budget, *, at: float) -> int:
        return int(self._left(budget, at))

    @override
    async def take(self, budgets: Sequence[Budget], *, at: float) -> float:
        left = [self._left(budget, at) for budget in budgets]
        wait = max((1 - one) * budget.refill_seconds for one, budget in zip(left, budgets, strict=True))
        if wait > 0:
            return wait
        self._make_room(at)
        for one, budget in zip(left, budgets, strict=True):
            full_at = at + (budget.capacity - one + 1) * budget.refill_seconds
            self._known[budget.key] = (one - 1 - _HAIR, at, full_at)
        return 0.0

    def _left(self, budget: Budget, at: float) -> float:
        if budget.key not in self._known:
            return budget.capacity
        left, then, full_at = self._known[budget.key]
        if at < then:
            # The clock went back: count from its new time.
            self._known[budget.key] = (left, at, full_at - then + at)
            return left
        return min(budget.capacity, left + (at - then) / budget.refill_seconds + _HAIR)

    def _make_room(self, at: float) -> None:
        if len(self._known) >= _KEYS:
            self._known = {key: known for key, known in self._known.items() if known[2] > at}
        while len(self._known) >= _KEYS:
            del self._known[next(iter(self._known))]
