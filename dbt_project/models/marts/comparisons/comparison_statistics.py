"""What the statistics find of every comparison that is not refused. The formulas live in pipelines.statistics."""


def model(dbt, session):
    """All parts in one frame, because they are found in one go: a row has the columns of its part."""
    dbt.config(materialized="table", schema="internal", contract={"enforced": False})
    from pipelines.statistics.comparison_table import comparison_table

    members = dbt.ref("comparison_members")
    alternatives = dbt.ref("comparison_alternatives")
    settings = dbt.ref("stg_settings")
    minimum = settings.pl()["group_minimum"].item()
    used = members.pl()
    days = used.select("comparison_id", "period_end").unique()
    found = comparison_table(used, alternatives.pl(), minimum)
    return found.join(days, on="comparison_id", how="left", maintain_order="left").to_arrow()
