"""Frames about turns, between viewers and the server. Spans, not times: the page's clock may be wrong."""

from typing import Annotated, ClassVar

from msgspec import Meta

from ..protocol.messages import Count, Identifier, Message, Part, PlayMode, Viewer
from .crowd import Reason


class RequestTurn(Message, frozen=True, kw_only=True):
    """A viewer wants a turn; whoever is in the line already keeps the place."""

    EVENT: ClassVar = "request_turn"


class Ready(Message, frozen=True, kw_only=True):
    """A viewer who is asked says: I am here."""

    EVENT: ClassVar = "ready"


class PassTurn(Message, frozen=True, kw_only=True):
    """A viewer gives the turn, or the place in the line, to the next."""

    EVENT: ClassVar = "pass_turn"


class Vote(Message, frozen=True, kw_only=True):
    """A viewer is for a scene that people decide together."""

    EVENT: ClassVar = "vote"

    device_id: Identifier


class Votes(Part, frozen=True, kw_only=True):
    """How many are for a scene in the present vote."""

    device_id: Identifier
    votes: Count


class GoalState(Part, frozen=True, kw_only=True):
    """How many of those needed want a goal's scene now."""

    device_id: Identifier
    people: Count
    needed: Count
    seconds: Count


class Ballot(Message, frozen=True, kw_only=True):
    """What people decide together now; `left_ms` is how long the vote is open, missing when there is none."""

    EVENT: ClassVar = "ballot"

    left_ms: Count | None = None
    votes: tuple[Votes, ...] = ()
    goals: tuple[GoalState, ...] = ()


class EnterOnSite(Message, frozen=True, kw_only=True):
    """A viewer read the code that the house shows now."""

    EVENT: ClassVar = "on_site"

    code: Annotated[str, Meta(min_length=1, max_length=16)]


class OnSiteGranted(Part, frozen=True, kw_only=True):
    """The viewer is on site for so long."""

    on_site_ms: Count


class Turn(Message, frozen=True, kw_only=True):
    """How people share the location, and where this viewer stands.

    `place` counts from 1, a viewer without one is not in the line. `wait_ms` is until this viewer's turn, for one who
    is not in the line until the turn of whoever joins now; it is missing when it cannot be said. `ready_ms`: the viewer
    is asked and has so long to answer, with `is_ready` the answer is known. `mine`: the turn is this viewer's.
    """

    EVENT: ClassVar = "turn"

    mode: PlayMode
    reason: Reason
    waiting: Count
    holder: Viewer | None = None
    turn_ms: Count | None = None
    mine: bool = False
    place: Annotated[int, Meta(ge=1)] | None = None
    wait_ms: Count | None = None
    ready_ms: Count | None = None
    is_ready: bool = False
