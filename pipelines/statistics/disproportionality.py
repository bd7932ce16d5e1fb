"""Relative rate index of a group against a reference group at a stage of decision, with the absolute difference.

What belongs here: the index, its interval and its guards. Stages and the groups compared are declared under sources/.
"""

import polars as pl

from pipelines.statistics.normal import two_sided_deviate

LEAST_EVENTS = 5
LEAST_SHARE = 0.01
"""Of the population of children: a group below it is not analysed by itself (OJJDP)."""
PER = 1000.0


def relative_rates(counts: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """Relative rate of each group: its rate of reaching a stage over that of the reference group.

    OJJDP, relative rate index: the rate of a stage is formed on those who reached the preceding stage; on the
    population only at entry. Interval on the log scale: `se = sqrt(1/a - 1/n_a + 1/b - 1/n_b)` for proportions of the
    preceding stage (Katz D et al, 1978, Biometrics 34:469-474), `sqrt(1/a + 1/b)` for rates of a population.

    Args:
        counts: columns group_events, group_base, reference_events, reference_base, is_entry (whether the base is the
            population) and population_share (of the group among all children; null where not known). Others are kept.
        level: share of such intervals that should hold the truth.

    Returns:
        As many rows with ratio, lower_95, upper_95, difference (of the rates), difference_unit (per_1000 at entry,
        percentage_points otherwise), expected_at_reference (events if the group had the reference rate) and
        refusal_reason added; figures are null where refused. is_entry and population_share are dropped.
    """
    a, n_a, b, n_b = (
        pl.col(name).cast(pl.Float64) for name in ("group_events", "group_base", "reference_events", "reference_base")
    )
    entry = pl.col("is_entry")
    z = two_sided_deviate(level)
    refusal = (
        pl.when(pl.any_horizontal(x.is_null() for x in (a, b)))
        .then(pl.lit("The children of one of the two groups are not published."))
        .when(pl.any_horizontal(x.is_null() | (x <= 0) for x in (n_a, n_b)))
        .then(pl.lit("The children of one of the two groups at the stage before are not known."))
        .when(~entry & ((a > n_a) | (b > n_b)))
        .then(pl.lit("More children reached the stage than the stage before it: the two do not fit together."))
        .when(pl.min_horizontal(a, b) < LEAST_EVENTS)
        .then(pl.lit(f"Fewer than {LEAST_EVENTS} children of one of the two groups reached the stage."))
        .when(pl.col("population_share") < LEAST_SHARE)
        .then(pl.lit("The group is less than 1% of the children who live in the area."))
    )
    rate_a, rate_b = a / n_a, b / n_b
    log_ratio = (rate_a / rate_b).log()
    by_base = pl.when(entry).then(0.0).otherwise(1 / n_a + 1 / n_b)
    # All of both groups reached the stage: rounding may leave a trace below 0.
    half = z * pl.max_horizontal(1 / a + 1 / b - by_base, pl.lit(0.0)).sqrt()
    figures = {
        "ratio": rate_a / rate_b,
        "lower_95": (log_ratio - half).exp(),
        "upper_95": (log_ratio + half).exp(),
        "difference": (rate_a - rate_b) * pl.when(entry).then(PER).otherwise(100.0),
        "expected_at_reference": n_a * rate_b,
    }
    kept = pl.col("refusal_reason").is_null()
    return (
        counts.with_columns(refusal_reason=refusal)
        .with_columns(pl.when(kept).then(figure).alias(name) for name, figure in figures.items())
        .with_columns(difference_unit=pl.when(entry).then(pl.lit("per_1000")).otherwise(pl.lit("percentage_points")))
        .drop("is_entry", "population_share")
    )
