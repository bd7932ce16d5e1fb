"""Wide and long tables: each row a place and period, each in-scope cell a published number.

In a wide table every measure has its own columns. In a long one the name column says which measure the row is.
"""

from fnmatch import fnmatchcase

import polars as pl

from pipelines.intake.cells import judged
from pipelines.intake.columns import Roles, parts_of, roles_of
from pipelines.intake.judgement import Judgement
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem
from pipelines.intake.where_when import resolve
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset, Measure

OBSERVATION_KEY = [
    "indicator_id",
    "definition_version",
    "area_type",
    "area_code",
    "period_start",
    "period_end",
    "period_type",
    "breakdown_id",
]  # fmt: skip
AREAS_FOR_A_MEDIAN = 20


def judge(
    table: Table, dataset: Dataset, told_label: str | None, registers: Registers, catalogue: Catalogue
) -> Judgement:
    """Judge one wide or long table of observations."""
    roles = roles_of(dataset, table.columns)
    height = table.frame.height
    problems = [
        Problem("column_undeclared", f"{dataset.id} does not know the column {column}", table.sheet, None, column, None,
                height)
        for column in roles.undeclared
    ]  # fmt: skip
    out_of_scope = height * len(roles.out_of_scope)
    table, skipped, undeclared = _known_names(table, dataset, roles)
    out_of_scope += skipped
    problems += undeclared
    table, notes = _corrected(table, dataset)
    observed = _observed(table, dataset, told_label, registers, catalogue)
    observed = _with_rules(observed, dataset)
    cells = _cells(observed)
    landed = observed.filter(pl.col("outcome") == "landed")
    out_of_scope += cells.filter(pl.col("outcome") == "out_of_scope").height
    problems += _problems(cells.filter(pl.col("outcome") == "quarantined"), table.sheet, catalogue)
    return Judgement(
        landed={"observations": landed},
        problems=problems,
        rows_read=height,
        cells_in=height * (len(table.columns) - len(roles.keys)),
        cells_landed=cells.filter(pl.col("outcome") == "landed").height,
        cells_out_of_scope=out_of_scope,
        notes=notes,
    )


def _known_names(table: Table, dataset: Dataset, roles: Roles) -> tuple[Table, int, list[Problem]]:
    """In a long table, keep the rows of declared measures; count the others."""
    if dataset.layout != "long":
        return table, 0, []
    column = dataset.name_column
    assert column is not None
    known = {measure.name for measure in dataset.measures}
    names = table.frame.group_by(column).agg(pl.len().alias("rows"), pl.col("__row").first().alias("row"))
    width, skipped, problems = len(roles.in_scope), 0, []
    for name, rows, row in names.sort(column, nulls_last=True).iter_rows():
        if name in known:
            continue
        if any(fnmatchcase(name or "", glob) for scope in dataset.out_of_scope for glob in scope.names):
            skipped += rows * width
        else:
            reason = f"{dataset.id} does not know the measure {name}"
            problems.append(Problem("measure_undeclared", reason, table.sheet, row, column, name, rows * width))
    kept = table.frame.filter(pl.col(column).is_in(list(known)))
    return Table(table.sheet, table.header_row, table.columns, kept, table.notes), skipped, problems


def _corrected(table: Table, dataset: Dataset) -> tuple[Table, list[str]]:
    """Apply declared corrections; one that finds more cells than it expects is not applied, and that is said."""
    frame, notes = table.frame, []
    for correction in dataset.corrections:
        if correction.column not in table.columns:
            continue
        found = pl.col(correction.column) == correction.found
        count = frame.filter(found).height
        if count and correction.expect is not None and count > correction.expect:
            notes.append(
                f"correction of {correction.found!r} in {correction.column} not applied:"
                f" {count} cells, {correction.expect} expected"
            )
            continue
        if count:
            notes.append(f"{count} cells of {correction.column} corrected: {correction.reason}")
        frame = frame.with_columns(
            pl.when(found).then(pl.lit(correction.use)).otherwise(pl.col(correction.column)).alias(correction.column)
        )
    return Table(table.sheet, table.header_row, table.columns, frame, table.notes), notes


