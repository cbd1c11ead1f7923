"""scripts/demo: start everything and show it, or check it and say so in one JSON line."""

import argparse
import asyncio
import contextlib
import json
import signal
import sys
import time
from pathlib import Path
from typing import Final

from .check import click_red
from .home_assistant import PASSWORD, USER
from .programs import ROOT, Log, ProgramFailed
from .server import OPERATOR
from .server import PASSWORD as OPERATOR_PASSWORD
from .stack import Stack, open_stack

DATA: Final = ROOT / ".demo"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Starts the whole of SmartPixels here: a simulated house, the public server and a real Home "
        "Assistant. Ctrl-C stops everything. What you set up is kept and used again.",
    )
    parser.add_argument("--check", action="store_true", help="click red as a viewer, print one JSON line, stop")
    parser.add_argument("--fresh", action="store_true", help="forget everything of earlier demos and start over")
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="where data is kept (default: .demo)")
    return parser.parse_args()


def _links(stack: Stack) -> str:
    rows = [
        ("Website", stack.location_page, "what the world sees"),
        ("Home Assistant", stack.home_assistant, f"login {USER} / {PASSWORD}"),
        ("Admin", f"{stack.website}/admin", f"login {OPERATOR} / {OPERATOR_PASSWORD}"),
        ("Simulated house", stack.house, "the lamps, as if you stood there"),
    ]
    lines = [f"  {name:<16} {url:<30} {note}" for name, url, note in rows]
    return "\n".join(
        [
            "",
            "SmartPixels is ready. Click a color on the website and watch the house.",
            "",
            *lines,
            "",
            "Ctrl-C stops it.",
        ]
    )


async def _show(stack: Stack, log: Log) -> None:
    """Show the links and wait until a program ends by itself, which is a failure."""
    print(_links(stack), flush=True)
    ends = {asyncio.create_task(program.ended()): name for name, program in stack.programs.items()}
    ended, others = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in others:
        task.cancel()
    for task in ended:
        log.line("demo", f"{ends[task]} ended by itself with code {task.result()}; stopping everything")
    raise ProgramFailed("a part of the demo ended")


async def _run(options: argparse.Namespace) -> int:
    log = Log()
    began = time.perf_counter()
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    try:
        async with open_stack(options.data.resolve(), log=log, fresh=options.fresh) as stack:
            ready_s = round(time.perf_counter() - began, 1)
            if not options.check:
                await _show(stack, log)
            figures = await click_red(stack)
        print(json.dumps({"ok": True, **figures, "ready_s": ready_s}), flush=True)
    except ProgramFailed as err:
        log.line("demo", f"failed: {err}")
        if options.check:
            print(json.dumps({"ok": False, "error": str(err)}), flush=True)
        return 1
    return 0


def main() -> int:
    """Run the demo; returns the exit code."""
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        return asyncio.run(_run(_arguments()))
    print("SmartPixels demo stopped.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
