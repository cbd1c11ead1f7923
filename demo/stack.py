"""Everything together: the programs of the demo, set up until a viewer can click."""

import fcntl
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import aiohttp

from . import home_assistant
from .home_assistant import HomeAssistantApi
from .programs import Log, Program, ProgramFailed, free_port, running
from .server import ServerCommands
from .viewer import viewing

SLUG: Final = "demo"
LOCATION: Final = "Demo house"
READY_SECONDS: Final = 60

_PORTS: Final = {"server": 8080, "hass": 8123, "house": 8480}
_FIRST_LAMP_PORT: Final = 8481


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """One simulated WLED controller of the demo."""

    key: str
    name: str
    name_pl: str
    leds: int


LAMPS: Final = (
    Lamp(key="tree", name="Christmas tree", name_pl="Choinka", leds=120),
    Lamp(key="front", name="House front", name_pl="Front domu", leds=90),
)


@dataclass(frozen=True, kw_only=True)
class Stack:
    """The running demo."""

    website: str
    home_assistant: str
    house: str
    wled: Mapping[str, str]
    """Address of each simulated controller by its lamp's key."""
    programs: Mapping[str, Program]
    api: HomeAssistantApi
    environment: Mapping[str, str]
    """The server's settings."""

    @property
    def location_page(self) -> str:
        """The page of the demo's location."""
        return f"{self.website}/l/{SLUG}"


@contextmanager
def _claimed(folder: Path, *, fresh: bool) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramFailed(f"another demo runs on {folder}. Stop it, or give another folder with --data") from None
        if fresh:
            for child in folder.iterdir():
                if child.name != ".lock":
                    shutil.rmtree(child) if child.is_dir() else child.unlink()
        yield


@asynccontextmanager
async def open_stack(
    folder: Path,
    *,
    log: Log,
    fresh: bool = False,
    lamps: Sequence[Lamp] = LAMPS,
    settings: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Stack]:
    """Start the whole demo on the data in `folder` and stop it when the block is left.

    `settings` are further settings of the server.

    Entered when a viewer can click: the location is linked and all its lamps are available. Raises ProgramFailed.
    """
    async with AsyncExitStack() as cleanup:
        cleanup.enter_context(_claimed(folder, fresh=fresh))
        ports = _choose_ports(folder, lamps)
        urls = {key: f"http://127.0.0.1:{port}" for key, port in ports.items()}
        environment = {
            "SMARTPIXELS_HOST": "127.0.0.1",
            "SMARTPIXELS_PORT": str(ports["server"]),
            "SMARTPIXELS_DATABASE_URL": f"sqlite:///{folder / 'server.db'}",
            "SMARTPIXELS_PUBLIC_URL": urls["server"],
            **settings,
        }
        hass_folder = folder / "homeassistant"
        home_assistant.prepare(hass_folder, port=ports["hass"])
        log.line("demo", "starting simulated house, public server and Home Assistant (its first start takes a minute)")
        programs = {
            "house": Program("house", _house_arguments(ports, lamps), log=log),
            "server": Program("server", ["smartpixels_server", "serve"], log=log, environment=environment),
            "hass": Program("hass", ["homeassistant", "--config", str(hass_folder), "--skip-pip"], log=log),
        }
        for program in programs.values():
            await cleanup.enter_async_context(running(program))
        await programs["house"].ready(seconds=READY_SECONDS)
        await programs["server"].ready(seconds=READY_SECONDS)
        http = await cleanup.enter_async_context(aiohttp.ClientSession())
        api = HomeAssistantApi(http, urls["hass"])
        await api.wait_until_up(programs["hass"])
        log.line("demo", "Home Assistant answers; setting up")
        await api.sign_in()
        commands = ServerCommands(environment)
        await commands.ensure_operator()
        pairing_code = partial(commands.pairing_code, slug=SLUG, name=LOCATION)
        await _set_up_integration(
            api, urls=urls, lamps=lamps, pairing_code=pairing_code, done=folder / "set-up.json", log=log
        )
        stack = Stack(
            website=urls["server"],
            home_assistant=urls["hass"],
            house=urls["house"],
            wled={lamp.key: urls[lamp.key] for lamp in lamps},
            programs=programs,
            api=api,
            environment=environment,
        )
        await _wait_until_clickable(stack)
        yield stack


def _choose_ports(folder: Path, lamps: Sequence[Lamp]) -> dict[str, int]:
    file = folder / "ports.json"
    usual = {lamp.key: port for port, lamp in enumerate(lamps, start=_FIRST_LAMP_PORT)}
    wanted = {**_PORTS, **usual, **_kept(file)}
    ports = {key: free_port(port) for key, port in wanted.items()}
    _keep(file, ports)
    return ports


def _kept(file: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    return kept


def _keep(file: Path, what: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(dict(what)))


def _house_arguments(ports: Mapping[str, int], lamps: Sequence[Lamp]) -> list[str]:
    arguments = ["smartpixels_simulator", "house", "--port", str(ports["house"])]
    for lamp in lamps:
        arguments += ["--wled", f"{lamp.name}:{lamp.leds}:{ports[lamp.key]}"]
    return arguments


async def _set_up_integration(
    api: HomeAssistantApi,
    *,
    urls: Mapping[str, str],
    lamps: Sequence[Lamp],
    pairing_code: Callable[[], Awaitable[str]],
    done: Path,
    log: Log,
) -> None:
    """Pair and add the lamps by Home Assistant's own flows, unless that is done already with these addresses."""
    entries = await api.entries()
    if entries and _kept(done) == urls:
        return
    for entry in entries:
        await api.remove_entry(entry["entry_id"])
    code = await pairing_code()
    entry = await api.run_flow("smartpixels", {"server": urls["server"], "pairing_code": code})
    entry_id = entry["result"]["entry_id"]
    log.line("demo", "Home Assistant is paired with the server")
    for lamp in lamps:
        exposure: dict[str, Any] = {
            "exposed": True,
            "name_en": lamp.name,
            "name_pl": lamp.name_pl,
            "actions": ["turn_on", "turn_off", "set_color", "set_brightness", "set_effect"],
        }
        host = urls[lamp.key].removeprefix("http://")
        await api.run_flow([entry_id, "wled"], {"host": host}, exposure, subentry=True)
        log.line("demo", f"{lamp.name} is added and public")
    _keep(done, urls)


async def _wait_until_clickable(stack: Stack) -> None:
    async with viewing(stack.website, SLUG) as viewer:
        try:
            await viewer.wait_for(
                lambda: (
                    viewer.online
                    and len(viewer.states) >= len(stack.wled)
                    and all(state["available"] for state in viewer.states.values())
                ),
                seconds=READY_SECONDS,
            )
        except TimeoutError:
            raise ProgramFailed(
                "the house did not come online on the website. Remedy: look at the lines above, or scripts/demo --fresh"
            ) from None
