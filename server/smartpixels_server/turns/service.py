"""Who may act now: modes, turns, budgets, and what each viewer is told about them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ..clock import Clock
from ..errors import SmartPixelsError
from ..protocol import messages as wire
from ..protocol.errors import ErrorCode
from ..protocol.messages import Device, DeviceKind, Goal, Play, PlayMode, Who
from ..viewers.messages import Tokens
from ..viewers.on_site import OnSite
from ..viewers.service import Viewer
from .budgets import Budget, BudgetStore
from .crowd import SHARING_SECONDS, Reason
from .messages import Ballot, GoalState, Turn, Votes
from .model import Line, Place
from .store import TurnStore

TOKENS: Final = 20
REFILL_SECONDS: Final = 0.25
"""Of a viewer alone, or whose turn it is; in free play people share this rate."""

NETWORK_TOKENS: Final = 60
EVERYONE: Final = Viewer(viewer_id="everyone", handle="Everyone", language="en")
"""Who acts when people decided together; no cookie can say so."""


@dataclass(frozen=True, kw_only=True)
class News:
    """What there is to tell at a location: to those in the line, and to everybody else."""

    revision: int
    personal: Mapping[str, Turn]
    others: Turn
    ballot: Ballot


@dataclass(frozen=True, kw_only=True)
class Admission:
    """A wish that may be: what the server vouches for, and what it costs."""

    viewer: wire.Viewer
    budgets: Sequence[Budget]


@dataclass(frozen=True, kw_only=True)
class _View:
    mode: PlayMode
    holds: bool
    wait: float | None
    sharing: int


class Owners(Protocol):
    """Tells how the owner of a location wants viewers to play."""

    def play(self, location_id: str) -> Play:
        """Return the owner's wish."""
        ...


