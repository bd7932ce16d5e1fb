"""One intake of one made file, by Dovetail or by pandas, alone in its process: what it took and what it found.

python -m tests.benchmarks.measure dovetail|pandas[-ENGINE] FOLDER FILE prints one line of JSON.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import polars as pl

from sources.catalogue import load_catalogue

REGISTER = "register.csv"
OF_A_GROUP = ("zero_and_marker_mixed", "areas_not_given", "period_not_over", "key_repeated")
"""Rules that speak of a group of figures: told once, at no row or at the first."""


def main() -> None:
    """Measure what the arguments say."""
    tool, folder, name = sys.argv[1:]
    program, _, engine = tool.partition("-")
    with tempfile.TemporaryDirectory(prefix="dovetail-bench-") as made:
        if program == "pandas":
            measured = _pandas(Path(folder), name, Path(made), engine or None)
        else:
            measured = _dovetail(Path(folder), name, Path(made))
    measured["peak_mb"] = _peak_mb()
    print(json.dumps(measured))


def _peak_mb() -> float:
    """The most memory this process held. Not ru_maxrss, which begins at what the process that started it held."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _dovetail(folder: Path, name: str, made: Path) -> dict[str, object]:
    from pipelines.deliveries import receive
    from pipelines.workspace import Workspace

    catalogue = load_catalogue()
    workspace = Workspace(folder, made)
    receive([folder / REGISTER], workspace, catalogue)
    start = time.perf_counter()
    (outcome,) = receive([folder / name], workspace, catalogue)
    seconds = time.perf_counter() - start
    values = pl.scan_parquet(workspace.landed / "observations" / "*" / f"{outcome.delivery_id}.parquet")
    return _told(seconds, outcome.findings.select("rule", "row"), values.select("value").collect()["value"])


def _pandas(folder: Path, name: str, made: Path, engine: str | None) -> dict[str, object]:
    from tests.benchmarks import pandas_intake

    catalogue = load_catalogue()
    start = time.perf_counter()
    verdicts = pandas_intake.receive(folder / name, folder / REGISTER, made, catalogue, "D000002", engine)
    seconds = time.perf_counter() - start
    found = pl.DataFrame({"rule": verdicts.found["rule"].to_list(), "row": verdicts.found["row"].to_list()})
    return _told(seconds, found, pl.Series(verdicts.landed["value"].to_numpy()).fill_nan(None))


def _told(seconds: float, found: pl.DataFrame, values: pl.Series) -> dict[str, object]:
    """Seconds, and what must be the same of both: rules with their rows, numbers landed and their sum."""
    rows = found.filter(~pl.col("rule").is_in(OF_A_GROUP)).group_by("rule").agg(pl.col("row").sort())
    groups = found.filter(pl.col("rule").is_in(OF_A_GROUP)).group_by("rule").len()
    verdict = {
        "rows": {rule: [int(row) for row in its] for rule, its in rows.sort("rule").iter_rows()},
        "groups": dict(groups.sort("rule").iter_rows()),
        "landed": values.len(),
        "numbers": values.len() - values.null_count(),
        "sum": round(float(values.sum()), 1),
    }
    return {"seconds": seconds, "verdict": verdict}


if __name__ == "__main__":
    main()
