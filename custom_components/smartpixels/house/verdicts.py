"""What the house rules are asked, and what they answer."""

import math
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ..protocol.errors import ErrorCode
from ..protocol.messages import Action


class Instant(NamedTuple):
    """One moment by two clocks: aware wall time, and monotonic seconds for what must not jump."""

    wall: datetime
    monotonic: float


@dataclass(frozen=True, slots=True)
class Wish:
    """A command as the rules see it; void from `deadline` (monotonic) on. `command_id` is the caller's own."""

    device_id: str
    action: Action
    viewer_id: str | None = None
    command_id: str = ""
    deadline: float = math.inf


class Rule(StrEnum):
    """Which rule decided; keys of texts."""

    EXPOSURE = "exposure"
    BAN = "ban"
    MODE = "mode"
    EXPIRY = "expiry"
    EFFECT = "effect"
    COLOR = "color"
    ENERGY = "energy"
    RELAY_MIN_ON = "relay_min_on"
    RELAY_MIN_OFF = "relay_min_off"
    RELAY_DAILY_CYCLES = "relay_daily_cycles"
    SPACING = "spacing"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class Apply:
    """Do it now: `action` may be milder than the wish; `brightness`, when given, must be set with it."""

    action: Action
    brightness: int | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """Kept until `until` (monotonic), unless a newer command for the device comes: then ask `HouseRules.release`."""

    until: float
    rule: Rule


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not done; `retry_after_s` when it is known when it could be."""

    code: ErrorCode
    rule: Rule
    retry_after_s: float | None = None

    @property
    def retry_after_ms(self) -> int | None:
        """Return the wait for the wire, rounded up."""
        return None if self.retry_after_s is None else max(1, math.ceil(self.retry_after_s * 1000))


type Decision = Apply | Hold | Refuse


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on a wish, and the held wish (to be acked `superseded`) that it put an end to."""

    decision: Decision
    superseded: Wish | None = None
