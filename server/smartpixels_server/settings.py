"""Settings: environment variables → one frozen object, all problems reported at once."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

_MIN_SECRET: Final = 16
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_DRIVERS: Final = {"sqlite": "sqlite", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}


class SettingsError(ValueError):
    """One or more settings are wrong; `problems` lists them all."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this server runs."""

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default="sqlite:///smartpixels.db", repr=False)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Sign the viewers' cookies: the first one signs, all of them are accepted. Empty: from `secret_file`."""
    secret_file: Path = Path("smartpixels.secret")
    public_url: str = "http://127.0.0.1:8080"
    allowed_origins: tuple[str, ...] = ()
    """Origins of web pages elsewhere that may connect; the server's own pages always may."""
    log_level: str = "INFO"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Return the settings of `SMARTPIXELS_*`; raise SettingsError with every problem found."""
        reader = _Reader(env)
        host = reader.read("HOST", "127.0.0.1", str)
        port = reader.read("PORT", "8080", _port)
        database = reader.read("DATABASE_URL", "sqlite:///smartpixels.db", _database)
        secret_file = reader.read("SECRET_FILE", str(_beside(database)) if database else "-", Path)
        known = {
            "host": host,
            "port": port,
            "database_url": database.render_as_string(hide_password=False) if database else None,
            "secrets": reader.read("SECRET", "", _secrets),
            "secret_file": secret_file,
            "public_url": reader.read("PUBLIC_URL", f"http://{_reachable(host)}:{port}", _origin),
            "allowed_origins": reader.read("ALLOWED_ORIGINS", "", _origins),
            "log_level": reader.read("LOG_LEVEL", "INFO", _level),
        }
        if reader.problems:
            raise SettingsError(reader.problems)
        return cls(**known)


def signing_keys(settings: Settings) -> tuple[bytes, ...]:
    """Return the keys for cookies, newest first; a missing secret is made once and kept in `secret_file`."""
    if settings.secrets:
        return tuple(secret.encode() for secret in settings.secrets)
    try:
        descriptor = os.open(settings.secret_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return (settings.secret_file.read_bytes().strip(),)
    secret = secrets.token_urlsafe(32).encode()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secret)
    return (secret,)


class _Reader:
    """Reads variables one by one and collects what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self.problems: list[str] = []

    def read(self, name: str, default: str, parse: Callable[[str], Any]) -> Any:
        name = f"SMARTPIXELS_{name}"
        try:
            return parse(self._env.get(name, "").strip() or default)
        except ValueError as err:
            self.problems.append(f"{name}: {err}")
            return None


def _reachable(host: str) -> str:
    """Return how a browser on this machine names a host that is listened on."""
    if host in {"0.0.0.0", "::", ""}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:  # noqa: PLR2004 - the largest port
        raise ValueError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _database(text: str) -> URL:
    try:
        url = make_url(text)
    except ArgumentError as err:
        raise ValueError("is not a database address, such as sqlite:///smartpixels.db") from err
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise ValueError(f"{url.get_backend_name()} is not supported, use sqlite or mysql")
    return url.set(drivername=driver)


def _beside(database: URL) -> Path:
    is_file = database.get_backend_name() == "sqlite" and database.database
    return Path(database.database or "").with_suffix(".secret") if is_file else Path("smartpixels.secret")


def _secrets(text: str) -> tuple[str, ...]:
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    if any(len(secret) < _MIN_SECRET for secret in found):
        raise ValueError(f"every secret needs at least {_MIN_SECRET} characters")
    return found


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"{text!r} is not an address such as https://lights.example.org")
    return f"{parts.scheme}://{parts.netloc}"


def _origins(text: str) -> tuple[str, ...]:
    return tuple(_origin(part.strip()) for part in text.split(",") if part.strip())


def _level(text: str) -> str:
    if text.upper() not in _LEVELS:
        raise ValueError(f"{text!r} is not one of {', '.join(_LEVELS)}")
    return text.upper()
