"""Add things to a location and decide what viewers see of them."""

from typing import Final

from homeassistant.config_entries import ConfigSubentryFlow

from ..const import SUBENTRY_WLED
from .wled import WledSubentryFlow

SUBENTRY_FLOWS: Final[dict[str, type[ConfigSubentryFlow]]] = {
    SUBENTRY_WLED: WledSubentryFlow,
}
"""What can be added to a location, by subentry type."""
