"""API keys: made and removed by the operator, checked at every call."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..web.rate_limit import RateLimit
from .model import NAME_LENGTH, ApiKey, Scope, new_secret, secret_hash
from .store import ApiKeyStore

CALLS: Final = 120
CALL_SECONDS: Final = 0.25
GUESSES: Final = 20
GUESS_SECONDS: Final = 6.0
_SECRET_LENGTH: Final = 128


@dataclass(frozen=True, kw_only=True)
class NewApiKey:
    """A key and its secret, which is never to be seen again."""

    key: ApiKey
    secret: str


class ApiKeyService:
    """Knows who may use the API; guessing and calling are limited."""

    def __init__(self, store: ApiKeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._calls = RateLimit(clock, capacity=CALLS, refill_seconds=CALL_SECONDS)
        self._guesses = RateLimit(clock, capacity=GUESSES, refill_seconds=GUESS_SECONDS)

    async def create(self, name: str, scopes: Iterable[Scope]) -> NewApiKey:
        """Return a new key. Raises SmartPixelsError `invalid` for a bad name or no scope."""
        name, wanted = " ".join(name.split()), frozenset(scopes)
        if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
            raise SmartPixelsError(ErrorCode.INVALID, f"a name has 1 to {NAME_LENGTH} printable characters")
        if not wanted:
            raise SmartPixelsError(ErrorCode.INVALID, f"a key needs a scope: {', '.join(Scope)}")
        key = ApiKey(key_id=uuid4().hex, name=name, scopes=wanted, created_at=self._clock.now())
        secret = new_secret()
        await self._store.add(key, secret_hash=secret_hash(secret))
        return NewApiKey(key=key, secret=secret)

    async def list_keys(self) -> Sequence[ApiKey]:
        """Return all keys, oldest first."""
        return await self._store.all()

    async def revoke(self, key_id: str) -> None:
        """End a key at once. Raises SmartPixelsError `invalid` when there is none."""
        if not await self._store.remove(key_id):
            raise SmartPixelsError(ErrorCode.INVALID, f"there is no key {key_id!r}")

    async def authorize(self, secret: str, *, scope: Scope, origin: str) -> ApiKey:
        """Return the key and count a call of it.

        Raises SmartPixelsError `unauthorized`, `forbidden` without the scope, `rate_limited`.
        """
        if not self._guesses.left(origin):
            self._guesses.take(origin)
        key = await self._store.by_secret_hash(secret_hash(secret)) if 0 < len(secret) <= _SECRET_LENGTH else None
        if key is None:
            self._guesses.take(origin)
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "a valid key is needed: Authorization: Bearer sp_…")
        self._calls.take(key.key_id)
        if scope not in key.scopes:
            raise SmartPixelsError(ErrorCode.FORBIDDEN, f"this key has no scope {scope}")
        return key
