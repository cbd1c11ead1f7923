"""Settings: environment variables → one frozen object, all problems reported at once."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from .protocol.messages import PlayMode

_MIN_SECRET: Final = 16
_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")
_FORMATS: Final = ("text", "json")
_YES_OR_NO: Final = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_REDIS: Final = ("redis", "rediss", "redis+sentinel", "rediss+sentinel")
_DRIVERS: Final = {"sqlite": "sqlite", "mysql": "mysql+pymysql", "mariadb": "mysql+pymysql"}


class SettingsError(ValueError):
    """One or more settings are wrong; `problems` lists them all."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this server runs; `VARIABLES` says what each field means."""

    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default="sqlite:///smartpixels.db", repr=False)
    database_read_url: str | None = field(default=None, repr=False)
    redis_url: str = field(default="", repr=False)
    redis_ca: str | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    secret_file: Path = Path("smartpixels.secret")
    public_url: str = "http://127.0.0.1:8080"
    allowed_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    cloudflare: tuple[IPv4Network | IPv6Network, ...] = ()
    play: PlayMode = PlayMode.AUTO
    webhook_private_targets: bool = False
    metrics_token: str = field(default="", repr=False)
    log_level: str = "INFO"
    log_format: str = "text"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Return the settings of `SMARTPIXELS_*`; raise SettingsError with every problem found."""
        known: dict[str, Any] = {}
        problems: list[str] = []
        for variable in VARIABLES:
            try:
                known[variable.field_name] = variable.read(env, known)
            except ValueError as err:
                problems.append(f"{variable.name}: {err}")
        if problems:
            raise SettingsError(problems)
        return cls(**known)

    def shown(self) -> dict[str, Any]:
        """Return the settings without secrets."""
        return {one.name: getattr(self, one.name) for one in fields(self) if one.repr}


type Known = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One environment variable: what the reader does with it, what the document says about it.

    `default` is text as an operator would write it, or makes it of the fields read before (some may be missing, when
    they were wrong); then `shown` says it in words.
    """

    name: str
    field_name: str
    default: str | Callable[[Known], str]
    parse: Callable[[str], Any]
    meaning: str
    shown: str = ""

    def read(self, env: Mapping[str, str], known: Known) -> Any:
        """Return the field's value. Raises ValueError."""
        default = self.default if isinstance(self.default, str) else self.default(known)
        return self.parse(env.get(self.name, "").strip() or default)


def markdown() -> str:
    """Return all variables as a table."""
    rows = [
        f"| `{one.name}` | {one.shown or (f'`{one.default}`' if one.default else 'none')} | {one.meaning} |"
        for one in VARIABLES
    ]
    return "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows]) + "\n"


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


def _reachable(host: str) -> str:
    """Return how a browser on this machine names a host that is listened on."""
    if host in {"0.0.0.0", "::", ""}:
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65_535:  # noqa: PLR2004 - the largest port
        raise ValueError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _database(text: str) -> str:
    try:
        url = make_url(text)
    except ArgumentError as err:
        raise ValueError("is not a database address, such as sqlite:///smartpixels.db") from err
    driver = _DRIVERS.get(url.get_backend_name())
    if driver is None:
        raise ValueError(f"{url.get_backend_name()} is not supported, use sqlite or mysql")
    return url.set(drivername=driver).render_as_string(hide_password=False)


def _replica(text: str) -> str | None:
    return _database(text) if text else None


def _redis(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in _REDIS or not parts.netloc):
        raise ValueError("is not an address of Redis, such as redis://127.0.0.1:6379/0")
    return text


def _file(text: str) -> str | None:
    if text and not Path(text).is_file():
        raise ValueError(f"there is no file {text}")
    return text or None


def _beside_database(known: Known) -> str:
    url = make_url(known["database_url"]) if "database_url" in known else None
    is_file = url is not None and url.get_backend_name() == "sqlite" and url.database
    return str(Path(url.database or "").with_suffix(".secret")) if url and is_file else "smartpixels.secret"


def _listening(known: Known) -> str:
    return f"http://{_reachable(known.get('host', ''))}:{known.get('port', 0)}"


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


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def _play(text: str) -> PlayMode:
    if text not in set(PlayMode):
        raise ValueError(f"{text!r} is not one of {', '.join(PlayMode)}")
    return PlayMode(text)


def _level(text: str) -> str:
    if text.upper() not in _LEVELS:
        raise ValueError(f"{text!r} is not one of {', '.join(_LEVELS)}")
    return text.upper()


def _format(text: str) -> str:
    if text.lower() not in _FORMATS:
        raise ValueError(f"{text!r} is not one of {', '.join(_FORMATS)}")
    return text.lower()


