"""Listeners of one kind of news."""

from collections.abc import Callable


class Told:
    """Those who want to hear of something."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def add(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` at every news; returns how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self) -> None:
        """Tell the news."""
        for listener in tuple(self._listeners):
            listener()
