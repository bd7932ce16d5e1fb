"""Zero and 'no value' are not one another: where a file has both for the same areas, which one means none?"""

import polars as pl

from pipelines.intake.checks.context import LINE, SERIES, WHERE, Context, collected, described, key
from pipelines.intake.checks.timelines import beside_neighbours

FOR_NONE = ("x", "z")
"""Markers that a publisher may have meant as 'none': not available, not applicable. Suppressed is not among them."""
AREAS_SHOWN = 5


def zeros_between_markers(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rule zero_between_markers: a zero whose neighbours in time, both where there are two, have no value."""
    rows = candidates.select(
        "nth",
        "value",
        "period_start",
        key(LINE).alias("line"),
        (pl.col("value").is_null() & _is_for_none()).alias("is_none"),
    )
    with_zeros = rows.filter(pl.col("value") == 0).select("line").unique()
    sides = pl.concat_list("before_is_none", "after_is_none").list.drop_nulls()
    between = (
        beside_neighbours(rows.join(with_zeros, on="line", how="semi"), ["is_none"])
        .filter((pl.col("value") == 0) & (sides.list.len() > 0) & sides.list.all())
        .select("nth")
    )
    found = (
        described(between, candidates)
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


def zeros_and_markers(candidates: pl.LazyFrame, _: Context) -> pl.DataFrame:
    """Rule zero_and_marker_mixed, one finding an indicator: areas that have zero and a marker in different periods."""
    zeros = candidates.filter(pl.col("value") == 0).select(key(LINE).alias("line")).unique()
    mixed = candidates.with_columns(key(LINE).alias("line")).join(zeros, on="line", how="semi")
    lines = mixed.group_by("line").agg(
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
    return pl.col("value_marker").is_in(FOR_NONE)
