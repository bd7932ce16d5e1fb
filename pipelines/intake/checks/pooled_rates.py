"""A rate for a whole is an average of the rates of its parts, so it lies between the lowest and the highest of them.

Outside by more than rounding, with every part there, the whole was made in some other way, most often by adding rates
up: it is set aside. With parts missing or suppressed it is a warning, for the part that would hold it may be the one
that is not shown.
"""

import polars as pl

from pipelines.intake.checks.context import WHERE, Context, collected, nothing_found
from pipelines.intake.checks.rounding import shown, typical_decimals
from pipelines.intake.checks.wholes import due, members

SHARE_THAT_IS_ALL = {"region": 1.0, "authority": 0.95, "youth_justice_service": 0.95}
"""How many of the parts due make all of them: two tiny authorities are never published, a region always is."""
SHARE_WORTH_A_WORD = 0.5


def pooled_rates(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules rate_outside_its_parts and rate_outside_parts_present, at the rate of the whole."""
    belonging = members(candidates, context)
    if belonging.is_empty():
        return nothing_found()
    rates = candidates.filter(pl.col("measure").is_in(["proportion", "rate"]) & pl.col("value").is_not_null())
    value = pl.col("value")
    # One small number for a whole and a kind of part: there are few of them and millions of rates.
    pairs = belonging.select("whole_code", "part_type", "least").unique(maintain_order=True).with_row_index("pair")
    parts = belonging.join(pairs, on=["whole_code", "part_type", "least"]).select("part_code", "pair")
    ranges = (
        rates.select("group", "area_code", "period_end", "value")
        .join(parts.lazy(), left_on="area_code", right_on="part_code")
        .group_by("group", "pair")
        .agg(
            value.min().alias("lowest"), value.max().alias("highest"), value.sum().alias("sum"),
            pl.len().alias("there"), typical_decimals("value").alias("places"),
            pl.col("period_end").first(),
        )
        .join(pairs.lazy(), on="pair")
        .filter(pl.col("there") >= pl.col("least"))
        .join(due(candidates, belonging, context).lazy(), on=["whole_code", "part_type", "period_end"])
        .filter(pl.col("there") >= SHARE_WORTH_A_WORD * pl.col("due"))
    )  # fmt: skip
    tolerance = pl.lit(10.0) ** -pl.col("places")
    enough = pl.col("part_type").replace_strict(SHARE_THAT_IS_ALL, return_dtype=pl.Float64)
    wholes = candidates.filter(pl.col("area_code").is_in(belonging["whole_code"].unique().implode()))
    outside = (
        wholes.join(ranges, left_on=["group", "area_code"], right_on=["group", "whole_code"])
        .filter((value < pl.col("lowest") - tolerance - 1e-9) | (value > pl.col("highest") + tolerance + 1e-9))
        .with_columns(
            (pl.col("there") >= enough * pl.col("due")).alias("is_whole"),
            ((value - pl.col("sum")).abs() <= pl.max_horizontal(tolerance * pl.col("there"), pl.lit(1.0))).alias(
                "is_sum"
            ),
        )
    )
    kinds = {"region": "regional", "authority": "authority", "youth_justice_service": "service"}
    kind = pl.col("part_type").replace_strict(kinds, return_dtype=pl.String)
    name = pl.coalesce("area_name_as_published", "area_code")
    limits = (shown(pl.col("lowest")), shown(pl.col("highest")))
    found = outside.select(
        *WHERE,
        pl.when("is_whole")
        .then(pl.lit("rate_outside_its_parts"))
        .otherwise(pl.lit("rate_outside_parts_present"))
        .alias("rule"),
        pl.when("is_sum")
        .then(pl.format("the {} value for {} is the sum of the {} {} rates, which lie between {} and {}", name,
                        pl.col("period_label"), pl.col("there"), kind, *limits))
        .otherwise(pl.format("the {} value for {} is not between the lowest and the highest of {} {} rates, {} and {}",
                             name, pl.col("period_label"), pl.col("there"), kind, *limits))
        .alias("reason"),
        shown(value).alias("value"),
        pl.col("is_sum"),
        pl.col("is_whole"),
    )  # fmt: skip
    # One finding a rate: the regions speak before the authorities, a sum before a range.
    once = found.sort("nth", "is_whole", "is_sum", descending=[False, True, True], maintain_order=True)
    return collected(once.unique("nth", keep="first", maintain_order=True))
