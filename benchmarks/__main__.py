"""scripts/bench NAME: run one benchmark."""

import argparse
import sys
from collections.abc import Callable, Mapping
from typing import Final

from demo.programs import ProgramFailed

from . import click, fairness, fuzz, house, reconnect

BENCHMARKS: Final[Mapping[str, tuple[Callable[[argparse.Namespace], None], str]]] = {
    "click": (click.main, "click to lamp and click to second viewer, through the whole running demo"),
    "fairness": (fairness.main, "shares and promised waits in crowds of 5, 50 and 500, some of them hostile"),
    "fuzz": (fuzz.main, "a million malformed frames against a server process, with people around"),
    "house": (house.main, "commands through the integration with all house rules on, and the loop's longest stall"),
    "reconnect": (reconnect.main, "5,000 viewers come back after the server was killed"),
}

ARGUMENTS: Final[Mapping[str, Callable[[argparse.ArgumentParser], None]]] = {"fuzz": fuzz.add_arguments}


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description="Benchmarks; figures are for comparing in one run."
    )
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name, (_, text) in BENCHMARKS.items():
        benchmark = names.add_parser(name, help=text, description=text)
        benchmark.add_argument("--json", action="store_true", help="print one JSON line on stdout")
        if name in ARGUMENTS:
            ARGUMENTS[name](benchmark)
    options = parser.parse_args()
    try:
        BENCHMARKS[options.name][0](options)
    except ProgramFailed as err:
        sys.exit(f"failed: {err}")


main()
