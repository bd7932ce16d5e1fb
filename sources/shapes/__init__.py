"""The landed shapes, read from the YAML beside this file: the one place where a landed column is named."""

from functools import cache
from pathlib import Path

import polars as pl
import yaml

TYPES: dict[str, pl.DataType] = {
    "text": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "boolean": pl.Boolean(),
    "date": pl.Date(),
    "timestamp": pl.Datetime("us"),
}


@cache
def schema(shape: str) -> pl.Schema:
    """The Polars schema of a landed shape, columns in their order.

    Raises:
        FileNotFoundError: if there is no such shape.
    """
    declared = yaml.safe_load((Path(__file__).parent / f"{shape}.yml").read_text(encoding="utf-8"))
    return pl.Schema({name: TYPES[column["type"]] for name, column in declared["columns"].items()})


def shapes() -> list[str]:
    """Names of all landed shapes."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.yml"))
