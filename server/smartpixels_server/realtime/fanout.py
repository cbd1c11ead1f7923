"""From one to many: rooms of peers, messages encoded once, frequent states thinned to the newest."""

import asyncio
from typing import Final

from ..clock import Clock
from ..metrics import Metrics
from ..protocol.messages import Message
from .peer import EncodedFrame, Peer

PASS_SECONDS: Final = 1 / 25
"""Shortest time between two passes of thinned messages through a room."""

_CHUNK: Final = 200


class Fanout:
    """The rooms of one namespace."""

    def __init__(self, namespace: str, clock: Clock, metrics: Metrics) -> None:
        self._namespace = namespace
        self._clock = clock
        self._metrics = metrics
        self._rooms: dict[str, _Room] = {}

    def enter(self, room: str, peer: Peer) -> None:
        """Let the peer receive what is published in the room."""
        self._rooms.setdefault(room, _Room()).peers[peer.sid] = peer

    def leave(self, room: str, peer: Peer) -> None:
        """Stop that; a room that nobody is in costs nothing."""
        if room in self._rooms:
            self._rooms[room].peers.pop(peer.sid, None)
            if not self._rooms[room].peers:
                del self._rooms[room]

    def publish(self, room: str, message: Message) -> None:
        """Send the message to everyone in the room now."""
        if room in self._rooms:
            frame = EncodedFrame(self._namespace, message)
            peers = tuple(self._rooms[room].peers.values())
            for peer in peers:
                peer.push(frame)
            self._metrics.delivered(len(peers))

    def publish_latest(self, room: str, message: Message, *, key: str) -> None:
        """Send the message, or within `PASS_SECONDS` the newest one with the same key."""
        if room not in self._rooms:
            return
        target = self._rooms[room]
        target.waiting[key] = message
        if target.passing is None:
            target.passing = asyncio.create_task(self._pass(target), name=f"fan-out {room}")

    async def _pass(self, room: _Room) -> None:
        try:
            while room.waiting:
                frames = [EncodedFrame(self._namespace, message) for message in room.waiting.values()]
                room.waiting.clear()
                peers = tuple(room.peers.values())
                await _push(frames, peers)
                self._metrics.passed()
                self._metrics.delivered(len(frames) * len(peers))
                await self._clock.sleep(PASS_SECONDS)
        finally:
            room.passing = None


class _Room:
    def __init__(self) -> None:
        self.peers: dict[str, Peer] = {}
        self.waiting: dict[str, Message] = {}
        self.passing: asyncio.Task[None] | None = None


async def _push(frames: list[EncodedFrame], peers: tuple[Peer, ...]) -> None:
    """Queue in chunks, so that acknowledgements are not kept waiting by a large audience."""
    for start in range(0, len(peers), _CHUNK):
        for peer in peers[start : start + _CHUNK]:
            for frame in frames:
                peer.push(frame)
        if start + _CHUNK < len(peers):
            await asyncio.sleep(0)
