"""Zero and 'no value' are not one another: where a file has both for the same areas, which one means none?

Only markers of the publisher's count. Those of a template's sums are ours, and so is the marker of a share of nothing.
"""

import polars as pl

from pipelines.intake.checks.context import SERIES, WHERE, Context, collected, described, nothing_found
from pipelines.intake.checks.timelines import with_neighbours
from pipelines.intake.keys import LINE

FOR_NONE = ("x", "z")
"""Markers that a publisher may have meant as 'none': not available, not applicable. Suppressed is not among them."""
AREAS_SHOWN = 5
MOST_TO_LOOK_AT = 50
"""More such zeros of one indicator are its publisher's way of writing, which zero_and_marker_mixed tells once."""


def zeros_between_markers(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule zero_between_markers: a zero whose neighbours in time, both where there are two, have no value."""
    if context.dataset.layout == "template":
        return nothing_found()
    rows = candidates.select(
        "nth",
        "value",
        "period_start",
        LINE,
        (pl.col("value").is_null() & _is_for_none()).alias("is_none"),
    )
    with_zeros = rows.filter(pl.col("value") == 0).select(LINE).unique()
    sides = pl.concat_list("before_is_none", "after_is_none").list.drop_nulls()
    between = (
        with_neighbours(rows.join(with_zeros, on=LINE, how="semi"), ["is_none"])
        .filter((pl.col("value") == 0) & (sides.list.len() > 0) & sides.list.all())
        .select("nth")
    )
    found = (
        described(between, candidates)
        .filter(pl.len().over(SERIES) <= MOST_TO_LOOK_AT)
        .sort("nth")
        .select(
            *WHERE,
            pl.lit("zero_between_markers").alias("rule"),
            pl.format(
                "{} is 0 in {}, and has no value in the periods beside it",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
            ).alias("reason"),
            pl.lit("0").alias("value"),
        )
    )
    return collected(found)


def zeros_and_markers(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule zero_and_marker_mixed, one finding an indicator: areas that have zero and a marker in different periods."""
    if context.dataset.layout == "template":
        return nothing_found()
    zeros = candidates.filter(pl.col("value") == 0).select(LINE).unique()
    mixed = candidates.join(zeros, on=LINE, how="semi")
    lines = mixed.group_by(LINE).agg(
        pl.col(SERIES).first(),
        (pl.col("value") == 0).sum().alias("zeros"),
        (pl.col("value").is_null() & _is_for_none()).sum().alias("markers"),
        pl.coalesce("area_name_as_published", "area_code").first().alias("area"),
        pl.col("sheet", "column").first(),
        pl.col("row").filter(pl.col("value") == 0).first(),
    )
    found = (
        lines.filter((pl.col("zeros") > 0) & (pl.col("markers") > 0))
        .sort("area")
        .group_by(SERIES)
        .agg(
            pl.col("sheet", "row", "column").first(),
            pl.col("area").n_unique().alias("areas"),
            pl.col("area").unique(maintain_order=True).head(AREAS_SHOWN),
            pl.col("zeros", "markers").sum(),
        )
        .select(
            "sheet",
            "row",
            "column",
            pl.lit("zero_and_marker_mixed").alias("rule"),
            pl.format(
                "{}: areas with both zero and a marker for no value: {} ({} zeros, {} markers), among them {}",
                "indicator_id",
                "areas",
                "zeros",
                "markers",
                pl.col("area").list.join(", "),
            ).alias("reason"),
        )
    )
    return collected(found)


def _is_for_none() -> pl.Expr:
    return pl.col("value_marker").is_in(FOR_NONE) & (pl.col("denominator") != 0).fill_null(True)
