"""Viewers whom the owner does not let act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

MOST_BANS: Final = 1000
"""The oldest goes when there are more."""

LONGEST_ID: Final = 64


class Bans:
    """Who is banned until when; None is for good. Times are aware."""

    def __init__(self) -> None:
        self._until: dict[str, datetime | None] = {}

    def add(self, viewer_id: str, until: datetime | None = None) -> None:
        """Ban a viewer; a later word replaces an earlier one."""
        self._until.pop(viewer_id, None)
        self._until[viewer_id] = until
        if len(self._until) > MOST_BANS:
            del self._until[next(iter(self._until))]

    def lift(self, viewer_id: str) -> None:
        """Let a viewer act again."""
        self._until.pop(viewer_id, None)

    def holds(self, viewer_id: str | None, now: datetime) -> bool:
        """Tell whether a viewer is banned."""
        if viewer_id is None or viewer_id not in self._until:
            return False
        until = self._until[viewer_id]
        if until is None or now < until:
            return True
        self.lift(viewer_id)
        return False

    def as_mapping(self) -> dict[str, Any]:
        """Return the bans as plain JSON."""
        return {viewer_id: until and until.isoformat() for viewer_id, until in self._until.items()}

    def restore(self, data: Mapping[str, Any]) -> None:
        """Take up what was saved. Raises ValueError for anything that was not saved by this."""
        for viewer_id, until in list(data.items())[-MOST_BANS:]:
            if len(viewer_id) > LONGEST_ID or not isinstance(until, str | None):
                raise ValueError("not a saved ban")
            parsed = datetime.fromisoformat(until) if until else None
            if parsed is not None and parsed.tzinfo is None:
                raise ValueError("the saved time has no zone")
            self.add(viewer_id, parsed)
