"""docs/benchmarks.md from what bench_build.py measured: tables, how to read them, and the machine."""

import math
import os
import platform
from collections.abc import Mapping
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

from tests.benchmarks.timed_build import STEPS

_ON_TOP = {"quarter": "one quarter", "corrections": "then corrections of a year"}
_LIBRARIES = ("duckdb", "dbt-core", "dagster", "great-expectations", "polars")
_BEFORE_THE_TABLE = """# Benchmarks

Measured by `make bench TESTS=tests/benchmarks/bench_build.py`, ROWS by setting; the numbers behind this page are in
`benchmarks.json`. Build and floor run one after the other on the same landed Parquet; where the floor ran, every public
table came out the same, by the hash of its rows.

*The floor* is one DuckDB script in one process (`tests/benchmarks/floor.py`): the same compiled SQL and the same
statistics, public tables written once, sorted, into the file that readers get, then Parquet and CSV and the tests of
keys. It has no dbt, Dagster, Great Expectations, documents or pages. The build is taken without its report (its time
stands beside), without workbooks and without the public pass. Start-up (process and imports) is told apart for both.

*The rows* (`tests/benchmarks/landed_country.py`): 40 quarters of the fictional country, three tenths template returns
of 155 services, seven tenths a topic of tidy data for 157 areas, one return in fifty delivered again. Services, areas
and indicators are those of the country at every size; what grows is the number of breakdowns. Comparisons, benchmarks,
charts and pages are made of whole figures, so they are as large at every size.
"""


