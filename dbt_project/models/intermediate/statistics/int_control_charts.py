"""Control charts of the quarterly series. The rules live in pipelines.statistics, not here."""


def model(dbt, session):
    """Hand over the points that a chart may be made of; whole series are needed at once, one measure after another."""
    dbt.config(materialized="table")
    from pipelines.statistics.control_chart import control_charts

    points = dbt.ref("int_control_points").filter("is_on_chart")
    columns = "series_id, observation_id, period_end, step, value, value_minimum, value_maximum"
    return control_charts(points.project(columns).pl()).to_arrow()
