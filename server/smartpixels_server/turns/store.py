"""Where the lines are kept: the port, and a memory that forgets with the process."""

from collections import defaultdict
from collections.abc import Callable
from typing import Protocol, override

from .model import Line


class TurnStore(Protocol):
    """Keeps one line per location; several processes may share it."""

    async def change[T](self, location_id: str, work: Callable[[Line], T]) -> T:
        """Do `work` on the location's line, alone, keep the line as it leaves it and return what it returns.

        A location without a line gets a new one. `work` does not raise, and may be done again on a fresh line when
        another process was quicker: it changes nothing but the line.
        """
        ...


class MemoryTurnStore(TurnStore):
    """A store in memory."""

    def __init__(self) -> None:
        self._lines: defaultdict[str, Line] = defaultdict(Line)

    @override
    async def change[T](self, location_id: str, work: Callable[[Line], T]) -> T:
        return work(self._lines[location_id])
