"""Confidence limits of the observations that carry counts. The formulas live in pipelines.statistics, not here."""


def model(dbt, session):
    """Hand the counts over in batches, so that memory does not grow with the table, and keep what comes back."""
    dbt.config(materialized="table")
    import polars as pl

    counts = dbt.ref("int_interval_counts")
    batches = counts.to_arrow_reader(1_000_000)
    frames = [_limits(pl.from_arrow(batch)) for batch in batches]
    columns = {
        "observation_id": pl.String,
        "period_end": pl.Date,
        "lower_95": pl.Float64,
        "upper_95": pl.Float64,
        "lower_998": pl.Float64,
        "upper_998": pl.Float64,
        "interval_method": pl.String,
    }
    limits = pl.concat(frames) if frames else pl.DataFrame(schema=columns)
    return limits.select([pl.col(name).cast(kind) for name, kind in columns.items()]).to_arrow()


def _limits(counts):
    """One row a count, in their order."""
    from pipelines.statistics.intervals import limits_for

    return limits_for(counts).with_columns(counts["period_end"])
