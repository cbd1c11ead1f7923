"""What leaves this house: the privacy manifest, which lists only what truly does."""

from collections.abc import Sequence

from ..protocol.messages import Device, Leaves


def leaves_of(devices: Sequence[Device], *, announcement: str) -> tuple[Leaves, ...]:
    """Return the kinds of things that the server gets to know of a location with these devices."""
    leaves = [Leaves.SOFTWARE_VERSION, Leaves.SHARING_STATE]
    if devices:
        leaves += [Leaves.DEVICE_NAMES, Leaves.DEVICE_STATES]
    if any(device.actions for device in devices):
        leaves.append(Leaves.COMMAND_RESULTS)
    if announcement:
        leaves.append(Leaves.ANNOUNCEMENTS)
    return tuple(leaves)
