"""Do the landed files have the columns and types that sources/shapes declares?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import KEYS_SHOWN, Check, Evidence, equal
from expectations.shapes import LANDED, declared_columns

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# A shape always has at least its empty file, so that a glob finds something.
_SQL = f"""
with declared as (
    select unnest($shapes) as shape, unnest($columns) as column_name, unnest($types) as column_type
),
files as (
    select shape, file from landed_columns group by shape, file
),
compared as (
    select
        declared.shape,
        declared.column_name,
        files.file,
        coalesce(found.column_type = declared.column_type, false) as is_as_declared,
        concat(files.file, ': ', declared.column_name, ' is ', coalesce(found.column_type, 'missing'),
               ', ', declared.column_type, ' is declared') as difference
    from declared
    left join files on files.shape = declared.shape
    left join landed_columns as found
        on found.shape = declared.shape and found.file = files.file and found.column_name = declared.column_name
)
select
    shape || '.' || column_name as subject,
    greatest(count(file), 1) as files_due,
    count(*) filter (where file is not null and is_as_declared) as files_as_declared,
    files_due - files_as_declared as files_failing,
    case
        when count(file) = 0 then ['landed/' || shape || ': no file']
        else min(case when not is_as_declared then difference end, {KEYS_SHOWN})
    end as differences
from compared
group by shape, column_name
order by subject
"""


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    columns = [(shape, name, kind) for shape in LANDED for name, kind in declared_columns(shape).items()]
    shapes, names, types = (list(values) for values in zip(*columns, strict=True))
    return connection.execute(_SQL, {"shapes": shapes, "columns": names, "types": types}).pl()


COLUMNS = Evidence(
    stage="landing",
    subjects="columns",
    collect=_collect,
    checks=(
        Check(
            check_id="shape_columns_as_declared",
            title="Landed files have the declared columns and types",
            about="Every column of sources/shapes stands in every landed file, with its type; nothing else is examined"
            " while one does not.",
            expected=equal("files_as_declared", "files_due"),
            failing="files_failing",
            keys="differences",
        ),
    ),
)
