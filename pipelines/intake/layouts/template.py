"""Template tables: each row a line of a return, each column a count; an indicator is a sum over lines and columns.

A sum is made only from whole parts: where a cell it needs is missing or broken, the observation is landed without a
value and marked `x`, and the sound cells of the sum are set aside with the broken one.
"""

from fnmatch import fnmatchcase

import polars as pl

from pipelines.intake.cells import judged
from pipelines.intake.columns import matching, roles_of
from pipelines.intake.judgement import Judgement
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem
from pipelines.intake.where_when import resolve
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset, Measure

GROUP = [
    "area_type",
    "area_code",
    "area_name_as_published",
    "period_start",
    "period_end",
    "period_label",
    "period_type",
]


def judge(
    table: Table, dataset: Dataset, told_label: str | None, registers: Registers, catalogue: Catalogue
) -> Judgement:
    """Judge one template table: a return is the rows of one place and period."""
    roles = roles_of(dataset, table.columns)
    line_column = dataset.name_column
    assert line_column is not None
    assert dataset.period is not None
    height = table.frame.height
    period_type = dataset.period.type or catalogue.definition(dataset.measures[0]).period_type
    rows = table.frame.with_row_index("__index").hstack(
        resolve(table, dataset, period_type, told_label, registers, catalogue)
    )
    cells = _cells(rows, roles.in_scope, line_column, dataset)
    measured, used = _measured(rows, cells, dataset, line_column, table, catalogue)
    cells = _with_outcomes(cells, used, dataset)
    problems = [
        Problem("column_undeclared", f"{dataset.id} does not know the column {column}", table.sheet, None, column, None,
                height)
        for column in roles.undeclared
    ] + _problems(cells.filter(pl.col("outcome") == "quarantined"), table.sheet, catalogue)  # fmt: skip
    counts = dict(cells.group_by("outcome").len().iter_rows())
    return Judgement(
        landed={"observations": measured},
        problems=problems,
        rows_read=height,
        cells_in=height * (len(table.columns) - len(roles.keys)),
        cells_landed=counts.get("landed", 0),
        cells_out_of_scope=counts.get("out_of_scope", 0) + height * len(roles.out_of_scope),
    )


def _cells(rows: pl.DataFrame, columns: tuple[str, ...], line_column: str, dataset: Dataset) -> pl.DataFrame:
    long = rows.select(
        "__index", pl.col("__row").alias("row"), pl.col(line_column).alias("line"), *GROUP,
        "where_rule", "where_reason", "where_value", *columns,
    ).unpivot(
        on=list(columns),
        index=["__index", "row", "line", *GROUP, "where_rule", "where_reason", "where_value"],
        variable_name="column",
        value_name="text",
    )  # fmt: skip
    return judged(long, dataset)


def _needed(cells: pl.DataFrame, columns: list[str], lines: tuple[str, ...]) -> pl.DataFrame:
    needed = cells.filter(pl.col("column").is_in(columns))
    return needed.filter(pl.col("line").is_in(list(lines))) if lines else needed


