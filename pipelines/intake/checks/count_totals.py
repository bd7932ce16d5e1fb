"""A count for a country or region is the sum of the counts of its parts, where every one of them is there.

Beyond what rounding explains (errors of rounding grow with the root of the number of parts) it is a warning: a total
may rightly hold those whose area is not known.
"""

import polars as pl

from pipelines.intake.checks.context import WHERE, Context, collected, is_of, nothing_found
from pipelines.intake.checks.rounding import count_step, shown
from pipelines.intake.checks.wholes import due, members

DEVIATIONS = 4


def count_totals(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule count_total_differs, at the count of the whole."""
    belonging = members(candidates, context)
    if belonging.is_empty():
        return nothing_found()
    counts = candidates.filter((pl.col("measure") == "count") & _is_additive(context))
    value = pl.col("value")
    sums = (
        counts.select("group", "area_code", "period_end", "value")
        .join(belonging.lazy(), left_on="area_code", right_on="part_code")
        .group_by("group", "whole_code", "part_type")
        .agg(value.sum().alias("sum"), value.count().alias("there"), value.is_null().sum().alias("hidden"),
             pl.col("least", "period_end").first(), count_step("value").alias("step"))
        .filter((pl.col("there") >= pl.col("least")) & (pl.col("hidden") == 0))
        .join(due(candidates, belonging, context).lazy(), on=["whole_code", "part_type", "period_end"])
        .filter(pl.col("there") >= pl.col("due"))
    )  # fmt: skip
    explained = DEVIATIONS * pl.col("step") * ((pl.col("there") + 1) / 12).sqrt()
    kinds = {"region": "regions", "authority": "authorities", "youth_justice_service": "services"}
    found = (
        counts.filter(value.is_not_null() & pl.col("area_code").is_in(belonging["whole_code"].unique().implode()))
        .join(sums, left_on=["group", "area_code"], right_on=["group", "whole_code"])
        .filter((value - pl.col("sum")).abs() > explained)
        .select(
            *WHERE,
            pl.lit("count_total_differs").alias("rule"),
            pl.format(
                "the {} {} of {} add up to {}, {} away from {}",
                pl.col("there"),
                pl.col("part_type").replace_strict(kinds, return_dtype=pl.String),
                pl.coalesce("area_name_as_published", "area_code"),
                shown(pl.col("sum")),
                shown((value - pl.col("sum")).abs()),
                shown(value),
            ).alias("reason"),
            shown(value).alias("value"),
        )
        .unique("nth", keep="first", maintain_order=True)
    )
    return collected(found)


def _is_additive(context: Context) -> pl.Expr:
    """Whether a row's definition says that its figure may be added up."""
    return pl.any_horizontal(
        pl.lit(False), *(is_of(series) for series, definition in context.definitions.items() if definition.additive)
    )
