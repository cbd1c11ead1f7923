"""Lines and budgets in Redis, for all processes."""

from collections.abc import Callable, Sequence
from typing import Any, Final, override

import msgspec

from ..storage.documents import Documents
from ..storage.redis import RedisLink, Script
from .budgets import Budget, BudgetStore
from .model import Line
from .store import TurnStore

# What is left, and when that was. A clock that went back counts from its new time. A hair more than exact, so that a
# wait of exactly what was said is enough in floating point.
_TAKE: Final = """
local at, amount, wait, known = tonumber(ARGV[1]), tonumber(ARGV[2]), 0, {}
for i, key in ipairs(KEYS) do
  local capacity, refill = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  local value = redis.call('HMGET', key, 'left', 'at')
  local left = capacity
  if value[1] then
    left = math.min(capacity, value[1] + math.max(0, at - value[2]) / refill + 0.00001)
  end
  wait = math.max(wait, (1 - left) * refill)
  known[i] = left
end
if amount == 0 then return {tostring(known[1])} end
for i, key in ipairs(KEYS) do
  local capacity, refill = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
  local left = known[i]
  if wait <= 0 then left = left - 1 - 0.00001 end
  redis.call('HSET', key, 'left', string.format('%.6f', left), 'at', string.format('%.6f', at))
  redis.call('PEXPIRE', key, math.ceil((capacity - left + 1) * refill * 1000) + 1000)
end
return {tostring(wait)}
"""


class SharedTurnStore(TurnStore):
    """Lines as documents that all processes change."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    @override
    async def change[T](self, location_id: str, work: Callable[[Line], T]) -> T:
        def change(document: bytes | None) -> tuple[bytes, T]:
            line = Line() if document is None else msgspec.msgpack.decode(document, type=Line)
            result = work(line)
            return msgspec.msgpack.encode(line), result

        return await self._documents.update(f"line {location_id}", change)


class RedisBudgetStore(BudgetStore):
    """Budgets as hashes that end when they must be full."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._script = Script(link, _TAKE)

    @override
    async def left(self, budget: Budget, *, at: float) -> int:
        return int(await self._run([budget], at, amount=0))

    @override
    async def take(self, budgets: Sequence[Budget], *, at: float) -> float:
        return max(0.0, await self._run(budgets, at, amount=1))

    async def _run(self, budgets: Sequence[Budget], at: float, *, amount: int) -> float:
        keys = [self._link.key("budget", one.key) for one in budgets]
        rules: list[Any] = [str(number) for one in budgets for number in (one.capacity, one.refill_seconds)]
        reply = await self._script(keys, [repr(at), str(amount), *rules])
        return float(reply[0])
