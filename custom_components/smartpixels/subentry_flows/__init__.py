"""Add things to a location and decide what viewers see of them."""

from typing import Final

from homeassistant.config_entries import ConfigSubentryFlow

from ..const import (
    SUBENTRY_ADOPTED,
    SUBENTRY_CAMERA,
    SUBENTRY_ESPEASY,
    SUBENTRY_GPIO,
    SUBENTRY_PRINTER,
    SUBENTRY_RELAY_BOARD,
    SUBENTRY_WLED,
)
from .adopted import AdoptedSubentryFlow
from .camera import CameraSubentryFlow
from .espeasy import EspEasySubentryFlow
from .gpio import GpioSubentryFlow
from .printer import PrinterSubentryFlow
from .relay_board import RelayBoardSubentryFlow
from .wled import WledSubentryFlow

SUBENTRY_FLOWS: Final[dict[str, type[ConfigSubentryFlow]]] = {
    SUBENTRY_ESPEASY: EspEasySubentryFlow,
    SUBENTRY_RELAY_BOARD: RelayBoardSubentryFlow,
    SUBENTRY_GPIO: GpioSubentryFlow,
    SUBENTRY_CAMERA: CameraSubentryFlow,
    SUBENTRY_PRINTER: PrinterSubentryFlow,
    SUBENTRY_WLED: WledSubentryFlow,
    SUBENTRY_ADOPTED: AdoptedSubentryFlow,
}
"""What can be added to a location, by subentry type."""
