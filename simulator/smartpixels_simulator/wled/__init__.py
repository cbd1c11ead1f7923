"""A simulated WLED controller: the firmware's JSON API in front of a rendered strip."""

from .config import WledConfig
from .controller import WledController
from .server import WledServer

__all__ = ["WledConfig", "WledController", "WledServer"]
