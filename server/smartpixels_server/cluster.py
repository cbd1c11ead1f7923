"""What the processes of one server share: a memory when there is only one, Redis when there may be several."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import override

from .clock import Clock
from .metrics import Metrics
from .settings import Settings
from .storage.bus import Bus, MemoryBus
from .storage.documents import RedisDocuments
from .storage.redis import redis_address
from .storage.redis_bus import RedisBus
from .turns.budgets import BudgetStore, MemoryBudgetStore
from .turns.redis_store import RedisBudgetStore, SharedTurnStore
from .turns.store import MemoryTurnStore, TurnStore
from .viewers.on_site import MemoryOnSiteStore, OnSiteStore
from .viewers.presence import MemoryPresence, Presence
from .viewers.redis_store import RedisOnSiteStore, RedisPresence


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The stores of one process, and its place among the others."""

    bus: Bus
    lines: TurnStore
    budgets: BudgetStore
    on_site: OnSiteStore
    presence: Presence
    clock: Clock
    """Shows the same time on all machines."""


def join_cluster(settings: Settings, clock: Clock, metrics: Metrics) -> Cluster:
    """Return what this process shares with others; `bus.start` makes the connection."""
    if not settings.redis_url:
        return Cluster(
            bus=MemoryBus(clock),
            lines=MemoryTurnStore(),
            budgets=MemoryBudgetStore(),
            on_site=MemoryOnSiteStore(),
            presence=MemoryPresence(),
            clock=clock,
        )
    bus = RedisBus(redis_address(settings.redis_url, ca_file=settings.redis_ca), clock, metrics)
    return Cluster(
        bus=bus,
        lines=SharedTurnStore(RedisDocuments(bus.link)),
        budgets=RedisBudgetStore(bus.link),
        on_site=RedisOnSiteStore(bus.link),
        presence=RedisPresence(bus.link, clock),
        clock=_SharedClock(clock, bus),
    )


class _SharedClock(Clock):
    def __init__(self, clock: Clock, bus: Bus) -> None:
        self._clock = clock
        self._bus = bus

    @override
    def now(self) -> datetime:
        return datetime.fromtimestamp(self._bus.time(), UTC)

    @override
    def monotonic(self) -> float:
        return self._clock.monotonic()

    @override
    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
