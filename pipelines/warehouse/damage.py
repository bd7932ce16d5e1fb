"""A building database of which some block cannot be read any more, found when a build could not go on."""

from pathlib import Path

from pipelines.warehouse.standing import DATABASE, read, unseal


def leave_damaged(warehouse: Path) -> str | None:
    """Read every row of the database that stands, and trust it no longer where that fails.

    DuckDB has a checksum for each block, and looks at it when the block is read.

    Returns:
        What was done, in a sentence; None where nothing was wrong, or nothing stands that would be trusted.
    """
    import duckdb

    if read(warehouse) is None:
        return None
    try:
        with duckdb.connect(str(warehouse / DATABASE), read_only=True) as connection:
            tables = connection.execute(
                "select schema_name, table_name from duckdb_tables() where not internal and not temporary"
            ).fetchall()
            for schema, table in tables:
                connection.execute(f'select max(hash(each)) from "{schema}"."{table}" as each').fetchall()
    except (duckdb.Error, OSError) as error:
        unseal(warehouse)
        return f"the tables that stand are damaged ({str(error).splitlines()[0]}): every one is made new"
    return None
