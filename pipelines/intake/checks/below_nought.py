"""A count below nought: a slip, unless the definition makes the figure a difference of two counts.

The value itself is held to the definition's bounds cell by cell; here it is the counts beside it, and the differences.
"""

import polars as pl

from pipelines.intake.checks.context import SERIES, WHERE, Context, collected
from pipelines.intake.checks.parts import figure_of
from pipelines.intake.checks.rounding import shown


def below_nought(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules count_below_nought (an error) and difference_below_nought (declared: bounds that begin below nought)."""
    declared = [
        series for series, d in context.definitions.items() if d.bounds.minimum is not None and d.bounds.minimum < 0
    ]
    differences = pl.LazyFrame(declared, schema=dict.fromkeys(SERIES, pl.String), orient="row").with_columns(
        pl.lit(True).alias("is_difference")
    )
    lowest = pl.min_horizontal(figure_of("numerator"), figure_of("denominator"))
    found = (
        candidates.filter(lowest < 0)
        .join(differences, on=SERIES, how="left")
        .select(
            *WHERE,
            pl.when(pl.col("is_difference").fill_null(False) & (pl.col("denominator") >= 0).fill_null(True))
            .then(pl.lit("difference_below_nought"))
            .otherwise(pl.lit("count_below_nought"))
            .alias("rule"),
            pl.format(
                "{} of {} for {} is below nought",
                "indicator_id",
                pl.coalesce("area_name_as_published", "area_code"),
                "period_label",
            ).alias("reason"),
            shown(lowest).alias("value"),
        )
    )
    return collected(found)
