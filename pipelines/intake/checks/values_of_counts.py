"""A value follows from its numerator and denominator: base x numerator / denominator, as far as rounding tells.

Beyond what the rounding of value and counts can explain it is a warning. A power of ten away it is another base, or a
decimal point that slipped, and the cell is set aside.
"""

import polars as pl

from pipelines.intake.checks.context import SERIES, WHERE, Context, collected, nothing_found
from pipelines.intake.checks.rounding import count_step, half_of_last_place, half_of_step, shown, typical_decimals

MEASURES = ("proportion", "rate", "ratio")
DUST = 1e-9
NEAR = 0.05
"""A value is of another base when, taken down by a power of ten, it comes this near to what its counts give."""


def values_of_counts(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rules value_not_of_counts and value_of_another_base, cell by cell."""
    bases = pl.LazyFrame(
        [(unit.id, unit.base) for unit in context.catalogue.units.values() if unit.base],
        schema={"unit": pl.String, "base": pl.Float64},
        orient="row",
    )
    whole = pl.all_horizontal(pl.col("value", "numerator", "denominator").is_not_null())
    figures = (
        candidates.filter(pl.col("measure").is_in(MEASURES) & whole & (pl.col("denominator") > 0))
        .join(bases, on="unit")
        .with_columns((pl.col("base") * pl.col("numerator") / pl.col("denominator")).alias("due"))
    )
    group = [*SERIES, "area_type"]
    doubtful = figures.filter(~_plainly_rounded()).select(group).unique().collect(engine="streaming")
    if doubtful.is_empty():
        return nothing_found()
    figures = figures.join(doubtful.lazy(), on=group, how="semi")
    rounding = figures.group_by(group).agg(
        typical_decimals("value").alias("places"),
        # Even one pair of round counts: an extract may be one row, and the doubt is the value's.
        count_step("numerator", enough=1).alias("numerator_step"),
        count_step("denominator", enough=1).alias("denominator_step"),
    )
    value, numerator, denominator, base = (pl.col(name) for name in ("value", "numerator", "denominator", "base"))
    differing = (
        figures.filter((value - pl.col("due")).abs() > DUST * (1 + value.abs()))
        .join(rounding, on=group)
        .with_columns(
            half_of_step("numerator", "numerator_step").alias("numerator_half"),
            half_of_step("denominator", "denominator_step").alias("denominator_half"),
            half_of_last_place(pl.col("places")).alias("half"),
        )
        .with_columns(
            (base * (numerator - pl.col("numerator_half")).clip(0) / (denominator + pl.col("denominator_half"))).alias(
                "least"
            ),
            (
                base
                * (numerator + pl.col("numerator_half"))
                / pl.max_horizontal(denominator - pl.col("denominator_half"), denominator * 0.01)
            ).alias("most"),
            (value / pl.col("due")).log10().round().alias("power"),
        )
        .filter(~_explained())
    )
    scale = pl.lit(10.0) ** pl.col("power")
    near = (value / scale).is_between(pl.col("least") * (1 - NEAR), pl.col("most") * (1 + NEAR))
    is_other_base = (pl.col("due") > 0) & (value > 0) & (pl.col("power") != 0) & near
    counts = pl.format("{} x {} / {}", shown(base), shown(numerator), shown(denominator))
    found = differing.select(
        *WHERE,
        pl.when(is_other_base.fill_null(False))
        .then(pl.lit("value_of_another_base"))
        .otherwise(pl.lit("value_not_of_counts"))
        .alias("rule"),
        pl.when(is_other_base.fill_null(False))
        .then(pl.format("{} is {} times what its counts give, {} = {}", shown(value), shown(scale), counts,
                        shown(pl.col("due"))))
        .otherwise(pl.format("{} is not {} = {}, nor within the rounding of both, {} to {}", shown(value), counts,
                             shown(pl.col("due")), shown(pl.col("least") - pl.col("half")),
                             shown(pl.col("most") + pl.col("half"))))
        .alias("reason"),
        shown(value).alias("value"),
    )  # fmt: skip
    return collected(found)


def _plainly_rounded() -> pl.Expr:
    """Whether the value is what its counts give, rounded to the places it shows: nearly every value of a sound file.

    One that shows no decimals is not plainly so, for the column may have some.
    """
    value, off = pl.col("value"), (pl.col("value") - pl.col("due")).abs()
    shows_one = (value * 10 - (value * 10).round()).abs() < 1e-7 * (1 + value.abs())
    shows_two = (value * 100 - (value * 100).round()).abs() < 1e-7 * (1 + value.abs())
    return (off <= 0.0005 + DUST) | (shows_one & (off <= 0.05 + DUST)) | (shows_two & (off <= 0.005 + DUST))


def _explained() -> pl.Expr:
    """Whether the value is one that the counts and the rounding of all three allow."""
    value, dust = pl.col("value"), DUST * (1 + pl.col("value").abs())
    return (value >= pl.col("least") - pl.col("half") - dust) & (value <= pl.col("most") + pl.col("half") + dust)