def machine() -> dict[str, Any]:
    """What it ran on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processors": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "libraries": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
    }


def write_page(kept: Mapping[str, Mapping[str, Mapping[str, Any]]], page: Path) -> None:
    """Write the page of all that was measured, by kind and number of rows."""
    runs, quarters = (_by_size(kept.get(kind, {})) for kind in ("build", "quarter"))
    last = runs[-1]["machine"]
    lines = [
        _BEFORE_THE_TABLE,
        f"*The machine*: {last['processors']} processors, {last['memory_gib']} GiB, {last['system']};"
        f" {last['libraries']}. The load of other work beside is told in the table: wall times suffer by it, and the"
        " ratio within a row less so.",
        "",
        *_table(runs),
        "",
        *_growth(runs),
        "## Steps of the build",
        "",
        *_steps(runs),
        "",
        "## Ten questions",
        "",
        "Milliseconds, warm, on the release's DuckDB file (docs/guides/researchers.md), after the quarter below.",
        "",
        *_questions(runs),
        "",
        "## Start-up and nothing new",
        "",
        *_starts(runs),
        "",
        "## One quarter more on top of forty",
        "",
        "After each build above one quarter was landed on top of its forty and the warehouse brought up to date; then",
        "corrections of a year (one return in fifty of four quarters), and again. The whole command without report,",
        "against the whole command that built the forty on the same day. *Copy* is that of the release's DuckDB file.",
        "",
        *_one_more(runs),
        "",
        "`bench_quarter.py` makes everything new from the same forty quarters and their release as well, and compares:",
        "*tables* is the writing of the release's DuckDB file.",
        "",
        *_quarters(quarters),
    ]
    page.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def _by_size(kept: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [kept[rows] for rows in sorted(kept, key=int)]


def _ours(run: Mapping[str, Any], what: str) -> float:
    return float(sum(step[what] for name, step in run["build"]["steps"].items() if name != "report"))


def _table(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| rows | build, s | floor, s | ratio | report, s | start-up build / floor, s | most memory build / floor, MB |"
        " load before / after |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for run in runs:
        build, floor = run["build"], run.get("floor")
        ours = _ours(run, "seconds")
        inside = build["steps"]["report"]["seconds"]
        report = run.get("report") or inside
        shown = f"{report:.1f}" if report > 0.1 else "left out"
        cells = [f"{run['rows']:,}", f"{ours:.1f}"]
        cells += [f"{floor['seconds']:.1f}", f"{ours / floor['seconds']:.2f}"] if floor else ["not run", ""]
        start = f"{build['process_seconds'] - ours - inside:.1f}"
        of_floor = f" / {floor['process_seconds'] - floor['seconds']:.1f}" if floor else ""
        memory = f" / {floor['peak_mb']:,.0f}" if floor else ""
        load = f"{run['load_before']:.1f}" + (f" / {run['load_after']:.1f}" if "load_after" in run else "")
        cells += [shown, start + of_floor, f"{build['peak_mb']:,.0f}{memory}", load]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _growth(runs: list[Mapping[str, Any]]) -> list[str]:
    if len(runs) < 2:
        return []
    least, most = runs[0], runs[-1]
    rows = math.log(most["rows"] / least["rows"])
    build = math.log(_ours(most, "seconds") / _ours(least, "seconds")) / rows
    floor = ""
    if "floor" in least and "floor" in most:
        floor = f", floor {math.log(most['floor']['seconds'] / least['floor']['seconds']) / rows:.2f}"
    return [
        f"Growth from {least['rows']:,} to {most['rows']:,} rows: build {build:.2f}{floor} (the exponent of the number"
        " of rows; 1 is in proportion).",
        "",
    ]


def _steps(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = ["| step | " + " | ".join(f"{run['rows']:,}" for run in runs) + " |", "|---|" + "---:|" * len(runs)]
    for name in STEPS:
        cells = [
            f"{step['seconds']:.1f} s, {step['peak_mb']:,.0f} MB"
            for run in runs
            if (step := run["build"]["steps"].get(name))
        ]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    tests = (f"{run['build']['tests']['seconds']:.1f} s" for run in runs)
    lines.append(f"| of build_models: {runs[-1]['build']['tests']['number']} data tests | " + " | ".join(tests) + " |")
    keys = (f"{run['floor']['keys']:.1f} s" if "floor" in run else "not run" for run in runs)
    lines.append(f"| the floor's pass over {runs[0]['floor']['tests']} keys | " + " | ".join(keys) + " |")
    lines += ["", "Slowest models and tests, s:", ""]
    for run in runs:
        slow = ", ".join(f"{name} {seconds:.1f}" for seconds, name in run["build"]["slow"][:12])
        lines.append(f"- {run['rows']:,} rows, {run['build']['nodes']} nodes: {slow}")
    return lines


def _questions(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = ["| question | " + " | ".join(f"{run['rows']:,}" for run in runs) + " |", "|---|" + "---:|" * len(runs)]
    for title in sorted(runs[0]["questions"], key=lambda title: int(title.split(".")[0])):
        answers = [run["questions"][title] for run in runs]
        cells = (f"{answer['ms']:.0f}{'' if answer['rows'] else ' (no row)'}" for answer in answers)
        lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return lines


def _starts(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| seconds, wall | " + " | ".join(f"{run['rows']:,}" for run in runs) + " |",
        "|---|" + "---:|" * len(runs),
    ]
    nothing_new = (f"{run['nothing_new']:.2f}" if "nothing_new" in run else "not measured" for run in runs)
    lines.append("| build with nothing new | " + " | ".join(nothing_new) + " |")
    for name in runs[-1]["starts"]:
        lines.append(f"| `{name}` | " + " | ".join(f"{run['starts'][name]:.2f}" for run in runs) + " |")
    return lines


def _one_more(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| rows | forty quarters, s | on top | s | share | copy, s | share without copy | steps of the update, s |",
        "|---:|---:|---|---:|---:|---:|---:|---|",
    ]
    for run, (name, about) in product(runs, _ON_TOP.items()):
        if name in run:
            whole, part, copy = run[name]["forty"], _all(run[name]), run[name]["publish"]["take_over"]
            lines.append(
                f"| {run['rows']:,} | {whole:.1f} | {about} | {part:.1f} | {part / whole:.1%} | {copy:.1f} |"
                f" {(part - copy) / whole:.1%} | {_named_steps(run[name])} |"
            )
    return lines


def _named_steps(build: Mapping[str, Any]) -> str:
    steps = ((name, build["steps"][name]["seconds"]) for name in STEPS)
    return ", ".join(f"{name} {seconds:.1f}" for name, seconds in steps if seconds >= 0.1)


def _quarters(runs: list[Mapping[str, Any]]) -> list[str]:
    lines = [
        "| rows | everything new, s | brought up to date, s | of these tables, s | share with and without tables |"
        " steps of the update, s | tables that differ |",
        "|---:|---:|---:|---:|---:|---|---|",
    ]
    for run in runs:
        old, new = run["anew"], run["updated"]
        whole, part = _all(old), _all(new)
        copy, copy_new = (build["publish"]["take_over"] + build["publish"]["fill"] for build in (old, new))
        lines.append(
            f"| {run['rows']:,} | {whole:.1f} | {part:.1f} | {copy_new:.1f} | {part / whole:.0%} and"
            f" {(part - copy_new) / (whole - copy):.0%} | {_named_steps(new)} |"
            f" {', '.join(run['differing']) or 'none'} |"
        )
    return lines


def _all(build: Mapping[str, Any]) -> float:
    """Seconds of the whole command, but for the report."""
    return float(build["process_seconds"] - build["steps"]["report"]["seconds"])
