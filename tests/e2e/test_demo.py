"""scripts/demo itself: what a newcomer runs first."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from demo.programs import ROOT
from tests.waiting import wait_until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


async def start_demo(data: Path, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "demo",
        "--data",
        str(data),
        *arguments,
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


def processes_using(data: Path) -> list[str]:
    """Command lines of running processes that were given the folder by argument or environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            seen = (process / "cmdline").read_bytes() + (process / "environ").read_bytes()
        except OSError:
            continue
        if str(data).encode() in seen:
            found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


async def test_check_clicks_red_prints_one_json_line_and_leaves_nothing(tmp_path: Path) -> None:
    demo = await start_demo(tmp_path, "--check")
    out, err = await demo.communicate()

    assert demo.returncode == 0, err.decode()
    [line] = out.decode().splitlines()
    figures = json.loads(line)
    assert figures["ok"] is True
    assert {"click_to_lamp_ms", "click_to_second_viewer_ms", "ready_s"} <= figures.keys()
    assert processes_using(tmp_path) == []


async def test_a_part_that_fails_to_start_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    demo = await start_demo(tmp_path, "--check", SMARTPIXELS_LOG_LEVEL="loudest")
    out, err = await demo.communicate()

    assert demo.returncode == 1
    answer = json.loads(out)
    assert answer["ok"] is False
    assert "server" in answer["error"]
    assert "SMARTPIXELS_LOG_LEVEL" in err.decode()
    assert processes_using(tmp_path) == []


async def test_interrupt_while_starting_stops_everything(tmp_path: Path) -> None:
    demo = await start_demo(tmp_path)

    async def several_run() -> bool:
        return len(processes_using(tmp_path)) > 2

    await wait_until(several_run)
    demo.send_signal(signal.SIGINT)
    await demo.communicate()

    assert demo.returncode == 0
    assert processes_using(tmp_path) == []


async def test_a_second_demo_on_the_same_data_is_refused(tmp_path: Path) -> None:
    first = await start_demo(tmp_path)

    async def locked() -> bool:
        return (tmp_path / "ports.json").exists()

    await wait_until(locked)
    second = await start_demo(tmp_path, "--check")
    out, _ = await second.communicate()
    first.send_signal(signal.SIGINT)
    await first.communicate()

    assert second.returncode == 1
    assert "another demo" in json.loads(out)["error"]
