"""What the frames between a location and the server mean."""

import logging
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final, Protocol

import aiohttp
from msgspec import Meta, Struct

from ..protocol.codec import Json, decode, encode, refusal
from ..protocol.errors import ErrorCode, MalformedMessage
from ..protocol.messages import Audience, Catalog, DeviceCommand, Goodbye, Hello, Message, Welcome
from ..protocol.version import MIN_PROTOCOL_VERSION, PROTOCOL_VERSION, is_compatible
from .connection import Connection
from .errors import CannotConnect, Incompatible, LinkError, error_for

_LOGGER = logging.getLogger(__name__)

SOFTWARE: Final = "smartpixels-home-assistant"


class House(Protocol):
    """What the link needs of the location."""

    def catalog(self) -> Catalog:
        """Return everything that viewers may see, as it is now."""

    async def command(self, command: DeviceCommand) -> Json:
        """Decide on a viewer's wish; returns the acknowledgement."""

    def audience(self, audience: Audience) -> None:
        """Take note of how many watch."""


class _Error(Struct, frozen=True):
    code: Annotated[str, Meta(max_length=64)]
    message: Annotated[str, Meta(max_length=400)] = ""


class _Answer(Struct, frozen=True):
    ok: bool
    error: _Error | None = None


class Link:
    """The location's end of the wire, kept open by `run`."""

    def __init__(
        self,
        server: str,
        token: str,
        *,
        session: aiohttp.ClientSession,
        version: str,
        now: Callable[[], datetime],
    ) -> None:
        self.connection = Connection(server, token, session=session, peer=self)
        self.welcome: Welcome | None = None
        self.latency: float | None = None
        """Seconds that the server took for its last acknowledgement."""
        self._version = version
        self._now = now
        self._clock_offset = timedelta()
        self._house: House | None = None
        self._unreadable: list[Callable[[str], None]] = []
        self._in_sync = False
        self._handlers: dict[str, tuple[type[Message], Callable[[Any], Awaitable[Json | None]]]] = {
            DeviceCommand.EVENT: (DeviceCommand, self._on_device_command),
            Audience.EVENT: (Audience, self._on_audience),
            Goodbye.EVENT: (Goodbye, self._on_goodbye),
        }

    async def run(self, house: House) -> None:
        """Keep the link open for `house` until canceled. Raises AuthRejected or Replaced when it is closed for good."""
        self._house = house
        await self.connection.run()

    def server_now(self) -> datetime:
        """Return the server's time, by its hello; `expires_at` is measured against it."""
        return self._now() + self._clock_offset

    def send(self, message: Message) -> None:
        """Send a report; dropped while there is no link, since the next link starts with the catalog."""
        if self._in_sync:
            self.connection.send(message.EVENT, encode(message))

    def add_unreadable_listener(self, listener: Callable[[str], None]) -> Callable[[], None]:
        """Call `listener` with the event of each frame that is unknown or malformed; returns how to stop that."""
        self._unreadable.append(listener)
        return lambda: self._unreadable.remove(listener)

    async def opened(self) -> None:
        """Say hello, then tell the whole truth once."""
        self._in_sync = False
        self.welcome = await self._hello()
        if self._house is not None:
            await self._resync(self._house.catalog())

    async def received(self, event: str, args: tuple[object, ...]) -> Json | None:
        """Decode a frame, hand it on and return the acknowledgement; never raises."""
        try:
            kind, handler = self._handlers[event]
        except KeyError, TypeError:
            self._tell_unreadable(event)
            return refusal(ErrorCode.UNKNOWN_EVENT, "this location does not know the event")
        try:
            message = decode(kind, args[0] if args else None)
        except MalformedMessage as err:
            _LOGGER.debug("Malformed %s: %s", event, err)
            self._tell_unreadable(event)
            return refusal(ErrorCode.MALFORMED, str(err)[:200])
        try:
            return await handler(message)
        except Exception:
            _LOGGER.exception("Failed to handle %s", event)
            return refusal(ErrorCode.INTERNAL, "the location failed to handle this")

    def _tell_unreadable(self, event: object) -> None:
        for listener in tuple(self._unreadable):
            listener(str(event))

    async def _hello(self) -> Welcome:
        hello = Hello(
            protocol_version=PROTOCOL_VERSION,
            min_protocol_version=MIN_PROTOCOL_VERSION,
            software=SOFTWARE,
            software_version=self._version,
        )
        answer = await self._call(hello)
        try:
            welcome = decode(Welcome, answer)
        except MalformedMessage as err:
            raise CannotConnect(f"the server's hello is malformed: {err}") from err
        if not is_compatible(welcome.protocol_version, welcome.min_protocol_version):
            raise Incompatible(f"the server speaks {welcome.min_protocol_version} to {welcome.protocol_version}")
        self._clock_offset = welcome.server_time - self._now()
        return welcome

    async def _resync(self, catalog: Catalog) -> None:
        # Reports that follow the catalog are queued behind it: `call` queues before it waits.
        self._in_sync = True
        try:
            await self._call(catalog)
        except LinkError:
            self._in_sync = False
            raise

    async def _call(self, message: Message) -> object:
        """Return the acknowledgement. Raises the LinkError that a refusal means."""
        started = time.perf_counter()
        answer = await self.connection.call(message.EVENT, encode(message))
        self.latency = time.perf_counter() - started
        try:
            said = decode(_Answer, answer)
        except MalformedMessage as err:
            raise CannotConnect(f"the answer to {message.EVENT} is malformed: {err}") from err
        if not said.ok:
            error = said.error or _Error(code="", message="no reason given")
            raise error_for(error.code, f"{message.EVENT} refused: {error.message or error.code}")
        return answer

    async def _on_device_command(self, command: DeviceCommand) -> Json | None:
        if self._house is None:
            return refusal(ErrorCode.CLOSED, "this location takes no commands")
        return await self._house.command(command)

    async def _on_audience(self, audience: Audience) -> Json | None:
        if self._house is not None:
            self._house.audience(audience)
        return None

    async def _on_goodbye(self, goodbye: Goodbye) -> Json | None:
        self.connection.end(error_for(goodbye.code, goodbye.message or goodbye.code))
        return None


async def probe(link: Link) -> Welcome:
    """Connect once with the link's token, say hello and leave. Raises LinkError.

    The server ends any other link with the same token.
    """
    await link.connection.try_once()
    if link.welcome is None:
        raise CannotConnect("the server said nothing")
    return link.welcome
