"""One pipelined connection to Redis: what is asked for within one turn of the loop leaves together."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel
from redis.backoff import NoBackoff
from redis.driver_info import DriverInfo
from redis.exceptions import NoScriptError, RedisError

from .. import __version__
from ..errors import SmartPixelsError
from ..metrics import Metrics
from ..protocol.errors import ErrorCode

SCHEMES: Final = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")

_ANSWER_SECONDS: Final = 3.0
_CONNECT_SECONDS: Final = 3.0
_RETRY_MS: Final = 2000
_BACKLOG: Final = 20_000
_SENTINEL_PORT: Final = 26379
_PREFIX: Final = "smartpixels"
_LOGGER = logging.getLogger(__name__)


class RedisGone(SmartPixelsError):
    """Redis does not answer. `was_sent`: it may have got the request all the same."""

    def __init__(self, *, was_sent: bool) -> None:
        super().__init__(ErrorCode.BUSY, "the server cannot do this right now", retry_after_ms=_RETRY_MS)
        self.was_sent = was_sent


@dataclass(frozen=True, kw_only=True)
class RedisAddress:
    """Where Redis is: one server, or the service of which the sentinels know the present one."""

    url: str
    prefix: str
    sentinels: tuple[tuple[str, int], ...] = ()
    service: str = ""
    ca_file: str | None = None

    def connect(self) -> Redis:
        """Return a client that connects when it is used, gives up soon and repeats nothing by itself."""
        options: dict[str, Any] = {
            "socket_timeout": _ANSWER_SECONDS,
            "socket_connect_timeout": _CONNECT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
            # Without a version of its own it looks for the package's on the disk, for each connection.
            "driver_info": DriverInfo(name="smartpixels", lib_version=__version__),
        }
        if self.ca_file is not None:
            options["ssl_ca_certs"] = self.ca_file
        if not self.sentinels:
            return Redis.from_url(self.url, **options)
        parts = urlsplit(self.url)
        options["ssl"] = parts.scheme.startswith("rediss")
        if parts.password:
            options |= {"username": parts.username or None, "password": unquote(parts.password)}
        sentinel = Sentinel(list(self.sentinels), sentinel_kwargs=options, **options)  # type: ignore[no-untyped-call]
        client = sentinel.master_for(self.service, db=_database(parts.path.split("/")[2:]))
        return cast("Redis", client)


def redis_address(text: str, *, ca_file: str | None = None) -> RedisAddress:
    """Return the address of `redis://`, `rediss://`, `redis+sentinel://` or `rediss+sentinel://`; raise ValueError."""
    parts = urlsplit(text)
    if parts.scheme not in SCHEMES or not parts.netloc:
        raise ValueError("is not an address of Redis, such as redis://127.0.0.1:6379/0")
    prefix = parse_qs(parts.query).get("prefix", [_PREFIX])[0]
    bare = parts._replace(query="").geturl()
    if not parts.scheme.endswith("+sentinel"):
        _database(parts.path.split("/")[1:])
        return RedisAddress(url=bare, prefix=prefix, ca_file=ca_file)
    service = parts.path.split("/")[1] if parts.path else ""
    if not service:
        raise ValueError("names no service, such as redis+sentinel://host1,host2/service/0")
    _database(parts.path.split("/")[2:])
    hosts = parts.netloc.rpartition("@")[2].split(",")
    return RedisAddress(url=bare, prefix=prefix, sentinels=tuple(map(_host, hosts)), service=service, ca_file=ca_file)


def _host(text: str) -> tuple[str, int]:
    name, _, port = text.strip().rpartition(":") if ":" in text else (text.strip(), "", str(_SENTINEL_PORT))
    if not name or not port.isdecimal():
        raise ValueError(f"{text!r} is not a host such as 10.0.0.7:26379")
    return name, int(port)


def _database(path: list[str]) -> int:
    text = path[0] if path else ""
    if text and not text.isdecimal():
        raise ValueError(f"{text!r} is not the number of a database")
    return int(text or 0)


class RedisLink:
    """The connection. A failure fails everything in flight at once, and nothing is ever sent twice."""

    def __init__(self, address: RedisAddress, metrics: Metrics) -> None:
        self.prefix = address.prefix
        self.client = address.connect()
        self.works = True
        """Whether it makes sense to ask; while it does not, everything but a probe fails at once."""
        self._metrics = metrics
        self._waiting: list[tuple[tuple[Any, ...], asyncio.Future[Any] | None]] = []
        self._sending: asyncio.Task[None] | None = None

    def key(self, *parts: str) -> str:
        """Return the name of a key or channel of this installation."""
        return ":".join((self.prefix, *parts))

    def post(self, *command: Any) -> None:
        """Send a command whose reply nobody needs; lost when Redis is gone."""
        self._queue(command, None)

    async def execute(self, *command: Any, probe: bool = False) -> Any:
        """Return the reply. Raises RedisGone."""
        if not (self.works or probe):
            raise RedisGone(was_sent=False)
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._queue(command, answer)
        return await answer

    async def close(self) -> None:
        """Send what waits, then disconnect."""
        if self._sending is not None:
            await asyncio.wait({self._sending}, timeout=_ANSWER_SECONDS)
            self._sending.cancel()
        await self.client.aclose()

    def _queue(self, command: tuple[Any, ...], answer: asyncio.Future[Any] | None) -> None:
        if len(self._waiting) >= _BACKLOG:
            if answer is not None:
                answer.set_exception(RedisGone(was_sent=False))
            return
        self._waiting.append((command, answer))
        if self._sending is None:
            self._sending = asyncio.create_task(self._send_all(), name="to Redis")

    async def _send_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._send(batch)
        finally:
            self._sending = None

    async def _send(self, batch: list[tuple[tuple[Any, ...], asyncio.Future[Any] | None]]) -> None:
        pipeline = self.client.pipeline(transaction=False)
        for command, _ in batch:
            pipeline.execute_command(*command)
        try:
            with self._metrics.redis():
                replies: list[Any] = await pipeline.execute(raise_on_error=False)
        except (RedisError, OSError, TimeoutError) as err:
            _LOGGER.debug("Redis does not answer: %r", err)
            replies = [err] * len(batch)
        for (_, answer), reply in zip(batch, replies, strict=True):
            _settle(answer, reply)


class Script:
    """A Lua script that runs in Redis as one step."""

    def __init__(self, link: RedisLink, source: str) -> None:
        self._link = link
        self._source = source
        self._hash = ""

    async def __call__(self, keys: list[str], args: list[Any], *, probe: bool = False) -> Any:
        """Return its result. Raises RedisGone."""
        if not self._hash:
            self._hash = _text(await self._link.execute("SCRIPT", "LOAD", self._source, probe=probe))
        try:
            return await self._link.execute("EVALSHA", self._hash, len(keys), *keys, *args, probe=probe)
        except NoScriptError:
            # Redis was restarted; it did nothing.
            return await self._link.execute("EVAL", self._source, len(keys), *keys, *args, probe=probe)

    def post(self, keys: list[str], args: list[Any]) -> None:
        """Run it when nobody needs its result."""
        self._link.post("EVAL", self._source, len(keys), *keys, *args)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value


def _settle(answer: asyncio.Future[Any] | None, reply: Any) -> None:
    if answer is None or answer.done():
        return
    if isinstance(reply, NoScriptError):
        answer.set_exception(reply)
    elif isinstance(reply, Exception):
        gone = RedisGone(was_sent=True)
        gone.__cause__ = reply
        answer.set_exception(gone)
    else:
        answer.set_result(reply)
