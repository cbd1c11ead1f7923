"""What viewers did today, and who they are: for the owner's eyes."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from ..protocol.errors import ErrorCode
from ..protocol.messages import Viewer
from .commands import Outcome

MOST_VIEWERS: Final = 200
"""Of whom an owner may still remember the handle."""

NOT_WORTH_TELLING: Final = (ErrorCode.SUPERSEDED, ErrorCode.DUPLICATE)


@dataclass(slots=True)
class _Day:
    day: date
    done: int = 0
    refused: int = 0


class Tally:
    """Counts by local day. Memory is bounded, whoever comes."""

    def __init__(self, today: Callable[[], date]) -> None:
        self._today = today
        self._day = _Day(today())
        self._viewers: OrderedDict[str, Viewer] = OrderedDict()
        self.last: Viewer | None = None
        """Whose command was the last that was done."""

    @property
    def done(self) -> int:
        """Return how many commands were done today."""
        return self._current().done

    @property
    def refused(self) -> int:
        """Return how many commands were refused today."""
        return self._current().refused

    def count(self, outcome: Outcome) -> None:
        """Take note of what became of a command."""
        viewer, day = outcome.command.viewer, self._current()
        self._viewers[viewer.viewer_id] = viewer
        self._viewers.move_to_end(viewer.viewer_id)
        if len(self._viewers) > MOST_VIEWERS:
            self._viewers.popitem(last=False)
        if outcome.refused is None:
            day.done += 1
            self.last = viewer
        elif outcome.refused not in NOT_WORTH_TELLING:
            day.refused += 1

    def find(self, name: str) -> Viewer | None:
        """Return who acted lately by id or handle, the latest of those with one handle."""
        if (viewer := self._viewers.get(name)) is not None:
            return viewer
        wanted = name.strip().casefold()
        return next((each for each in reversed(self._viewers.values()) if each.handle.casefold() == wanted), None)

    def as_mapping(self) -> dict[str, Any]:
        """Return what must survive a restart as plain JSON: numbers, nobody's name."""
        day = self._current()
        return {"day": day.day.isoformat(), "done": day.done, "refused": day.refused}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Take up what was saved today; anything else is left."""
        match saved:
            case {"day": str() as day, "done": int() as done, "refused": int() as refused}:
                if day == self._today().isoformat():
                    self._day = _Day(self._today(), done, refused)

    def _current(self) -> _Day:
        if self._day.day != self._today():
            self._day = _Day(self._today())
        return self._day
