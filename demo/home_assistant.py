"""A real Home Assistant, prepared, started and set up through its own REST API, as its front end does it."""

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import aiohttp
from homeassistant.components.http import config as http_config
from homeassistant.components.onboarding import const as onboarding

from .programs import ROOT, Program, ProgramFailed

USER: Final = "demo"
PASSWORD: Final = "demo"  # noqa: S105 - printed on purpose
START_SECONDS: Final = 180

_CONFIGURATION: Final = """\
# Written by scripts/demo when it is missing; yours to change.
homeassistant:
  name: SmartPixels demo
  unit_system: metric
  time_zone: Europe/Warsaw
  country: PL
frontend:
config:
history:
logbook:
my:
logger:
  default: error
  logs:
    custom_components.smartpixels: info
    # It warns of every custom integration.
    homeassistant.loader: error
    homeassistant.bootstrap: error
    # The demo has no camera yet and does without ffmpeg and turbojpeg.
    haffmpeg.core: critical
    homeassistant.components.camera.img_util: critical
"""


class RequestFailed(ProgramFailed):
    """Home Assistant answered a request with an error."""


def prepare(folder: Path, *, port: int) -> None:
    """Make `folder` a configuration that serves on the loopback `port` and asks only for its first user."""
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    configuration = folder / "configuration.yaml"
    if not configuration.exists():
        configuration.write_text(_CONFIGURATION)
    components = folder / "custom_components"
    components.unlink(missing_ok=True)
    components.symlink_to(ROOT / "custom_components")
    stable = http_config.HTTP_STORAGE_SCHEMA({"server_host": ["127.0.0.1"], "server_port": port})
    _store(
        storage / http_config.STORAGE_KEY,
        {"stable": stable, "pending": None, "yaml_migration_done": True},
        version=(http_config.STORAGE_VERSION, http_config.STORAGE_MINOR_VERSION),
    )
    if not (storage / onboarding.DOMAIN).exists():
        done = [step for step in onboarding.STEPS if step != onboarding.STEP_USER]
        _store(storage / onboarding.DOMAIN, {"done": done}, version=(4, 1))


def _store(path: Path, data: Mapping[str, Any], *, version: tuple[int, int]) -> None:
    content = {"version": version[0], "minor_version": version[1], "key": path.name, "data": data}
    path.write_text(json.dumps(content, indent=2))


class HomeAssistantApi:
    """The part of Home Assistant's REST API that setting up needs; signed in as the demo's user."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url
        self._token = ""

    async def wait_until_up(self, program: Program) -> None:
        """Return when it answers; raises ProgramFailed when it ended or did not come up in time."""
        try:
            async with asyncio.timeout(START_SECONDS):
                while program.running:
                    if await self._answers():
                        return
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise ProgramFailed(f"Home Assistant did not answer within {START_SECONDS} s") from None
        raise ProgramFailed("Home Assistant ended while starting (see its lines above)")

    async def _answers(self) -> bool:
        try:
            async with self._http.get(f"{self._url}/auth/providers") as response:
                # Before there is an owner the answer is an error, too.
                return response.status in {HTTPStatus.OK, HTTPStatus.BAD_REQUEST}
        except aiohttp.ClientError:
            return False

    async def sign_in(self) -> None:
        """Create the demo's user at the first start, else log in as that user."""
        client = f"{self._url}/"
        if await self._has_owner():
            code = await self._log_in(client)
        else:
            answer = await self.request(
                "POST",
                "/api/onboarding/users",
                {"client_id": client, "name": "Demo", "username": USER, "password": PASSWORD, "language": "en"},
            )
            code = answer["auth_code"]
        form = {"client_id": client, "grant_type": "authorization_code", "code": code}
        async with self._http.post(f"{self._url}/auth/token", data=form) as response:
            if not response.ok:
                raise RequestFailed(f"Home Assistant refused the demo login: {await response.text()}")
            self._token = (await response.json())["access_token"]

    async def _has_owner(self) -> bool:
        async with self._http.get(f"{self._url}/api/onboarding") as response:
            # The view is gone once onboarding was done at an earlier start.
            return response.status == HTTPStatus.NOT_FOUND or all(step["done"] for step in await response.json())

    async def _log_in(self, client: str) -> str:
        flow = await self.request(
            "POST",
            "/auth/login_flow",
            {"client_id": client, "handler": ["homeassistant", None], "redirect_uri": client},
        )
        result = await self.request(
            "POST",
            f"/auth/login_flow/{flow['flow_id']}",
            {"client_id": client, "username": USER, "password": PASSWORD},
        )
        if result["type"] != "create_entry":
            raise RequestFailed("Home Assistant does not accept the demo login any more. Remedy: scripts/demo --fresh")
        return str(result["result"])

    async def entries(self) -> list[dict[str, Any]]:
        """Return the config entries of our integration."""
        found: list[dict[str, Any]] = await self.request("GET", "/api/config/config_entries/entry?domain=smartpixels")
        return found

    async def remove_entry(self, entry_id: str) -> None:
        """Remove a config entry."""
        await self.request("DELETE", f"/api/config/config_entries/entry/{entry_id}")

    async def run_flow(self, handler: object, *forms: Mapping[str, Any], subentry: bool = False) -> dict[str, Any]:
        """Go through a config flow (or a subentry flow), one form a step, and return its result.

        Raises RequestFailed with the form's errors when a step is not accepted.
        """
        path = f"/api/config/config_entries/{'subentries/' if subentry else ''}flow"
        step: dict[str, Any] = await self.request("POST", path, {"handler": handler})
        for form in forms:
            if step.get("type") != "form":
                break
            step = await self.request("POST", f"{path}/{step['flow_id']}", form)
            if step.get("errors"):
                raise RequestFailed(f"set-up step {step['step_id']} was refused: {step['errors']}")
        if step.get("type") != "create_entry":
            raise RequestFailed(f"set-up did not end well: {step.get('type')} {step.get('reason', '')}")
        return step

    async def states(self) -> list[dict[str, Any]]:
        """Return the states of all entities."""
        found: list[dict[str, Any]] = await self.request("GET", "/api/states")
        return found

    async def call_action(self, domain: str, action: str, data: Mapping[str, Any]) -> None:
        """Run a Home Assistant action."""
        await self.request("POST", f"/api/services/{domain}/{action}", data)

    async def request(self, method: str, path: str, body: object = None) -> Any:
        """Return the JSON answer of a request; raises RequestFailed for anything but success."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        async with self._http.request(method, f"{self._url}{path}", json=body, headers=headers) as response:
            if not response.ok:
                raise RequestFailed(
                    f"Home Assistant answered {response.status} to {method} {path}: {await response.text()}"
                )
            return await response.json()
