"""The line of one location: who holds the turn, who is asked next, who waits. Pure; times are seconds of the epoch.

What the line promises: every place ahead costs at most `TURN_SECONDS`. The next one is asked while the turn before
still runs, one who does not answer costs `READY_SECONDS` and no turn, and one who passes early is never replaced later
than the turn would have ended. So a wait that counts each place ahead as `SHORTEST_SLOT` or more is never exceeded by
more than `MARGIN`; it may well be shorter, when people pass early or go.
"""

from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Final

from msgspec import Struct, field

from ..protocol.messages import Play, PlayMode
from .crowd import Crowd
from .together import Together

TURN_SECONDS: Final = 30.0
READY_SECONDS: Final = 10.0
GRACE_SECONDS: Final = 10.0
"""How long a place is kept for one who left the page."""

MARGIN: Final = 1.15
SHORTEST_SLOT: Final = TURN_SECONDS / MARGIN
QUEUE_LENGTH: Final = 1000
"""Long on purpose: outside a full line, whoever asks most often would get in first."""

STANDBY_LENGTH: Final = 200
STANDBY_PER_HOUSEHOLD: Final = 3
_MEASURED: Final = 20
_CHECK_SECONDS: Final = 1.0


class Place(Struct, kw_only=True):
    """A viewer in the line; `household` is whom the place counts for: a network, or the viewer alone."""

    viewer_id: str
    handle: str
    household: str
    seen_at: float


class Held(Struct, kw_only=True):
    """A place with a moment: the turn's end, or until when the answer may come."""

    place: Place
    until: float


