"""One mode out of the owner's word, hours, pause, link and energy."""

from datetime import UTC, datetime

import pytest

from custom_components.smartpixels.house.hours import HoursReason, HoursStatus
from custom_components.smartpixels.house.modes import EffectiveMode, ModeReason, effective_mode
from custom_components.smartpixels.protocol.messages import SharingMode, SharingState

OPENS = datetime(2026, 12, 6, 15, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 6, 22, 0, tzinfo=UTC)
NOON = datetime(2026, 12, 7, 11, 0, tzinfo=UTC)
RESUMES = datetime(2026, 12, 6, 20, 0, tzinfo=UTC)

BY_DAY = HoursStatus(is_open=False, next_change=OPENS, reason=HoursReason.OUTSIDE_HOURS)
EVENING = HoursStatus(is_open=True, next_change=CLOSES, reason=HoursReason.OPENING_HOURS)
ALWAYS = HoursStatus(is_open=True, next_change=None, reason=HoursReason.NO_HOURS)


def mode(name: SharingMode, reason: ModeReason | None = None, change: datetime | None = None) -> EffectiveMode:
    return EffectiveMode(mode=name, reason=reason, next_change=change)


@pytest.mark.parametrize("chosen", list(SharingMode))
@pytest.mark.parametrize("hours", [BY_DAY, EVENING, ALWAYS])
@pytest.mark.parametrize("paused", [True, False])
@pytest.mark.parametrize("linked", [True, False])
@pytest.mark.parametrize("energy_until", [None, NOON])
def test_open_only_when_everything_is(
    chosen: SharingMode, hours: HoursStatus, *, paused: bool, linked: bool, energy_until: datetime | None
) -> None:
    effective = effective_mode(chosen, hours, paused=paused, linked=linked, energy_until=energy_until)
    assert (effective.mode is SharingMode.OPEN) == (
        chosen is SharingMode.OPEN and hours.is_open and linked and not paused
    )


def test_the_owner_closed_whatever_the_hours() -> None:
    assert effective_mode(SharingMode.CLOSED, EVENING, paused=True) == mode(SharingMode.CLOSED, ModeReason.OWNER)


def test_the_owner_paused_even_by_day() -> None:
    assert effective_mode(SharingMode.PAUSED, BY_DAY) == mode(SharingMode.PAUSED, ModeReason.OWNER)


def test_a_pause_says_when_it_ends() -> None:
    effective = effective_mode(SharingMode.OPEN, EVENING, paused=True, resumes_at=RESUMES)
    assert effective == mode(SharingMode.PAUSED, ModeReason.OWNER, RESUMES)


def test_by_day_it_says_when_it_opens() -> None:
    effective = effective_mode(SharingMode.VIEW_ONLY, BY_DAY, linked=False)
    assert effective == mode(SharingMode.CLOSED, ModeReason.OUTSIDE_HOURS, OPENS)


def test_without_a_link_it_is_paused() -> None:
    assert effective_mode(SharingMode.OPEN, EVENING, linked=False) == mode(SharingMode.PAUSED, ModeReason.LINK_LOST)


def test_view_only_until_it_closes() -> None:
    effective = effective_mode(SharingMode.VIEW_ONLY, EVENING, energy_until=NOON)
    assert effective == mode(SharingMode.VIEW_ONLY, ModeReason.OWNER, CLOSES)


@pytest.mark.parametrize(("hours", "change"), [(EVENING, CLOSES), (ALWAYS, NOON)])
def test_without_energy_it_stays_open_for_the_little_that_is_left(hours: HoursStatus, change: datetime) -> None:
    effective = effective_mode(SharingMode.OPEN, hours, energy_until=NOON)
    assert effective == mode(SharingMode.OPEN, ModeReason.ENERGY_SPENT, change)


def test_the_message_carries_the_owners_words() -> None:
    effective = effective_mode(SharingMode.OPEN, EVENING)
    assert effective == mode(SharingMode.OPEN, None, CLOSES)
    assert effective.state("until ten") == SharingState(mode=SharingMode.OPEN, reason="until ten", next_change=CLOSES)
