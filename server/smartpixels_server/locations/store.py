"""Where locations are remembered: the port, and a memory that forgets with the process."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol, override

from .model import Location, PairingCode


class SlugTaken(Exception):
    """Another location has this slug."""


class LocationStore(Protocol):
    """Remembers locations, the hashes of their tokens, their pairing codes and when they were last linked."""

    async def add(self, location: Location) -> None:
        """Remember a new location. Raises SlugTaken."""
        ...

    async def all(self) -> Sequence[Location]:
        """Return all locations, oldest first."""
        ...

    async def by_slug(self, slug: str) -> Location | None:
        """Return the location with this slug."""
        ...

    async def by_token_hash(self, token_hash: str) -> Location | None:
        """Return the location that this token was given to last."""
        ...

    async def token_hashes(self, location_ids: Collection[str]) -> dict[str, str]:
        """Return the present token hashes of these locations; a revoked one is missing."""
        ...

    async def set_token_hash(self, location_id: str, token_hash: str | None) -> None:
        """Replace the token; None revokes it."""
        ...

    async def add_code(self, code: PairingCode) -> None:
        """Remember a pairing code; forget those of the same location."""
        ...

    async def use_code(self, code_hash: str, *, at: datetime) -> tuple[PairingCode, Location] | None:
        """Mark a code as used and return it as it was before, with its location; None for an unknown one."""
        ...

    async def set_last_seen(self, location_ids: Collection[str], *, at: datetime) -> None:
        """Remember that these locations were linked at that time."""
        ...

    async def last_seen(self) -> dict[str, datetime]:
        """Return when each location was last linked; one that never was is missing."""
        ...


class MemoryLocationStore(LocationStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._locations: dict[str, Location] = {}
        self._hashes: dict[str, str] = {}
        self._codes: dict[str, PairingCode] = {}
        self._last_seen: dict[str, datetime] = {}

    @override
    async def add(self, location: Location) -> None:
        if await self.by_slug(location.slug) is not None:
            raise SlugTaken
        self._locations[location.location_id] = location

    @override
    async def all(self) -> Sequence[Location]:
        return tuple(self._locations.values())

    @override
    async def by_slug(self, slug: str) -> Location | None:
        return next((location for location in self._locations.values() if location.slug == slug), None)

    @override
    async def by_token_hash(self, token_hash: str) -> Location | None:
        return next((self._locations[key] for key, known in self._hashes.items() if known == token_hash), None)

    @override
    async def token_hashes(self, location_ids: Collection[str]) -> dict[str, str]:
        return {key: self._hashes[key] for key in location_ids if key in self._hashes}

    @override
    async def set_token_hash(self, location_id: str, token_hash: str | None) -> None:
        self._hashes.pop(location_id, None)
        if token_hash is not None:
            self._hashes[location_id] = token_hash

    @override
    async def add_code(self, code: PairingCode) -> None:
        self._codes = {key: old for key, old in self._codes.items() if old.location_id != code.location_id}
        self._codes[code.code_hash] = code

    @override
    async def use_code(self, code_hash: str, *, at: datetime) -> tuple[PairingCode, Location] | None:
        code = self._codes.get(code_hash)
        if code is None:
            return None
        self._codes[code_hash] = replace(code, used_at=code.used_at or at)
        return code, self._locations[code.location_id]

    @override
    async def set_last_seen(self, location_ids: Collection[str], *, at: datetime) -> None:
        self._last_seen.update(dict.fromkeys(location_ids, at))

    @override
    async def last_seen(self) -> dict[str, datetime]:
        return dict(self._last_seen)
