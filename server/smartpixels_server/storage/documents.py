"""Small documents that several processes change, each change as one step: turns, votes and the like."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, override

from .redis import RedisLink, Script

type Change[T] = Callable[[bytes | None], tuple[bytes | None, T]]
"""From what is there to what shall be there (None: nothing), and a result. May be called again: no side effects."""

_KEPT_SECONDS: Final = 24 * 3600
_SWAP: Final = """
local known = redis.call('GET', KEYS[1])
if (known or '') ~= ARGV[1] then return {0, known or ''} end
if ARGV[2] == '' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3]) end
return {1, ARGV[2]}
"""


class Documents(Protocol):
    """Documents by key; one that nobody changed for a day is forgotten. An empty one is none."""

    async def get(self, key: str) -> bytes | None:
        """Return the document. Raises RedisGone."""
        ...

    async def update[T](self, key: str, change: Change[T]) -> T:
        """Apply the change to what is there, with nobody's else in between; return its result. Raises RedisGone."""
        ...


class MemoryDocuments(Documents):
    """Documents of one process."""

    def __init__(self) -> None:
        self._documents: dict[str, bytes] = {}

    @override
    async def get(self, key: str) -> bytes | None:
        return self._documents.get(key)

    @override
    async def update[T](self, key: str, change: Change[T]) -> T:
        document, result = change(self._documents.get(key))
        if document:
            self._documents[key] = document
        else:
            self._documents.pop(key, None)
        return result


class RedisDocuments(Documents):
    """Documents in Redis. A change that somebody else's overtook is applied again to the newer document."""

    def __init__(self, link: RedisLink) -> None:
        self._link = link
        self._swap = Script(link, _SWAP)
        self._latest: dict[str, bytes] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    @override
    async def get(self, key: str) -> bytes | None:
        known: bytes | None = await self._link.execute("GET", self._name(key))
        return known or None

    @override
    async def update[T](self, key: str, change: Change[T]) -> T:
        # Within the process they take turns, so that only other processes can overtake.
        async with self._locks.setdefault(key, asyncio.Lock()):
            known = self._latest.get(key)
            if known is None:
                known = await self.get(key) or b""
            while True:
                document, result = change(known or None)
                swapped, known = await self._swap([self._name(key)], [known, document or b"", str(_KEPT_SECONDS)])
                self._latest[key] = known
                if swapped:
                    break
        if not known and not self._locks[key].locked():
            del self._latest[key], self._locks[key]
        return result

    def _name(self, key: str) -> str:
        return self._link.key("document", key)
