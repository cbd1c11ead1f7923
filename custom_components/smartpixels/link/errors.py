"""What can go wrong between a location and the server."""

from ..protocol.errors import ErrorCode


class LinkError(Exception):
    """Root of the link's errors."""


class CannotConnect(LinkError):
    """The server does not answer, or not in time; trying again may help."""


class NotAServer(LinkError):
    """Something answers at the address, but it is not a SmartPixels server."""


class AuthRejected(LinkError):
    """The server does not accept the token; only pairing again helps."""


class Incompatible(LinkError):
    """The server and this side have no version of the wire in common; one of them must be updated."""


class Replaced(LinkError):
    """A newer link uses the same token; this one must stay closed."""


class PairingRefused(LinkError):
    """The server did not accept the pairing code; `code` says why."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(message)
        self.code = code


def error_for(code: str, message: str) -> LinkError:
    """Return the error that a refusal of the link with this wire code means; `message` may be anything."""
    # It ends in the owner's log, where a line break would start a line of the server's own.
    message = "".join(character if character.isprintable() else " " for character in message)
    match code:
        case ErrorCode.UNAUTHORIZED | ErrorCode.REVOKED:
            return AuthRejected(message)
        case ErrorCode.REPLACED:
            return Replaced(message)
        case ErrorCode.UNSUPPORTED_VERSION:
            return Incompatible(message)
        case _:
            return CannotConnect(message)
