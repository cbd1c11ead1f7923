"""What every simulated device has, whatever it simulates: the house page and the command line know only this."""

from typing import Any, Protocol

from .faults import Faults


class SimulatedDevice(Protocol):
    """A device with its own address that can show ugly cases and can be looked at."""

    @property
    def kind(self) -> str:
        """What it simulates, a word for programs."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def host(self) -> str:
        """Where it listens."""

    @property
    def port(self) -> int:
        """Where it listens; known after `start`."""

    @property
    def faults(self) -> Faults:
        """Its ugly cases."""

    async def start(self) -> None:
        """Start to listen."""

    async def stop(self) -> None:
        """End every connection."""

    def set_faults(self, wanted: Any) -> None:
        """Switch ugly cases. Raises BadFaultsError when the request makes no sense."""

    def picture(self) -> dict[str, Any]:
        """Return what a person in front of it sees."""

    def summary(self) -> dict[str, Any]:
        """Return its state in a few words for programs."""
