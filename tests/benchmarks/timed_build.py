"""One `dovetail build` in a process of its own, told apart by step: seconds, processor seconds, most memory.

python -m tests.benchmarks.timed_build FOLDER prints what the build says, and one line of JSON at the end.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

STEPS = (
    "receive_new", "prepare", "landing_gate", "build_models", "attribution_gate", "release_gate", "publish", "report",
)  # fmt: skip
OF_PUBLISH = ("take_over", "fill", "write_data_files", "write_open_data", "write_diff", "_make_read_only_and_sync")
NODES_SHOWN = 25


class Watch:
    """The most memory that this process holds, since it was last asked to start again."""

    def __init__(self) -> None:
        self.most = 0.0
        threading.Thread(target=self._look, daemon=True).start()

    def _look(self) -> None:
        while True:
            status = Path("/proc/self/status").read_text(encoding="ascii")
            held = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024
            self.most = max(self.most, held)
            time.sleep(0.1)


def main() -> None:
    """Build and tell."""
    folder = Path(sys.argv[1])
    begun = time.perf_counter()
    from pipelines import steps
    from pipelines.cli import main as dovetail
    from pipelines.releases import publish
    from pipelines.warehouse import build

    watch = Watch()
    told: dict[str, dict[str, float]] = {}
    parts: dict[str, float] = {}
    nodes: list[tuple[float, str]] = []

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            watch.most = 0.0
            start, used = time.perf_counter(), time.process_time()
            try:
                return step(*arguments, **named)
            finally:
                told[name] = {
                    "seconds": time.perf_counter() - start,
                    "cpu": time.process_time() - used,
                    "peak_mb": watch.most,
                }

        return run

    def part(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return step(*arguments, **named)
            finally:
                parts[name] = time.perf_counter() - start

        return run

    for name in OF_PUBLISH:
        setattr(publish, name, part(name.removeprefix("_"), getattr(publish, name)))
    if os.environ.get("BENCH_WITHOUT_REPORT"):
        setattr(steps, "report", lambda workspace: workspace.warehouse)  # noqa: B010 - a step is put in its place
    for name in STEPS:
        setattr(steps, name, timed(name, getattr(steps, name)))
    bring_up_to_date = build.bring_up_to_date

    def noting(*arguments: Any, **named: Any) -> Any:
        results = bring_up_to_date(*arguments, **named)
        nodes.extend((round(result.execution_time, 2), result.unique_id) for result in results)
        return results

    setattr(build, "bring_up_to_date", noting)  # noqa: B010 - a function of the module is put in its place
    sys.argv = ["dovetail", "build", "--landing", str(folder / "landing"), "--warehouse", str(folder / "warehouse")]
    sys.argv += ["--no-spreadsheets"]
    code = 0
    try:
        dovetail()
    except SystemExit as left:
        code = int(left.code or 0)
    seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "code": code,
                "seconds": seconds,
                "cpu": time.process_time(),
                "peak_mb": max(step["peak_mb"] for step in told.values()),
                "steps": told,
                "publish": parts,
                "nodes": len(nodes),
                "tests": {
                    "number": sum(name.startswith("test.") for _, name in nodes),
                    "seconds": sum(seconds for seconds, name in nodes if name.startswith("test.")),
                },
                "slow": [(seconds, name.split(".")[2]) for seconds, name in sorted(nodes, reverse=True)[:NODES_SHOWN]],
            }
        )
    )


if __name__ == "__main__":
    main()
