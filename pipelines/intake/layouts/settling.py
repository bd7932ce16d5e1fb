"""What can only be said of all rows of a delivery together: duplicates, another unit, and the checks.

An observation set aside here takes its cells with it, unless another landed observation of its row uses them too.
"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from pipelines.intake.keys import natural_key
from pipelines.intake.layouts.candidates import Candidates
from pipelines.intake.problems import FINDINGS, with_rules
from sources.catalogue import Catalogue

KEY = [
    "indicator_id", "definition_version", "breakdown_id", "area_type", "area_code", "period_start", "period_end",
    "period_type",
]  # fmt: skip
"""What makes two observations of a delivery the same."""

AREAS_FOR_A_MEDIAN = 20
REMOVED = {"nth": pl.Int64, "rule": pl.String, "reason": pl.String}
PLACED = {
    "indicator_id": pl.String, "definition_version": pl.String, "area_type": pl.String, "area_code": pl.String,
    "period_start": pl.Date, "period_end": pl.Date,
}  # fmt: skip
"""Where and when a figure is that was set aside: the file has one, though none that lands."""

Check = Callable[[pl.LazyFrame, pl.DataFrame, pl.DataFrame], pl.DataFrame]
"""The checks of a whole delivery: its candidates, and findings (FINDINGS) and places (PLACED) of what was set aside
before -> rows of FOUND (pipelines/intake/checks/context.py)."""


@dataclass(frozen=True)
class Settled:
    """What was found, the observations set aside (`nth`), and how many cells went with them."""

    findings: pl.DataFrame
    removed: pl.Series
    cells: int


def settle(
    candidates: Candidates,
    columns_of: dict[int, tuple[str, ...]],
    aside: pl.DataFrame,
    broken: pl.DataFrame,
    placed: pl.DataFrame,
    check: Check,
    catalogue: Catalogue,
) -> Settled:
    """Settle the candidates of a whole delivery.

    Args:
        candidates: The observations that are sound by themselves.
        columns_of: The columns of each measure, by spec.
        aside: What was found before, FINDINGS.
        broken: Cells set aside before: `__index`, `source_column`.
        placed: Where and when what was set aside before is (PLACED).
        check: The checks of the whole delivery.
        catalogue: What is declared.
    """
    observed = candidates.lazy()
    nothing = Settled(pl.DataFrame(schema=FINDINGS), pl.Series("nth", [], pl.Int64), 0)
    if observed is None:
        return nothing
    duplicated = _duplicates(observed)
    repeats = duplicated.filter(pl.col("rule").is_null())["nth"]
    removed = duplicated.filter(pl.col("rule").is_not_null())
    removed = pl.concat([removed, _of_another_unit(observed, duplicated["nth"])])
    if removed.height:
        gone = observed.filter(pl.col("nth").is_in(removed["nth"].implode()))
        placed = pl.concat([placed, gone.select(*PLACED).unique().collect(engine="streaming")])
    without = pl.concat([removed["nth"], repeats])
    sound = observed.filter(~pl.col("nth").is_in(without.implode())) if without.len() else observed
    found = check(sound.drop("__index", "spec", "typical_minimum", "typical_maximum"), aside, placed)
    severity = {rule.id: rule.severity for rule in catalogue.rules.values()}
    sets_aside = pl.col("rule").replace_strict(severity, default=None, return_dtype=pl.String) == "error"
    removed = pl.concat([removed, found.filter(sets_aside & pl.col("nth").is_not_null()).select(*REMOVED)])
    removed = removed.unique("nth", keep="first", maintain_order=True)
    told = with_rules(
        found.filter(~sets_aside | pl.col("nth").is_null()).with_columns(pl.lit(0, pl.Int64).alias("cells")), catalogue
    )
    if repeats.len():
        told = pl.concat([_repeats(observed, repeats, catalogue), told])
    if removed.is_empty():
        return Settled(told, repeats, 0)
    cells = _cells(observed, removed, columns_of, broken, catalogue)
    return Settled(pl.concat([cells, told]), pl.concat([removed["nth"], repeats]), int(cells["cells"].sum()))


def _duplicates(observed: pl.LazyFrame) -> pl.DataFrame:
    """Repeats of a key: every one of them where their values differ, by rule; all but the first where they agree.

    A number that is only said twice breaks no rule (rule null): it is landed once, and all its cells are landed.
    """
    keys = observed.select(natural_key().alias("key")).collect(engine="streaming")["key"]
    if keys.n_unique() == keys.len():
        return pl.DataFrame(schema=REMOVED)
    repeated = keys.filter(keys.is_duplicated()).unique()
    return (
        observed.filter(natural_key().is_in(repeated.implode()))
        .select("nth", *KEY, "value", "value_marker")
        .sort("nth")
        .with_columns(
            pl.len().over(KEY).alias("copies"),
            (pl.struct("value", "value_marker").n_unique().over(KEY) > 1).alias("differs"),
            pl.int_range(pl.len()).over(KEY).alias("place"),
        )
        .filter((pl.col("copies") > 1) & (pl.col("differs") | (pl.col("place") > 0)))
        .select(
            "nth",
            pl.when("differs").then(pl.lit("key_duplicate")).alias("rule"),
            pl.lit(None, pl.String).alias("reason"),
        )
        .collect()
    )


def _repeats(observed: pl.LazyFrame, repeats: pl.Series, catalogue: Catalogue) -> pl.DataFrame:
    """One note for all numbers that are said more than once and agree."""
    first = observed.filter(pl.col("nth") == repeats.min()).select("sheet", "row", "column").collect()
    reason = f"{repeats.len():,} numbers repeat another of this file that says the same; each was landed once"
    return with_rules(
        first.select(
            pl.lit("key_repeated").alias("rule"), "sheet", "row", "column", pl.lit(None, pl.String).alias("value"),
            pl.lit(reason).alias("reason"), pl.lit(0, pl.Int64).alias("cells"),
        ),
        catalogue,
    )  # fmt: skip


def _of_another_unit(observed: pl.LazyFrame, without: pl.Series) -> pl.DataFrame:
    """Observations of a period whose median over many areas is beyond what the unit makes possible."""
    is_guarded = pl.col("typical_minimum").is_not_null() | pl.col("typical_maximum").is_not_null()
    of_the_period = ["indicator_id", "definition_version", "area_type", "period_start", "period_end"]
    rows = observed.filter(is_guarded & pl.col("value").is_not_null())
    if without.len():
        rows = rows.filter(~pl.col("nth").is_in(without.implode()))
    medians = rows.group_by(of_the_period).agg(
        pl.col("value").median().alias("median"), pl.len().alias("areas"),
        pl.col("typical_minimum").first(), pl.col("typical_maximum").first(),
    )  # fmt: skip
    beyond = medians.filter(
        (pl.col("areas") >= AREAS_FOR_A_MEDIAN)
        & ((pl.col("median") < pl.col("typical_minimum")) | (pl.col("median") > pl.col("typical_maximum")))
    )
    return (
        rows.join(beyond.select(*of_the_period, "median"), on=of_the_period, how="inner")
        .select("nth", pl.lit("unit_implausible").alias("rule"), pl.lit(None, pl.String).alias("reason"))
        .sort("nth")
        .collect(engine="streaming")
    )


def _cells(
    observed: pl.LazyFrame,
    removed: pl.DataFrame,
    columns_of: dict[int, tuple[str, ...]],
    broken: pl.DataFrame,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """The cells that only observations set aside here used, one finding each (FINDINGS)."""
    used = pl.DataFrame(
        [(spec, column) for spec, columns in columns_of.items() for column in columns],
        schema={"spec": pl.UInt32, "source_column": pl.String},
        orient="row",
    )
    rows = observed.filter(pl.col("nth").is_in(removed["nth"].implode())).select("__index").unique()
    affected = (
        observed.join(rows, on="__index", how="semi")
        .select("nth", "__index", "spec", "sheet", "row", "column", "value")
        .collect()
    )
    cells = affected.join(used, on="spec", how="inner").join(broken, on=["__index", "source_column"], how="anti")
    kept = cells.join(removed, on="nth", how="anti")
    lost = (
        cells.join(removed, on="nth", how="inner")
        .join(kept, on=["__index", "source_column"], how="anti")
        .sort("nth")
        .unique(["__index", "source_column"], keep="first", maintain_order=True)
    )
    titles = {rule.id: rule.title for rule in catalogue.rules.values()}
    shown = pl.when(pl.col("source_column") == pl.col("column")).then(pl.col("value").cast(pl.String))
    return with_rules(
        lost.select(
            "rule", "sheet", "row",
            pl.when(pl.col("source_column") == "value").then("column").otherwise("source_column").alias("column"),
            shown.str.strip_suffix(".0").alias("value"),
            pl.coalesce("reason", pl.col("rule").replace_strict(titles, default=None)).alias("reason"),
            pl.lit(1, pl.Int64).alias("cells"),
        ),
        catalogue,
    )  # fmt: skip


__all__ = ["PLACED", "Check", "Settled", "settle"]
