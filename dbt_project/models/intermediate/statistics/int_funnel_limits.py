"""Limits and position of every unit of a funnel, and its own figures. The formulas live in pipelines.statistics."""


def model(dbt, session):
    """Funnels need all their units at once: only the numbers are handed over, and one row a unit comes back."""
    dbt.config(materialized="table")
    from pipelines.statistics.funnel import funnels

    units = dbt.ref("int_funnel_units")
    columns = "funnel_id, observation_id, period_end, measure, unit_base, value, numerator, denominator"
    return funnels(units.project(columns).pl()).to_arrow()
