"""Between the processes of one server: channels that remember their latest messages, and calls from one to another.

With one process it is a memory that nobody else hears; with several it is Redis. Both keep one contract.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from typing import Final, Protocol, override

from ..clock import Clock, within

type Listener = Callable[[bytes, bool], None]
"""Gets what was published elsewhere, and whether it is remembered from before."""

type Answerer = Callable[[bytes], Awaitable[bytes]]


class BusGone(Exception):
    """The processes cannot reach each other now; nothing was sent."""


class NodeGone(Exception):
    """That process is not there anymore."""


@dataclass(frozen=True, kw_only=True)
class Keep:
    """A message is remembered as the latest in `field` of its channel, unless one of a higher `version` is already."""

    field: str
    version: int = 0


class Bus(Protocol):
    """What a process, a node, has of the others."""

    node: str

    async def start(self) -> None:
        """Join the others. Does not raise when they cannot be reached: that is tried again and again."""
        ...

    async def stop(self) -> None:
        """Leave."""
        ...

    def is_healthy(self) -> bool:
        """Tell whether the other nodes can be reached, as far as is known."""
        ...

    def nodes(self) -> frozenset[str]:
        """Return the nodes that are alive."""
        ...

    def time(self) -> float:
        """Return seconds of the epoch on the one clock that all nodes share."""
        ...

    def publish(self, channel: str, payload: bytes, *, keep: Keep | None = None) -> None:
        """Send to the listeners of all other nodes, in order; lost when the bus is gone."""
        ...

    async def open(self, channel: str, listener: Listener) -> None:
        """Listen, one listener per channel and node: first to what is remembered, in the order of fields.

        Returns once that was heard, or at once when the bus is gone: then it is heard when the bus is back, as it is
        after every outage.
        """
        ...

    def close(self, channel: str) -> None:
        """Listen no more."""
        ...

    def serve(self, answerer: Answerer) -> None:
        """Answer the calls of other nodes; the answerer never raises."""
        ...

    async def call(self, node: str, payload: bytes, *, timeout: float) -> bytes:  # noqa: ASYNC109 - injected clock
        """Return another node's answer. Raises BusGone or NodeGone when it did not get the call, or TimeoutError."""
        ...

    def on_recovery(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever the bus is back; what was published meanwhile is lost."""
        ...


class MemoryHub:
    """Where the memory buses of one process meet: in tests several, in a server of one process only one."""

    def __init__(self) -> None:
        self.buses: dict[str, MemoryBus] = {}
        self.kept: dict[str, dict[str, tuple[int, bytes]]] = {}
        self.numbers: Final = count(1)


class MemoryBus(Bus):
    """A bus within one process."""

    def __init__(self, clock: Clock, hub: MemoryHub | None = None) -> None:
        self._clock = clock
        self._hub = hub or MemoryHub()
        self.listeners: dict[str, Listener] = {}
        self.answerer: Answerer | None = None
        self.node = f"node-{next(self._hub.numbers)}"

    @override
    async def start(self) -> None:
        self._hub.buses[self.node] = self

    @override
    async def stop(self) -> None:
        self._hub.buses.pop(self.node, None)

    @override
    def is_healthy(self) -> bool:
        return True

    @override
    def nodes(self) -> frozenset[str]:
        return frozenset(self._hub.buses)

    @override
    def time(self) -> float:
        return self._clock.now().timestamp()

    @override
    def publish(self, channel: str, payload: bytes, *, keep: Keep | None = None) -> None:
        if keep is not None:
            kept = self._hub.kept.setdefault(channel, {})
            if keep.version and kept.get(keep.field, (0, b""))[0] >= keep.version:
                return
            kept[keep.field] = (keep.version, payload)
        for bus in self._hub.buses.values():
            if bus is not self and channel in bus.listeners:
                asyncio.get_running_loop().call_soon(bus.hear, channel, payload)

    @override
    async def open(self, channel: str, listener: Listener) -> None:
        self.listeners[channel] = listener
        for _, (_, payload) in sorted(self._hub.kept.get(channel, {}).items()):
            listener(payload, True)

    @override
    def close(self, channel: str) -> None:
        self.listeners.pop(channel, None)

    @override
    def serve(self, answerer: Answerer) -> None:
        self.answerer = answerer

    @override
    async def call(self, node: str, payload: bytes, *, timeout: float) -> bytes:
        bus = self._hub.buses.get(node)
        if bus is None or bus.answerer is None:
            raise NodeGone
        return await within(self._clock, timeout, bus.answerer(payload))

    @override
    def on_recovery(self, listener: Callable[[], None]) -> None:
        pass

    def hear(self, channel: str, payload: bytes) -> None:
        """Take what another bus published; for those only."""
        if channel in self.listeners:
            self.listeners[channel](payload, False)
