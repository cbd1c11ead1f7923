"""The seam between the owner's word on a camera and whatever will publish its pictures."""

from collections.abc import Callable
from typing import Protocol, override


class Publisher(Protocol):
    """Publishes one camera while it may, and only then."""

    @property
    def on_air(self) -> bool:
        """Tell whether pictures leave the house at this moment."""

    def allow(self, *, allowed: bool) -> None:
        """Take the owner's word; without it everything stops at the source."""

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call a listener whenever `on_air` changes until the returned function is called."""


class NoPublisher(Publisher):
    """Publishes nothing, whatever it may."""

    @property
    @override
    def on_air(self) -> bool:
        return False

    @override
    def allow(self, *, allowed: bool) -> None:
        return

    @override
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        return lambda: None
