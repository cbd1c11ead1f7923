"""The bus over Redis: a hash per channel is what is remembered, calls go to a channel per node."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any, Final, Literal, override

import msgspec
from redis.exceptions import RedisError

from ..clock import Clock, within
from ..metrics import Metrics
from .bus import Answerer, Bus, BusGone, Keep, Listener, NodeGone
from .redis import RedisAddress, RedisGone, RedisLink, Script

HEARTBEAT_SECONDS: Final = 1.0
GONE_SECONDS: Final = 5.0
"""A node that was silent for this long is gone."""

KEPT_SECONDS: Final = 30 * 24 * 3600
"""How long the latest messages of a channel are remembered after the last one."""

_LOGGER = logging.getLogger(__name__)

_PULSE: Final = """
local now = redis.call('TIME')
local seconds = now[1] + now[2] / 1000000
redis.call('ZADD', KEYS[1], seconds, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', seconds - ARGV[2])
return {tostring(now[1]), tostring(now[2]), redis.call('ZRANGE', KEYS[1], 0, -1)}
"""
_KEEP: Final = """
local version = tonumber(ARGV[3])
if version > 0 then
  local known = redis.call('HGET', KEYS[1], ARGV[1])
  if known and tonumber(string.match(known, '^%d+')) >= version then return 0 end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ':' .. ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[5])
