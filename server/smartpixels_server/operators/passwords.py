"""Passwords, hashed with Argon2id in threads; a few at a time, since each takes much memory on purpose."""

import asyncio
import secrets
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 256
_AT_ONCE: Final = 2


class Passwords:
    """Makes and checks hashes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """Return what is stored instead of the password."""
        async with self._room:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, known: str | None) -> bool:
        """Tell whether it is the password; without a known hash it takes as long and is not."""
        if self._nobody is None:
            self._nobody = await self.hash(secrets.token_urlsafe())
        async with self._room:
            is_right = await asyncio.to_thread(self._verify, known or self._nobody, password)
        return is_right and known is not None

    def _verify(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except Argon2Error, InvalidHashError:
            return False


def new_password() -> str:
    """Return a password that nobody can guess."""
    return secrets.token_urlsafe(15)
