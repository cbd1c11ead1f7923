"""Frames for viewers about devices."""

from typing import ClassVar, Final

from ..locations.model import LinkStatus
from ..protocol.messages import Device, DeviceState, Leaves, Message, Play, SharingState

UNKNOWN_PLAY: Final = Play()


class ViewerState(DeviceState, frozen=True, kw_only=True):
    """A device's state; `seq` grows per location, whatever link it came by."""

    EVENT: ClassVar = "viewer_state"


class ViewerCatalog(Message, frozen=True, kw_only=True):
    """All devices of the location, their states, what leaves the house, how people play; replaces all of it."""

    EVENT: ClassVar = "viewer_catalog"

    devices: tuple[Device, ...]
    states: tuple[ViewerState, ...]
    leaves: tuple[Leaves, ...] = ()
    play: Play = UNKNOWN_PLAY


class LocationState(Message, frozen=True, kw_only=True):
    """Whether the location is linked and what its owner allows."""

    EVENT: ClassVar = "location_state"

    link: LinkStatus
    sharing: SharingState
