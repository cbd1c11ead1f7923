"""How many people want to play at a location, and so: free play or turns. Pure; times are seconds of the epoch."""

from enum import StrEnum
from typing import Final

from msgspec import Struct, field

from ..protocol.messages import PlayMode

TURNS_FROM: Final = 7
"""So many people at once are too many for free play."""

FREE_BELOW: Final = 4
"""So few are not; between the two it stays as it is."""

DWELL_SECONDS: Final = 60.0
"""How long a mode lasts at least, unless the owner says otherwise."""

WANTED_SECONDS: Final = 60.0
"""How long somebody counts after a wish."""

SHARING_SECONDS: Final = 20.0
"""How long somebody counts as one of those who share the changes in free play."""

_REMEMBERED: Final = 5000
_COUNT_SECONDS: Final = 1.0


class Reason(StrEnum):
    """Why the mode is as it is."""

    FEW = "few"
    MANY = "many"
    PINNED = "pinned"


class Crowd(Struct, kw_only=True):
    """Who wanted to play when, by household: a network with many viewers is one that wants."""

    mode: PlayMode = PlayMode.FREE
    reason: Reason = Reason.FEW
    since: float = -DWELL_SECONDS
    counted_at: float = 0.0
    wants: dict[str, float] = field(default_factory=dict)

    def want(self, household: str, now: float) -> None:
        """Note a wish."""
        if household in self.wants or len(self.wants) < _REMEMBERED:
            self.wants[household] = now

    def people(self, now: float, *, within: float) -> int:
        """Return how many had a wish lately."""
        return sum(at > now - within for at in self.wants.values())

    def choose(self, wanted: PlayMode, now: float) -> bool:
        """Take the mode that is wanted, or the one that fits so many people; tell whether that changed anything."""
        self.since = min(self.since, now)
        if not 0 <= now - self.counted_at < _COUNT_SECONDS:
            self.counted_at = now
            self.wants = {key: min(at, now) for key, at in self.wants.items() if at > now - WANTED_SECONDS}
        before = (self.mode, self.reason)
        if wanted is not PlayMode.AUTO:
            self.mode, self.reason = wanted, Reason.PINNED
        elif self.reason is Reason.PINNED or now - self.since >= DWELL_SECONDS:
            self._fit(len(self.wants))
        if self.mode is not before[0]:
            self.since = now
        return before != (self.mode, self.reason)

    def _fit(self, people: int) -> None:
        if people >= (FREE_BELOW if self.mode is PlayMode.TURNS else TURNS_FROM):
            self.mode, self.reason = PlayMode.TURNS, Reason.MANY
        else:
            self.mode, self.reason = PlayMode.FREE, Reason.FEW
