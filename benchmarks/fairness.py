"""Crowds of 5, 50 and 500 simulated people, some impatient or hostile, on a virtual clock over the real service.

What is measured: how much of the play everybody gets (changes in free play, seconds of turns otherwise); what the worst
flooder gets compared with who wants as much and asks politely; by how much a wait exceeded what the line had promised.
"""

import argparse
import asyncio
import heapq
import random
import statistics
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, Final, override

from smartpixels_server.clock import Clock
from smartpixels_server.errors import SmartPixelsError
from smartpixels_server.protocol.errors import ErrorCode
from smartpixels_server.protocol.messages import ActionType, Device, DeviceKind, LocalizedName, Play, PlayMode
from smartpixels_server.turns.budgets import MemoryBudgetStore
from smartpixels_server.turns.messages import Turn
from smartpixels_server.turns.model import READY_SECONDS, TURN_SECONDS
from smartpixels_server.turns.service import TurnService
from smartpixels_server.turns.store import MemoryTurnStore
from smartpixels_server.viewers.on_site import MemoryOnSiteStore, OnSite
from smartpixels_server.viewers.service import Viewer

from .report import json_line, progress, table

CROWDS: Final = (5, 50, 500)
TURNS_EACH: Final = 3
FREE_SECONDS: Final = 900
COOKIES: Final = 12
"""How many viewers one hostile network pretends to be."""

_PLACE: Final = "house"
_TICK: Final = 1.0
_LAMP: Final = Device(
    device_id="tree", kind=DeviceKind.LIGHT, name=LocalizedName(en="Tree"), actions=(ActionType.TURN_ON,)
)


class VirtualClock(Clock):
    """Is where the simulation puts it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @override
    def now(self) -> datetime:
        return datetime(2026, 12, 6, 17, tzinfo=UTC) + timedelta(seconds=self.seconds)

    @override
    def monotonic(self) -> float:
        return self.seconds

    @override
    async def sleep(self, seconds: float) -> None:
        raise NotImplementedError


class Owner:
    """Wants nothing special."""

    def play(self, _location_id: str) -> Play:
        """Return the owner's wish."""
        return Play()


class Kind(StrEnum):
    """How somebody behaves."""

    KEEN = "keen"
    STEADY = "steady"
    IMPATIENT = "impatient"
    DREAMER = "dreamer"
    FLOODER = "flooder"
    ARMY = "army"


PAUSE: Final = {
    Kind.KEEN: 0.4,
    Kind.STEADY: 1.0,
    Kind.IMPATIENT: 0.4,
    Kind.DREAMER: 1.2,
    Kind.FLOODER: 0.1,
    Kind.ARMY: 0.5,
}
"""Seconds between two clicks of somebody who can play."""

PATIENCE: Final = {
    Kind.KEEN: 40.0,
    Kind.STEADY: 40.0,
    Kind.IMPATIENT: 4.0,
    Kind.DREAMER: 60.0,
    Kind.FLOODER: 2.0,
    Kind.ARMY: 10.0,
}
"""Seconds until somebody who cannot play tries again, although the page says how long it takes."""

PASSES: Final = {
    Kind.KEEN: 0.0,
    Kind.STEADY: 0.2,
    Kind.IMPATIENT: 0.6,
    Kind.DREAMER: 0.1,
    Kind.FLOODER: 0.0,
    Kind.ARMY: 0.0,
}
MISSES: Final = {
    Kind.KEEN: 0.0,
    Kind.STEADY: 0.05,
    Kind.IMPATIENT: 0.1,
    Kind.DREAMER: 0.4,
    Kind.FLOODER: 0.0,
    Kind.ARMY: 0.0,
}
GIVES_UP: Final = 0.02


@dataclass(kw_only=True, eq=False)
class Actor:
    """One open page; several may belong to one person, whose share is theirs together."""

    person: str
    kind: Kind
    viewer: Viewer
    passes_at: float | None = None
    promise: tuple[float, float] | None = None
    answers_at: float | None = None


