"""A viewer that speaks the real wire: joins, clicks, keeps what it is told."""

from itertools import count
from typing import Any, Self

import socketio

NAMESPACE = "/viewer"
_PUSHES = ("viewer_state", "viewer_catalog", "location_state", "audience", "activity", "announcement", "turn", "ballot")
_numbers = count(1)


class FakeViewer:
    """One open page."""

    def __init__(self, url: str, slug: str, *, cookie: str | None = None, address: str | None = None) -> None:
        self.url = url
        self.slug = slug
        self.headers = {} if cookie is None else {"Cookie": f"smartpixels_viewer={cookie}"}
        if address is not None:
            self.headers["X-Forwarded-For"] = address
        self.snapshot: dict[str, Any] = {}
        self.received: dict[str, list[dict[str, Any]]] = {event: [] for event in _PUSHES}
        self.states: dict[str, dict[str, Any]] = {}
        self.disconnected = False
        self.client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.client.on("*", self._on_push, namespace=NAMESPACE)
        self.client.on("disconnect", self._on_disconnect, namespace=NAMESPACE)

    async def __aenter__(self) -> Self:
        await self.connect()
        await self.join()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def connect(self) -> None:
        await self.client.connect(
            self.url, headers=self.headers, transports=["websocket"], namespaces=[NAMESPACE], wait_timeout=10
        )

    async def close(self) -> None:
        await self.client.shutdown()

    async def call(self, event: str, payload: Any) -> Any:
        return await self.client.call(event, payload, namespace=NAMESPACE, timeout=10)

    async def join(self, slug: str | None = None, **fields: Any) -> dict[str, Any]:
        self.snapshot = await self.call("join", {"location": slug or self.slug, **fields})
        self._keep(self.snapshot.get("states", []))
        return self.snapshot

    async def command(self, device_id: str, action: str, *, command_id: str = "", **fields: Any) -> dict[str, Any]:
        command = {
            "command_id": command_id or f"command-{next(_numbers)}",
            "device_id": device_id,
            "action": {"type": action, **fields},
        }
        answer: dict[str, Any] = await self.call("viewer_command", command)
        return answer

    async def _on_push(self, event: str, message: dict[str, Any]) -> None:
        self.received[event].append(message)
        if event == "viewer_state":
            self._keep([message])
        if event == "viewer_catalog":
            self.states.clear()
            self._keep(message["states"])

    async def _on_disconnect(self, _reason: str) -> None:
        self.disconnected = True

    def _keep(self, states: list[dict[str, Any]]) -> None:
        for state in states:
            known = self.states.get(state["device_id"])
            if known is None or known["seq"] < state["seq"]:
                self.states[state["device_id"]] = state
