"""The outcomes of the tests of published figures as frames, written beside the catalogue for dbt."""

from typing import Any

import polars as pl

from pipelines.findings.judge import TestRun, judge
from pipelines.findings.working import bases_tried, in_ranges, shown
from sources.catalogue import Catalogue

TESTS: dict[str, Any] = {
    "test_id": pl.String, "conflict_id": pl.String, "title": pl.String, "test_kind": pl.String,
    "finding_ids": pl.List(pl.String),
    "bases_tried": pl.String, "reading": pl.String, "verdict": pl.String, "solution_count": pl.Int64,
    "solutions": pl.List(pl.String), "feasible_bases": pl.List(pl.String), "half_even_verdict": pl.String,
    "working": pl.List(pl.String), "is_declared": pl.Boolean, "is_stated": pl.Boolean,
    "is_rounding_sensitive": pl.Boolean,
}  # fmt: skip
MEMBERS: dict[str, Any] = {
    "test_id": pl.String, "finding_id": pl.String, "role": pl.String, "place": pl.Int64, "possible_counts": pl.String,
    "is_settled": pl.Boolean,
}  # fmt: skip


def judged_frames(catalogue: Catalogue) -> dict[str, pl.DataFrame]:
    """`finding_tests`, one row a test run, and `finding_test_members`, one row a figure in a test."""
    runs = judge(catalogue)
    return {
        "finding_tests": pl.DataFrame([_test(run) for run in runs], schema=TESTS, orient="row"),
        "finding_test_members": pl.DataFrame(
            [row for run in runs for row in _members(run)], schema=MEMBERS, orient="row"
        ),
    }


def _test(run: TestRun) -> tuple[object, ...]:
    test, result = run.test, run.result
    return (
        test.id, test.conflict, test.title, test.kind, [*test.figures, *test.wholes], bases_tried(test), test.reading,
        result.verdict, result.count, [shown(solution.bases, solution.numerators) for solution in result.solutions],
        [" + ".join(str(base) for base in bases) for bases in result.feasible_bases],
        run.half_even.verdict, list(run.working), run.is_declared, run.test.is_stated, run.is_rounding_sensitive,
    )  # fmt: skip


def _members(run: TestRun) -> list[tuple[object, ...]]:
    named = [(name, "part") for name in run.test.figures] + [(name, "whole") for name in run.test.wholes]
    # Solutions of the other kinds list cells or parts of a figure, not one count for each figure.
    one_each = run.test.kind in ("share", "one_count", "partition", "nested")
    rows: list[tuple[object, ...]] = []
    for place, (name, role) in enumerate(named):
        at = 0 if run.test.kind == "one_count" else place
        counts = run.result.possible[at] if one_each and at < len(run.result.possible) else ()
        rows.append((run.test.id, name, role, place + 1, in_ranges(counts) or None, name in run.test.decides))
    return rows