@dataclass(kw_only=True)
class Findings:
    """What a crowd got."""

    kinds: dict[str, Kind]
    shares: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    errors: list[float] = field(default_factory=list)

    def of(self, *kinds: Kind) -> list[float]:
        """Return the shares of people of these kinds."""
        return [self.shares[one] for one, kind in self.kinds.items() if kind in kinds]

    def figures(self) -> dict[str, float]:
        """Return the figures, as ratios."""
        median = statistics.median(self.of(Kind.KEEN, Kind.STEADY, Kind.IMPATIENT, Kind.DREAMER))
        hostile = self.of(Kind.FLOODER, Kind.ARMY)
        late = [max(0.0, error) for error in self.errors] or [0.0]
        return {
            "max_share_over_median": round(max(self.shares.values()) / median, 3),
            "flooder_gain": round(max(hostile) / max(self.of(Kind.KEEN)), 3),
            "worst_wait_error": round(max(late), 3),
            "typical_earliness": round(-statistics.median(self.errors), 3) if self.errors else 0.0,
            "waits": len(self.errors),
        }


class Crowd:
    """The people of one simulation, and the events of their evening."""

    def __init__(self, size: int, chance: random.Random) -> None:
        self._chance = chance
        self._clock = VirtualClock()
        self._turns = TurnService(
            lines=MemoryTurnStore(),
            budgets=MemoryBudgetStore(),
            on_site=OnSite(MemoryOnSiteStore(), self._clock, key=b"a key of the benchmark"),
            devices=Owner(),
            clock=self._clock,
            play=PlayMode.AUTO,
        )
        self.actors = list(_people(size))
        self._by_id = {actor.viewer.viewer_id: actor for actor in self.actors}
        self._events: list[tuple[float, int, Actor]] = []
        self._order = count()
        self._revision = 0
        self._holding: tuple[str, float] | None = None
        self.findings = Findings(kinds={actor.person: actor.kind for actor in self.actors})

    async def run(self, seconds: float) -> Findings:
        """Play for so long."""
        for actor in self.actors:
            self._again(actor, self._chance.uniform(0, 20))
        tick = 0.0
        while tick < seconds:
            while self._events and self._events[0][0] <= tick:
                at, _, actor = heapq.heappop(self._events)
                self._clock.seconds = max(self._clock.seconds, at)
                await self._act(actor)
            self._clock.seconds = tick = tick + _TICK
            await self._look()
        return self.findings

    async def _act(self, actor: Actor) -> None:
        now = self._clock.seconds
        if actor.answers_at is not None and now >= actor.answers_at:
            actor.answers_at = None
            await self._note(actor, await self._turns.ready(_PLACE, actor.viewer.viewer_id))
        if actor.passes_at is not None and now >= actor.passes_at:
            actor.passes_at = None
            await self._turns.give_up(_PLACE, actor.viewer.viewer_id)
            self._again(actor, 5)
            return
        try:
            await self._turns.spend(await self._turns.admit(_PLACE, actor.viewer, _LAMP))
        except SmartPixelsError as err:
            await self._refused(actor, err)
            return
        if await self._turns.mode(_PLACE) is PlayMode.FREE:
            self.findings.shares[actor.person] += 1
        self._again(actor, PAUSE[actor.kind])

    async def _refused(self, actor: Actor, err: SmartPixelsError) -> None:
        if err.code is ErrorCode.NOT_YOUR_TURN:
            if actor.kind is Kind.IMPATIENT and self._chance.random() < GIVES_UP:
                actor.promise = None
                await self._turns.give_up(_PLACE, actor.viewer.viewer_id)
            else:
                await self._request(actor)
        waits = err.code is ErrorCode.NOT_YOUR_TURN
        self._again(actor, PATIENCE[actor.kind] * (1 + len(self.actors) / 100) if waits else PAUSE[actor.kind])

    async def _request(self, actor: Actor) -> None:
        try:
            turn = await self._turns.request(_PLACE, actor.viewer)
        except SmartPixelsError:
            return
        await self._note(actor, turn)

    async def _look(self) -> None:
        news = await self._turns.news(_PLACE, self._by_id.keys(), since=self._revision)
        if news is None:
            return
        self._revision = news.revision
        holder = news.others.holder
        self._count(holder.viewer_id if holder else None)
        for viewer_id, turn in news.personal.items():
            await self._note(self._by_id[viewer_id], turn)

    def _count(self, holder: str | None) -> None:
        """Note for how long the turn before was held."""
        now = self._clock.seconds
        if self._holding is not None and self._holding[0] != holder:
            before = self._by_id[self._holding[0]]
            self.findings.shares[before.person] += min(TURN_SECONDS, now - self._holding[1])
            before.passes_at = None
        if holder is None:
            self._holding = None
        elif self._holding is None or self._holding[0] != holder:
            self._holding = (holder, now)

    async def _note(self, actor: Actor, turn: Turn) -> None:
        now = self._clock.seconds
        if turn.mine:
            self._begun(actor, now)
        elif turn.ready_ms is not None:
            if actor.answers_at is None and self._chance.random() >= MISSES[actor.kind]:
                actor.answers_at = now + self._chance.uniform(0.5, 3)
                self._again(actor, actor.answers_at - now)
            elif actor.answers_at is None:
                actor.promise = None
                actor.answers_at = now + READY_SECONDS * 3
        elif turn.place is None:
            actor.promise = actor.answers_at = None
        elif actor.promise is None and turn.wait_ms is not None:
            actor.promise = (now, turn.wait_ms / 1000)

    def _begun(self, actor: Actor, now: float) -> None:
        if actor.promise is not None:
            asked, promised = actor.promise
            # Less than the time for an answer is "now" on the page.
            self.findings.errors.append((now - asked - promised) / max(promised, READY_SECONDS))
            actor.promise = None
            if self._chance.random() < PASSES[actor.kind]:
                actor.passes_at = now + self._chance.uniform(8, TURN_SECONDS - 2)
                self._again(actor, actor.passes_at - now)

    def _again(self, actor: Actor, seconds: float) -> None:
        at = self._clock.seconds + seconds * self._chance.uniform(0.8, 1.2)
        heapq.heappush(self._events, (at, next(self._order), actor))


