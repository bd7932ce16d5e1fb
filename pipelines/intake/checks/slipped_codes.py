"""A column of codes that has slipped against the column of names: one finding that says where, beside a row for each.

A sort or a fill of one column alone moves every code by the same number of rows. The rows are set aside one by one
before (area_name_mismatch); what belongs here is only to see that they are one mistake.
"""

import polars as pl

from pipelines.intake.checks.context import Context, collected, nothing_found
from pipelines.intake.names import name_key

LEAST_ROWS = 3
SHARE_EXPLAINED = 0.8
MOST_ROWS_OF_SHIFT = 10
_CODE = r"^(\S+) is "
_WHERE = ["sheet", "row"]


def slipped_codes(candidates: pl.LazyFrame, context: Context) -> pl.DataFrame:
    """Rule area_codes_slipped, one finding a sheet: first and last row, and by how many rows the codes moved."""
    mismatched = (
        context.aside.filter((pl.col("rule") == "area_name_mismatch") & pl.col("row").is_not_null())
        .select("sheet", "row", pl.col("reason").str.extract(_CODE, 1).alias("code"), pl.col("value").alias("name"))
        .drop_nulls("code")
        .unique(_WHERE, keep="first", maintain_order=True)
    )
    if mismatched.height < LEAST_ROWS:
        return nothing_found()
    named = _names_of_codes(context)
    names = mismatched["name"].unique().drop_nulls()
    keys = pl.DataFrame({"name": names, "key": [name_key(_known(name, context)) for name in names]})
    wanted = mismatched.join(keys, on="name", how="left")
    codes = _codes_around(candidates, mismatched)
    shifts = [step for by in range(1, MOST_ROWS_OF_SHIFT + 1) for step in (by, -by)]
    # A row's own code stands `shift` rows further on.
    matched = (
        wanted.join(pl.DataFrame({"shift": shifts}), how="cross")
        .with_columns((pl.col("row") + pl.col("shift")).alias("from_row"))
        .join(codes, left_on=["sheet", "from_row"], right_on=_WHERE, nulls_equal=True)
        .join(named, left_on=["code_there", "key"], right_on=["code", "key"])
    )
    # The code of the first or last row of the slip has fallen out of the column: no shift explains that row.
    reach = pl.col("shift").abs()
    rows = mismatched.group_by("sheet").agg(pl.len().alias("mismatched"))
    found = (
        matched.group_by("sheet", "shift")
        .agg(
            pl.col("row").n_unique().alias("rows"),
            pl.col("row").min().alias("first"),
            pl.col("row").max().alias("last"),
        )
        .sort("rows", pl.col("shift").abs(), descending=[True, False])
        .unique("sheet", keep="first", maintain_order=True)
        .join(rows, on="sheet", nulls_equal=True)
        .filter((pl.col("rows") >= LEAST_ROWS) & (pl.col("rows") >= SHARE_EXPLAINED * pl.col("mismatched")))
        .join(mismatched.select("sheet", pl.col("row").alias("at")), on="sheet", nulls_equal=True)
        .filter(pl.col("at").is_between(pl.col("first") - reach, pl.col("last") + reach))
        .group_by("sheet", "shift", "rows", "mismatched", maintain_order=True)
        .agg(pl.col("at").min().alias("first"), pl.col("at").max().alias("last"))
        .select(
            pl.lit("area_codes_slipped").alias("rule"),
            pl.format(
                "from row {} to row {} the codes stand {} {} {} than their names: {} of {} names that do not match"
                " their codes are explained by it",
                "first",
                "last",
                pl.col("shift").abs(),
                pl.when(pl.col("shift").abs() == 1).then(pl.lit("row")).otherwise(pl.lit("rows")),
                pl.when(pl.col("shift") > 0).then(pl.lit("lower")).otherwise(pl.lit("higher")),
                "rows",
                "mismatched",
            ).alias("reason"),
            "sheet",
            pl.col("first").alias("row"),
        )
    )
    return collected(found.lazy())


def _known(name: str, context: Context) -> str:
    variants = context.dataset.place.variants if context.dataset.place else {}
    return variants.get(name, name)


def _names_of_codes(context: Context) -> pl.DataFrame:
    pairs = [(code, key) for code, area in context.registers.areas.items() for key in area.names]
    return pl.DataFrame(pairs, schema={"code": pl.String, "key": pl.String}, orient="row")


def _codes_around(candidates: pl.LazyFrame, mismatched: pl.DataFrame) -> pl.DataFrame:
    """The code on each row at or near a mismatched one, set aside or not."""
    steps = pl.DataFrame({"step": range(-MOST_ROWS_OF_SHIFT, MOST_ROWS_OF_SHIFT + 1)})
    rows = mismatched.join(steps, how="cross").select(pl.col("row") + pl.col("step")).to_series().unique()
    sound = (
        candidates.filter(pl.col("row").is_in(rows.implode()))
        .select("sheet", "row", pl.col("area_code").alias("code_there"))
        .unique(_WHERE, keep="any")
        .collect(engine="streaming")
    )
    aside = mismatched.select("sheet", "row", pl.col("code").alias("code_there"))
    return pl.concat([aside, sound]).unique(_WHERE, keep="first", maintain_order=True)
