"""Frames about being at a location, between viewers and the server."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from ..commands.messages import Activity
from ..devices.messages import ViewerState
from ..locations.model import LinkStatus
from ..protocol.messages import (
    Announcement,
    Audience,
    Device,
    Identifier,
    Leaves,
    Message,
    Name,
    Part,
    SharingState,
    Time,
    Viewer,
)
from ..turns.messages import Ballot, Turn
from ..viewers.messages import Tokens


class Join(Message, frozen=True, kw_only=True):
    """First frame of a viewer: where to be, and in which language to be named."""

    EVENT: ClassVar = "join"

    location: Identifier
    language: Literal["en", "pl"] | None = None


class PublicLocation(Part, frozen=True, kw_only=True):
    """What viewers know of a location."""

    slug: Identifier
    name: Name


class Snapshot(Part, frozen=True, kw_only=True):
    """Everything that a page shows, at one moment: the answer to `join`."""

    server_time: Time
    location: PublicLocation
    viewer: Viewer
    link: LinkStatus
    sharing: SharingState
    devices: tuple[Device, ...]
    states: tuple[ViewerState, ...]
    audience: Audience
    tokens: Tokens
    turn: Turn
    ballot: Ballot
    activity: Annotated[tuple[Activity, ...], Meta(max_length=20)]
    leaves: tuple[Leaves, ...] = ()
    announcement: Announcement | None = None