def _observed(
    table: Table, dataset: Dataset, told_label: str | None, registers: Registers, catalogue: Catalogue
) -> pl.DataFrame:
    """One row for each table row and measure, with value, counts, marker and the first rule its cells break."""
    assert dataset.period is not None
    places: dict[str, pl.DataFrame] = {}
    frames = []
    indexed = table.frame.with_row_index("__index")
    for measure in dataset.measures:
        definition = catalogue.definition(measure)
        period_type = measure.period_type or dataset.period.type or definition.period_type
        if period_type not in places:
            places[period_type] = resolve(table, dataset, period_type, told_label, registers, catalogue)
        value, numerator, denominator = parts_of(dataset, measure, table.columns)
        if not value:
            continue
        rows = indexed.hstack(places[period_type])
        if dataset.layout == "long":
            rows = rows.filter(pl.col(dataset.name_column or "") == measure.name)
        frame = rows.select(
            pl.col("__index"),
            pl.lit(table.sheet, pl.String).alias("sheet"),
            pl.col("__row").alias("row"),
            pl.lit(" + ".join(value)).alias("column"),
            *[pl.col(name) for name in places[period_type].columns],
            pl.lit(measure.indicator).alias("indicator_id"),
            pl.lit(measure.definition_version).alias("definition_version"),
            pl.lit(measure.breakdown).alias("breakdown_id"),
            pl.lit(definition.unit).alias("unit"),
            pl.lit(definition.measure).alias("measure"),
            pl.lit(definition.bounds.minimum, pl.Float64).alias("minimum"),
            pl.lit(definition.bounds.maximum, pl.Float64).alias("maximum"),
            pl.lit(definition.bounds.typical_minimum, pl.Float64).alias("typical_minimum"),
            pl.lit(definition.bounds.typical_maximum, pl.Float64).alias("typical_maximum"),
        ).hstack(_part(rows, value, dataset, measure, "value"))
        for side, columns in (("numerator", numerator), ("denominator", denominator)):
            frame = frame.hstack(_part(rows, columns, dataset, None, side))
        frames.append(frame)
    return pl.concat(frames)


def _part(rows: pl.DataFrame, columns: list[str], dataset: Dataset, measure: Measure | None, side: str) -> pl.DataFrame:
    """The value, marker and first broken rule of a part, and its cells with what each of them is.

    A part of several columns is a sum: it is a number only when every column is one.
    """
    if not columns:
        return pl.select(
            pl.lit(None, pl.Float64).alias(side),
            pl.lit(None, pl.String).alias(f"{side}_marker"),
            pl.lit(None, pl.String).alias(f"{side}_rule"),
            pl.Series(f"{side}_cells", [[]], dtype=CELLS),
        ).select(pl.all().repeat_by(rows.height).explode() if rows.height else pl.all().head(0))
    categories = measure.categories if measure else {}
    numbers, markers, rules, cells = [], [], [], []
    for column in columns:
        cell = judged(rows.select(pl.col(column).alias("text")), dataset)
        if categories:
            cell = _categorised(cell, categories)
        numbers.append(cell["number"])
        markers.append(cell["marker"])
        rules.append(cell["rule"])
        cells.append(cell.select(pl.struct(pl.lit(column).alias("column"), "text", "rule").alias(column))[column])
    frame = pl.DataFrame(
        [number.alias(f"n{i}") for i, number in enumerate(numbers)]
        + [marker.alias(f"m{i}") for i, marker in enumerate(markers)]
        + [rule.alias(f"r{i}") for i, rule in enumerate(rules)]
        + [cell.alias(f"c{i}") for i, cell in enumerate(cells)]
    )
    count = len(columns)
    return frame.select(
        pl.when(pl.all_horizontal(pl.col(f"n{i}").is_not_null() for i in range(count)))
        .then(pl.sum_horizontal(f"n{i}" for i in range(count)))
        .alias(side),
        pl.coalesce(f"m{i}" for i in range(count)).alias(f"{side}_marker"),
        pl.coalesce(f"r{i}" for i in range(count)).alias(f"{side}_rule"),
        pl.concat_list(f"c{i}" for i in range(count)).alias(f"{side}_cells"),
    )


CELLS = pl.List(pl.Struct({"column": pl.String, "text": pl.String, "rule": pl.String}))


def _categorised(cell: pl.DataFrame, categories: dict[str, float]) -> pl.DataFrame:
    text = pl.col("text").str.strip_chars()
    number = text.replace_strict(categories, default=None, return_dtype=pl.Float64)
    return cell.with_columns(
        number.alias("number"),
        pl.when(number.is_null() & pl.col("marker").is_null()).then(pl.lit("category_unknown")).alias("rule"),
    )


def _of_another_unit() -> pl.Expr:
    """Whether the median of an indicator's areas in a period is beyond what its unit makes possible."""
    of_the_period = ["indicator_id", "definition_version", "area_type", "period_start", "period_end"]
    median = pl.col("value").median().over(of_the_period)
    enough = pl.col("value").count().over(of_the_period) >= AREAS_FOR_A_MEDIAN
    beyond = (median < pl.col("typical_minimum")) | (median > pl.col("typical_maximum"))
    return enough & beyond & pl.col("value").is_not_null()


