"""Whether viewers may act now: the owner's word, opening hours, pause, link and energy, made into one."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..protocol.messages import SharingMode, SharingState
from .hours import HoursStatus


class ModeReason(StrEnum):
    """Why the mode is what it is; keys of texts."""

    OWNER = "owner"
    OUTSIDE_HOURS = "outside_hours"
    LINK_LOST = "link_lost"
    ENERGY_SPENT = "energy_spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectiveMode:
    """The mode that holds, why it is not plainly open, and when it is planned to change."""

    mode: SharingMode
    reason: ModeReason | None = None
    next_change: datetime | None = None

    def state(self, words: str | None = None) -> SharingState:
        """Return the message for the server; `words` are what people read as the reason."""
        return SharingState(mode=self.mode, reason=words, next_change=self.next_change)


def effective_mode(
    chosen: SharingMode,
    hours: HoursStatus,
    *,
    paused: bool = False,
    resumes_at: datetime | None = None,
    energy_until: datetime | None = None,
    linked: bool = True,
) -> EffectiveMode:
    """Return the mode that holds: the first that applies of this list.

    1. the owner closed; 2. the owner paused, by choice or by a pause that ends at `resumes_at`; 3. outside opening
    hours; 4. no link: paused; 5. the owner lets people look only; 6. open, with the energy of the night spent until
    `energy_until`: the rules then allow little.
    """
    return (
        _by_owner(chosen, paused=paused, resumes_at=resumes_at)
        or _by_circumstance(hours, linked=linked)
        or _by_night(chosen, hours.next_change, energy_until)
    )


def _by_owner(chosen: SharingMode, *, paused: bool, resumes_at: datetime | None) -> EffectiveMode | None:
    if chosen in {SharingMode.CLOSED, SharingMode.PAUSED}:
        return EffectiveMode(mode=chosen, reason=ModeReason.OWNER)
    if paused:
        return EffectiveMode(mode=SharingMode.PAUSED, reason=ModeReason.OWNER, next_change=resumes_at)
    return None


def _by_circumstance(hours: HoursStatus, *, linked: bool) -> EffectiveMode | None:
    if not hours.is_open:
        return EffectiveMode(mode=SharingMode.CLOSED, reason=ModeReason.OUTSIDE_HOURS, next_change=hours.next_change)
    return None if linked else EffectiveMode(mode=SharingMode.PAUSED, reason=ModeReason.LINK_LOST)


def _by_night(chosen: SharingMode, closes_at: datetime | None, energy_until: datetime | None) -> EffectiveMode:
    if chosen is SharingMode.VIEW_ONLY:
        return EffectiveMode(mode=SharingMode.VIEW_ONLY, reason=ModeReason.OWNER, next_change=closes_at)
    if energy_until is not None:
        soonest = energy_until if closes_at is None else min(closes_at, energy_until)
        return EffectiveMode(mode=SharingMode.OPEN, reason=ModeReason.ENERGY_SPENT, next_change=soonest)
    return EffectiveMode(mode=SharingMode.OPEN, next_change=closes_at)
