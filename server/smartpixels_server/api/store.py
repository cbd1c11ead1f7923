"""Where API keys are remembered: the port, and a memory that forgets with the process."""

from collections.abc import Sequence
from typing import Protocol, override

from .model import ApiKey


class ApiKeyStore(Protocol):
    """Remembers keys by the hash of their secret."""

    async def add(self, key: ApiKey, *, secret_hash: str) -> None:
        """Remember a new key."""
        ...

    async def all(self) -> Sequence[ApiKey]:
        """Return all keys, oldest first."""
        ...

    async def by_secret_hash(self, secret_hash: str) -> ApiKey | None:
        """Return the key with this secret."""
        ...

    async def remove(self, key_id: str) -> bool:
        """Forget a key; tell whether it was known."""
        ...


class MemoryApiKeyStore(ApiKeyStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}

    @override
    async def add(self, key: ApiKey, *, secret_hash: str) -> None:
        self._keys[secret_hash] = key

    @override
    async def all(self) -> Sequence[ApiKey]:
        return sorted(self._keys.values(), key=lambda key: (key.created_at, key.key_id))

    @override
    async def by_secret_hash(self, secret_hash: str) -> ApiKey | None:
        return self._keys.get(secret_hash)

    @override
    async def remove(self, key_id: str) -> bool:
        left = {known: key for known, key in self._keys.items() if key.key_id != key_id}
        was_known = len(left) < len(self._keys)
        self._keys = left
        return was_known
