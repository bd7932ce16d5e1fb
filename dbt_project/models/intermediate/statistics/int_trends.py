"""The five-point trend of each annual series. The rule lives in pipelines.statistics, not here."""


def model(dbt, session):
    """Hand the series over in batches, so that memory does not grow with the table, and keep what comes back."""
    dbt.config(materialized="table")
    import polars as pl

    from pipelines.statistics.trend import five_point_trends

    points = dbt.ref("int_trend_points")
    batches = points.to_arrow_reader(200_000)
    frames = [five_point_trends(pl.from_arrow(batch)) for batch in batches]
    if not frames:
        frames = [five_point_trends(points.limit(0).pl())]
    return pl.concat(frames).to_arrow()
