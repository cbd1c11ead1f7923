"""How benchmarks speak: progress and a readable table on stderr, one JSON line on stdout when asked."""

import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

type Figures = Mapping[str, float]


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99 by the nearest-rank method, rounded to a tenth; `values` must not be empty."""
    ranked = sorted(values)
    return {f"p{share}": round(ranked[math.ceil(share / 100 * len(ranked)) - 1], 1) for share in (50, 95, 99)}


def progress(done: int, total: int, what: str) -> None:
    """Show how far the benchmark is: on one line that is written over, or every tenth where lines stay."""
    if sys.stderr.isatty():
        print(f"  {what}: {done}/{total}", end="\n" if done == total else "\r", file=sys.stderr, flush=True)
    elif done == total or done % max(1, total // 10) == 0:
        print(f"  {what}: {done}/{total}", file=sys.stderr, flush=True)


def table(title: str, rows: Mapping[str, Figures]) -> None:
    """Print figures as a table, one row each; all rows have the same columns."""
    columns = list(next(iter(rows.values())))
    width = max(map(len, rows))
    print(f"\n{title}\n  {'':<{width}}" + "".join(f"{column:>10}" for column in columns), file=sys.stderr)
    for name, figures in rows.items():
        print(f"  {name:<{width}}" + "".join(f"{figures[column]:>10}" for column in columns), file=sys.stderr)


def json_line(figures: Mapping[str, Any]) -> None:
    """Print the figures as the one line of stdout."""
    print(json.dumps(figures), flush=True)
