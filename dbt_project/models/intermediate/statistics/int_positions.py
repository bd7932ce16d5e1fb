"""Quartile and rank of each figure of one period. The formulas live in pipelines.statistics, not here."""


def model(dbt, session):
    """Whole sets are needed at once: only the numbers are handed over."""
    dbt.config(materialized="table")
    from pipelines.statistics.quantiles import positions

    figures = dbt.ref("int_ranked_figures")
    rows = figures.project("set_id, observation_id, period_end, value, lower_95, upper_95").pl()
    found = positions(rows)
    return found.join(rows.select("observation_id", "period_end"), on="observation_id").to_arrow()