def _measured(
    rows: pl.DataFrame, cells: pl.DataFrame, dataset: Dataset, line_column: str, table: Table, catalogue: Catalogue
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Observations of every measure, and the cells each of them used with whether its sum was whole."""
    sound = cells.filter(pl.col("where_rule").is_null())
    returns = rows.filter(pl.col("where_rule").is_null()).select(*GROUP, pl.col("__row").alias("row"), line_column)
    first_rows = returns.group_by(GROUP, maintain_order=True).agg(pl.col("row").min())
    frames, used = [], []
    for measure in dataset.measures:
        definition = catalogue.definition(measure)
        sums = {}
        for side, part, lines in (
            ("numerator", measure.numerator, measure.numerator_lines),
            ("denominator", measure.denominator, measure.denominator_lines),
        ):
            columns = matching(part, table.columns)
            if not columns:
                continue
            needed = _needed(sound, columns, lines)
            expected = len(columns) * len(lines) if lines else None
            sums[side] = _sum(needed, side, expected)
            used.append(needed.select("__index", "column", *GROUP).join(
                sums[side].select(*GROUP, pl.col(f"{side}_whole").alias("whole")), on=GROUP, how="left"))  # fmt: skip
        frames.append(_observations(first_rows, sums, measure, definition.unit, definition.measure, table, catalogue))
    return pl.concat(frames), pl.concat(used)


def _sum(needed: pl.DataFrame, side: str, expected: int | None) -> pl.DataFrame:
    return needed.group_by(GROUP).agg(
        pl.col("number").sum().alias(side),
        pl.col("marker").drop_nulls().first().alias(f"{side}_marker"),
        (
            (pl.col("number").is_not_null() | pl.col("marker").is_not_null()).all()
            & (pl.len() == expected if expected is not None else pl.lit(True))
        ).alias(f"{side}_whole"),
    )


def _observations(
    first_rows: pl.DataFrame,
    sums: dict[str, pl.DataFrame],
    measure: Measure,
    unit: str,
    kind: str,
    table: Table,
    catalogue: Catalogue,
) -> pl.DataFrame:
    frame = first_rows
    for summed in sums.values():
        frame = frame.join(summed, on=GROUP, how="left", maintain_order="left")
    if "denominator" not in sums:
        frame = frame.with_columns(
            pl.lit(None, pl.Float64).alias("denominator"), pl.lit(None, pl.String).alias("denominator_marker"),
            pl.lit(True).alias("denominator_whole"),
        )  # fmt: skip
    whole = pl.col("numerator_whole").fill_null(False) & pl.col("denominator_whole").fill_null(False)
    marker = pl.when(~whole).then(pl.lit("x")).otherwise(pl.coalesce("numerator_marker", "denominator_marker"))
    base = catalogue.units[unit].base
    ratio = pl.col("numerator") if base is None else base * pl.col("numerator") / pl.col("denominator")
    # Nothing of nothing is no rate: a quarter without a single order ending has no percentage.
    empty = pl.lit(False) if base is None else pl.col("denominator") == 0
    marker = pl.when(whole & marker.is_null() & empty).then(pl.lit("z")).otherwise(marker)
    columns = " + ".join(dict.fromkeys(matching(measure.numerator, table.columns)))
    return frame.with_columns(marker.alias("value_marker")).select(
        pl.lit(table.sheet, pl.String).alias("sheet"),
        "row",
        pl.lit(columns).alias("column"),
        *GROUP,
        pl.lit(None, pl.String).alias("label_marker"),
        pl.lit(measure.indicator).alias("indicator_id"),
        pl.lit(measure.definition_version).alias("definition_version"),
        pl.lit(measure.breakdown).alias("breakdown_id"),
        pl.lit(unit).alias("unit"),
        pl.lit(kind).alias("measure"),
        pl.when(pl.col("value_marker").is_null()).then(ratio).alias("value"),
        "value_marker",
        pl.when(whole & pl.col("numerator_marker").is_null()).then("numerator").alias("numerator"),
        pl.when(whole & pl.col("denominator_marker").is_null()).then("denominator").alias("denominator"),
    )


def _with_outcomes(cells: pl.DataFrame, used: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Every in-scope cell once: landed when a whole sum used it."""
    best = used.group_by("__index", "column").agg(pl.col("whole").any().alias("whole"))
    joined = cells.join(best, on=["__index", "column"], how="left", maintain_order="left")
    globs = [glob for scope in dataset.out_of_scope for glob in scope.lines]
    lines = [line for line in cells["line"].unique() if line and any(fnmatchcase(line, glob) for glob in globs)]
    declared = pl.col("line").is_in(lines)
    return joined.with_columns(
        pl.when(pl.col("where_rule").is_not_null())
        .then(pl.col("where_rule"))
        .when(pl.col("whole").is_null() & ~declared)
        .then(pl.lit("measure_undeclared"))
        .when(pl.col("whole").is_null())
        .then(None)
        .when(pl.col("rule").is_not_null())
        .then("rule")
        .when(~pl.col("whole"))
        .then(pl.lit("part_missing"))
        .alias("rule")
    ).with_columns(
        pl.when(pl.col("rule").is_not_null())
        .then(pl.lit("quarantined"))
        .when(pl.col("whole").is_null())
        .then(pl.lit("out_of_scope"))
        .otherwise(pl.lit("landed"))
        .alias("outcome")
    )


def _problems(cells: pl.DataFrame, sheet: str | None, catalogue: Catalogue) -> list[Problem]:
    row_rules = [rule.id for rule in catalogue.rules.values() if rule.stage == "row"] + ["measure_undeclared"]
    by_row = (
        cells.filter(pl.col("rule").is_in(row_rules))
        .group_by("row", "rule", maintain_order=True)
        .agg(pl.col("where_reason").first(), pl.col("where_value").first(), pl.col("line").first(),
             pl.len().alias("cells"))
    )  # fmt: skip
    problems = [
        Problem(rule, reason or f"{catalogue.rules[rule].title}: {line}", sheet, row, None, value or line, count)
        for row, rule, reason, value, line, count in by_row.iter_rows()
    ]
    for cell in cells.filter(~pl.col("rule").is_in(row_rules)).iter_rows(named=True):
        title = catalogue.rules[cell["rule"]].title
        problems.append(Problem(cell["rule"], title, sheet, cell["row"], cell["column"], cell["text"], 1))
    return sorted(problems, key=lambda p: (p.row or 0, p.column or ""))
