"""The command line: run the server, prepare its database, look after locations."""

import argparse
import asyncio
import json
import logging
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import segno
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from . import __version__
from .api.model import Scope
from .api.service import ApiKeyService
from .api.sql_store import SqlApiKeyStore
from .app import create_app
from .clock import SystemClock
from .errors import SmartPixelsError
from .locations.model import Location
from .locations.service import LocationService
from .locations.sql_store import SqlLocationStore
from .logs import set_up_logs
from .operators import totp
from .operators.model import Role
from .operators.passwords import Passwords
from .operators.service import OperatorService
from .operators.sql_store import SqlOperatorStore
from .protocol.errors import ErrorCode
from .settings import Settings, SettingsError, markdown
from .storage.backup import backup, restore
from .storage.database import Database

_LOGGER = logging.getLogger("smartpixels_server")
_FAILED: Final = 1
_MISUSED: Final = 2
_STOP_SECONDS: Final = 1.0

type Command = Callable[[argparse.Namespace, Settings], None]
type OperatorTask = Callable[[OperatorService, LocationService, argparse.Namespace], Awaitable[None]]
type KeyTask = Callable[[ApiKeyService, argparse.Namespace], Awaitable[None]]
type Task = Callable[[LocationService, argparse.Namespace, Settings], Awaitable[None]]


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return 0, 1 when it failed, 2 when the command line or a setting is wrong."""
    options = _parser().parse_args(arguments)
    try:
        settings = Settings.from_env(os.environ)
    except SettingsError as err:
        for problem in err.problems:
            _complain(problem)
        return _MISUSED
    set_up_logs(settings.log_level, settings.log_format)
    try:
        options.run(options, settings)
    except SmartPixelsError as err:
        _complain(err.message)
    except SQLAlchemyError as err:
        _complain(f"the database does not work: {str(err).splitlines()[0]}")
    except OSError as err:
        _complain(str(err))
    else:
        return 0
    return _FAILED


def _serve(_options: argparse.Namespace, settings: Settings) -> None:
    # Every viewer is an open file; the usual limit is for programs that would misbehave with many.
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(_serve_until_told(create_app(settings), settings))


async def _serve_until_told(app: web.Application, settings: Settings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOP_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        url = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        print(json.dumps({"ready": True, "url": url}), flush=True)
        _LOGGER.info("Listening at %s", url)
        await stop.wait()
        _LOGGER.info("Stopping")
    finally:
        await runner.cleanup()


def _migrate(_options: argparse.Namespace, settings: Settings) -> None:
    asyncio.run(_with(Database(settings.database_url)))


def _backup(options: argparse.Namespace, settings: Settings) -> None:
    async def save() -> None:
        contents = await backup(database, options.file)
        print(f"{contents.rows} rows of revision {contents.revision} are in {options.file}")

    database = Database(settings.database_url)
    asyncio.run(_with(database, save))


def _restore(options: argparse.Namespace, settings: Settings) -> None:
    asyncio.run(_restore_into(Database(settings.database_url), options))


async def _restore_into(database: Database, options: argparse.Namespace) -> None:
    try:
        contents = await restore(database, options.file, force=options.force)
    finally:
        await database.close()
    print(f"{contents.rows} rows are restored, and equal to what was saved")


def _check_config(options: argparse.Namespace, settings: Settings) -> None:
    if options.markdown:
        print(markdown(), end="")
        return
    print(json.dumps({"ok": True, **settings.shown()}, default=str, indent=2))


async def _with(database: Database, work: Callable[[], Awaitable[None]] | None = None) -> None:
    """Migrate the database, do the work with it, close it."""
    try:
        await database.migrate()
        if work is not None:
            await work()
    finally:
        await database.close()


def _on_locations(task: Task) -> Command:
    """Return a command that works on the locations of the configured database."""

    def run(options: argparse.Namespace, settings: Settings) -> None:
        database = Database(settings.database_url)
        locations = LocationService(SqlLocationStore(database), SystemClock())
        asyncio.run(_with(database, lambda: task(locations, options, settings)))

    return run


def _on_api_keys(task: KeyTask) -> Command:
    """Return a command that works on the API keys of the configured database."""

    def run(options: argparse.Namespace, settings: Settings) -> None:
        database = Database(settings.database_url)
        keys = ApiKeyService(SqlApiKeyStore(database), SystemClock())
        asyncio.run(_with(database, lambda: task(keys, options)))

    return run


async def _add_key(keys: ApiKeyService, options: argparse.Namespace) -> None:
    made = await keys.create(options.name, [Scope(scope) for scope in options.scope])
    if options.json:
        print(json.dumps({"ok": True, "key_id": made.key.key_id, "secret": made.secret}))
        return
    print(f"Key     {made.key.name} ({made.key.key_id}), scopes {' '.join(sorted(made.key.scopes))}")
    print(f"Secret  {made.secret}   shown this once")


async def _list_keys(keys: ApiKeyService, _options: argparse.Namespace) -> None:
    for key in await keys.list_keys():
        print(f"{key.key_id}  {key.name:<32} {' '.join(sorted(key.scopes))}")


async def _revoke_key(keys: ApiKeyService, options: argparse.Namespace) -> None:
    await keys.revoke(options.key_id)
    print("The key is no longer valid.")


def _on_operators(task: OperatorTask) -> Command:
    """Return a command that works on the operators of the configured database."""

    def run(options: argparse.Namespace, settings: Settings) -> None:
        database = Database(settings.database_url)
        operators = OperatorService(SqlOperatorStore(database), SystemClock(), Passwords())
        locations = LocationService(SqlLocationStore(database), SystemClock())
        asyncio.run(_with(database, lambda: task(operators, locations, options)))

    return run


async def _add_operator(operators: OperatorService, locations: LocationService, options: argparse.Namespace) -> None:
    places = [await _known(locations, slug) for slug in options.location]
    made = await operators.add(
        options.name,
        role=Role.MODERATOR if places else Role.OPERATOR,
        location_ids=[place.location_id for place in places],
        password=_given_password(options),
        with_totp=options.totp,
    )
    secret = made.totp_secret
    if options.json:
        shown = {"name": made.operator.name, "password": made.password, "totp_secret": secret}
        print(json.dumps({"ok": True, **shown}))
        return
    print(f"Operator  {made.operator.name} ({made.operator.role}), logs in at /admin")
    print(f"Password  {made.password}   shown this once")
    if secret is not None:
        print(f"One-time  {secret}   scan this with an authenticator app:\n")
        segno.make(totp.uri(secret, made.operator.name), micro=False).terminal(out=sys.stdout, compact=True, border=2)


async def _new_password(operators: OperatorService, _locations: LocationService, options: argparse.Namespace) -> None:
    password = await operators.change_password(options.name, _given_password(options))
    print(f"Password  {password}   shown this once; earlier sessions have ended")


async def _list_operators(operators: OperatorService, _locations: LocationService, options: argparse.Namespace) -> None:
    found = await operators.list_operators()
    if options.json:
        print(json.dumps([{"name": one.name, "role": one.role} for one in found]))
        return
    for operator in found:
        print(f"{operator.name:<32} {operator.role}")


def _given_password(options: argparse.Namespace) -> str | None:
    return sys.stdin.readline().rstrip("\n") if options.password_stdin else None


async def _add(locations: LocationService, options: argparse.Namespace, settings: Settings) -> None:
    await _show_code(locations, await locations.create(options.name, options.slug), options, settings)


async def _pair(locations: LocationService, options: argparse.Namespace, settings: Settings) -> None:
    await _show_code(locations, await _known(locations, options.slug), options, settings)


async def _list(locations: LocationService, options: argparse.Namespace, _settings: Settings) -> None:
    found = await locations.list_locations()
    if options.json:
        print(json.dumps([{"location_id": one.location_id, "slug": one.slug, "name": one.name} for one in found]))
        return
    for location in found:
        print(f"{location.slug:<32} {location.name}")


async def _revoke(locations: LocationService, options: argparse.Namespace, _settings: Settings) -> None:
    location = await _known(locations, options.slug)
    await locations.revoke(location.location_id)
    print(f"The token of {location.name} is no longer valid; a running link ends within seconds.")


async def _known(locations: LocationService, slug: str) -> Location:
    location = await locations.by_slug(slug)
    if location is None:
        raise SmartPixelsError(ErrorCode.UNKNOWN_LOCATION, f"there is no location {slug!r}; `location list` shows all")
    return location


async def _show_code(
    locations: LocationService, location: Location, options: argparse.Namespace, settings: Settings
) -> None:
    code = await locations.new_pairing_code(location.location_id)
    link = f"{settings.public_url}/pair/{code}"
    if options.json:
        shown = {"location_id": location.location_id, "slug": location.slug, "name": location.name}
        print(json.dumps({"ok": True, **shown, "code": code, "link": link}))
        return
    print(f"Location  {location.name} ({settings.public_url}/l/{location.slug})")
    print(f"Code      {code}   once, within 15 minutes")
    print(f"Link      {link}\n")
    segno.make(link, micro=False).terminal(out=sys.stdout, compact=True, border=2)


def _complain(problem: str) -> None:
    print(f"smartpixels-server: {problem}", file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="smartpixels-server",
        description="The public server of SmartPixels. It is configured by environment variables SMARTPIXELS_*; "
        "see docs/configuration.md.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _command(commands, "serve", _serve, "run the server until it is told to stop")
    _command(commands, "migrate", _migrate, "bring the database to this version")
    save = _command(commands, "backup", _backup, "write everything in the database to a file")
    load = _command(commands, "restore", _restore, "fill an empty database from such a file")
    load.add_argument("--force", action="store_true", help="delete what is in the database")
    for action in (save, load):
        action.add_argument("file", type=Path, help="such as smartpixels.backup; keep it private")
    check = _command(commands, "check-config", _check_config, "check the settings and show them, without secrets")
    check.add_argument("--markdown", action="store_true", help="print the table of all settings instead")
    location = commands.add_parser("location", help="create, pair and revoke locations")
    actions = location.add_subparsers(title="actions", required=True, metavar="ACTION")
    add = _command(actions, "add", _on_locations(_add), "create a location and show its pairing code")
    add.add_argument("name", help='name for people, such as "Our house"')
    add.add_argument("--slug", help="its part of the address; made from the name when not given")
    pair = _command(actions, "pair", _on_locations(_pair), "show a new pairing code; earlier codes end")
    revoke = _command(actions, "revoke", _on_locations(_revoke), "end the token; a running link ends within seconds")
    for action in (pair, revoke):
        action.add_argument("slug", help="which location, see `location list`")
    listing = _command(actions, "list", _on_locations(_list), "show all locations")
    for action in (add, pair, listing):
        action.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    _api_key_parser(commands)
    _operator_parser(commands)
    return parser


def _operator_parser(commands: Any) -> None:
    actions = commands.add_parser("operator", help="let people into the admin").add_subparsers(
        title="actions", required=True, metavar="ACTION"
    )
    add = _command(actions, "add", _on_operators(_add_operator), "add an operator and show the password")
    add.add_argument("--location", action="append", default=[], metavar="SLUG", help="a moderator of this place only")
    add.add_argument("--totp", action="store_true", help="ask for a code of an authenticator app at every login")
    add.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    password = _command(actions, "password", _on_operators(_new_password), "change a password and end all sessions")
    for action in (add, password):
        action.add_argument("name", help="the name to log in with")
        action.add_argument("--password-stdin", action="store_true", help="read the password instead of making one")
    listing = _command(actions, "list", _on_operators(_list_operators), "show all operators")
    listing.add_argument("--json", action="store_true", help="print one JSON line instead of text")


def _api_key_parser(commands: Any) -> None:
    actions = commands.add_parser("api-key", help="make and end keys for the HTTP API").add_subparsers(
        title="actions", required=True, metavar="ACTION"
    )
    add = _command(actions, "add", _on_api_keys(_add_key), "make a key and show its secret")
    add.add_argument("name", help="who uses it; viewers see this name when it acts")
    add.add_argument("--scope", action="append", required=True, choices=list(Scope), help="may be given several times")
    add.add_argument("--json", action="store_true", help="print one JSON line instead of text")
    _command(actions, "list", _on_api_keys(_list_keys), "show all keys, without secrets")
    revoke = _command(actions, "revoke", _on_api_keys(_revoke_key), "end a key at once")
    revoke.add_argument("key_id", help="which key, see `api-key list`")


def _command(group: Any, name: str, run: Command, summary: str) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = group.add_parser(name, help=summary, description=summary.capitalize() + ".")
    parser.set_defaults(run=run)
    return parser


if __name__ == "__main__":
    sys.exit(main())