def _yes_or_no(text: str) -> bool:
    if text.lower() not in _YES_OR_NO:
        raise ValueError(f"{text!r} is neither yes nor no")
    return _YES_OR_NO[text.lower()]


def _token(text: str) -> str:
    if text and len(text) < _MIN_SECRET:
        raise ValueError(f"a token needs at least {_MIN_SECRET} characters")
    return text


VARIABLES: Final = (
    Variable(
        name="SMARTPIXELS_HOST",
        field_name="host",
        default="127.0.0.1",
        parse=str,
        meaning="address to listen on; `0.0.0.0` for all",
    ),
    Variable(
        name="SMARTPIXELS_PORT",
        field_name="port",
        default="8080",
        parse=_port,
        meaning="port to listen on; `0` for any free one",
    ),
    Variable(
        name="SMARTPIXELS_DATABASE_URL",
        field_name="database_url",
        default="sqlite:///smartpixels.db",
        parse=_database,
        meaning="SQLite file or `mysql://user:password@host/name`",
    ),
    Variable(
        name="SMARTPIXELS_DATABASE_READ_URL",
        field_name="database_read_url",
        default="",
        parse=_replica,
        meaning="a replica of the database, for what may be a few seconds old; the same for all processes",
    ),
    Variable(
        name="SMARTPIXELS_REDIS_URL",
        field_name="redis_url",
        default="",
        shown="none: one process",
        parse=_redis,
        meaning="`redis://[user:password@]host:port/number`, `rediss://` for TLS, "
        "`redis+sentinel://host1,host2/service/number`: what several processes share (`operators/scaling.md`)",
    ),
    Variable(
        name="SMARTPIXELS_REDIS_CA",
        field_name="redis_ca",
        default="",
        shown="the system's",
        parse=_file,
        meaning="file with the certificate authority of Redis' TLS",
    ),
    Variable(
        name="SMARTPIXELS_SECRET",
        field_name="secrets",
        default="",
        shown="made once, kept in the secret file",
        parse=_secrets,
        meaning="signs viewers' cookies; several, separated by commas, while you rotate: the first one signs",
    ),
    Variable(
        name="SMARTPIXELS_SECRET_FILE",
        field_name="secret_file",
        default=_beside_database,
        shown="beside the database",
        parse=Path,
        meaning="where a secret that was made is kept",
    ),
    Variable(
        name="SMARTPIXELS_PUBLIC_URL",
        field_name="public_url",
        default=_listening,
        shown="`http://HOST:PORT`",
        parse=_origin,
        meaning="the address that people use; in links, and `https` makes cookies secure",
    ),
    Variable(
        name="SMARTPIXELS_ALLOWED_ORIGINS",
        field_name="allowed_origins",
        default="",
        parse=_origins,
        meaning="origins of other web pages that may connect, separated by commas",
    ),
    Variable(
        name="SMARTPIXELS_TRUSTED_PROXIES",
        field_name="trusted_proxies",
        default="",
        parse=_networks,
        meaning="networks (CIDR, separated by commas) of your proxies, whose `X-Forwarded-For` is believed",
    ),
    Variable(
        name="SMARTPIXELS_CLOUDFLARE",
        field_name="cloudflare",
        default="",
        parse=_networks,
        meaning="networks of Cloudflare, when it connects to this server: there `CF-Connecting-IP` is believed, too",
    ),
    Variable(
        name="SMARTPIXELS_PLAY",
        field_name="play",
        default="auto",
        parse=_play,
        meaning="how people share a place whose owner did not choose: `free`, `turns`, or `auto` by their number",
    ),
    Variable(
        name="SMARTPIXELS_WEBHOOK_PRIVATE_TARGETS",
        field_name="webhook_private_targets",
        default="no",
        parse=_yes_or_no,
        meaning="`yes` lets webhooks go to private and loopback addresses, and over plain `http`",
    ),
    Variable(
        name="SMARTPIXELS_METRICS_TOKEN",
        field_name="metrics_token",
        default="",
        parse=_token,
        meaning="bearer token for `/metrics`; without one only this machine may read it",
    ),
    Variable(
        name="SMARTPIXELS_LOG_LEVEL",
        field_name="log_level",
        default="info",
        parse=_level,
        meaning="`debug`, `info`, `warning` or `error`",
    ),
    Variable(
        name="SMARTPIXELS_LOG_FORMAT",
        field_name="log_format",
        default="text",
        parse=_format,
        meaning="`text`, or `json` for one ECS object a line",
    ),
)
"""Every variable; one that depends on another comes after it."""
