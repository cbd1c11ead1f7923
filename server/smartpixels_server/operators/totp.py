"""Time-based one-time passwords (RFC 6238), as authenticator apps make them: SHA-1, six digits, thirty seconds."""

import hmac
import secrets
from base64 import b32decode, b32encode
from typing import Final
from urllib.parse import quote

STEP_SECONDS: Final = 30
DIGITS: Final = 6
_DRIFT: Final = 1


def new_secret() -> str:
    """Return a secret for an authenticator app."""
    return b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, seconds: float, *, digits: int = DIGITS) -> str:
    """Return the code at a time of day in seconds."""
    digest = hmac.digest(b32decode(secret), int(seconds // STEP_SECONDS).to_bytes(8), "sha1")
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: str, code: str, seconds: float) -> int | None:
    """Return the time step of a right code, with clocks that are a step apart; None for a wrong one."""
    given = code.replace(" ", "").encode(errors="replace")
    for drift in range(-_DRIFT, _DRIFT + 1):
        at = seconds + drift * STEP_SECONDS
        if hmac.compare_digest(code_at(secret, at).encode(), given):
            return int(at // STEP_SECONDS)
    return None


def uri(secret: str, name: str) -> str:
    """Return the address that authenticator apps read from a QR code."""
    return f"otpauth://totp/SmartPixels:{quote(name)}?secret={secret}&issuer=SmartPixels"
