"""Run every benchmark, print what each found, write ``benchmarks/results.json``.

``python -m benchmarks [NAME...]``: all of them, or those named. A benchmark is a module of this
package with ``run() -> list[Result]``. Ends with 1 if a figure is not as it must be.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import platform
import sys
from pathlib import Path
from typing import Any

if __package__ in {None, ""}:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.result import Result

BENCHMARKS = (
    "event_file",
    "cold_start",
    "companion_cost",
    "header_scan",
    "deep_scan",
    "files_table",
    "log_follow",
    "listening_room",
    "live_scalar",
    "overlay_pan",
    "experiments_table",
    "render_hour",
)
RESULTS = Path(__file__).resolve().parent / "results.json"


def main(arguments: list[str] | None = None) -> int:
    """Measure, tell, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args(arguments).names or list(BENCHMARKS)
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"no such benchmark: {', '.join(sorted(unknown))}")
    results = {name: _measure(name) for name in names}
    _write({name: some for name, some in results.items() if some})
    found = [result for some in results.values() for result in some]
    return 0 if found and all(result.met for result in found) else 1


def _measure(name: str) -> list[Result]:
    """Run one benchmark and print its figures."""
    print(f"\n{name}", flush=True)
    try:
        results: list[Result] = importlib.import_module(f"benchmarks.{name}").run()
    except ModuleNotFoundError as error:
        if error.name != f"benchmarks.{name}":
            raise
        print("  not in this checkout")
        return []
    for result in results:
        sign = "ok  " if result.met else "MISS"
        print(f"  {sign} {result.name}: {result.value:.4g} {result.unit} ({result.target})")
        if result.detail:
            print(f"       {result.detail}")
    return results


def _write(results: dict[str, list[Result]]) -> None:
    """Replace what was measured now; keep what was measured before."""
    known = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    figures = {**known.get("results", {}), **{name: _json(some) for name, some in results.items()}}
    content = {"machine": _machine(), "results": dict(sorted(figures.items()))}
    RESULTS.write_text(json.dumps(content, indent=2) + "\n")


def _json(results: list[Result]) -> list[dict[str, Any]]:
    return [
        {
            "name": result.name,
            "value": float(f"{result.value:.4g}"),
            "unit": result.unit,
            "target": result.target,
            "met": result.met,
            "detail": result.detail,
        }
        for result in results
    ]


def _machine() -> dict[str, Any]:
    """What the figures depend on, and nothing that names a machine."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    sys.exit(main())
