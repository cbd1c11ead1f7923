"""The AsyncAPI document of both namespaces, made from the message types; `scripts/asyncapi` writes it."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from ..commands.messages import Activity, CommandDone, ViewerCommand
from ..devices.messages import LocationState, ViewerCatalog, ViewerState
from ..locations.sockets import NAMESPACE as LOCATION
from ..protocol.errors import ErrorCode
from ..protocol.messages import (
    Announcement,
    Audience,
    Catalog,
    DeviceCommand,
    DeviceState,
    Goodbye,
    Hello,
    Message,
    OnSiteCode,
    OnSiteCodeShown,
    SharingState,
    Welcome,
)
from ..protocol.version import PROTOCOL_VERSION
from ..turns.messages import Ballot, EnterOnSite, OnSiteGranted, PassTurn, Ready, RequestTurn, Turn, Vote
from ..viewers.sockets import NAMESPACE as VIEWER
from .messages import Join, Snapshot

type Reply = type[msgspec.Struct] | None

REQUESTS: Final[dict[str, tuple[tuple[type[Message], Reply], ...]]] = {
    LOCATION: (
        (Hello, Welcome),
        (Catalog, None),
        (DeviceState, None),
        (SharingState, None),
        (Announcement, None),
        (OnSiteCode, OnSiteCodeShown),
    ),
    VIEWER: (
        (Join, Snapshot),
        (ViewerCommand, CommandDone),
        (RequestTurn, Turn),
        (Ready, Turn),
        (PassTurn, Turn),
        (Vote, Ballot),
        (EnterOnSite, OnSiteGranted),
    ),
}
"""What the server takes in each namespace, and with what it answers beside `ok`."""

CALLS: Final[dict[str, tuple[type[Message], ...]]] = {LOCATION: (DeviceCommand,), VIEWER: ()}
"""What the server sends and wants an answer to."""

PUSHES: Final[dict[str, tuple[type[Message], ...]]] = {
    LOCATION: (Audience, Goodbye),
    VIEWER: (ViewerState, ViewerCatalog, LocationState, Audience, Activity, Announcement, Turn, Ballot),
}
"""What the server sends without wanting one."""

_SCHEMA: Final = "#/components/schemas/{name}"
_REFUSAL: Final = {
    "title": "Refusal",
    "description": "The request was not done.",
    "type": "object",
    "properties": {
        "ok": {"const": False},
        "error": {
            "type": "object",
            "properties": {
                "code": {"enum": [code.value for code in ErrorCode]},
                "message": {"type": "string"},
                "retry_after_ms": {"type": "integer", "minimum": 0},
            },
            "required": ["code", "message"],
        },
    },
    "required": ["ok", "error"],
}
_DONE: Final = {
    "title": "Done",
    "description": "The request was done.",
    "type": "object",
    "properties": {"ok": {"const": True}},
    "required": ["ok"],
}


def document() -> dict[str, Any]:
    """Return the AsyncAPI 3 document."""
    _, schemas = msgspec.json.schema_components(_types(), ref_template=_SCHEMA)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "SmartPixels",
            "version": str(PROTOCOL_VERSION),
            "description": "Socket.IO v5 over WebSocket. Each channel is a namespace, each message an event with one "
            "object; a reply is the event's acknowledgement. The prose is in protocol.md.",
        },
        "channels": {_name(namespace): _channel(namespace) for namespace in REQUESTS},
        "operations": _operations(),
        "components": {"schemas": {**schemas, "Done": _DONE, "Refusal": _REFUSAL}},
    }


def messages(namespace: str) -> tuple[type[Message], ...]:
    """Return all messages of a namespace, both directions."""
    return (*(kind for kind, _ in REQUESTS[namespace]), *CALLS[namespace], *PUSHES[namespace])


def _types() -> list[type[msgspec.Struct]]:
    replies = [reply for pairs in REQUESTS.values() for _, reply in pairs if reply is not None]
    return [*dict.fromkeys(kind for namespace in REQUESTS for kind in messages(namespace)), *replies]


def _channel(namespace: str) -> dict[str, Any]:
    found = {kind.EVENT: {"name": kind.EVENT, "payload": _ref(kind)} for kind in messages(namespace)}
    for kind, reply in _answered(namespace):
        done = {"$ref": _SCHEMA.format(name="Done")}
        payload = done if reply is None else {"allOf": [done, _ref(reply)]}
        found[_ack(kind)] = {
            "name": _ack(kind),
            "payload": {"oneOf": [payload, {"$ref": _SCHEMA.format(name="Refusal")}]},
        }
    return {"address": namespace, "messages": found}


def _operations() -> dict[str, Any]:
    operations: dict[str, Any] = {}
    for namespace in REQUESTS:
        answered = {kind for kind, _ in _answered(namespace)}
        received = {kind for kind, _ in REQUESTS[namespace]}
        for kind in messages(namespace):
            operation: dict[str, Any] = {
                "action": "receive" if kind in received else "send",
                "channel": {"$ref": f"#/channels/{_name(namespace)}"},
                "messages": [_message(namespace, kind.EVENT)],
            }
            if kind in answered:
                operation["reply"] = {
                    "channel": {"$ref": f"#/channels/{_name(namespace)}"},
                    "messages": [_message(namespace, _ack(kind))],
                }
            operations[f"{_name(namespace)}.{kind.EVENT}"] = operation
    return operations


def _answered(namespace: str) -> Iterable[tuple[type[Message], Reply]]:
    return (*REQUESTS[namespace], *((kind, None) for kind in CALLS[namespace]))


def _ack(kind: type[Message]) -> str:
    return f"{kind.EVENT}.ack"


def _name(namespace: str) -> str:
    return namespace.removeprefix("/")


def _ref(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": _SCHEMA.format(name=kind.__name__)}


def _message(namespace: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/channels/{_name(namespace)}/messages/{name}"}
