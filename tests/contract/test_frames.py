"""Golden frames: every version of the wire that was ever shipped keeps decoding, and means the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from smartpixels_server.protocol.codec import ack, decode, encode
from smartpixels_server.protocol.errors import ErrorCode
from smartpixels_server.protocol.messages import TO_LOCATION, TO_SERVER, Message
from smartpixels_server.protocol.version import PROTOCOL_VERSION
from smartpixels_server.website.asyncapi import REQUESTS, messages

FRAMES = Path(__file__).parent / "frames"
KINDS = {f"{namespace.removeprefix('/')}.{kind.EVENT}": kind for namespace in REQUESTS for kind in messages(namespace)}
REPLIES = {kind: reply for pairs in REQUESTS.values() for kind, reply in pairs}


def _files() -> list[Path]:
    return sorted(FRAMES.glob("v*/*.json"))


@pytest.mark.parametrize("file", _files(), ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_golden_frames_keep_their_meaning(file: Path) -> None:
    golden = json.loads(file.read_text(encoding="utf-8"))
    kind = KINDS[file.stem]
    for payload in golden["payloads"]:
        assert _as_json(encode(decode(kind, payload))) == payload
    for answer in golden.get("acks", ()):
        _check_ack(kind, answer)


def _check_ack(kind: type[Message], answer: dict[str, Any]) -> None:
    if not answer["ok"]:
        assert ErrorCode(answer["error"]["code"])
        return
    reply = REPLIES.get(kind)
    assert answer == _as_json(ack() if reply is None else ack(decode(reply, answer)))


def _as_json(value: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(json.dumps(value))
    return result


def test_every_message_has_a_golden_frame() -> None:
    assert {file.stem for file in FRAMES.glob(f"v{PROTOCOL_VERSION}/*.json")} == set(KINDS)


def test_the_lists_of_the_wire_are_complete() -> None:
    assert set(TO_SERVER) == {kind for kind, _ in REQUESTS["/location"]}
    assert set(TO_SERVER + TO_LOCATION) == set(messages("/location"))


def test_no_message_is_missing_in_the_lists() -> None:
    assert _subclasses(Message) == set(KINDS.values())


def _subclasses(kind: type[Message]) -> set[type[Message]]:
    found = set()
    for child in kind.__subclasses__():
        if child.__module__.startswith("smartpixels_server"):
            found |= {child} | _subclasses(child)
    return found
