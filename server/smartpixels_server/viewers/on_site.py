"""Who is on site: whoever read the code that the house shows, for an hour."""

import hmac
from typing import Final, Protocol, override

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode

STEP_SECONDS: Final = 300
"""How long a code is shown; the one before it is accepted, too."""

ON_SITE_SECONDS: Final = 3600.0
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 6


class OnSiteStore(Protocol):
    """Keeps who is on site until when; several processes may share it. Times are seconds of the epoch."""

    async def until(self, location_id: str, viewer_id: str) -> float:
        """Return until when the viewer is on site; 0 when never."""
        ...

    async def grant(self, location_id: str, viewer_id: str, *, until: float) -> None:
        """Note that the viewer is on site; may be forgotten after `until`."""
        ...


class MemoryOnSiteStore(OnSiteStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], float] = {}

    @override
    async def until(self, location_id: str, viewer_id: str) -> float:
        return self._until.get((location_id, viewer_id), 0.0)

    @override
    async def grant(self, location_id: str, viewer_id: str, *, until: float) -> None:
        granted = until - ON_SITE_SECONDS
        self._until = {key: end for key, end in self._until.items() if end > granted}
        self._until[location_id, viewer_id] = until


class OnSite:
    """Makes the codes, checks them, remembers who knew one."""

    def __init__(self, store: OnSiteStore, clock: Clock, *, key: bytes) -> None:
        self._store = store
        self._clock = clock
        self._key = key

    def code(self, location_id: str) -> str:
        """Return the code to be shown at the location now."""
        return self._code(location_id, self._step())

    def seconds_left(self) -> float:
        """Return for how long the present codes are shown."""
        return STEP_SECONDS - self._clock.now().timestamp() % STEP_SECONDS

    async def enter(self, location_id: str, viewer_id: str, code: str) -> None:
        """Let the viewer be on site. Raises SmartPixelsError `invalid_code`; guessing has to be slowed down outside."""
        given = code.strip().upper().encode(errors="replace")
        steps = (self._step(), self._step() - 1)
        if not any(hmac.compare_digest(given, self._code(location_id, step).encode()) for step in steps):
            raise SmartPixelsError(ErrorCode.INVALID_CODE, "this is not the code that the house shows now")
        await self._store.grant(location_id, viewer_id, until=self._clock.now().timestamp() + ON_SITE_SECONDS)

    async def holds(self, location_id: str, viewer_id: str) -> bool:
        """Tell whether the viewer is on site."""
        return await self._store.until(location_id, viewer_id) > self._clock.now().timestamp()

    def _step(self) -> int:
        return int(self._clock.now().timestamp() // STEP_SECONDS)

    def _code(self, location_id: str, step: int) -> str:
        number = int.from_bytes(hmac.digest(self._key, f"on site {location_id} {step}".encode(), "sha256"))
        return "".join(_ALPHABET[number // len(_ALPHABET) ** place % len(_ALPHABET)] for place in range(_LENGTH))
