"""The house's last word on every wish: all rules, one verdict.

What holds for whom, exactly:

- Who may act at all comes first: not exposed, banned, closed, paused, view only and expired refuse everything, off too.
- Unsafe effects and colors that are not allowed are refused. Too bright and too fast is made milder, not refused.
- Off is never refused or held for brightness, energy, spacing after another wish, or flashes. Only off after off is
  spaced, and a relay's minimum time on holds for off, for the hardware's sake; its daily cycles do not.
- Spent energy leaves off and dimming; or everything that a lamp does, dimmed, when the budget says so.
- Spacing and flashes hold a wish for at most two seconds; the newest wish for a device wins. What would wait longer,
  and what a relay must not do yet, is refused with the time.
- A wish that may be applied counts as done. If the device then fails, that errs on the safe side.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

from ..protocol.errors import ErrorCode
from ..protocol.messages import DeviceState, SharingMode
from .bans import Bans
from .device_rules import DeviceRules
from .energy import EnergyMeter, EnergyStatus
from .flash import FlashLimiter
from .hours import HoursStatus, SunTimes, Timetable
from .limits import DeviceLimits
from .modes import EffectiveMode, effective_mode
from .settings import HouseSettings
from .verdicts import Decision, Hold, Instant, Refuse, Rule, Verdict, Wish

_ENERGY_AGE: Final = 1.0
_HOURS_AGE: Final = timedelta(days=1)
_REFUSING: Final = {
    SharingMode.VIEW_ONLY: ErrorCode.VIEW_ONLY,
    SharingMode.PAUSED: ErrorCode.PAUSED,
    SharingMode.CLOSED: ErrorCode.CLOSED,
}


class HouseRules:
    """All house rules of one location. Pure: it decides and remembers, others act, wait and store.

    `mode` is the owner's choice, `linked` whether the server is there, `max_brightness` the cap for all devices; they
    may be set at any time. Memory is bounded by the devices, whatever arrives.
    """

    def __init__(
        self, settings: HouseSettings, devices: Mapping[str, DeviceLimits], *, zone: tzinfo, sun: SunTimes
    ) -> None:
        self.mode = SharingMode.OPEN
        self.linked = True
        self.max_brightness = settings.max_brightness
        self.bans = Bans()
        self._paused = False
        self._paused_until: datetime | None = None
        self._timetable = Timetable(settings.hours, zone=zone, sun=sun)
        self._hours: tuple[datetime, HoursStatus] | None = None
        self._energy = EnergyMeter(settings.energy, zone=zone) if settings.energy else None
        self._energy_status: tuple[float, EnergyStatus] | None = None
        groups = {limits.group: FlashLimiter() for limits in devices.values()}
        self._devices = {
            device_id: DeviceRules(device_id, limits, groups[limits.group], zone=zone)
            for device_id, limits in devices.items()
        }

    def judge(self, wish: Wish, now: Instant) -> Verdict:
        """Decide on a wish. `Apply`: do it now. `Hold`: call `release` at that time. `Refuse`: answer so."""
        device = self._devices.get(wish.device_id)
        if device is None:
            return Verdict(Refuse(ErrorCode.NOT_EXPOSED, Rule.EXPOSURE))
        decision = self._decide(device, wish, now)
        if isinstance(decision, Refuse):
            return Verdict(decision)
        superseded, device.held = device.held, wish if isinstance(decision, Hold) else None
        return Verdict(decision, superseded)

    def release(self, device_id: str, now: Instant) -> tuple[Wish, Decision] | None:
        """Decide again on what is held for a device, None when nothing is; it may have to be held once more."""
        device = self._devices.get(device_id)
        if device is None or device.held is None:
            return None
        wish = device.held
        decision = self._decide(device, wish, now)
        if not isinstance(decision, Hold):
            device.held = None
        return wish, decision

    def drop(self, device_id: str | None = None) -> tuple[Wish, ...]:
        """Forget and return what is held, for one device or for all: somebody must answer those wishes."""
        devices = self._devices.values() if device_id is None else filter(None, (self._devices.get(device_id),))
        dropped = []
        for device in devices:
            if device.held is not None:
                dropped.append(device.held)
                device.held = None
        return tuple(dropped)

    @property
    def is_paused(self) -> bool:
        """Tell whether a pause holds, as far as was last looked."""
        return self._paused

    def pause(self, until: datetime | None = None) -> tuple[Wish, ...]:
        """Let nobody act, until the given time or `resume`; returns what was held, to be answered `paused`."""
        self._paused, self._paused_until = True, until
        return self.drop()

    def resume(self) -> None:
        """End a pause; the owner's choice of mode holds again."""
        self._paused, self._paused_until = False, None

    def observe(self, state: DeviceState, now: Instant) -> None:
        """Take note of what a device reports of itself, whoever caused it."""
        device = self._devices.get(state.device_id)
        if device is not None:
            device.observe(state, now)

    def power(self, device_id: str, watts: float, now: Instant) -> None:
        """Take note of the power that a device reports."""
        if self._energy is not None and device_id in self._devices:
            self._energy.sample(device_id, watts, now.wall)

    def energy(self, now: Instant) -> EnergyStatus | None:
        """Return how the energy of the night stands, at most a second old; None without a budget."""
        if self._energy is None:
            return None
        if self._energy_status is None or not 0 <= now.monotonic - self._energy_status[0] < _ENERGY_AGE:
            self._energy_status = now.monotonic, self._energy.status(now.wall)
        return self._energy_status[1]

    def effective_mode(self, now: Instant) -> EffectiveMode:
        """Return whether viewers may act now, why, and when that changes."""
        if self._paused_until is not None and now.wall >= self._paused_until:
            self.resume()
        energy = self.energy(now)
        return effective_mode(
            self.mode,
            self._hours_status(now.wall),
            paused=self._paused,
            resumes_at=self._paused_until,
            energy_until=energy.resets_at if energy and energy.spent else None,
            linked=self.linked,
        )

    def relay_cycles(self, device_id: str, now: Instant) -> int | None:
        """Return how often a relay went on today; None for what has no relay limits."""
        device = self._devices.get(device_id)
        return device.relay.cycles(now.wall) if device and device.relay else None

    def as_mapping(self, now: Instant) -> dict[str, Any]:
        """Return what must survive a restart as plain JSON."""
        return {
            "mode": str(self.mode),
            "pause": {"until": self._paused_until and self._paused_until.isoformat()} if self._paused else None,
            "bans": self.bans.as_mapping(),
            "energy": self._energy.as_mapping(now.wall) if self._energy else None,
            "relays": {
                device_id: device.relay.as_mapping() for device_id, device in self._devices.items() if device.relay
            },
        }

    def restore(self, data: Mapping[str, Any], now: Instant) -> list[str]:
        """Take up what was saved; returns a line for each part that could not be, which then starts anew."""
        problems = []
        for part, take in self._parts(now).items():
            saved = data.get(part)
            try:
                if saved is not None:
                    take(saved)
            except (ValueError, TypeError, AttributeError, LookupError) as err:
                problems.append(f"{part}: {err}")
        return problems

    def _parts(self, now: Instant) -> dict[str, Callable[[Any], None]]:
        return {
            "mode": self._restore_mode,
            "pause": self._restore_pause,
            "bans": self.bans.restore,
            "relays": self._restore_relays,
            "energy": lambda saved: self._energy.restore(saved, now.wall) if self._energy else None,
        }

    def _restore_mode(self, saved: str) -> None:
        self.mode = SharingMode(saved)

    def _restore_pause(self, saved: Mapping[str, Any]) -> None:
        until = saved["until"] and datetime.fromisoformat(saved["until"])
        if until is not None and until.tzinfo is None:
            raise ValueError("the saved time has no zone")
        self._paused, self._paused_until = True, until

    def _restore_relays(self, saved: Mapping[str, Any]) -> None:
        for device_id, device in self._devices.items():
            if device.relay is not None and device_id in saved:
                device.relay.restore(saved[device_id])

    def _decide(self, device: DeviceRules, wish: Wish, now: Instant) -> Decision:
        refused = self._refuse_viewer(wish, now) or device.refuse_action(wish.action)
        if refused is not None:
            return refused
        cap = self.max_brightness
        energy = self.energy(now)
        if self._energy is not None and energy is not None and energy.spent:
            dim = self._energy.budget.dim_brightness
            if not device.may_without_energy(wish.action, dim):
                wait = (energy.resets_at - now.wall).total_seconds()
                return Refuse(ErrorCode.RATE_LIMITED, Rule.ENERGY, wait)
            cap = min(cap, dim or cap)
        return device.decide(wish, now, max_brightness=cap)

    def _refuse_viewer(self, wish: Wish, now: Instant) -> Refuse | None:
        if self.bans.holds(wish.viewer_id, now.wall):
            return Refuse(ErrorCode.NOT_ALLOWED, Rule.BAN)
        effective = self.effective_mode(now)
        if (code := _REFUSING.get(effective.mode)) is not None:
            # What opens again as view only, or closes anew, is no reason to come back.
            opens = effective.next_change if effective.mode is not SharingMode.VIEW_ONLY else None
            return Refuse(code, Rule.MODE, (opens - now.wall).total_seconds() if opens else None)
        return Refuse(ErrorCode.EXPIRED, Rule.EXPIRY) if now.monotonic >= wish.deadline else None

    def _hours_status(self, wall: datetime) -> HoursStatus:
        if self._hours is not None:
            since, status = self._hours
            if since <= wall < (status.next_change or since + _HOURS_AGE):
                return status
        status = self._timetable.status(wall)
        self._hours = wall, status
        return status
