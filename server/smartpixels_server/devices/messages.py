"""Frames for viewers about devices."""

from typing import ClassVar

from ..locations.model import LinkStatus
from ..protocol.messages import Device, DeviceState, Leaves, Message, SharingState


class ViewerState(DeviceState, frozen=True, kw_only=True):
    """A device's state; `seq` grows per location, whatever link it came by."""

    EVENT: ClassVar = "viewer_state"


class ViewerCatalog(Message, frozen=True, kw_only=True):
    """All devices of the location, their states and what leaves the house; replaces all of it."""

    EVENT: ClassVar = "viewer_catalog"

    devices: tuple[Device, ...]
    states: tuple[ViewerState, ...]
    leaves: tuple[Leaves, ...] = ()


class LocationState(Message, frozen=True, kw_only=True):
    """Whether the location is linked and what its owner allows."""

    EVENT: ClassVar = "location_state"

    link: LinkStatus
    sharing: SharingState
