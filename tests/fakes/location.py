"""A location that speaks the real wire: two lamps that do what they are told, or what a test wants instead."""

from collections.abc import Awaitable, Callable
from typing import Any, Self

import socketio

NAMESPACE = "/location"
LAMP: dict[str, Any] = {
    "device_id": "tree",
    "kind": "light",
    "name": {"en": "Tree", "pl": "Choinka"},
    "actions": ["turn_on", "turn_off", "set_color", "set_brightness", "set_effect", "paint"],
    "effects": ["Solid", "Rainbow"],
    "palettes": ["Default", "Party"],
    "kelvin": {"min": 2700, "max": 6500},
    "pixels": 30,
    "max_brightness": 200,
}
STAR: dict[str, Any] = {
    "device_id": "star",
    "kind": "light",
    "name": {"en": "Star"},
    "actions": ["turn_on", "set_color"],
}
OPEN = {"mode": "open"}
HELLO = {"protocol_version": 1, "min_protocol_version": 1, "software": "fake-location", "software_version": "1"}

type Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


class FakeLocation:
    """One link of a location; `answer` decides what becomes of a command."""

    def __init__(self, url: str, token: str, *, devices: list[dict[str, Any]] | None = None) -> None:
        self.url = url
        self.token = token
        self.devices = [LAMP, STAR] if devices is None else devices
        self.sharing: dict[str, Any] = OPEN
        self.play: dict[str, Any] = {}
        self.leaves: list[str] = []
        self.answer: Answer = self.obey
        self.commands: list[dict[str, Any]] = []
        self.audiences: list[dict[str, Any]] = []
        self.goodbyes: list[dict[str, Any]] = []
        self.refusal: Any = None
        self.disconnected = False
        self.seq = 0
        self.client = socketio.AsyncClient(reconnection=False, handle_sigint=False)
        self.client.on("device_command", self._on_command, namespace=NAMESPACE)
        self.client.on("audience", self._on_audience, namespace=NAMESPACE)
        self.client.on("goodbye", self._on_goodbye, namespace=NAMESPACE)
        self.client.on("connect_error", self._on_connect_error, namespace=NAMESPACE)
        self.client.on("disconnect", self._on_disconnect, namespace=NAMESPACE)

    async def __aenter__(self) -> Self:
        await self.connect()
        await self.hello()
        await self.send_catalog()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def connect(self) -> None:
        await self.client.connect(
            self.url, auth={"token": self.token}, transports=["websocket"], namespaces=[NAMESPACE], wait_timeout=10
        )

    async def close(self) -> None:
        await self.client.shutdown()

    async def call(self, event: str, payload: Any) -> Any:
        return await self.client.call(event, payload, namespace=NAMESPACE, timeout=10)

    async def hello(self, **changes: Any) -> Any:
        return await self.call("hello", {**HELLO, **changes})

    async def send_catalog(self, revision: int = 1) -> Any:
        states = [self.state(device["device_id"], on=False) for device in self.devices]
        catalog = {
            "revision": revision,
            "devices": self.devices,
            "states": states,
            "sharing": self.sharing,
            "play": self.play,
            "leaves": self.leaves,
        }
        return await self.call("catalog", catalog)

    async def share(self, **sharing: Any) -> Any:
        self.sharing = sharing
        return await self.call("sharing_state", sharing)

    async def report(self, device_id: str, **fields: Any) -> Any:
        return await self.call("device_state", self.state(device_id, **fields))

    def state(self, device_id: str, **fields: Any) -> dict[str, Any]:
        self.seq += 1
        return {"device_id": device_id, "seq": self.seq, "available": True, **fields}

    async def obey(self, command: dict[str, Any]) -> dict[str, Any]:
        action = command["action"]
        shown = {key: value for key, value in action.items() if key in {"rgb", "kelvin", "brightness", "effect"}}
        await self.client.emit(
            "device_state",
            self.state(
                command["device_id"], on=action["type"] != "turn_off", command_id=command["command_id"], **shown
            ),
            namespace=NAMESPACE,
        )
        return {"ok": True}

    async def _on_command(self, command: dict[str, Any]) -> dict[str, Any]:
        self.commands.append(command)
        return await self.answer(command)

    async def _on_audience(self, audience: dict[str, Any]) -> None:
        self.audiences.append(audience)

    async def _on_goodbye(self, goodbye: dict[str, Any]) -> None:
        self.goodbyes.append(goodbye)

    async def _on_connect_error(self, error: Any) -> None:
        self.refusal = error

    async def _on_disconnect(self, _reason: str) -> None:
        self.disconnected = True
