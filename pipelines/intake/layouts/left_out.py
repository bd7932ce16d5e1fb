"""What a return leaves out, so that sums of a template have no value: cells without a figure, told where they stand.

A marker that a dataset declares (an empty cell among them) breaks no rule of a cell, so nothing else would say it.
"""

import polars as pl

from pipelines.intake.problems import with_rules
from sources.catalogue import Catalogue

COLUMNS_SHOWN = 5


def figures_not_given(
    cells: pl.DataFrame, uses: pl.DataFrame, line: str, sheet: str | None, catalogue: Catalogue
) -> pl.DataFrame:
    """Rule figure_not_given, one finding a line of a return (FINDINGS).

    Args:
        cells: Judged cells: `__index`, `row`, `column`, `text`, `marker`, `where_rule`, place and period.
        uses: Which cell is part of which sum: `__index`, `column`, `spec`.
        line: The column of `cells` with the line's name.
        sheet: The table's sheet.
        catalogue: What is declared.
    """
    without = cells.filter(pl.col("marker").is_not_null() & pl.col("where_rule").is_null())
    parts = without.join(uses.select("__index", "column", "spec"), on=["__index", "column"], maintain_order="left")
    columns = pl.col("column").unique(maintain_order=True)
    lines = parts.group_by("__index", "row", maintain_order=True).agg(
        pl.col("area_name_as_published", "period_label", line, "text").first(),
        columns.head(COLUMNS_SHOWN).alias("columns"),
        pl.col("column").n_unique().alias("cells_without"),
        pl.col("spec").n_unique().alias("sums"),
    )
    more = pl.col("cells_without").cast(pl.Int64) - COLUMNS_SHOWN
    return with_rules(
        lines.select(
            pl.lit("figure_not_given").alias("rule"), pl.lit(sheet, pl.String).alias("sheet"), "row",
            pl.concat_str(
                pl.col("columns").list.join(", "),
                pl.when(more > 0).then(pl.format(" and {} more", more)).otherwise(pl.lit("")),
            ).alias("column"),
            pl.col("text").fill_null("").alias("value"),
            pl.format(
                "the return of {} for {} gives no figure here, in the line {}, so {} without a value",
                "area_name_as_published", "period_label", pl.col(line).fill_null(""),
                pl.when(pl.col("sums") == 1).then(pl.lit("1 sum is")).otherwise(pl.format("{} sums are", "sums")),
            ).alias("reason"),
            pl.lit(0, pl.Int64).alias("cells"),
        ),
        catalogue,
    )  # fmt: skip