def _with_rules(observed: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """Settle each observation's outcome: landed, quarantined (with rule and reason) or out of scope."""
    value, low, high = pl.col("value"), pl.col("minimum"), pl.col("maximum")
    too_many = (pl.col("measure") == "proportion") & (pl.col("numerator") > pl.col("denominator"))
    observed = observed.with_columns(
        pl.coalesce(
            pl.col("where_rule"),
            pl.col("value_rule"),
            pl.when((value < low) | (value > high)).then(pl.lit("value_out_of_bounds")),
            pl.when(too_many).then(pl.lit("numerator_over_denominator")),
            pl.when(_of_another_unit()).then(pl.lit("unit_implausible")),
        ).alias("rule")
    )
    duplicated = (
        observed.filter(pl.col("rule").is_null())
        .with_columns(pl.len().over(OBSERVATION_KEY).alias("copies"))
        .filter(pl.col("copies") > 1)
        .with_columns(
            (pl.struct("value", "value_marker").n_unique().over(OBSERVATION_KEY) > 1).alias("differs"),
            pl.int_range(pl.len()).over(OBSERVATION_KEY).alias("nth"),
        )
        .filter(pl.col("differs") | (pl.col("nth") > 0))
        .select("__index", *OBSERVATION_KEY, pl.lit("key_duplicate").alias("duplicate"))
    )
    observed = observed.join(
        duplicated, on=["__index", *OBSERVATION_KEY], how="left", nulls_equal=True, maintain_order="left"
    ).with_columns(pl.coalesce("rule", "duplicate").alias("rule"))
    absent = (pl.col("where_rule") == "area_code_ended") & pl.col("value_marker").is_not_null()
    absent = absent & pl.lit(dataset.absent_area_markers == "out_of_scope")
    return observed.with_columns(
        pl.when(absent)
        .then(pl.lit("out_of_scope"))
        .when(pl.col("rule").is_null())
        .then(pl.lit("landed"))
        .otherwise(pl.lit("quarantined"))
        .alias("outcome")
    )


def _cells(observed: pl.DataFrame) -> pl.DataFrame:
    """Every physical in-scope cell once, with its best outcome: landed before out of scope before quarantined."""
    sides = []
    for side in ("value", "numerator", "denominator"):
        exploded = (
            observed.select(
                "__index", "row", "rule", "where_reason", "where_value", "minimum", "maximum", "outcome",
                pl.col(f"{side}_cells").alias("cell"),
            )
            .explode("cell", empty_as_null=False)
            .drop_nulls("cell")
            .with_columns(pl.col("cell").struct.field("column"), pl.col("cell").struct.field("text"),
                          pl.col("cell").struct.field("rule").alias("own_rule"))
            .drop("cell")
        )  # fmt: skip
        sides.append(exploded)
    rank = {"landed": 0, "out_of_scope": 1, "quarantined": 2}
    return (
        pl.concat(sides)
        .with_columns(
            pl.when((pl.col("outcome") == "landed") & pl.col("own_rule").is_not_null())
            .then(pl.lit("quarantined"))
            .otherwise("outcome")
            .alias("outcome"),
        )
        .with_columns(
            pl.when(pl.col("own_rule").is_not_null() & pl.col("where_reason").is_null())
            .then(pl.col("own_rule"))
            .otherwise(pl.coalesce("rule", "own_rule"))
            .alias("rule"),
            pl.col("outcome").replace_strict(rank, return_dtype=pl.Int8).alias("rank"),
        )
        .with_columns(
            # A sound cell of a sum that failed elsewhere is set aside for its sum's sake.
            pl.when(
                (pl.col("outcome") == "quarantined") & pl.col("own_rule").is_null()
                & pl.col("rule").is_in(["number_not_numeric", "marker_undeclared", "cell_empty", "category_unknown"])
            )
            .then(pl.lit("part_missing"))
            .otherwise("rule")
            .alias("rule")
        )
        .sort("__index", "column", "rank", maintain_order=True)
        .unique(["__index", "column"], keep="first", maintain_order=True)
    )  # fmt: skip


def _problems(cells: pl.DataFrame, sheet: str | None, catalogue: Catalogue) -> list[Problem]:
    """One problem for each row that breaks a row rule, one for each cell that breaks a cell rule."""
    row_rules = [rule.id for rule in catalogue.rules.values() if rule.stage == "row"]
    by_row = (
        cells.filter(pl.col("rule").is_in(row_rules))
        .group_by("row", "rule", maintain_order=True)
        .agg(pl.col("where_reason").first(), pl.col("where_value").first(), pl.len().alias("cells"))
    )
    problems = [
        Problem(rule, reason or catalogue.rules[rule].title, sheet, row, None, value, count)
        for row, rule, reason, value, count in by_row.iter_rows()
    ]
    for cell in cells.filter(~pl.col("rule").is_in(row_rules)).iter_rows(named=True):
        reason = catalogue.rules[cell["rule"]].title
        if cell["rule"] == "value_out_of_bounds":
            reason = f"{reason} ({_bounds(cell['minimum'], cell['maximum'])})"
        problems.append(Problem(cell["rule"], reason, sheet, cell["row"], cell["column"], cell["text"], 1))
    return sorted(problems, key=lambda p: (p.row or 0, p.column or ""))


def _bounds(low: float | None, high: float | None) -> str:
    sides = [f"at least {low:g}" if low is not None else "", f"at most {high:g}" if high is not None else ""]
    return ", ".join(side for side in sides if side)
