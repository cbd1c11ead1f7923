"""What people decide together: votes for scenes, and goals that so many must want at once. Pure; epoch seconds.

A household counts once, so that a crowd cannot be made of cookies.
"""

from typing import Final

from msgspec import Struct, field

from ..protocol.messages import Goal

ROUND_SECONDS: Final = 20.0
"""How long a vote is open, from its first voice."""

REST_SECONDS: Final = 40.0
"""How long what was decided is left alone."""


class Round(Struct, kw_only=True):
    """One vote: who is for what, and when each scene got its latest voice."""

    until: float
    votes: dict[str, str] = field(default_factory=dict)
    reached: dict[str, float] = field(default_factory=dict)

    def count(self, device_id: str) -> int:
        """Return how many are for the scene."""
        return sum(choice == device_id for choice in self.votes.values())

    def winner(self) -> str:
        """Return the scene with most voices; of equal ones, which had them first."""
        return min(set(self.votes.values()), key=lambda one: (-self.count(one), self.reached[one], one))


class Together(Struct, kw_only=True):
    """The votes and goals of a location; `decided` are the scenes that are to be played now."""

    round: Round | None = None
    wanted: dict[str, dict[str, float]] = field(default_factory=dict)
    rests: dict[str, float] = field(default_factory=dict)
    decided: list[str] = field(default_factory=list)

    def rest(self, device_id: str, now: float) -> float:
        """Return for how many seconds the scene is left alone."""
        return max(0.0, min(self.rests.get(device_id, 0.0) - now, REST_SECONDS))

    def vote(self, household: str, device_id: str, now: float) -> None:
        """Count a voice; a later one of the same household replaces it."""
        if self.round is None:
            self.round = Round(until=now + ROUND_SECONDS)
        if self.round.votes.get(household) != device_id:
            self.round.votes[household] = device_id
            self.round.reached[device_id] = now

    def want(self, household: str, goal: Goal, now: float) -> None:
        """Count somebody who wants the goal; with enough of them it is reached."""
        people = self.wanted.setdefault(goal.device_id, {})
        people[household] = now
        if self._people(goal, now) >= goal.people:
            self._decide(goal.device_id, now)

    def people(self, goal: Goal) -> int:
        """Return how many wanted the goal when it was last looked after."""
        return len(self.wanted.get(goal.device_id, ()))

    def advance(self, goals: tuple[Goal, ...], now: float) -> bool:
        """End a vote that is over, forget who wanted a goal too long ago; tell whether anything changed."""
        before = (self.round is None, {key: len(people) for key, people in self.wanted.items()})
        if self.round is not None and self.round.until <= now:
            winner, self.round = self.round.winner(), None
            self._decide(winner, now)
        elif self.round is not None:
            self.round.until = min(self.round.until, now + ROUND_SECONDS)
        self.wanted = {goal.device_id: self.wanted.get(goal.device_id, {}) for goal in goals}
        for goal in goals:
            self._people(goal, now)
        return before != (self.round is None, {key: len(people) for key, people in self.wanted.items()})

    def _people(self, goal: Goal, now: float) -> int:
        known = self.wanted[goal.device_id]
        self.wanted[goal.device_id] = {key: at for key, at in known.items() if now - goal.seconds < at <= now}
        return len(self.wanted[goal.device_id])

    def _decide(self, device_id: str, now: float) -> None:
        self.decided.append(device_id)
        self.wanted.pop(device_id, None)
        self.rests = {key: until for key, until in self.rests.items() if until > now} | {device_id: now + REST_SECONDS}
