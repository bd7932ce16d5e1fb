"""Where each figure lies against each of its benchmarks. The rule lives in pipelines.statistics, not here."""


def model(dbt, session):
    """Hand the rows over in batches, so that memory does not grow with the table, and keep what comes back."""
    dbt.config(materialized="table")
    import polars as pl

    from pipelines.statistics.benchmark import against_benchmark

    values = dbt.ref("int_benchmark_values")
    batches = values.to_arrow_reader(500_000)
    frames = [against_benchmark(pl.from_arrow(batch)) for batch in batches]
    if not frames:
        frames = [against_benchmark(values.limit(0).pl())]
    return pl.concat(frames).to_arrow()
