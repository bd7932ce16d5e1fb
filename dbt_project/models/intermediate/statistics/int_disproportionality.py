"""Relative rates of groups at a stage of decision. The formulas live in pipelines.statistics, not here."""


def model(dbt, session):
    """Hand the counts over and keep what comes back."""
    dbt.config(materialized="table")
    from pipelines.statistics.disproportionality import relative_rates

    return relative_rates(dbt.ref("int_stage_counts").pl()).to_arrow()
