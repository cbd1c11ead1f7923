"""Sunrise and sunset at the home, as Home Assistant knows them."""

from datetime import date, datetime

from homeassistant.const import SUN_EVENT_SUNRISE, SUN_EVENT_SUNSET
from homeassistant.core import HomeAssistant
from homeassistant.helpers.sun import get_astral_event_date

from .hours import SunTimes


def sun_times(hass: HomeAssistant) -> SunTimes:
    """Return the sun of the home's place, wherever that is when it is asked."""

    def of(day: date) -> tuple[datetime | None, datetime | None]:
        return (
            get_astral_event_date(hass, SUN_EVENT_SUNRISE, day),
            get_astral_event_date(hass, SUN_EVENT_SUNSET, day),
        )

    return of
