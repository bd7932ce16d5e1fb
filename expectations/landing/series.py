"""Are the observations of a delivery what the catalogue says its indicators are?

A series here is one definition version of one indicator in one delivery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, at_least, between, equal, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# A cell in words: delivery, sheet and row, area, period and what stands there.
_PLACE = """
create or replace temp macro cell_in_words(delivery, sheet, line, area, period, found) as
    concat_ws(' ', delivery, sheet, 'row ' || coalesce(line::varchar, '?') || ':', area, period, '=', found)
"""

_FLAGS = {
    "below": ("value < value_minimum", "value::varchar"),
    "above": ("value > value_maximum", "value::varchar"),
    "unexplained": (
        "(value is null or not isfinite(value)) <> coalesce(replaces_value, false)",
        "concat_ws(' ', coalesce(value::varchar, 'nothing'), 'marker ' || value_marker)",
    ),
    "in_other_unit": ("unit is distinct from declared_unit", "coalesce(unit, 'no unit')"),
    "backwards": ("not coalesce(period_start <= period_end, false)", "period_start || ' to ' || period_end"),
    "of_other_period_type": (
        "period_type is distinct from declared_period_type",
        "coalesce(period_type, 'no period type')",
    ),
}


def _flagged(flag: str, condition: str, found: str) -> str:
    """Two columns: how many cells meet the condition, and the first of them in words."""
    # A unit, period type or bound that no definition declares is the business of indicator_declared alone.
    condition = f"is_declared and ({condition})"
    place = f"cell_in_words(delivery_id, sheet, row_number, area_code, period_label, {found})"
    return (
        f"count(*) filter (where {condition}) as rows_{flag},\n"
        f"    min(case when {condition} then {place} end, {KEYS_SHOWN}) as keys_{flag}"
    )


_SQL = f"""
create or replace temp table series as
with cells as (
    select
        cell.* exclude ("row"),
        cell."row" as row_number,
        definition.indicator_id is not null as is_declared,
        definition.value_minimum,
        definition.value_maximum,
        definition.unit as declared_unit,
        definition.period_type as declared_period_type,
        marker.replaces_value,
        case
            when cell.numerator > 0 and cell.denominator > 0 and cell.value > 0
                then definition.unit_base * cell.numerator / cell.denominator / cell.value
        end as times_published
    from landed.observations as cell
    left join catalogue.indicators as definition using (indicator_id, definition_version)
    left join catalogue.markers as marker using (value_marker)
)
select
    delivery_id,
    concat(delivery_id, ' ', indicator_id, ' ', definition_version) as subject,
    concat(indicator_id, ' ', definition_version) as definition,
    case when any_value(is_declared) then definition end as declared_definition,
    count(*) as rows_landed,
    count(distinct area_code) as areas,
    min(value) as value_least,
    max(value) as value_most,
    any_value(value_minimum) as value_minimum,
    any_value(value_maximum) as value_maximum,
    -- The median of a set lies within [0.5, 2] unless more than half of the set lies on one side of it: two counters,
    -- where a median would hold every number in memory.
    greatest(count(*) filter (where times_published < 0.5), count(*) filter (where times_published > 2))
        as rows_off_base,
    rows_off_base / nullif(count(times_published), 0) as share_off_base,
    {", ".join(_flagged(flag, *rule) for flag, rule in _FLAGS.items())}
from cells
group by delivery_id, indicator_id, definition_version
order by delivery_id, indicator_id, definition_version
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    connection.execute(_PLACE)
    connection.execute(_SQL)
    return connection.table("series").pl()


SERIES = Evidence(
    stage="landing",
    subjects="series",
    collect=_collect,
    checks=(
        Check(
            check_id="indicator_declared",
            title="Every landed series has a definition",
            about="Indicator and definition version of every landed row stand in the catalogue.",
            expected=equal("definition", "declared_definition"),
            failing="rows_landed",
        ),
        Check(
            check_id="value_not_below_minimum",
            title="No value is below the least the definition allows",
            about="The least value of each series, against the indicator's lower bound.",
            expected=at_least("value_least", "value_minimum"),
            failing="rows_below",
            keys="keys_below",
        ),
        Check(
            check_id="value_not_above_maximum",
            title="No value is above the greatest the definition allows",
            about="The greatest value of each series, against the indicator's upper bound.",
            expected=at_least("value_maximum", "value_most"),
            failing="rows_above",
            keys="keys_above",
        ),
        Check(
            check_id="value_or_reason_for_none",
            title="Every cell has a value, or the marker that says why it has none",
            about="A null needs a marker that replaces a value (c, z, x, low, u), and such a marker leaves no value.",
            expected=none("rows_unexplained"),
            failing="rows_unexplained",
            keys="keys_unexplained",
        ),
        Check(
            check_id="unit_as_declared",
            title="Every value is in the indicator's unit",
            about="The unit of every landed row is the one its definition declares.",
            expected=none("rows_in_other_unit"),
            failing="rows_in_other_unit",
            keys="keys_in_other_unit",
        ),
        Check(
            check_id="period_days_in_order",
            title="No period ends before it starts",
            about="Both days are there, and the first is not after the last.",
            expected=none("rows_backwards"),
            failing="rows_backwards",
            keys="keys_backwards",
        ),
        Check(
            check_id="period_type_as_declared",
            title="Every period is of the definition's type",
            about="The period type of every landed row is the one its definition declares.",
            expected=none("rows_of_other_period_type"),
            failing="rows_of_other_period_type",
            keys="keys_of_other_period_type",
        ),
        Check(
            check_id="rate_base_as_declared",
            title="Rates are per the number the unit says",
            about="Where counts stand beside a value, unit base times numerator over denominator is typically (median)"
            " between half and twice the value: a rate per 1,000 read as per 10,000 is ten times off.",
            expected=between("share_off_base", 0, 0.5),
            failing="rows_off_base",
        ),
    ),
)
