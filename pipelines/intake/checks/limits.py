"""A figure does not exceed the figure of another indicator that it is counted out of (a definition's `at_most`).

A little over is a warning: two systems are seldom read on the same day. Over by more than a tenth and three, the figure
is set aside, unless its definition says why it may exceed what it is counted out of.
"""

import polars as pl

from pipelines.intake.checks.context import WHERE, Context, collected, is_of, nothing_found
from pipelines.intake.checks.parts import (
    COUNTS_BEYOND_WHICH_WRONG,
    PLACE_AND_TIME,
    SHARE_BEYOND_WHICH_WRONG,
    figure_of,
)
from pipelines.intake.checks.rounding import count_step, shown
from sources.models.indicator import AtMost


def limits(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules figure_over_its_limit and figure_far_over_its_limit, at the figure that exceeds."""
    found = [
        _exceeding(candidates, series, limit, may_exceed=definition.may_exceed_base is not None)
        for series, definition in context.definitions.items()
        for limit in definition.at_most
    ]
    return pl.concat(found) if found else nothing_found()


def _exceeding(candidates: pl.LazyFrame, series: tuple[str, str], limit: AtMost, *, may_exceed: bool) -> pl.DataFrame:
    key = [*PLACE_AND_TIME, "breakdown_id"]
    figures = candidates.filter(is_of(series)).select(*WHERE, *key, figure_of(limit.figure).alias("figure"))
    tops = candidates.filter(is_of((limit.indicator, limit.definition_version))).select(
        *key, figure_of(limit.its).alias("top")
    )
    steps = pl.concat(
        [figures.select(count_step("figure").alias("step")), tops.select(count_step("top").alias("step"))]
    ).select(pl.when(pl.col("step").max() > 1).then(pl.col("step").max()).otherwise(0.0).alias("rounding"))
    figure, top = pl.col("figure"), pl.col("top")
    far = figure > top * (1 + SHARE_BEYOND_WHICH_WRONG) + COUNTS_BEYOND_WHICH_WRONG + pl.col("rounding")
    found = (
        figures.join(tops, on=key)
        .join(steps, how="cross")
        .filter(figure > top + pl.col("rounding"))
        .select(
            *WHERE,
            pl.when(far & (not may_exceed))
            .then(pl.lit("figure_far_over_its_limit"))
            .otherwise(pl.lit("figure_over_its_limit"))
            .alias("rule"),
            pl.format(
                f"the {limit.figure} {{}} exceeds {{}}, the {limit.its} of {limit.indicator}: {{}}",
                shown(figure),
                shown(top),
                pl.lit(limit.citation),
            ).alias("reason"),
            shown(figure).alias("value"),
        )
    )
    return collected(found)