return redis.call('PUBLISH', KEYS[2], ARGV[4])
"""


class _Envelope(msgspec.Struct, array_like=True):
    node: str
    kind: Literal["news", "call", "answer"]
    number: int
    body: bytes


class RedisBus(Bus):
    """A bus between processes."""

    def __init__(self, address: RedisAddress, clock: Clock, metrics: Metrics) -> None:
        self.node = secrets.token_urlsafe(9)
        self.link = RedisLink(address, metrics)
        self._clock = clock
        self._pulse = Script(self.link, _PULSE)
        self._keep = Script(self.link, _KEEP)
        self._subscriber = _Subscriber(self.link, hear=self._hear, lost=self._lost)
        self._listeners: dict[str, Listener] = {}
        self._opening: dict[str, list[bytes]] = {}
        self._calls: dict[int, asyncio.Future[bytes]] = {}
        self._answering: set[asyncio.Task[None]] = set()
        self._answerer: Answerer | None = None
        self._recovery: list[Callable[[], None]] = []
        self._numbers = count(1)
        self._healthy = False
        self._ready = asyncio.Event()
        self._nodes: frozenset[str] = frozenset({self.node})
        self._ahead = 0.0
        self._tasks: list[asyncio.Task[None]] = []

    @override
    async def start(self) -> None:
        self._ahead = self._clock.now().timestamp() - time.monotonic()
        self._subscriber.add(self._node_channel(self.node))
        self._tasks = [
            asyncio.create_task(self._subscriber.run(), name="from Redis"),
            asyncio.create_task(self._beat(), name="heartbeat to Redis"),
        ]
        with suppress(TimeoutError):
            async with asyncio.timeout(GONE_SECONDS):
                await self._ready.wait()

    @override
    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with suppress(RedisGone):
            async with asyncio.timeout(1):
                await self.link.execute("ZREM", self.link.key("nodes"), self.node)
        await self._subscriber.close()
        await self.link.close()

    @override
    def is_healthy(self) -> bool:
        return self._healthy

    @override
    def nodes(self) -> frozenset[str]:
        return self._nodes

    @override
    def time(self) -> float:
        return time.monotonic() + self._ahead

    @override
    def publish(self, channel: str, payload: bytes, *, keep: Keep | None = None) -> None:
        if not self._healthy:
            return
        news = self._encode("news", 0, payload)
        name = self._channel(channel)
        if keep is None:
            self.link.post("PUBLISH", name, news)
        else:
            arguments = [keep.field, payload, str(keep.version), news, str(KEPT_SECONDS)]
            self._keep.post([self._kept(channel), name], arguments)

    @override
    async def open(self, channel: str, listener: Listener) -> None:
        self._listeners[channel] = listener
        if not self._healthy:
            return
        try:
            await self._load(channel)
        except RedisGone as err:
            self._lost(err)

    @override
    def close(self, channel: str) -> None:
        if self._listeners.pop(channel, None) is not None:
            self._subscriber.remove(self._channel(channel))

    @override
    def serve(self, answerer: Answerer) -> None:
        self._answerer = answerer

    @override
    async def call(self, node: str, payload: bytes, *, timeout: float) -> bytes:
        if not self._healthy:
            raise BusGone
        number = next(self._numbers)
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        try:
            return await within(self._clock, timeout, self._ask(node, number, payload, answer))
        finally:
            del self._calls[number]

    @override
    def on_recovery(self, listener: Callable[[], None]) -> None:
        self._recovery.append(listener)

    async def _ask(self, node: str, number: int, payload: bytes, answer: asyncio.Future[bytes]) -> bytes:
        envelope = self._encode("call", number, payload)
        try:
            receivers = await self.link.execute("PUBLISH", self._node_channel(node), envelope)
        except RedisGone as err:
            self._lost(err)
            if not err.was_sent:
                raise BusGone from err
            # Perhaps it arrived: the answer, or the end of patience, tells.
        else:
            if not receivers:
                raise NodeGone
        return await answer

    async def _load(self, channel: str) -> None:
        """Subscribe, read what is remembered, then hear what came meanwhile: in the end the newest."""
        self._opening[channel] = []
        try:
            await self._subscriber.subscribe(self._channel(channel))
            kept: dict[bytes, bytes] = _pairs(await self.link.execute("HGETALL", self._kept(channel), probe=True))
            for _, value in sorted(kept.items()):
                self._tell(channel, value.partition(b":")[2], kept=True)
        finally:
            for payload in self._opening.pop(channel, []):
                self._tell(channel, payload, kept=False)

    def _tell(self, channel: str, payload: bytes, *, kept: bool) -> None:
        listener = self._listeners.get(channel)
        if listener is None:
            return
        try:
            listener(payload, kept)
        except Exception:
            _LOGGER.exception("Cannot take what another process sent to %s", channel)

    def _hear(self, name: str, data: bytes) -> None:
        envelope = msgspec.msgpack.decode(data, type=_Envelope)
        if envelope.node not in self._nodes:
            # It joined since the last heartbeat.
            self._nodes |= {envelope.node}
        match envelope.kind:
            case "answer" if envelope.number in self._calls and not self._calls[envelope.number].done():
                self._calls[envelope.number].set_result(envelope.body)
            case "call":
                task = asyncio.create_task(self._answer(envelope), name="answer to another process")
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case "news" if envelope.node != self.node:
                channel = name.removeprefix(self._channel(""))
                if channel in self._opening:
                    self._opening[channel].append(envelope.body)
                else:
                    self._tell(channel, envelope.body, kept=False)

    async def _answer(self, envelope: _Envelope) -> None:
        if self._answerer is not None:
            answer = await self._answerer(envelope.body)
            self.link.post(
                "PUBLISH", self._node_channel(envelope.node), self._encode("answer", envelope.number, answer)
            )

    async def _beat(self) -> None:
        while True:
            try:
                await self._beat_once()
            except (RedisGone, RedisError, OSError, TimeoutError) as err:
                self._lost(err)
            await asyncio.sleep(HEARTBEAT_SECONDS)

    async def _beat_once(self) -> None:
        """Tell that this node is alive, learn who else is, and hear the own voice: then both directions work."""
        asked = time.monotonic()
        seconds, micros, nodes = await self._pulse([self.link.key("nodes")], [self.node, str(GONE_SECONDS)], probe=True)
        self._ahead = int(seconds) + int(micros) / 1e6 - (asked + time.monotonic()) / 2
        self._nodes = frozenset(name.decode() for name in nodes)
        await self._hear_oneself()
        if not self._healthy:
            await self._recovered()

    async def _hear_oneself(self) -> None:
        number = next(self._numbers)
        heard = self._calls[number] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS * 2):
                own = self._encode("answer", number, b"")
                await self.link.execute("PUBLISH", self._node_channel(self.node), own, probe=True)
                await heard
        finally:
            del self._calls[number]

    async def _recovered(self) -> None:
        loaded: set[str] = set()
        while missing := self._listeners.keys() - loaded:
            await asyncio.gather(*map(self._load, missing))
            loaded |= missing
        self._healthy = self.link.works = True
        self._ready.set()
        _LOGGER.info("Redis works; %d server processes", len(self._nodes))
        for listener in self._recovery:
            listener()

    def _lost(self, err: Exception) -> None:
        if self._healthy:
            _LOGGER.warning("Redis does not work: %r", err.__cause__ or err)
        self._healthy = self.link.works = False

    def _encode(self, kind: Literal["news", "call", "answer"], number: int, body: bytes) -> bytes:
        return msgspec.msgpack.encode(_Envelope(self.node, kind, number, body))

    def _channel(self, channel: str) -> str:
        return self.link.key("channel", channel)

    def _kept(self, channel: str) -> str:
        return self.link.key("kept", channel)

    def _node_channel(self, node: str) -> str:
        return self.link.key("node", node)


class _Subscriber:
    """The one connection that listens; it comes back by itself, with all its channels."""

    def __init__(
        self, link: RedisLink, *, hear: Callable[[str, bytes], None], lost: Callable[[Exception], None]
    ) -> None:
        self._link = link
        self._hear = hear
        self._lost = lost
        self._pubsub: Any = link.client.pubsub()
        self._channels: set[str] = set()
        self._connected = asyncio.Event()
        self._confirmed: dict[str, asyncio.Future[None]] = {}

    def add(self, channel: str) -> None:
        """Listen to a channel from the next connection on."""
        self._channels.add(channel)

    async def subscribe(self, channel: str) -> None:
        """Return once Redis sends what is published in the channel. Raises RedisGone."""
        self._channels.add(channel)
        confirmed = self._confirmed.setdefault(channel, asyncio.get_running_loop().create_future())
        try:
            async with asyncio.timeout(GONE_SECONDS):
                # Two who connect at once would leave one of the connections to nobody.
                await self._connected.wait()
                await self._pubsub.subscribe(channel)
                await asyncio.shield(confirmed)
        except (RedisError, OSError, TimeoutError) as err:
            raise RedisGone(was_sent=False) from err
        finally:
            if self._confirmed.get(channel) is confirmed:
                del self._confirmed[channel]

    def remove(self, channel: str) -> None:
        """Listen to the channel no more from the next connection on; until then it is not heard."""
        self._channels.discard(channel)

    async def run(self) -> None:
        """Until canceled."""
        while True:
            try:
                await self._pubsub.subscribe(*self._channels)
                self._connected.set()
                async for message in self._pubsub.listen():
                    self._take(message)
            except (RedisError, OSError, TimeoutError) as err:
                # What was published meanwhile is missed, however short it is.
                self._lost(err)
            self._connected.clear()
            await self._pubsub.aclose()
            self._pubsub = self._link.client.pubsub()
            await asyncio.sleep(HEARTBEAT_SECONDS / 2)

    async def close(self) -> None:
        """Disconnect."""
        with suppress(RedisError, OSError):
            await self._pubsub.aclose()

    def _take(self, message: dict[str, Any]) -> None:
        channel = message["channel"].decode()
        if message["type"] == "subscribe" and channel in self._confirmed:
            if not self._confirmed[channel].done():
                self._confirmed[channel].set_result(None)
        elif message["type"] == "message":
            self._hear(channel, message["data"])


def _pairs(reply: Any) -> dict[bytes, bytes]:
    if isinstance(reply, dict):
        return reply
    return dict(zip(reply[::2], reply[1::2], strict=True))
