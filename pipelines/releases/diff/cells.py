"""Figures that changed: the current value of each cell in one release against the other.

A cell is an indicator version, dataset, place, breakdown and period. A value that was withdrawn is no longer there.
"""

from pipelines.releases.diff.pair import Pair, Row

_KEY = (
    "indicator_id", "definition_version", "source_id", "area_type", "area_code", "breakdown_id", "period_start",
    "period_end",
)  # fmt: skip
_SAID = ("numerator", "denominator", "value", "value_marker")
_SHOWN = ("lower_95", "upper_95", "delivery_id")
_NEEDED = (*_KEY, *_SAID, *_SHOWN, "is_current", "is_withdrawn")
MOVERS = 3
"""How many of the largest moves are listed for an indicator, by size and by proportion."""


def changed_cells(pair: Pair) -> Row:
    """Counts by indicator and by direction, and for each indicator the cells that moved most.

    Raises:
        NotComparable: a release lacks a column of observations.
    """
    pair.need("observations", _NEEDED)
    pair.run(_made(pair))
    counts = (
        "count(*) filter (what = 'changed') as changed, count(*) filter (what = 'added') as added,"
        " count(*) filter (what = 'removed') as removed, count(*) filter (sign = 'up') as up,"
        " count(*) filter (sign = 'down') as down, count(*) filter (sign = 'lost_value') as lost_value,"
        " count(*) filter (sign = 'gained_value') as gained_value, count(*) filter (sign = 'marker') as marker,"
        " count(*) filter (sign = 'counts') as counts"
    )
    (whole,) = pair.rows(f"select {counts} from diff_cells")
    by_indicator = pair.rows(
        f"select indicator_id, definition_version, {counts} from diff_cells group by indicator_id, definition_version"
        f" order by count(*) desc, indicator_id, definition_version limit {pair.listed}"
    )
    indicators = pair.count("select count(*) from (select distinct indicator_id, definition_version from diff_cells)")
    movers = {name: _movers(pair, by) for name, by in (("moved", "absolute"), ("moved_in_proportion", "relative"))}
    for row in by_indicator:
        for name, found in movers.items():
            row[name] = found.get((row["indicator_id"], row["definition_version"]), [])
    pair.run("drop table diff_cells")
    return {**whole, "indicators": {"count": indicators, "listed": by_indicator}}


def _made(pair: Pair) -> str:
    """The table of cells that differ, with what became of each and which way its value went."""
    key, said = ", ".join(_KEY), [*_SAID, *_SHOWN]
    sides = [
        f"select {key}, {', '.join(said)} from {pair.unlike(side, 'observations')}"
        " where is_current and not coalesce(is_withdrawn, false)"
        for side in (0, 1)
    ]
    pairs = ", ".join(f"b.{name} as {name}_before, a.{name} as {name}_after" for name in said)
    return f"""
create temp table diff_cells as
with b as ({sides[0]}), a as ({sides[1]}),
joined as (
    select {", ".join(f"coalesce(a.{name}, b.{name}) as {name}" for name in _KEY)}, {pairs},
        a.indicator_id is not null as is_after, b.indicator_id is not null as is_before
    from b full join a on {" and ".join(f"a.{name} = b.{name}" for name in _KEY)}
)
select
    * exclude (is_after, is_before),
    case when not is_before then 'added' when not is_after then 'removed' else 'changed' end as what,
    case
        when not is_before or not is_after then null
        when value_before is null and value_after is not null then 'gained_value'
        when value_before is not null and value_after is null then 'lost_value'
        when value_after > value_before then 'up'
        when value_after < value_before then 'down'
        when value_marker_after is distinct from value_marker_before then 'marker'
        else 'counts'
    end as sign,
    case when is_before and is_after then value_after - value_before end as absolute,
    case when is_before and is_after then (value_after - value_before) / nullif(abs(value_before), 0) end as relative
from joined
where {" or ".join(f"{name}_before is distinct from {name}_after" for name in _SAID)}
    or not is_before or not is_after
"""


def _movers(pair: Pair, by: str) -> dict[tuple[str, str], list[Row]]:
    """The cells of each indicator that moved most, by size or in proportion."""
    shown = ", ".join(f"{name}_before, {name}_after" for name in ("value", "lower_95", "upper_95", "delivery_id"))
    found = pair.rows(
        f"select {', '.join(_KEY)}, {shown}, absolute, relative from diff_cells where {by} is not null and {by} <> 0"
        f" qualify row_number() over (partition by indicator_id, definition_version order by abs({by}) desc,"
        f" {', '.join(_KEY)}) <= {MOVERS} order by indicator_id, definition_version, abs({by}) desc, {', '.join(_KEY)}"
    )
    movers: dict[tuple[str, str], list[Row]] = {}
    for row in found:
        movers.setdefault((row.pop("indicator_id"), row.pop("definition_version")), []).append(row)
    return movers
