"""The columns that landed files must have, and their DuckDB types, from what sources/shapes declares."""

from functools import cache

# Shapes whose rows are read from landed files and carry their delivery. Decisions and set-aside rows are read from the
# ledger, and the other declarations describe the ledger itself.
LANDED = (
    "observations",
    "authorities",
    "authority_changes",
    "authority_parents",
    "service_memberships",
    "structure_assertions",
)


@cache
def declared_columns(shape: str) -> dict[str, str]:
    """Columns of a shape, in order, with the DuckDB type each must have."""
    import polars as pl

    from sources.shapes import schema

    types = {
        pl.String(): "VARCHAR",
        pl.Int64(): "BIGINT",
        pl.Float64(): "DOUBLE",
        pl.Date(): "DATE",
        pl.Datetime("us"): "TIMESTAMP",
        pl.Boolean(): "BOOLEAN",
    }
    return {name: types[kind] for name, kind in schema(shape).items()}
