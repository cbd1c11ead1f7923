"""The version of the wire. The server is always updated first.

1: hello, catalog, device_state, sharing_state, device_command, audience, goodbye.
"""

from typing import Final

PROTOCOL_VERSION: Final = 1
"""What this side speaks."""

MIN_PROTOCOL_VERSION: Final = 1
"""The oldest version that this side still understands."""


def is_compatible(version: int, min_version: int) -> bool:
    """Tell whether a peer that speaks `min_version` to `version` and this side have a version in common."""
    return version >= MIN_PROTOCOL_VERSION and min_version <= PROTOCOL_VERSION
