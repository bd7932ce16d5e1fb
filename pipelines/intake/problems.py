"""One shape for everything a judgement finds, and one sentence for each: file, sheet, row, column, value, rule, remedy.

What is found is a frame from the start: a file of ten million broken cells is ten million rows and no objects.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import polars as pl

from pipelines.one_line import one_line
from sources.catalogue import Catalogue

FINDINGS = {
    "stage": pl.String,
    "severity": pl.String,
    "rule": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
    "value": pl.String,
    "reason": pl.String,
    "remedy": pl.String,
    "cells": pl.Int64,
}
"""What a judgement finds, one row a finding. `cells` is how many cells it sets aside, 0 for a warning or note."""

SETS_ASIDE = ("refuse", "error")


@dataclass(frozen=True)
class Problem:
    """A cell, row, column or file that breaks a rule.

    `cells` is how many cells it concerns; `remedy` what to do, where that is not what the rule says.
    """

    rule: str
    reason: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    cells: int = 0
    remedy: str | None = None


class Refused(Exception):
    """A whole delivery that is not loaded, with the problem that says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.reason)
        self.problem = problem


def findings(problems: Iterable[Problem], catalogue: Catalogue) -> pl.DataFrame:
    """Problems as rows of FINDINGS. Only what is set aside counts cells."""
    rows = []
    for p in problems:
        rule = catalogue.rules[p.rule]
        cells = p.cells if rule.severity in SETS_ASIDE else 0
        remedy = p.remedy or rule.remedy
        rows.append((rule.stage, rule.severity, p.rule, p.sheet, p.row, p.column, p.value, p.reason, remedy, cells))
    return pl.DataFrame(rows, schema=FINDINGS, orient="row")


def with_rules(found: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Findings out of a frame with rule, sheet, row, column, value, reason and cells (no other columns are kept)."""
    known = pl.DataFrame(
        [(r.id, r.stage, r.severity, r.remedy) for r in catalogue.rules.values()],
        schema={"rule": pl.String, "stage": pl.String, "severity": pl.String, "remedy": pl.String},
        orient="row",
    )
    joined = found.join(known, on="rule", how="left", maintain_order="left")
    cells = pl.when(pl.col("severity").is_in(SETS_ASIDE)).then("cells").otherwise(0).alias("cells")
    return joined.with_columns(cells).select(pl.col(name).cast(kind) for name, kind in FINDINGS.items())


def sentence(finding: dict[str, object], file_name: str) -> str:
    """The one line a person reads of a row of FINDINGS."""
    where = [file_name]
    where += [f"{word} {finding[word]}" for word in ("sheet", "row", "column") if finding[word] is not None]
    found = f" (found {finding['value']!r})" if finding["value"] is not None else ""
    said = f"{', '.join(where)}: {finding['reason']}{found}. To mend it: {finding['remedy']}. [{finding['rule']}]"
    return one_line(said)
