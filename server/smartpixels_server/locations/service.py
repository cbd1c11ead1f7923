"""What can be done with locations: create, pair, authenticate, revoke."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from .model import (
    NAME_LENGTH,
    PAIRING_TIME,
    SLUG_LENGTH,
    Location,
    PairingCode,
    code_hash,
    is_slug,
    new_code,
    new_token,
    slug_of,
    token_hash,
)
from .store import LocationStore, SlugTaken

_LOGGER = logging.getLogger(__name__)
_SLUG_ATTEMPTS: Final = 100


@dataclass(frozen=True, kw_only=True)
class Paired:
    """A location and its new token, which is never to be seen again."""

    location: Location
    token: str


class LocationService:
    """Knows the locations of this server."""

    def __init__(self, store: LocationStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def list_locations(self) -> Sequence[Location]:
        """Return all locations, oldest first."""
        return await self._store.all()

    async def by_slug(self, slug: str) -> Location | None:
        """Return the location with this slug."""
        return await self._store.by_slug(slug) if is_slug(slug) else None

    async def create(self, name: str, slug: str | None = None) -> Location:
        """Return a new location; raises SmartPixelsError `invalid` for a bad name, or a slug that is bad or taken."""
        name = " ".join(name.split())
        if not 1 <= len(name) <= NAME_LENGTH or not name.isprintable():
            raise SmartPixelsError(ErrorCode.INVALID, f"a name has 1 to {NAME_LENGTH} printable characters")
        if slug is not None:
            return await self._add(name, slug)
        for candidate in _candidates(slug_of(name)):
            if await self._store.by_slug(candidate) is None:
                return await self._add(name, candidate)
        raise SmartPixelsError(ErrorCode.INVALID, "too many locations have this name, choose a slug")

    async def new_pairing_code(self, location_id: str) -> str:
        """Return a code that pairs one Home Assistant with the location; earlier codes end."""
        code = new_code()
        expires_at = self._clock.now() + PAIRING_TIME
        await self._store.add_code(
            PairingCode(code_hash=code_hash(code), location_id=location_id, expires_at=expires_at)
        )
        return code

    async def pair(self, code: str) -> Paired:
        """Exchange a code for a token; an earlier token ends. Raises SmartPixelsError `invalid_…`, `expired_code`."""
        now = self._clock.now()
        used = await self._store.use_code(code_hash(code), at=now)
        if used is None:
            raise SmartPixelsError(ErrorCode.INVALID_CODE, "this pairing code is not known")
        known, location = used
        if known.expires_at <= now:
            raise SmartPixelsError(ErrorCode.EXPIRED_CODE, "this pairing code has expired")
        if known.used_at is not None:
            raise SmartPixelsError(ErrorCode.INVALID_CODE, "this pairing code was used before")
        token = new_token()
        await self._store.set_token_hash(location.location_id, token_hash(token))
        _LOGGER.info("Location %s paired", location.slug)
        return Paired(location=location, token=token)

    async def authenticate(self, token: str) -> Location:
        """Return the location that holds this token. Raises SmartPixelsError `unauthorized`."""
        # The lookup by a hash of 256 random bits leaks nothing by its timing: nobody can choose the hash's beginning.
        location = await self._store.by_token_hash(token_hash(token))
        if location is None:
            raise SmartPixelsError(ErrorCode.UNAUTHORIZED, "this token is not valid")
        return location

    async def revoke(self, location_id: str) -> None:
        """End the location's token; a running link ends within seconds."""
        await self._store.set_token_hash(location_id, None)

    async def _add(self, name: str, slug: str) -> Location:
        if not is_slug(slug):
            raise SmartPixelsError(ErrorCode.INVALID, f"a slug has 1 to {SLUG_LENGTH} of a-z, 0-9 and single dashes")
        location = Location(location_id=uuid4().hex, slug=slug, name=name, created_at=self._clock.now())
        try:
            await self._store.add(location)
        except SlugTaken as err:
            raise SmartPixelsError(ErrorCode.INVALID, f"another location has the slug {slug}") from err
        return location


def _candidates(slug: str) -> Sequence[str]:
    return [slug, *(f"{slug[: SLUG_LENGTH - 4]}-{number}" for number in range(2, _SLUG_ATTEMPTS))]