def _people(size: int) -> Iterator[Actor]:
    """A flooder, a hostile network with many cookies, and honest people of four kinds."""
    honest = (Kind.KEEN, Kind.STEADY, Kind.IMPATIENT, Kind.STEADY, Kind.DREAMER)
    for number in range(size):
        kind = {0: Kind.FLOODER, 1: Kind.ARMY}.get(number, honest[(number - 2) % len(honest)])
        for cookie in range(COOKIES if kind is Kind.ARMY else 1):
            viewer_id = f"{number}-{cookie}"
            viewer = Viewer(viewer_id=viewer_id, handle=viewer_id, language="en", network=f"network-{number}")
            yield Actor(person=str(number), kind=kind, viewer=viewer)


async def simulate(size: int, *, seed: int = 1, turns_each: float = TURNS_EACH) -> dict[str, float]:
    """Return the figures of a crowd."""
    crowd = Crowd(size, random.Random(seed))  # noqa: S311 - a simulation
    seconds = FREE_SECONDS if size <= CROWDS[0] else size * TURN_SECONDS * turns_each
    return (await crowd.run(seconds)).figures()


async def _run(options: argparse.Namespace) -> None:
    found: dict[str, dict[str, float]] = {}
    for number, size in enumerate(CROWDS, 1):
        found[f"{size} people"] = await simulate(size)
        progress(number, len(CROWDS), "crowds")
    shown = {"max_share_over_median": "share", "flooder_gain": "flooder", "worst_wait_error": "late"}
    rows = {crowd: {short: figures[name] for name, short in shown.items()} for crowd, figures in found.items()}
    table("Largest share over the median, what flooding gains, longest wait over its promise", rows)
    worst: dict[str, Any] = {name: max(figures[name] for figures in found.values()) for name in shown}
    if options.json:
        json_line({**worst, "crowds": found})
    sys.stdout.flush()


def main(options: argparse.Namespace) -> None:
    """Run the benchmark."""
    asyncio.run(_run(options))