class TurnService:
    """Knows whose turn it is at every location."""

    def __init__(
        self,
        *,
        lines: TurnStore,
        budgets: BudgetStore,
        on_site: OnSite,
        devices: Owners,
        clock: Clock,
        play: PlayMode,
    ) -> None:
        self._lines = lines
        self._budgets = budgets
        self._on_site = on_site
        self._owners = devices
        self._clock = clock
        self._play = play
        self._deciders: list[Callable[[str, str], None]] = []

    def on_decision(self, listener: Callable[[str, str], None]) -> None:
        """Call `listener` with the location's id and a scene that people decided to play; on one process only."""
        self._deciders.append(listener)

    async def admit(self, location_id: str, viewer: Viewer, device: Device) -> Admission:
        """Let the viewer act on the device. Raises SmartPixelsError `not_your_turn` or `not_on_site`."""
        if viewer == EVERYONE:
            return Admission(viewer=wire.Viewer(viewer_id=viewer.viewer_id, handle=viewer.handle), budgets=())
        on_site = await self._on_site.holds(location_id, viewer.viewer_id)
        household = _household(viewer, on_site=on_site)
        view = await self._look(location_id, viewer, wants=household)
        if device.who is Who.ON_SITE and not on_site:
            raise SmartPixelsError(ErrorCode.NOT_ON_SITE, "this device is for people who are there")
        if self._is_shared(location_id, device, view.mode):
            raise SmartPixelsError(ErrorCode.TOGETHER, "people decide this together, vote for it")
        if not view.holds and (view.mode is PlayMode.TURNS or device.who is Who.TURN_HOLDER):
            wait_ms = None if view.wait is None else round(view.wait * 1000)
            raise SmartPixelsError(ErrorCode.NOT_YOUR_TURN, "it is not your turn", retry_after_ms=wait_ms)
        vouched = wire.Viewer(viewer_id=viewer.viewer_id, handle=viewer.handle, has_turn=view.holds, on_site=on_site)
        return Admission(viewer=vouched, budgets=_budgets(viewer, household, view))

    async def spend(self, admission: Admission) -> None:
        """Take one of the budgets. Raises SmartPixelsError `rate_limited` with the time to wait."""
        if not admission.budgets:
            return
        wait = await self._budgets.take(admission.budgets, at=self._now())
        if wait > 0:
            raise SmartPixelsError(
                ErrorCode.RATE_LIMITED, "too many at once", retry_after_ms=max(1, round(wait * 1000))
            )

    async def tokens(self, location_id: str, viewer: Viewer) -> Tokens:
        """Return the viewer's budget, which is never more than its network has."""
        household = await self.household(location_id, viewer)
        budgets = _budgets(viewer, household, await self._look(location_id, viewer))
        left = [await self._budgets.left(budget, at=self._now()) for budget in budgets]
        return Tokens(left=min(left), capacity=TOKENS, refill_ms=round(budgets[0].refill_seconds * 1000))

    async def turn(self, location_id: str, viewer_id: str) -> Turn:
        """Return what the viewer is told now."""
        return await self._change(location_id, lambda line, now: _turn_of(line, viewer_id, now))

    def unknown(self) -> tuple[Tokens, Turn]:
        """Return what a viewer is told while the store cannot be asked."""
        mode = PlayMode.FREE if self._play is PlayMode.AUTO else self._play
        nothing = Tokens(left=0, capacity=TOKENS, refill_ms=round(REFILL_SECONDS * 1000))
        return nothing, Turn(mode=mode, reason=Reason.FEW, waiting=0)

    async def request(self, location_id: str, viewer: Viewer) -> Turn:
        """Put the viewer into the line. Raises SmartPixelsError `busy` when it is full."""
        household = await self.household(location_id, viewer)

        def work(line: Line, now: float) -> Turn | None:
            place = Place(viewer_id=viewer.viewer_id, handle=viewer.handle, household=household, seen_at=now)
            line.crowd.want(household, now)
            return _turn_of(line, viewer.viewer_id, now) if line.request(place, now) else None

        turn = await self._change(location_id, work)
        if turn is None:
            wait = await self._look(location_id, viewer)
            raise SmartPixelsError(
                ErrorCode.BUSY,
                "the line is full",
                retry_after_ms=None if wait.wait is None else round(wait.wait * 1000),
            )
        return turn

    async def ready(self, location_id: str, viewer_id: str) -> Turn:
        """Take the viewer's word of being there."""

        def work(line: Line, now: float) -> Turn:
            line.answer(viewer_id, now)
            return _turn_of(line, viewer_id, now)

        return await self._change(location_id, work)

    async def give_up(self, location_id: str, viewer_id: str) -> Turn:
        """Pass the viewer's turn or place on."""

        def work(line: Line, now: float) -> Turn:
            line.leave(viewer_id, now)
            line.advance(now)
            return _turn_of(line, viewer_id, now)

        return await self._change(location_id, work)

    async def end_turn(self, location_id: str) -> None:
        """End the present turn: a moderator's word."""

        def work(line: Line, now: float) -> None:
            if line.holder is not None:
                line.leave(line.holder.place.viewer_id, now)
                line.advance(now)

        await self._change(location_id, work)

    async def vote(self, location_id: str, viewer: Viewer, device: Device) -> Ballot:
        """Count the viewer's voice for a scene. Raises SmartPixelsError `rate_limited`, `invalid` for other devices."""
        household = await self.household(location_id, viewer)
        view = await self._look(location_id, viewer, wants=household)
        if not self._is_shared(location_id, device, view.mode):
            raise SmartPixelsError(ErrorCode.INVALID, "there is nothing to decide about this now")
        goals = self._owners.play(location_id).goals
        goal = next((goal for goal in goals if goal.device_id == device.device_id), None)

        def work(line: Line, now: float) -> Ballot | float:
            if (rest := line.together.rest(device.device_id, now)) > 0:
                return rest
            line.revision += 1
            if goal is not None:
                line.together.want(household, goal, now)
            else:
                line.together.vote(household, device.device_id, now)
            return _ballot(line, goals, now)

        ballot = await self._change(location_id, work)
        if isinstance(ballot, float):
            raise SmartPixelsError(ErrorCode.RATE_LIMITED, "it was just played", retry_after_ms=_ms(ballot))
        return ballot

    async def ballot(self, location_id: str) -> Ballot:
        """Return what people decide together now."""
        goals = self._owners.play(location_id).goals
        return await self._change(location_id, lambda line, now: _ballot(line, goals, now))

    async def mode(self, location_id: str) -> PlayMode:
        """Return how people share the location now."""
        return await self._change(location_id, lambda line, _: line.crowd.mode)

    async def news(self, location_id: str, here: Collection[str], *, since: int) -> News | None:
        """Note which viewers are here; return what there is to tell them when something changed since that revision."""
        goals = self._owners.play(location_id).goals

        def work(line: Line, now: float) -> News | None:
            line.see(here, now)
            if line.revision == since:
                return None
            personal = {
                place.viewer_id: _turn(line, now, place=place, ahead=ahead, wait=wait)
                for place, ahead, wait in line.standing(now)
                if place.viewer_id in here
            }
            return News(
                revision=line.revision,
                personal=personal,
                others=_turn_of(line, None, now),
                ballot=_ballot(line, goals, now),
            )

        return await self._change(location_id, work)

    async def household(self, location_id: str, viewer: Viewer) -> str:
        """Return whom the viewer counts for among different people: the network, or alone when on site."""
        return _household(viewer, on_site=await self._on_site.holds(location_id, viewer.viewer_id))

    async def _change[T](self, location_id: str, work: Callable[[Line, float], T]) -> T:
        play = self._owners.play(location_id)
        if play.mode is None:
            play = Play(mode=self._play, goals=play.goals)
        now = self._now()

        def change(line: Line) -> tuple[T, list[str]]:
            line.update(play, now)
            result = work(line, now)
            decided, line.together.decided = line.together.decided, []
            return result, decided

        result, decided = await self._lines.change(location_id, change)
        for device_id in decided:
            for listener in self._deciders:
                listener(location_id, device_id)
        return result

    def _is_shared(self, location_id: str, device: Device, mode: PlayMode) -> bool:
        """Scenes are for all at once while people take turns; goals always are."""
        goals = self._owners.play(location_id).goals
        is_goal = any(goal.device_id == device.device_id for goal in goals)
        return is_goal or (device.kind is DeviceKind.SCENE and mode is PlayMode.TURNS)

    async def _look(self, location_id: str, viewer: Viewer, *, wants: str | None = None) -> _View:
        def work(line: Line, now: float) -> _View:
            if wants is not None:
                line.crowd.want(wants, now)
            return _View(
                mode=line.crowd.mode,
                holds=line.holds(viewer.viewer_id),
                wait=_wait(line, viewer.viewer_id, now),
                sharing=line.crowd.people(now, within=SHARING_SECONDS),
            )

        return await self._change(location_id, work)

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _household(viewer: Viewer, *, on_site: bool) -> str:
    return viewer.viewer_id if on_site or viewer.network is None else viewer.network


