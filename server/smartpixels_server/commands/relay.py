"""Takes wishes to the process that holds the location's link, and the answers back."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from ..errors import SmartPixelsError
from ..protocol.errors import ErrorCode
from ..storage.bus import Bus, BusGone, NodeGone
from ..viewers.service import Viewer
from .messages import ViewerCommand

_RETRY_MS: Final = 2000
_LOGGER = logging.getLogger(__name__)

type Submit = Callable[[str, Viewer, ViewerCommand], Awaitable[None]]


class _Wish(msgspec.Struct, frozen=True, kw_only=True):
    location_id: str
    viewer: Viewer
    wish: ViewerCommand
    until: float


class _Answer(msgspec.Struct, frozen=True, kw_only=True):
    code: ErrorCode | None = None
    message: str = ""
    retry_after_ms: int | None = None


class CommandRelay:
    """Between the processes; a wish that is on its way for too long is dropped, never carried out late."""

    def __init__(self, bus: Bus, *, submit: Submit, lifetime: float) -> None:
        self._bus = bus
        self._submit = submit
        self._lifetime = lifetime
        bus.serve(self._carry_out)

    @property
    def node(self) -> str:
        """This process."""
        return self._bus.node

    def check(self) -> None:
        """Raise SmartPixelsError `busy` while the processes cannot agree on anything."""
        if not self._bus.is_healthy():
            raise _busy()

    async def forward(self, node: str, location_id: str, *, viewer: Viewer, wish: ViewerCommand) -> None:
        """Return when another process had it done. Raises SmartPixelsError with the reason when it did not."""
        until = self._bus.time() + self._lifetime
        payload = msgspec.json.encode(_Wish(location_id=location_id, viewer=viewer, wish=wish, until=until))
        _LOGGER.debug("Command %s goes to process %s", wish.command_id, node)
        try:
            reply = await self._bus.call(node, payload, timeout=self._lifetime)
        except BusGone as err:
            raise _busy() from err
        except NodeGone as err:
            raise SmartPixelsError(ErrorCode.OFFLINE, "the location is not connected") from err
        except TimeoutError as err:
            raise SmartPixelsError(ErrorCode.EXPIRED, "the location did not answer in time") from err
        answer = msgspec.json.decode(reply, type=_Answer)
        if answer.code is not None:
            raise SmartPixelsError(answer.code, answer.message, retry_after_ms=answer.retry_after_ms)

    async def _carry_out(self, payload: bytes) -> bytes:
        wanted = msgspec.json.decode(payload, type=_Wish)
        answer = _Answer()
        try:
            self._check_time(wanted)
            await self._submit(wanted.location_id, wanted.viewer, wanted.wish)
        except SmartPixelsError as err:
            answer = _Answer(code=err.code, message=err.message, retry_after_ms=err.retry_after_ms)
        except Exception:
            _LOGGER.exception("Unexpected error with a command from another process")
            answer = _Answer(code=ErrorCode.INTERNAL, message="unexpected error")
        return msgspec.json.encode(answer)

    def _check_time(self, wanted: _Wish) -> None:
        if self._bus.time() >= wanted.until:
            raise SmartPixelsError(ErrorCode.EXPIRED, "the command was too long on its way")


def _busy() -> SmartPixelsError:
    return SmartPixelsError(ErrorCode.BUSY, "the server cannot do this right now", retry_after_ms=_RETRY_MS)
