"""Is every gap of a declared kind, and does it do what its kind says?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, equal, none

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_SQL = f"""
with compared as (
    select
        gap.period_end,
        gap.kind,
        gap.gap_id,
        declared.kind as kind_declared,
        declared.kind is not null and (
            gap.is_blocking is distinct from declared.is_blocking
            or coalesce(gap.sets_field, 'none') is distinct from coalesce(declared.sets_field, 'none')
            or gap.sets_value is distinct from declared.sets_value
        ) as is_altered,
        gap.is_blocking,
        gap.sets_field,
        gap.sets_value
    from built.attribution_gaps as gap
    left join catalogue.gap_kinds as declared using (kind)
    where gap.closed_in_release is null
)
select
    period_end,
    concat_ws(' ', kind, 'to ' || period_end) as subject,
    kind as kind_found,
    any_value(kind_declared) as kind_declared,
    count(*) as gaps,
    min(case when kind_declared is null then concat('kind ', kind, ', gap ', gap_id) end, {KEYS_SHOWN}) as keys_gaps,
    count(*) filter (where is_altered) as gaps_altered,
    min(
        case when is_altered
            then concat(kind, ' gap ', gap_id, ': ', if(is_blocking, 'blocks', 'does not block'), ', sets ',
                        concat_ws(' ', coalesce(sets_field, 'none'), sets_value)) end,
        {KEYS_SHOWN}
    ) as keys_altered
from compared
group by kind, period_end
order by kind, period_end nulls first
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL).pl()


GAP_KINDS = Evidence(
    stage="attribution",
    subjects="gap kinds in use, by period",
    collect=_collect,
    checks=(
        Check(
            check_id="gap_kind_declared",
            title="Every gap is of a kind in the catalogue",
            about="The kind of every row of the gap ledger.",
            expected=equal("kind_found", "kind_declared"),
            failing="gaps",
            keys="keys_gaps",
        ),
        Check(
            check_id="gap_does_what_its_kind_says",
            title="Every gap blocks and sets what its kind says",
            about="is_blocking, sets_field and sets_value of every gap equal those of its kind in the catalogue.",
            expected=none("gaps_altered"),
            failing="gaps_altered",
            keys="keys_altered",
        ),
    ),
)