def _budgets(viewer: Viewer, household: str, view: _View) -> Sequence[Budget]:
    refill = REFILL_SECONDS * (1 if view.mode is PlayMode.TURNS else max(1, view.sharing))
    budgets = [Budget(key=f"viewer {viewer.viewer_id}", capacity=TOKENS, refill_seconds=refill)]
    if household != viewer.viewer_id:
        budgets.append(Budget(key=f"network {household}", capacity=NETWORK_TOKENS, refill_seconds=refill))
    return budgets


def _wait(line: Line, viewer_id: str, now: float) -> float | None:
    waits = (wait for place, _, wait in line.standing(now) if place.viewer_id == viewer_id)
    return next(waits, line.newcomer_wait(now))


def _turn_of(line: Line, viewer_id: str | None, now: float) -> Turn:
    for place, ahead, wait in line.standing(now):
        if place.viewer_id == viewer_id:
            return _turn(line, now, place=place, ahead=ahead, wait=wait)
    return _turn(line, now, place=None, ahead=0, wait=line.newcomer_wait(now))


def _turn(line: Line, now: float, *, place: Place | None, ahead: int, wait: float | None) -> Turn:
    holder, asked = line.holder, line.asked
    mine = holder is not None and holder.place is place
    is_asked = asked is not None and asked.place is place
    return Turn(
        mode=line.crowd.mode,
        reason=line.crowd.reason,
        waiting=line.length,
        holder=wire.Viewer(viewer_id=holder.place.viewer_id, handle=holder.place.handle) if holder else None,
        turn_ms=_ms(holder.until - now) if holder else None,
        mine=mine,
        place=ahead or None,
        wait_ms=None if wait is None or mine else _ms(wait),
        ready_ms=_ms(asked.until - now) if asked and is_asked and not line.is_ready else None,
        is_ready=is_asked and line.is_ready,
    )


def _ballot(line: Line, goals: Sequence[Goal], now: float) -> Ballot:
    vote = line.together.round
    scenes = sorted(set(vote.votes.values())) if vote else []
    return Ballot(
        left_ms=_ms(vote.until - now) if vote else None,
        votes=tuple(Votes(device_id=one, votes=vote.count(one)) for one in scenes) if vote else (),
        goals=tuple(
            GoalState(
                device_id=goal.device_id, people=line.together.people(goal), needed=goal.people, seconds=goal.seconds
            )
            for goal in goals
        ),
    )


def _ms(seconds: float) -> int:
    return max(0, round(seconds * 1000))
