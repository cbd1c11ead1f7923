"""What was done lately at each location, on whatever node."""

from collections import defaultdict, deque
from collections.abc import Sequence
from itertools import count
from typing import Final

from ..realtime.fanout import Fanout
from .messages import Activity

_REMEMBERED: Final = 20


class RecentActivity:
    """Remembers and tells everybody."""

    def __init__(self, fanout: Fanout) -> None:
        self._fanout = fanout
        self._recent: defaultdict[str, deque[Activity]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))
        self._numbers: defaultdict[str, count[int]] = defaultdict(count)
        fanout.on_news(Activity, self._add)

    def note(self, location_id: str, activity: Activity) -> None:
        """Remember something new and publish it."""
        self._add(location_id, activity)
        place = next(self._numbers[location_id]) % _REMEMBERED
        self._fanout.publish(location_id, activity, keep=f"activity:{place}")

    def recent(self, location_id: str) -> Sequence[Activity]:
        """Return what is remembered, oldest first."""
        known = self._recent.get(location_id, ())
        return sorted(known, key=lambda activity: activity.at)

    def _add(self, location_id: str, activity: Activity) -> bool:
        known = self._recent[location_id]
        if any(one.command_id == activity.command_id for one in known):
            return False
        known.append(activity)
        return True
