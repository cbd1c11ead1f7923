"""The log, for people and for machines."""

import json
import logging
from pathlib import Path

import pytest

from smartpixels_server.logs import COMMAND_ID, EcsFormatter
from tests.fakes.location import FakeLocation
from tests.fakes.viewer import FakeViewer
from tests.server.process import ServerProcess


def _line(message: str, *, error: BaseException | None = None) -> dict[str, object]:
    info = None if error is None else (type(error), error, error.__traceback__)
    record = logging.LogRecord("smartpixels_server.x", logging.INFO, __file__, 1, message, (), info)
    fields: dict[str, object] = json.loads(EcsFormatter().format(record))
    return fields


def test_a_json_line_has_what_ecs_asks_for() -> None:
    fields = _line('Said "no"\nand left')
    assert fields["message"] == 'Said "no"\nand left'
    assert fields["log.level"] == "info"
    assert fields["ecs.version"]
    assert str(fields["@timestamp"]).endswith("Z")
    assert "labels.command_id" not in fields


def test_a_json_line_names_the_command() -> None:
    with COMMAND_ID.set("command-1"):
        assert _line("x")["labels.command_id"] == "command-1"


def test_a_json_line_carries_the_error() -> None:
    fields = _line("x", error=RuntimeError("broken"))
    assert fields["error.type"] == "RuntimeError"
    assert "RuntimeError: broken" in str(fields["error.stack_trace"])


def test_nothing_unprintable_breaks_a_line() -> None:
    assert _line("\ud800")["message"] == "?"


async def test_every_hop_of_a_command_is_found_by_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTPIXELS_LOG_FORMAT", "json")
    monkeypatch.setenv("SMARTPIXELS_LOG_LEVEL", "debug")
    async with ServerProcess(tmp_path) as server:
        location = await server.locations.create("Our house")
        token = (await server.locations.pair(await server.locations.new_pairing_code(location.location_id))).token
        async with FakeLocation(server.url, token), FakeViewer(server.url, "our-house") as viewer:
            assert (await viewer.command("tree", "turn_on", command_id="command-1"))["ok"]
    lines = [json.loads(line) for line in server.log.splitlines()]
    about = [line["message"] for line in lines if line.get("labels.command_id") == "command-1"]
    assert len(about) >= 3
    assert {line["log.level"] for line in lines} == {"debug", "info"}
