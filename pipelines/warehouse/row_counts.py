"""How many rows each table of the building database has."""

from pathlib import Path

from pipelines.warehouse.standing import DATABASE

WITH_ROWS = (
    "select schema_name, table_name from duckdb_tables() where schema_name in ('main', 'internal') order by 1, 2"
)


def row_counts(warehouse: Path) -> dict[str, int]:
    """Rows of every table that dbt built, by its name; views are not counted."""
    import duckdb

    path = warehouse / DATABASE
    if not path.exists():
        return {}
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(WITH_ROWS).fetchall()
        if not tables:
            return {}
        # A count without a condition is read from the table's own record, so this takes milliseconds at any size.
        counts = " union all ".join(
            f'select \'{table}\', count(*) from "{schema}"."{table}"' for schema, table in tables
        )
        return dict(connection.execute(counts).fetchall())
