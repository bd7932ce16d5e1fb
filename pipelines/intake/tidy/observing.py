"""Every cell of the indicators as one long row: where, when, of whom, and the text as published.

What belongs here: making a wide pair long. What does not: what the text means (cells.py), the days of a period
(periods.py), or whether the area exists (places.py).
"""

import polars as pl

from pipelines.intake.tidy.topic import Topic
from pipelines.intake.tidy.units import AREA_LEVEL, area_level
from pipelines.readers import ROW, Table
from sources.tidy import TidyStandard, load_tidy

OBSERVED = {
    "row": pl.Int64,
    "column": pl.String,
    "time_period": pl.String,
    "time_identifier": pl.String,
    "period_type": pl.String,
    "period_label": pl.String,
    "geographic_level": pl.String,
    "area_level": pl.String,
    "area_code": pl.String,
    "area_name": pl.String,
    "area_other_code": pl.String,
    "breakdown": pl.String,
    "text": pl.String,
}
"""One row a cell. `area_level` is the level the row is read at; `period_label` is what `period_type` reads. Codes,
names and text are as published, null where blank; `period_type` is null where the standard has no such identifier."""

WHOLE = "all"


def observed(data: Table, about: Topic, *, standard: TidyStandard | None = None) -> pl.DataFrame:
    """The cells of the topic's indicators, one row (OBSERVED) for each data row and indicator, row by row.

    `breakdown` joins `column=item` of every filter and grouping column whose item is not its whole with "; ", in the
    order of the metadata, a group before its filter; "all" where none is left.
    """
    standard = standard or load_tidy()
    frame = data.frame.with_columns(area_level(data.columns, standard))
    times = standard.times
    named = {i: t.identifier for i, t in times.items() if t.label_names_identifier}
    types = {i: t.period_type for i, t in times.items()}
    identifier = pl.col("time_identifier")
    label = pl.when(identifier.is_in(list(named))).then(
        pl.concat_str("time_period", identifier, separator=" ")
    ).otherwise("time_period")  # fmt: skip
    columns = [indicator.column for indicator in about.indicators]
    keyed = frame.select(
        pl.col(ROW).alias("row"), "time_period", "time_identifier",
        identifier.replace_strict(types, default=None, return_dtype=pl.String).alias("period_type"),
        label.alias("period_label"), "geographic_level", pl.col(AREA_LEVEL).alias("area_level"),
        *_areas(data.columns, standard), _breakdown(about),
        *(pl.col(column).alias(f"cell:{column}") for column in columns),
    )  # fmt: skip
    cells = [f"cell:{column}" for column in columns]
    keys = [name for name in keyed.columns if name not in cells]
    long = keyed.unpivot(cells, index=keys, variable_name="column", value_name="text")
    places = {f"cell:{column}": place for place, column in enumerate(columns)}
    return (
        long.with_columns(pl.col("column").replace_strict(places, return_dtype=pl.Int64).alias("place"))
        .sort("row", "place", maintain_order=True)
        .with_columns(pl.col("column").str.strip_prefix("cell:"))
        .select(pl.col(name).cast(kind) for name, kind in OBSERVED.items())
    )


def _areas(columns: tuple[str, ...], standard: TidyStandard) -> list[pl.Expr]:
    """area_code, area_name and area_other_code: of the columns of the level each row is read at."""
    chosen = []
    for alias, side in (("area_code", "code"), ("area_name", "name"), ("area_other_code", "other_code")):
        expression = pl.lit(None, pl.String)
        for level in standard.levels.values():
            column = getattr(level, side)
            if column in columns:
                expression = pl.when(pl.col(AREA_LEVEL) == level.level).then(pl.col(column)).otherwise(expression)
        chosen.append(expression.alias(alias))
    return chosen


def _breakdown(about: Topic) -> pl.Expr:
    defaults: dict[str, str] = {}
    for item in about.filters:
        if item.grouping_column is not None and item.group_default is not None:
            defaults.setdefault(item.grouping_column, item.group_default)
        defaults[item.column] = item.default
    parts = [
        pl.when((pl.col(column).fill_null("").str.strip_chars() != "") & (pl.col(column) != default)).then(
            pl.concat_str(pl.lit(f"{column}="), pl.col(column).str.strip_chars())
        )
        for column, default in defaults.items()
    ]
    if not parts:
        return pl.lit(WHOLE).alias("breakdown")
    joined = pl.concat_str(parts, separator="; ", ignore_nulls=True)
    return pl.when(joined == "").then(pl.lit(WHOLE)).otherwise(joined).alias("breakdown")
