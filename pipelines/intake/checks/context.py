"""What a check over a whole delivery is given, and the one shape of what it finds.

Not here: any check, and any severity (a rule's severity stands in sources/vocab/rules).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from pipelines.intake.places import Registers
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset
from sources.models.indicator import Definition

SERIES = ["indicator_id", "definition_version"]
"""What makes figures comparable at all: one version of one indicator."""

PERIOD = ["period_start", "period_end", "period_type"]

WHERE = ["nth", "sheet", "row", "column"]
"""Where a candidate stands; `nth` is null when a finding speaks of a group."""

FOUND = {
    "rule": pl.String,
    "reason": pl.String,
    "value": pl.String,
    "nth": pl.Int64,
    "sheet": pl.String,
    "row": pl.Int64,
    "column": pl.String,
}


@dataclass(frozen=True)
class Context:
    """What is known beside the delivery itself.

    Attributes:
        dataset: what the delivery was recognised as.
        catalogue: everything declared.
        registers: the loaded registers; empty where none is.
        previous: rows of the same dataset that are landed and current (shape observations), or None.
        aside: rows set aside before (columns of pipelines.intake.problems.FINDINGS).
        today: the day of the check.
        parents: child_code and parent_code of authorities and their regions, or None where no register has them.
        placed: where and when figures are that were set aside before (PLACED of layouts/settling.py), or None.
    """

    dataset: Dataset
    catalogue: Catalogue
    registers: Registers
    previous: pl.LazyFrame | None
    aside: pl.DataFrame
    today: date
    parents: pl.DataFrame | None = None
    placed: pl.DataFrame | None = None

    @cached_property
    def definitions(self) -> dict[tuple[str, str], Definition]:
        """The definitions that this dataset's measures refer to, by indicator and version."""
        return {
            (measure.indicator, measure.definition_version): self.catalogue.definition(measure)
            for measure in self.dataset.measures
        }


Check = Callable[[pl.LazyFrame, Context], pl.DataFrame]
"""Looks at all candidates of a delivery and gives rows of FOUND. Collects small results only."""


def nothing_found() -> pl.DataFrame:
    """FOUND without a row."""
    return pl.DataFrame(schema=FOUND)


def collected(found: pl.LazyFrame) -> pl.DataFrame:
    """Run the plan of a check and keep the columns of FOUND; one that it lacks is null."""
    given = found.collect_schema().names()
    columns = [(pl.col(name) if name in given else pl.lit(None)).cast(kind).alias(name) for name, kind in FOUND.items()]
    return found.select(columns).collect(engine="streaming")


def described(found: pl.LazyFrame, candidates: pl.LazyFrame) -> pl.LazyFrame:
    """Findings (`nth` and numbers) beside their candidates' other columns; the findings alone are collected first."""
    few = found.collect(engine="streaming")
    return candidates.filter(pl.col("nth").is_in(few["nth"].implode())).join(few.lazy(), on="nth")


def is_of(series: tuple[str, str]) -> pl.Expr:
    """Whether a row is of this indicator and version."""
    return (pl.col("indicator_id") == series[0]) & (pl.col("definition_version") == series[1])
