"""Who may do what at the location now."""

from collections.abc import Callable

from ..protocol.messages import SharingMode, SharingState


class Sharing:
    """The owner's word on sharing. Open until told otherwise: what is exposed was the owner's choice already."""

    def __init__(self) -> None:
        self.mode = SharingMode.OPEN
        self._listeners: list[Callable[[], None]] = []

    @property
    def state(self) -> SharingState:
        """Return it as viewers hear it."""
        return SharingState(mode=self.mode)

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` after every change; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def set_mode(self, mode: SharingMode) -> None:
        """Change the mode."""
        if mode is self.mode:
            return
        self.mode = mode
        for listener in tuple(self._listeners):
            listener()
