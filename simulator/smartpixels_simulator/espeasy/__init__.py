"""A simulated ESPEasy unit: the firmware's commands and reports over HTTP, written from its documented answers."""

from .server import EspEasyServer
from .unit import EspEasyConfig, EspEasyUnit

__all__ = ["EspEasyConfig", "EspEasyServer", "EspEasyUnit"]
