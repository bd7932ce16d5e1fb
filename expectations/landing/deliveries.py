"""Did everything a delivery held end up where the ledger says it did?

Reads the table of series that series.py leaves on the connection, so that observations are scanned once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import Check, Evidence, between, equal
from expectations.shapes import LANDED

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_REGISTERS = " union all ".join(
    f"select delivery_id, count(*) as rows_landed, null as areas from landed.{shape} group by delivery_id"
    for shape in LANDED
    if shape != "observations"
)

_SQL = f"""
with landed_rows as (
    -- The best covered series stands for the delivery: its areas are counted once.
    select delivery_id, sum(rows_landed)::bigint as rows_landed, max(areas) as areas from series group by delivery_id
    union all
    {_REGISTERS}
),
by_delivery as (
    select delivery_id, sum(rows_landed)::bigint as rows_landed, max(areas) as areas
    from landed_rows
    group by delivery_id
),
compared as (
    select
        delivery_id,
        recorded.delivery_id is not null as is_recorded,
        recorded.file_name,
        recorded.verdict in ('accepted', 'accepted_in_part') as is_accepted,
        dataset.shape,
        coalesce(recorded.cells_in, 0) as cells_in,
        coalesce(recorded.cells_landed, 0) + coalesce(recorded.cells_quarantined, 0)
            + coalesce(recorded.cells_out_of_scope, 0) as cells_accounted,
        dataset.shape is null or dataset.shape in $landed as is_landed,
        case when is_landed then coalesce(recorded.rows_landed, 0) end as rows_recorded,
        case when is_landed then coalesce(found.rows_landed, 0) end as rows_found,
        -- A file of levels that are all out of scope is accepted and lands nothing.
        case
            when is_accepted and dataset.shape = 'observations' and recorded.cells_landed > 0
                then coalesce(found.areas, 0)
        end as areas
    from ledger.deliveries as recorded
    full join by_delivery as found using (delivery_id)
    left join catalogue.datasets as dataset using (source_id)
)
select
    *,
    coalesce(delivery_id, 'no delivery') || coalesce(' (' || file_name || ')', '') as subject,
    concat(subject, ': ', cells_in, ' cells came in, ', cells_accounted, ' are accounted for') as key_cells,
    concat(subject, ': ', case when is_recorded then rows_recorded || ' rows' else 'not' end, ' in the ledger, ',
           rows_found, ' landed') as key_rows,
    abs(cells_in - cells_accounted) as cells_failing,
    abs(rows_recorded - rows_found) as rows_failing
from compared
order by delivery_id
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return connection.execute(_SQL, {"landed": list(LANDED)}).pl()


DELIVERIES = Evidence(
    stage="landing",
    subjects="deliveries",
    collect=_collect,
    checks=(
        Check(
            check_id="delivery_cells_accounted_for",
            title="Cells in = landed + quarantined + out of scope",
            about="For every delivery in the ledger: nothing is lost between the file and the warehouse.",
            expected=equal("cells_in", "cells_accounted"),
            failing="cells_failing",
            keys="key_cells",
        ),
        Check(
            check_id="delivery_rows_landed",
            title="The ledger and the landed files agree on rows",
            about="For every delivery: rows landed according to the ledger, against rows in its Parquet files.",
            expected=equal("rows_recorded", "rows_found"),
            failing="rows_failing",
            keys="key_rows",
        ),
        Check(
            check_id="coverage_areas_landed",
            title="An accepted delivery covers areas",
            about="A delivery of which observations landed has landed at least one area.",
            expected=between("areas", 1, None),
        ),
    ),
)
