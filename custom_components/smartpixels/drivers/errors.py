"""What can go wrong between a location and its hardware: one tree for all drivers.

The text of each error says what an owner can do about it, without addresses, passwords or answers of a device in full.
"""


class DriverError(Exception):
    """Root of the drivers' errors."""


class Unreachable(DriverError):
    """Nothing answers, or not in time; trying again may help."""


class Unauthorized(DriverError):
    """The device refuses the password, or this machine."""


class NotRecognized(DriverError):
    """Something answers, but it is not such a device."""


class BadAnswer(DriverError):
    """Such a device answers, but what it says makes no sense."""


class WrongDevice(DriverError):
    """Another device has taken the address; it was not touched."""


class CommandRefused(DriverError):
    """The device understood the command and did not do it."""


class Busy(DriverError):
    """Another program holds the port or the line."""


class Forbidden(DriverError):
    """The system does not let this process use the hardware; the text names the group that may."""


class Unsupported(DriverError):
    """This machine has no such hardware, or lacks the library for it."""
