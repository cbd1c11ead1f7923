"""From one to many: rooms of peers on all nodes, messages encoded once, frequent states thinned to the newest."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any, Final

import msgspec

from ..clock import Clock
from ..metrics import Metrics
from ..protocol.messages import Message
from ..storage.bus import Bus, Keep
from .peer import EncodedFrame, Peer

PASS_SECONDS: Final = 1 / 25
"""Shortest time between two passes of thinned messages through a room."""

_CHUNK: Final = 200
_FRAME: Final = msgspec.json.Decoder(tuple[str, msgspec.Raw])

type News[M] = Callable[[str, M], bool]
"""Takes a room and what another node published there; tells whether it is news for the peers in the room here."""


class Fanout:
    """The rooms of one namespace."""

    def __init__(self, namespace: str, clock: Clock, metrics: Metrics, bus: Bus) -> None:
        self._namespace = namespace
        self._clock = clock
        self._metrics = metrics
        self._bus = bus
        self._rooms: dict[str, _Room] = {}
        self._opened: dict[str, asyncio.Future[None]] = {}
        self._news: dict[str, tuple[msgspec.json.Decoder[Any], News[Any]]] = {}

    def on_news[M: Message](self, kind: type[M], listener: News[M]) -> None:
        """Let `listener` hear messages of this kind that other nodes publish in opened rooms."""
        self._news[kind.EVENT] = (msgspec.json.Decoder(kind), listener)

    async def open(self, room: str) -> None:
        """Return once everything was heard that other nodes published to be remembered; go on hearing."""
        if room not in self._opened:
            listening = self._bus.open(_channel(room), lambda payload, kept: self._hear(room, payload, kept=kept))
            self._opened[room] = asyncio.ensure_future(listening)
        await asyncio.shield(self._opened[room])

    def close(self, room: str) -> None:
        """Hear no more of what other nodes publish."""
        if self._opened.pop(room, None) is not None:
            self._bus.close(_channel(room))

    def enter(self, room: str, peer: Peer) -> None:
        """Let the peer receive what is published in the room."""
        self._rooms.setdefault(room, _Room()).peers[peer.sid] = peer

    def leave(self, room: str, peer: Peer) -> None:
        """Stop that; a room that nobody is in costs nothing."""
        if room in self._rooms:
            self._rooms[room].peers.pop(peer.sid, None)
            self._tidy(room)

    def publish(self, room: str, message: Message, *, keep: str | None = None) -> None:
        """Send the message to everyone in the room now, on all nodes.

        A node that opens the room later hears the latest message of each `keep`.
        """
        frame = EncodedFrame(self._namespace, message)
        self._tell_others(room, frame, keep)
        self._deliver(room, frame)

    def publish_here(self, room: str, message: Message) -> None:
        """Send the message to everyone in the room now, on this node only."""
        if room in self._rooms:
            self._deliver(room, EncodedFrame(self._namespace, message))

    def publish_elsewhere(self, room: str, message: Message, *, keep: str | None = None) -> None:
        """Send the message to the other nodes only."""
        self._tell_others(room, EncodedFrame(self._namespace, message), keep)

    def publish_latest(self, room: str, message: Message, *, key: str) -> None:
        """Send the message everywhere, or within `PASS_SECONDS` the newest one with the same key, which is kept."""
        target = self._rooms.setdefault(room, _Room())
        target.waiting[key] = message
        if target.passing is None:
            target.passing = asyncio.create_task(self._pass(room, target), name=f"fan-out {room}")

    def _tell_others(self, room: str, frame: EncodedFrame, keep: str | None) -> None:
        self._bus.publish(_channel(room), frame.text.encode(), keep=None if keep is None else Keep(field=keep))

    def _hear(self, room: str, payload: bytes, *, kept: bool) -> None:
        event, message = _FRAME.decode(payload)
        is_news = not kept
        if event in self._news:
            decoder, listener = self._news[event]
            is_news = listener(room, decoder.decode(message))
        if is_news:
            self._deliver(room, EncodedFrame(self._namespace, payload.decode()))

    def _deliver(self, room: str, frame: EncodedFrame) -> None:
        target = self._rooms.get(room)
        if target is None:
            return
        self._metrics.delivered(len(target.peers))
        if target.urging is None and len(target.peers) <= _CHUNK:
            _push_now((frame,), tuple(target.peers.values()))
            return
        target.urgent.append(frame)
        if target.urging is None:
            target.urging = asyncio.create_task(self._urge(room, target), name=f"fan-out to many {room}")

    async def _urge(self, room: str, target: _Room) -> None:
        try:
            while target.urgent:
                frames, target.urgent = target.urgent, []
                await _push(frames, tuple(target.peers.values()))
        finally:
            target.urging = None
            self._tidy(room)

    async def _pass(self, room: str, target: _Room) -> None:
        try:
            while target.waiting:
                waiting, target.waiting = target.waiting, {}
                frames = []
                for key, message in waiting.items():
                    frames.append(EncodedFrame(self._namespace, message))
                    self._tell_others(room, frames[-1], f"state:{key}")
                peers = tuple(target.peers.values())
                await _push(frames, peers)
                self._metrics.passed()
                self._metrics.delivered(len(frames) * len(peers))
                await self._clock.sleep(PASS_SECONDS)
        finally:
            target.passing = None
            self._tidy(room)

    def _tidy(self, room: str) -> None:
        target = self._rooms.get(room)
        if target is not None and not target.peers and target.passing is None and target.urging is None:
            del self._rooms[room]


class _Room:
    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.waiting: dict[str, Message] = {}
        self.passing: asyncio.Task[None] | None = None
        self.urgent: list[EncodedFrame] = []
        self.urging: asyncio.Task[None] | None = None


def _channel(room: str) -> str:
    return f"viewers:{room}"


async def _push(frames: list[EncodedFrame], peers: tuple[Peer, ...]) -> None:
    """Queue in chunks, so that acknowledgements are not kept waiting by a large audience."""
    for start in range(0, len(peers), _CHUNK):
        _push_now(frames, peers[start : start + _CHUNK])
        if start + _CHUNK < len(peers):
            await asyncio.sleep(0)


def _push_now(frames: Iterable[EncodedFrame], peers: tuple[Peer, ...]) -> None:
    for peer in peers:
        for frame in frames:
            peer.push(frame)
