"""What processes know of viewers together, in Redis."""

import asyncio
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from itertools import batched
from typing import Any, Final, override

from ..clock import Clock
from ..protocol.messages import Audience
from ..storage.redis import RedisLink, Script
from .on_site import OnSiteStore
from .presence import Here, Presence

REFRESH_SECONDS: Final = 10.0
FORGET_SECONDS: Final = 30
"""How long after the last word of its process a viewer counts."""

_AT_ONCE: Final = 1000
_MEET: Final = """
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
for i = 4, 3 + ARGV[2] do redis.call('ZADD', KEYS[1], now, ARGV[i]) end
for i = 4 + ARGV[2], 3 + ARGV[2] + ARGV[3] do redis.call('ZREM', KEYS[1], ARGV[i]) end
for i = 4 + ARGV[2] + ARGV[3], #ARGV do redis.call('ZADD', KEYS[2], now, ARGV[i]) end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - 5)
redis.call('EXPIRE', KEYS[1], ARGV[1])
redis.call('EXPIRE', KEYS[2], 5)
local acting = 0
for _, viewer in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if redis.call('ZSCORE', KEYS[1], viewer) then acting = acting + 1 end
end
return {redis.call('ZCARD', KEYS[1]), acting}
"""


class RedisPresence(Presence):
    """Adds up in Redis; sends what changed, and everything every few seconds."""

    def __init__(self, link: RedisLink, clock: Clock) -> None:
        self._link = link
        self._clock = clock
        self._script = Script(link, _MEET)
        self._told: dict[str, AbstractSet[str]] = {}
        self._refresh_at = 0.0

    @override
    async def meet(self, here: Mapping[str, Here]) -> Mapping[str, Audience]:
        now = self._clock.monotonic()
        if now >= self._refresh_at:
            self._refresh_at = now + REFRESH_SECONDS
            self._told = {key: frozenset() for key in self._told}
        counted = await asyncio.gather(*(self._meet(location_id, one) for location_id, one in here.items()))
        return dict(zip(here, counted, strict=True))

    async def _meet(self, location_id: str, here: Here) -> Audience:
        told = self._told.get(location_id, frozenset())
        entered, left = tuple(here.watching - told), tuple(told - here.watching)
        # All but the last go without waiting; the last one tells the sums.
        for part in tuple(batched(entered, _AT_ONCE, strict=False))[:-1]:
            self._script.post(*self._arguments(location_id, part, (), ()))
        for part in tuple(batched(left, _AT_ONCE, strict=False))[:-1]:
            self._script.post(*self._arguments(location_id, (), part, ()))
        last = entered[-((len(entered) - 1) % _AT_ONCE + 1) :], left[-((len(left) - 1) % _AT_ONCE + 1) :]
        watching, acting = await self._script(*self._arguments(location_id, *last, tuple(here.acting)[:_AT_ONCE]))
        if here.watching:
            self._told[location_id] = frozenset(here.watching)
        else:
            self._told.pop(location_id, None)
        return Audience(watching=watching, acting=acting)

    def _arguments(self, location_id: str, entered: Any, left: Any, acting: Any) -> tuple[list[str], list[str]]:
        keys = [self._link.key("watching", location_id), self._link.key("acting", location_id)]
        return keys, [str(FORGET_SECONDS), str(len(entered)), str(len(left)), *entered, *left, *acting]


class RedisOnSiteStore(OnSiteStore):
    """Who is on site, as keys that end by themselves."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link

    @override
    async def until(self, location_id: str, viewer_id: str) -> float:
        return float(await self._link.execute("GET", self._name(location_id, viewer_id)) or 0.0)

    @override
    async def grant(self, location_id: str, viewer_id: str, *, until: float) -> None:
        name = self._name(location_id, viewer_id)
        await self._link.execute("SET", name, repr(until), "EXAT", str(int(until) + 60))

    def _name(self, location_id: str, viewer_id: str) -> str:
        return self._link.key("on-site", location_id, viewer_id)
