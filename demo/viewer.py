"""A viewer without a browser: gets the page for its cookie, then speaks the website's own protocol."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import aiohttp
import socketio

type Json = dict[str, Any]

NAMESPACE: Final = "/viewer"
ANSWER_SECONDS: Final = 8


class Viewer:
    """One joined viewer; keeps the newest state of every device."""

    def __init__(self, client: socketio.AsyncClient) -> None:
        self._client = client
        self._changed = asyncio.Condition()
        self.snapshot: Json = {}
        self.states: dict[str, Json] = {}
        self.on_state: Callable[[Json], None] | None = None
        client.on("viewer_state", self._take_state, namespace=NAMESPACE)
        client.on("viewer_catalog", self._take_catalog, namespace=NAMESPACE)
        client.on("location_state", self._take_location, namespace=NAMESPACE)

    async def join(self, slug: str) -> Json:
        """Join a location and return the server's answer."""
        answer: Json = await self._client.call("join", {"location": slug, "language": "en"}, namespace=NAMESPACE)
        if answer["ok"]:
            self.snapshot = answer
            self.states = {state["device_id"]: state for state in answer["states"]}
        return answer

    async def command(self, device_id: str, action: Mapping[str, Any]) -> Json:
        """Wish for an action and return the answer: what the house made of it."""
        payload = {"command_id": secrets.token_urlsafe(12), "device_id": device_id, "action": dict(action)}
        answer: Json = await self._client.call("viewer_command", payload, namespace=NAMESPACE, timeout=ANSWER_SECONDS)
        return answer

    async def wait_for(self, condition: Callable[[], bool], *, seconds: float) -> None:
        """Return when `condition` holds, looked at after each push; raises TimeoutError."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(condition)

    @property
    def online(self) -> bool:
        """Whether the location's link is up, as far as this viewer was told."""
        return bool(self.snapshot.get("link", {}).get("online"))

    async def _take_state(self, state: Json) -> None:
        self.states[state["device_id"]] = state
        if self.on_state:
            self.on_state(state)
        await self._notify()

    async def _take_catalog(self, catalog: Json) -> None:
        self.snapshot |= catalog
        self.states = {state["device_id"]: state for state in catalog["states"]}
        await self._notify()

    async def _take_location(self, location: Json) -> None:
        self.snapshot |= location
        await self._notify()

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def viewing(website: str, slug: str) -> AsyncIterator[Viewer]:
    """Be a viewer of a location until the block is left; joined when it is entered."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        async with http.get(f"{website}/l/{slug}") as page:
            page.raise_for_status()
        client = socketio.AsyncClient(http_session=http, handle_sigint=False, reconnection=False)
        viewer = Viewer(client)
        await client.connect(website, transports=["websocket"], namespaces=[NAMESPACE])
        try:
            await viewer.join(slug)
            yield viewer
        finally:
            await client.shutdown()
