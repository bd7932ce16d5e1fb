"""Does the figure of a structural model lie within the figures of its services?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import Check, Evidence, equal

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# Pooled rates are held against rates from the same counts: published rates are rounded, and so are some counts, and a
# model of one service would fail on that. The median is held against the values it was taken from.
_SQL = """
with parts as (
    select
        comparison_id,
        model_id,
        min(value) as value_lowest,
        max(value) as value_highest,
        min(numerator / nullif(denominator, 0)) as share_lowest,
        max(numerator / nullif(denominator, 0)) as share_highest
    from built.comparison_services
    where is_used
    group by comparison_id, model_id
),
figures as (
    select
        concat_ws(' ', compared.indicator_id, compared.definition_version, compared.source_id, compared.period_label,
                  compared.typology_id, compared.model_id) as group_name,
        unnest([
            {
                'figure': 'pooled',
                'found': compared.pooled_value,
                'lowest': definition.unit_base * parts.share_lowest,
                'highest': definition.unit_base * parts.share_highest
            },
            {
                'figure': 'median',
                'found': compared.median,
                'lowest': parts.value_lowest,
                'highest': parts.value_highest
            }
        ], recursive := true)
    from built.comparisons as compared
    inner join catalogue.indicators as definition using (indicator_id, definition_version)
    left join parts using (comparison_id, model_id)
    where definition.measure in ('proportion', 'rate')
)
select
    group_name || ' ' || figure as subject,
    found,
    -- What lies within, but for the rounding of binary fractions, is equal to itself; what does not is held against the
    -- nearest end. A figure without any part has nothing to be equal to.
    case
        when found between lowest - 1e-9 * abs(lowest) and highest + 1e-9 * abs(highest) then found
        when found < lowest then lowest
        when found > highest then highest
    end as within,
    concat(subject, ' is ', found, ', its services are ', coalesce(lowest || ' to ' || highest, 'without counts'))
        as difference
from figures
where found is not null
order by subject
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


GROUP_RATES = Evidence(
    stage="release",
    subjects="figures of structural models",
    collect=_collect,
    checks=(
        Check(
            check_id="rate_group_within_parts",
            title="The rate of a group lies within the rates of its services",
            about="Pooled and median rates and proportions of every model in every comparison. One outside was"
            " aggregated wrongly (attribution_gaps.md, M7).",
            expected=equal("found", "within"),
            keys="difference",
        ),
    ),
)
