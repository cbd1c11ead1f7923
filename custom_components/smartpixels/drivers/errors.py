"""What can go wrong between a location and its hardware: one tree for all drivers.

The text of each error says what an owner can do about it, without addresses, passwords or answers of a device in full.
"""


class DriverError(Exception):
    """Root of the drivers' errors."""


class UnreachableError(DriverError):
    """Nothing answers, or not in time; trying again may help."""


class UnauthorizedError(DriverError):
    """The device refuses the password, or this machine."""


class NotRecognizedError(DriverError):
    """Something answers, but it is not such a device."""


class FirmwareTooOldError(DriverError):
    """Such a device answers, but its firmware must be updated first; the text says to which version."""


class BadAnswerError(DriverError):
    """Such a device answers, but what it says makes no sense."""


class WrongDeviceError(DriverError):
    """Another device has taken the address; it was not touched."""


class CommandRefusedError(DriverError):
    """The device understood the command and did not do it."""


class BusyError(DriverError):
    """Another program holds the port or the line."""


class ForbiddenError(DriverError):
    """The system does not let this process use the hardware; the text names the group that may."""


class UnsupportedError(DriverError):
    """This machine has no such hardware, or lacks the library for it."""
