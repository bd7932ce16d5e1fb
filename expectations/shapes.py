"""The columns that landed files must have, and their DuckDB types, from what sources/shapes declares."""

from functools import cache

# Shapes of what a delivery says. What was found of it (quarantined_rows, delivery_warnings) is no row of it, and the
# other declarations describe the ledger.
LANDED = (
    "observations",
    "authorities",
    "authority_changes",
    "authority_parents",
    "service_memberships",
    "structure_assertions",
    "gap_evidence",
    "contributions",
    "statistical_neighbours",
    "area_hexes",
    "topic_indicators",
    "decisions",
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
