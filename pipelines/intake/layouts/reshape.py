"""Turns a table into the one its dataset speaks of: headers that only a pattern can name, and figures that lie across.

A figure that lay across keeps the header it stood under in COLUMN, so that every message still points at the file.
"""

import dataclasses
import re

import polars as pl

from pipelines.readers import Table
from sources.models.dataset import Dataset

COLUMN = "__column"
VALUE = "value"


def renamed(columns: tuple[str, ...], dataset: Dataset) -> tuple[str, ...]:
    """The columns with those that a declared pattern fits called by their declared names, each pattern once."""
    names = dict(zip(columns, columns, strict=True))
    for name, pattern in dataset.reader.header.items():
        if name in names.values():
            continue
        found = next((c for c in columns if names[c] == c and re.fullmatch(pattern, c, re.DOTALL)), None)
        if found is not None:
            names[found] = name
    return tuple(names.values())


def reshaped(table: Table, dataset: Dataset) -> Table:
    """The table under its declared names, one row a figure where figures lie across."""
    names = renamed(table.columns, dataset)
    if names != table.columns:
        frame = table.frame.rename(dict(zip(table.columns, names, strict=True)))
        table = dataclasses.replace(table, columns=names, frame=frame)
    if dataset.reader.across is None:
        return table
    found = {c: match for c in table.columns if (match := re.fullmatch(dataset.reader.across, c))}
    kept = [c for c in table.columns if c not in found]
    groups = list(re.compile(dataset.reader.across).groupindex)
    long = (
        table.frame.with_row_index("__order")
        .unpivot(on=list(found), index=["__order", "__row", *kept], variable_name=COLUMN, value_name=VALUE)
        .sort("__order", maintain_order=True)
    )
    labels = pl.DataFrame(
        [(column, *(match[group] for group in groups)) for column, match in found.items()],
        schema=dict.fromkeys([COLUMN, *groups], pl.String),
        orient="row",
    )
    long = long.join(labels, on=COLUMN, how="left", maintain_order="left").drop("__order")
    columns = (*kept, *groups, VALUE)
    return dataclasses.replace(table, columns=columns, frame=long.select("__row", COLUMN, *columns))
