"""What is known of the devices of one location."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from ..protocol.errors import MalformedMessage
from ..protocol.messages import Announcement, Catalog, Device, DeviceState, Leaves, Play, SharingMode, SharingState
from .messages import UNKNOWN_PLAY, ViewerCatalog, ViewerState

_UNKNOWN_SHARING: Final = SharingState(mode=SharingMode.OPEN)


@dataclass(frozen=True, kw_only=True)
class DevicesView:
    """Devices, their last states, what leaves the house and the owner's word at one moment."""

    devices: Sequence[Device]
    states: Sequence[ViewerState]
    sharing: SharingState
    leaves: Sequence[Leaves]
    announcement: Announcement | None


@dataclass(kw_only=True)
class LocationDevices:
    """The devices of one location; `apply…` is how they change."""

    devices: dict[str, Device] = field(default_factory=dict)
    states: dict[str, ViewerState] = field(default_factory=dict)
    sharing: SharingState = _UNKNOWN_SHARING
    leaves: tuple[Leaves, ...] = ()
    announcement: Announcement | None = None
    play: Play = UNKNOWN_PLAY
    _reported: dict[str, int] = field(default_factory=dict)
    _reporter: object = None
    _seq: int = 0

    def apply_catalog(self, reporter: object, catalog: Catalog) -> None:
        """Replace everything. Raises MalformedMessage when a device is in it twice."""
        devices = {device.device_id: device for device in catalog.devices}
        if len(devices) != len(catalog.devices):
            raise MalformedMessage("a device_id is in the catalog twice")
        self.devices = devices
        self.sharing = catalog.sharing
        self.leaves = catalog.leaves
        self.play = catalog.play
        self.states = {}
        self._reporter = reporter
        self._reported = {}
        for state in catalog.states:
            self.apply_state(reporter, state)

    def apply_state(self, reporter: object, report: DeviceState) -> ViewerState | None:
        """Return the state as viewers get it; None for an older report than known, or of no known device.

        `reporter` is the link that it came by: `seq` is compared within one link only.
        """
        if reporter is not self._reporter:
            self._reporter = reporter
            self._reported = {}
        known = self._reported.get(report.device_id, -1)
        if report.device_id not in self.devices or report.seq <= known:
            return None
        self._reported[report.device_id] = report.seq
        self._seq += 1
        fields = {name: getattr(report, name) for name in report.__struct_fields__}
        state = self.states[report.device_id] = ViewerState(**{**fields, "seq": self._seq})
        return state

    def take_catalog(self, catalog: ViewerCatalog) -> bool:
        """Take over what another node made of a catalog; tell whether that changed anything."""
        before = (self.devices, self.states, self.leaves, self.play)
        self.devices = {device.device_id: device for device in catalog.devices}
        self.states = {state.device_id: state for state in catalog.states}
        self.leaves = catalog.leaves
        self.play = catalog.play
        self._seq = max([self._seq, *(state.seq for state in catalog.states)])
        return before != (self.devices, self.states, self.leaves, self.play)

    def take_state(self, state: ViewerState) -> bool:
        """Take over what another node made of a report; tell whether it is newer than known."""
        self._seq = max(self._seq, state.seq)
        known = self.states.get(state.device_id)
        if state.device_id not in self.devices or (known is not None and known.seq >= state.seq):
            return False
        self.states[state.device_id] = state
        return True

    def view(self) -> DevicesView:
        """Return everything as it is now."""
        return DevicesView(
            devices=tuple(self.devices.values()),
            states=tuple(self.states.values()),
            sharing=self.sharing,
            leaves=self.leaves,
            announcement=self.announcement,
        )
