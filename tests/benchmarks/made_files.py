"""Long files of fictional figures at any size, with a register of their areas and a known share of defects.

The layout is that of the Local Authority Interactive Tool: eight indicators over sixteen years, one row a figure. Each
area has its own level and moves little from year to year; one figure in fifty is a marker, and a few in ten thousand
are a word, an undeclared symbol, beyond all bounds, repeated, under another area's name, or a hundred times too high.
"""

from pathlib import Path

import numpy as np
import polars as pl

LEVELS = {
    "FirstYJS": 250.0, "Under18concep": 20.0, "16-17 NEET": 3.0, "16-17_not known_NEET": 5.5, "ReoffYO": 36.0,
    "ReoffYO15-17": 32.0, "YJS_Caution-Sentence10-17_YO": 4.5, "LAC_Convictions": 3.0,
}  # fmt: skip
BY_FINANCIAL_YEAR = "YJS_Caution-Sentence10-17_YO"
YEARS = range(2005, 2021)
FIGURES_OF_AN_AREA = len(LEVELS) * len(YEARS)
MARKED, IN_TEN_THOUSAND = 0.02, 1e-4


def figures(rows: int, seed: int = 1) -> pl.DataFrame:
    """The file as texts, about `rows` rows of it: a whole number of areas."""
    areas = _areas(rows)
    rng = np.random.default_rng(seed)
    frame = (
        areas.join(pl.DataFrame({"Short Desc": list(LEVELS), "level": list(LEVELS.values())}), how="cross")
        .with_columns(own=pl.Series(np.exp(rng.normal(0, 0.25, areas.height * len(LEVELS)))))
        .join(pl.DataFrame({"year": list(YEARS)}), how="cross")
    )
    figure = frame["level"] * frame["own"] * np.exp(rng.normal(0, 0.12, frame.height))
    drawn = pl.Series(rng.random(frame.height))
    edges = [MARKED + n * IN_TEN_THOUSAND for n in range(6)]
    text = (
        pl.when(drawn < edges[0]).then(pl.lit("-"))
        .when(drawn < edges[1]).then(pl.lit("three"))
        .when(drawn < edges[2]).then(pl.lit("~"))
        .when(drawn < edges[3]).then(pl.lit("999999"))
        .when(drawn < edges[4]).then((pl.lit(figure) * 4).round(1).cast(pl.String))
        .when(drawn < edges[5]).then(pl.lit("0"))
        .otherwise(pl.lit(figure.round(1)).cast(pl.String))
    )  # fmt: skip
    year = pl.col("year").cast(pl.String)
    financial = pl.format("{}-{}", year, (pl.col("year") + 1).mod(100).cast(pl.String).str.zfill(2))
    frame = frame.select(
        "Short Desc",
        pl.lit("").alias("Data item"),
        pl.when(pl.col("Short Desc") == BY_FINANCIAL_YEAR).then(financial).otherwise(year).alias("Years"),
        pl.col("name").alias("LA and Regions"),
        text.alias("Values"),
        pl.col("dfe").alias("LA Number"),
        pl.lit("North East").alias("Region"),
    )
    slipped = rng.integers(0, frame.height, max(1, frame.height // 10_000))
    frame = frame.with_columns(frame["LA and Regions"].scatter(slipped, "Oxterby"))
    repeated = frame[rng.integers(0, frame.height, max(2, frame.height // 20_000))]
    differing = repeated.head(repeated.height // 2).with_columns(pl.lit("1.1").alias("Values"))
    return pl.concat([frame, repeated.tail(repeated.height // 2), differing])


def register(rows: int) -> pl.DataFrame:
    """The register of the areas of `figures(rows)`, in the layout of the DfE list of local authorities."""
    return _areas(rows).select(
        new_la_code="code", la_name="name", date_of_operation=pl.lit("01/01/2001"), date_of_termination=pl.lit(""),
        parent_geography_code=pl.lit("E12000001"), entity_code=pl.lit("E06"),
        entity_description=pl.lit("Unitary Authorities"), status=pl.lit("live"), old_la_code="dfe",
    )  # fmt: skip


def write(frame: pl.DataFrame, path: Path) -> None:
    """Write the file in the format that its suffix names."""
    if path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".parquet":
        frame.write_parquet(path)
    elif path.suffix == ".xlsx":
        _as_workbook(frame, path)
    elif path.suffix == ".ods":
        from tests.benchmarks.open_document import write_ods

        write_ods(frame, path)
    else:
        raise ValueError(f"no writer for {path.suffix}")


def _as_workbook(frame: pl.DataFrame, path: Path) -> None:
    """One sheet, numbers as numbers and the rest as text, as a person's export has it."""
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": True}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(0, 0, frame.columns)
        for number, row in enumerate(frame.iter_rows(), start=1):
            sheet.write_row(number, 0, row)


def _areas(rows: int) -> pl.DataFrame:
    count = max(1, rows // FIGURES_OF_AN_AREA)
    return pl.DataFrame({"place": range(count)}).select(
        pl.format("FE{}", pl.col("place").cast(pl.String).str.zfill(7)).alias("code"),
        pl.format("Quillmarsh {}", "place").alias("name"),
        (pl.col("place") + 100_000).cast(pl.String).alias("dfe"),
    )
