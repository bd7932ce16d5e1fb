"""Programs measured from the outside, and where what they measured is kept."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.results_page import write_page

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "docs" / "benchmarks.json"


def keep(kind: str, found: dict[str, Any]) -> None:
    """Keep what was measured of a kind (build, quarter) at a number of rows, and write the page again."""
    kept = json.loads(KEPT.read_text(encoding="utf-8")) if KEPT.exists() else {}
    kept.setdefault(kind, {})[str(found["rows"])] = found
    KEPT.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    write_page(kept, ROOT / "docs" / "benchmarks.md")


def python(module: str, *arguments: object) -> str:
    """Run a module in a process of its own; returns the last line that it printed."""
    command = [sys.executable, "-m", module, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1] if done.stdout.strip() else ""


def measured(module: str, *arguments: object) -> dict[str, Any]:
    """What the process tells of itself, and how long it took from the outside."""
    start = time.perf_counter()
    told: dict[str, Any] = json.loads(python(module, *arguments))
    return told | {"process_seconds": time.perf_counter() - start}


def seconds(module: str, *arguments: object) -> float:
    """How long it took."""
    start = time.perf_counter()
    python(module, *arguments)
    return time.perf_counter() - start