class Line(Struct, kw_only=True):
    """Everything about the turns of a location; `revision` grows when people should be told."""

    revision: int = 0
    at: float = 0.0
    checked_at: float = 0.0
    holder: Held | None = None
    asked: Held | None = None
    is_ready: bool = False
    queue: list[Place] = field(default_factory=list)
    standby: list[Place] = field(default_factory=list)
    slots: list[float] = field(default_factory=list)
    slot_began: float = 0.0
    crowd: Crowd = field(default_factory=Crowd)
    together: Together = field(default_factory=Together)

    def update(self, play: Play, now: float) -> None:
        """Let everything happen that was due until now; choose the mode, unless the owner did."""
        self.advance(now)
        if self.together.advance(play.goals, now):
            self.revision += 1
        if self.crowd.choose(play.mode or PlayMode.AUTO, now):
            self.revision += 1
            if self.crowd.mode is PlayMode.FREE:
                self.clear()

    def advance(self, now: float) -> None:
        """Let everything happen that was due until now, each at its own moment."""
        self._survive_clock(now)
        if not 0 <= now - self.checked_at < _CHECK_SECONDS:
            self.checked_at = now
            self._let_go_of_absent(now)
        while (step := min(self._steps(), key=lambda step: step[0], default=None)) is not None and step[0] <= now:
            self.at = max(self.at, step[0])
            step[1]()
            self.revision += 1
        self.at = now

    def request(self, place: Place, now: float) -> bool:
        """Let somebody in at the end; False when the line is full. Who is in the line already keeps the place."""
        self.advance(now)
        if self.find(place.viewer_id) is not None:
            return True
        if any(other.household == place.household for other in self._places()):
            same = sum(other.household == place.household for other in self.standby)
            if same >= STANDBY_PER_HOUSEHOLD or len(self.standby) >= STANDBY_LENGTH:
                return False
            self.standby.append(place)
        elif len(self.queue) >= QUEUE_LENGTH:
            return False
        elif self.holder is None and self.asked is None and not self.queue:
            self.slot_began = now
            self.holder = Held(place=place, until=now + TURN_SECONDS)
        else:
            self.queue.append(place)
        self.revision += 1
        self.advance(now)
        return True

    def answer(self, viewer_id: str, now: float) -> None:
        """Take a viewer's word of being there."""
        self.advance(now)
        if self.asked is not None and self.asked.place.viewer_id == viewer_id and not self.is_ready:
            self.is_ready = True
            self.revision += 1
        self.advance(now)

    def leave(self, viewer_id: str, now: float) -> None:
        """Free a viewer's place, or end the turn."""
        if self.holder is not None and self.holder.place.viewer_id == viewer_id:
            self.holder.until = min(self.holder.until, now)
        elif self.asked is not None and self.asked.place.viewer_id == viewer_id:
            self.asked = None
            self.is_ready = False
            self._measure(now)
        elif any(place.viewer_id == viewer_id for place in self.queue):
            self.queue = [place for place in self.queue if place.viewer_id != viewer_id]
        elif any(place.viewer_id == viewer_id for place in self.standby):
            self.standby = [place for place in self.standby if place.viewer_id != viewer_id]
        else:
            return
        self._promote()
        self.revision += 1

    def see(self, viewer_ids: Collection[str], now: float) -> None:
        """Note who is here; who is not seen for `GRACE_SECONDS` leaves."""
        for place in (*self._places(), *self.standby):
            if place.viewer_id in viewer_ids:
                place.seen_at = now

    def clear(self) -> None:
        """Let nobody hold or wait for anything."""
        self.holder = self.asked = None
        self.is_ready = False
        self.queue, self.standby = [], []
        self.revision += 1

    def holds(self, viewer_id: str) -> bool:
        """Tell whether it is the viewer's turn."""
        return self.holder is not None and self.holder.place.viewer_id == viewer_id

    def find(self, viewer_id: str) -> int | None:
        """Return how many are served before the viewer: 0 for the holder, None for one who is not in the line."""
        return next((ahead for place, ahead, _ in self.standing(self.at) if place.viewer_id == viewer_id), None)

    @property
    def length(self) -> int:
        """How many wait, those who are asked included."""
        return len(self.queue) + len(self.standby) + (self.asked is not None)

    def standing(self, now: float) -> Iterator[tuple[Place, int, float | None]]:
        """Go through everybody: how many are served before (0 is the holder), and in how many seconds it is their turn.

        Nothing is promised to those who come after others of their household: that depends on newcomers.
        """
        wait, slot = 0.0, self._slot()
        if self.holder is not None:
            yield self.holder.place, 0, 0.0
            wait = max(0.0, self.holder.until - now) * slot / TURN_SECONDS
        waiting = self._waiting()
        for ahead, place in enumerate(waiting, 1):
            yield place, ahead, wait
            wait += slot
        for ahead, place in enumerate(self.standby, len(waiting) + 1):
            yield place, ahead, None

    def newcomer_wait(self, now: float) -> float:
        """Return in how many seconds it would be the turn of somebody who joins now."""
        rest = max(0.0, self.holder.until - now) / TURN_SECONDS if self.holder is not None else 0.0
        return (rest + len(self._waiting())) * self._slot()

    # What happens when ----------------------------------------------------------------------------------------------

    def _steps(self) -> Iterator[tuple[float, Callable[[], None]]]:
        if self.holder is not None:
            yield self.holder.until, self._end
        if self.asked is None and self.queue:
            early = self.at if self.holder is None else self.holder.until - READY_SECONDS
            yield early, partial(self._ask, self.queue[0])
        elif self.asked is not None and not self.is_ready:
            yield self.asked.until, self._give_up
        elif self.asked is not None and self.holder is None:
            yield self.at, partial(self._begin, self.asked.place)

    def _end(self) -> None:
        self.holder = None
        self._measure(self.at)
        self._promote()

    def _ask(self, place: Place) -> None:
        self.queue.remove(place)
        self.asked = Held(place=place, until=self.at + READY_SECONDS)

    def _give_up(self) -> None:
        self.asked = None
        self._measure(self.at)
        self._promote()

    def _begin(self, place: Place) -> None:
        self.holder = Held(place=place, until=self.at + TURN_SECONDS)
        self.asked = None
        self.is_ready = False

    def _promote(self) -> None:
        """Let those in who came after others of their household, as soon as none of it is before them."""
        for place in tuple(self.standby):
            taken = {other.household for other in self._places()}
            if place.household not in taken and len(self.queue) < QUEUE_LENGTH:
                self.standby.remove(place)
                self.queue.append(place)

    def _measure(self, at: float) -> None:
        """Note what a place cost: nothing, when a turn ran meanwhile."""
        cost = at - self.slot_began if self.holder is None else 0.0
        self.slots = [*self.slots, min(TURN_SECONDS, max(0.0, cost))][-_MEASURED:]
        if self.holder is None:
            self.slot_began = at

    def _slot(self) -> float:
        """What a place ahead costs, as measured, within what can be kept."""
        measured = sum(self.slots) / len(self.slots) if self.slots else TURN_SECONDS
        return min(TURN_SECONDS, max(SHORTEST_SLOT, measured))

    def _waiting(self) -> list[Place]:
        return [*([self.asked.place] if self.asked else []), *self.queue]

    def _places(self) -> list[Place]:
        return [*([self.holder.place] if self.holder else []), *self._waiting()]

    def _let_go_of_absent(self, now: float) -> None:
        for place in (*self._places(), *self.standby):
            place.seen_at = min(place.seen_at, now)
            if place.seen_at < now - GRACE_SECONDS:
                self.leave(place.viewer_id, self.at)

    def _survive_clock(self, now: float) -> None:
        """Let nothing last longer than it may, whatever the clock did."""
        self.at = min(self.at, now)
        for held, longest in ((self.holder, TURN_SECONDS), (self.asked, READY_SECONDS)):
            if held is not None:
                held.until = min(held.until, now + longest)
