"""Drives house rules as the integration would, and keeps what reached the devices."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from custom_components.smartpixels.house.limits import DeviceLimits
from custom_components.smartpixels.house.rules import HouseRules
from custom_components.smartpixels.house.settings import HouseSettings
from custom_components.smartpixels.house.verdicts import Apply, Decision, Hold, Instant, Wish

WARSAW = ZoneInfo("Europe/Warsaw")
EVENING = datetime(2026, 12, 5, 18, 0, tzinfo=UTC)


def no_sun(_day: date) -> tuple[datetime | None, datetime | None]:
    return None, None


@dataclass
class Driver:
    """A house with its clocks; `applied` is what reached the devices, when."""

    rules: HouseRules
    now: float = 0.0
    applied: list[tuple[float, Wish, Apply]] = field(default_factory=list)
    holds: dict[str, Hold] = field(default_factory=dict)

    @property
    def instant(self) -> Instant:
        return Instant(EVENING + timedelta(seconds=self.now), self.now)

    def ask(self, wish: Wish) -> Decision:
        verdict = self.rules.judge(wish, self.instant)
        self._take(wish, verdict.decision)
        return verdict.decision

    def wait(self, seconds: float) -> None:
        """Let time pass and release what is held, each at its time."""
        end = self.now + seconds
        while self.holds and (due := min(self.holds.items(), key=lambda held: held[1].until))[1].until <= end:
            self.now = max(self.now, due[1].until)
            del self.holds[due[0]]
            released = self.rules.release(due[0], self.instant)
            assert released is not None
            self._take(*released)
        self.now = end

    def _take(self, wish: Wish, decision: Decision) -> None:
        match decision:
            case Apply():
                self.holds.pop(wish.device_id, None)
                self.applied.append((self.now, wish, decision))
            case Hold():
                assert decision.until > self.now
                self.holds[wish.device_id] = decision


def drive(devices: Mapping[str, DeviceLimits], settings: HouseSettings | None = None) -> Driver:
    return Driver(HouseRules(settings or HouseSettings(), devices, zone=WARSAW, sun=no_sun))
