"""Template tables: each row a line of a return, each column a count; an indicator is a sum over lines and columns.

A sum is made only from whole parts: where a cell it needs is missing or broken, the observation is landed without a
value and marked `x`, and the sound cells of the sum are set aside with the broken one.
"""

from collections.abc import Iterable, Iterator

import polars as pl

from pipelines.intake.cells import judged
from pipelines.intake.columns import matching, roles_of
from pipelines.intake.judgement import Coverage, Judgement, Landed, together
from pipelines.intake.layouts.left_out import figures_not_given
from pipelines.intake.layouts.reshape import reshaped
from pipelines.intake.layouts.rows import in_scope
from pipelines.intake.layouts.settling import PLACED, Check
from pipelines.intake.layouts.template_cells import LINE, cell_findings, with_outcomes
from pipelines.intake.places import Registers
from pipelines.intake.problems import Problem, findings, with_rules
from pipelines.intake.where_when import Resolver
from pipelines.readers import Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset, Measure, Term

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
    tables: Iterable[Iterator[Table]],
    dataset: Dataset,
    told_label: str | None,
    registers: Registers,
    catalogue: Catalogue,
    check: Check,
) -> Judgement:
    """Judge the template tables of a delivery: a return is the rows of one place and period.

    Raises:
        Refused: period_not_given.
    """
    whole = [
        _judge(reshaped(_joined(list(pieces)), dataset), dataset, told_label, registers, catalogue) for pieces in tables
    ]
    judgement = together(whole)
    observed = [piece for landed in judgement.landed for piece in landed]
    if not observed:
        return judgement
    numbered = pl.concat(observed).with_row_index("nth").with_columns(pl.col("nth").cast(pl.Int64))
    found = check(numbered.lazy(), judgement.findings, pl.DataFrame(schema=PLACED))
    told = with_rules(found.with_columns(pl.lit(0, pl.Int64).alias("cells")), catalogue)
    # A sum stands on many cells that others use too: what a check finds of it is told, and the sum is left without
    # a value where the rule would set it aside.
    severity = {rule.id: rule.severity for rule in catalogue.rules.values()}
    wrong = found.filter(pl.col("rule").replace_strict(severity, default=None) == "error")["nth"].drop_nulls()
    is_wrong = pl.col("nth").is_in(wrong.implode())
    landed = numbered.with_columns(
        pl.when(~is_wrong).then("value").alias("value"),
        pl.when(is_wrong).then(pl.lit("x")).otherwise("value_marker").alias("value_marker"),
    ).drop("nth")
    judgement.landed = [Landed("observations", landed.height, [landed])]
    judgement.findings = pl.concat([judgement.findings, told])
    return judgement


def _joined(pieces: list[Table]) -> Table:
    """A return's lines must be seen together, and templates are small: the pieces of one as a whole."""
    first = pieces[0]
    frame = pl.concat([piece.frame for piece in pieces])
    return Table(first.sheet, first.header_row, first.columns, frame, pieces[-1].notes)


def _judge(
    table: Table, dataset: Dataset, told_label: str | None, registers: Registers, catalogue: Catalogue
) -> Judgement:
    roles = roles_of(dataset, table.columns)
    assert dataset.period is not None
    height = table.frame.height
    period_type = dataset.period.type or catalogue.definition(dataset.measures[0]).period_type
    resolver = Resolver(dataset, table, told_label, registers, catalogue)
    numbered = table.frame.with_row_index("__index")
    frame = in_scope(numbered, dataset)
    where_when = resolver.resolve(frame, pl.Series([period_type], dtype=pl.String).new_from_index(0, frame.height))
    covers = Coverage()
    covers.add(where_when)
    names = dataset.name_columns
    line = frame[names[0]] if names else pl.Series([None], dtype=pl.String).new_from_index(0, frame.height)
    rows = frame.select("__index", pl.col("__row").alias("row")).hstack([line.alias(LINE), *where_when])
    cells = _cells(frame, rows, roles.in_scope, dataset)
    uses, expected, measures = _uses(frame, dataset, table.columns)
    sums, used = _sums(cells, uses, expected)
    measured = _observations(rows, sums, measures, table, catalogue)
    measured, impossible = _within_definition(measured, catalogue)
    cells = with_outcomes(cells, used, dataset)
    problems = [
        Problem("column_undeclared", f"{dataset.id} does not know the column {column}", table.sheet, None, column, None,
                height)
        for column in roles.undeclared
    ]  # fmt: skip
    aside = cell_findings(cells.filter(pl.col("outcome") == "quarantined"), table.sheet, catalogue)
    counts = dict(cells.group_by("outcome").len().iter_rows())
    width = len(roles.in_scope)
    return Judgement(
        landed=[Landed("observations", measured.height, [measured])],
        findings=pl.concat(
            [
                findings(problems, catalogue),
                aside,
                impossible,
                _lines_missing(rows, dataset, table.sheet, catalogue),
                figures_not_given(cells, uses, LINE, table.sheet, catalogue),
            ]
        ),
        rows_read=height,
        cells_in=height * (width + len(roles.out_of_scope) + len(roles.undeclared)),
        cells_landed=counts.get("landed", 0),
        cells_out_of_scope=counts.get("out_of_scope", 0)
        + height * len(roles.out_of_scope)
        + (height - frame.height) * width,
        covers=covers,
    )


def _cells(frame: pl.DataFrame, rows: pl.DataFrame, columns: tuple[str, ...], dataset: Dataset) -> pl.DataFrame:
    """Every in-scope cell with its row's place and period, judged."""
    index = ["__index", "row", LINE, *GROUP, "where_rule", "where_reason", "where_value"]
    texts = frame.select("__index", *columns).unpivot(
        on=list(columns), index="__index", variable_name="column", value_name="text"
    )
    return judged(texts.join(rows.select(index), on="__index", how="left", maintain_order="left"), dataset)


def _terms(measure: Measure, side: str) -> tuple[Term, ...]:
    """The cells a side of a measure adds up; the short form is one term."""
    terms: tuple[Term, ...] = getattr(measure, f"{side}_terms")
    columns = getattr(measure, side)
    if columns is None:
        return terms
    return (Term(columns=columns, lines=getattr(measure, f"{side}_lines")), *terms)


def _uses(
    frame: pl.DataFrame, dataset: Dataset, columns: tuple[str, ...]
) -> tuple[pl.DataFrame, pl.DataFrame, list[tuple[int, Measure, list[str], bool]]]:
    """Which cell is part of which sum.

    Returns:
        One row a cell and sum (`__index`, `column`, `spec`, `side`, `is_named`: of a line the measure names); how many
        named cells each sum needs (`spec`, `side`, `expected`); and the measures made of this table, with the columns
        of their numerators and whether they have a base.
    """
    rows_of: dict[str, pl.Series] = {}
    uses, expected, measures = [], [], []
    for spec, measure in enumerate(dataset.measures):
        numerator: list[str] = []
        for side in ("numerator", "denominator"):
            terms = _terms(measure, side)
            needed = 0
            for term in terms:
                found = matching(term.columns, columns)
                key = repr((term.lines, sorted(term.rows.items())))
                if key not in rows_of:
                    rows_of[key] = _rows_of(frame, term, dataset)
                needed += len(term.lines) * (len(found) or 1)
                numerator += found if side == "numerator" else []
                uses += [(key, column, spec, side, bool(term.lines)) for column in found]
            if terms:
                expected.append((spec, side, needed))
        if numerator:
            has_base = bool(measure.denominator or measure.denominator_terms)
            measures.append((spec, measure, list(dict.fromkeys(numerator)), has_base))
    of_terms = pl.DataFrame(
        uses,
        schema={"term": pl.String, "column": pl.String, "spec": pl.Int64, "side": pl.String, "is_named": pl.Boolean},
        orient="row",
    )
    masks = pl.concat(
        [pl.DataFrame(schema={"term": pl.String, "__index": pl.UInt32})]
        + [pl.DataFrame({"__index": indexes}).select(pl.lit(key).alias("term"), pl.col("__index").cast(pl.UInt32))
           for key, indexes in rows_of.items()]
    )  # fmt: skip
    needs = pl.DataFrame(expected, schema={"spec": pl.Int64, "side": pl.String, "expected": pl.Int64}, orient="row")
    return of_terms.join(masks, on="term", how="inner").drop("term").unique(maintain_order=True), needs, measures


def _rows_of(frame: pl.DataFrame, term: Term, dataset: Dataset) -> pl.Series:
    """The rows (`__index`) a term adds up."""
    rows = frame
    if term.lines:
        rows = rows.filter(pl.col(dataset.name_columns[0]).is_in(list(term.lines)))
    for column, values in term.rows.items():
        if column not in rows.columns:
            return frame["__index"].head(0)
        rows = rows.filter(pl.col(column).fill_null("").str.strip_chars().is_in(list(values)))
    return rows["__index"]


def _sums(cells: pl.DataFrame, uses: pl.DataFrame, expected: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each sum of each return, and the cells that were used, with whether any whole sum used them."""
    sound = cells.filter(pl.col("where_rule").is_null())
    parts = uses.join(sound.select("__index", "column", "number", "marker", *GROUP), on=["__index", "column"])
    sums = (
        parts.group_by(*GROUP, "spec", "side")
        .agg(
            pl.col("number").sum().alias("sum"),
            pl.col("marker").drop_nulls().first(),
            (pl.col("number").is_not_null() | pl.col("marker").is_not_null()).all().alias("is_sound"),
            pl.col("is_named").sum().cast(pl.Int64).alias("named"),
        )
        .join(expected, on=["spec", "side"], how="left")
        .with_columns((pl.col("is_sound") & (pl.col("named") == pl.col("expected"))).alias("is_whole"))
    )
    whole = sums.select(*GROUP, "spec", "side", "is_whole")
    used = (
        parts.join(whole, on=[*GROUP, "spec", "side"], how="left", nulls_equal=True)
        .group_by("__index", "column")
        .agg(pl.col("is_whole").any().alias("whole"))
    )
    return sums, used


def _observations(
    rows: pl.DataFrame,
    sums: pl.DataFrame,
    measures: list[tuple[int, Measure, list[str], bool]],
    table: Table,
    catalogue: Catalogue,
) -> pl.DataFrame:
    """One observation of every measure for every return, with a value where its sums are whole."""
    returns = rows.filter(pl.col("where_rule").is_null()).group_by(GROUP, maintain_order=True).agg(pl.col("row").min())
    described = []
    for spec, measure, columns, has_base in measures:
        definition = catalogue.definition(measure)
        described.append(
            (spec, " + ".join(columns), measure.indicator, measure.definition_version, measure.breakdown,
             definition.unit, definition.measure, catalogue.units[definition.unit].base, has_base)
        )  # fmt: skip
    specs = pl.DataFrame(
        described,
        schema={"spec": pl.Int64, "column": pl.String, "indicator_id": pl.String, "definition_version": pl.String,
                "breakdown_id": pl.String, "unit": pl.String, "measure": pl.String, "base": pl.Float64,
                "has_base": pl.Boolean},
        orient="row",
    )  # fmt: skip
    frame = returns.join(specs, how="cross", maintain_order="left")
    for side in ("numerator", "denominator"):
        of_side = sums.filter(side=side).select(
            *GROUP, "spec", pl.col("sum").alias(side), pl.col("marker").alias(f"{side}_marker"),
            pl.col("is_whole").alias(f"{side}_whole"),
        )  # fmt: skip
        frame = frame.join(of_side, on=[*GROUP, "spec"], how="left", maintain_order="left", nulls_equal=True)
    base_whole = ~pl.col("has_base") | pl.col("denominator_whole").fill_null(False)
    whole = pl.col("numerator_whole").fill_null(False) & base_whole
    is_rate = pl.col("base").is_not_null() & pl.col("has_base")
    ratio = pl.when(is_rate).then(pl.col("base") * pl.col("numerator") / pl.col("denominator")).otherwise("numerator")
    # Nothing of nothing is no rate: a quarter without a single order ending has no percentage.
    # A sub-measure whose lines a return leaves out was not returned; the whole was, and is marked.
    frame = frame.filter((pl.col("breakdown_id") == "all") | pl.col("numerator_whole").is_not_null())
    marker = (
        pl.when(~whole)
        .then(pl.lit("x"))
        .otherwise(pl.coalesce("numerator_marker", "denominator_marker"))
        .fill_null(pl.when(whole & is_rate & (pl.col("denominator") == 0)).then(pl.lit("z")))
    )
    return frame.with_columns(marker.alias("value_marker")).select(
        pl.lit(table.sheet, pl.String).alias("sheet"), "row", "column", *GROUP,
        pl.lit(None, pl.String).alias("label_marker"), "indicator_id", "definition_version", "breakdown_id", "unit",
        "measure", pl.when(pl.col("value_marker").is_null()).then(ratio).alias("value"), "value_marker",
        pl.when(whole & pl.col("numerator_marker").is_null()).then("numerator").alias("numerator"),
        pl.when(whole & pl.col("denominator_marker").is_null() & pl.col("has_base")).then("denominator")
        .alias("denominator"),
    )  # fmt: skip


def _within_definition(measured: pl.DataFrame, catalogue: Catalogue) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The observations with those that their definition forbids left without a value, and what was found (FINDINGS).

    Their cells are parts of other sums too and stay landed.
    """
    limits = pl.DataFrame(
        [
            (indicator.id, d.version, d.bounds.minimum, d.bounds.maximum,
             d.measure == "proportion" and d.may_exceed_base is None)
            for indicator in catalogue.indicators.values()
            for d in indicator.definitions
        ],
        schema={"indicator_id": pl.String, "definition_version": pl.String, "minimum": pl.Float64,
                "maximum": pl.Float64, "bounded": pl.Boolean},
        orient="row",
    )  # fmt: skip
    value = pl.col("value")
    judged = measured.join(limits, on=["indicator_id", "definition_version"], how="left", maintain_order="left")
    judged = judged.with_columns(
        pl.when(pl.col("bounded") & (pl.col("numerator") > pl.col("denominator")))
        .then(pl.lit("numerator_over_denominator"))
        .when((value < pl.col("minimum")) | (value > pl.col("maximum")))
        .then(pl.lit("value_out_of_bounds"))
        .alias("rule")
    )
    titles = {rule.id: rule.title for rule in catalogue.rules.values()}
    figures = pl.format("{} of {}", _whole("numerator"), _whole("denominator"))
    found = judged.filter(pl.col("rule").is_not_null()).select(
        "rule", "sheet", "row", "column", pl.coalesce(figures, value.cast(pl.String)).alias("value"),
        pl.format(
            "{}: {} {}", pl.col("rule").replace_strict(titles, default=""), "indicator_id", "breakdown_id"
        ).alias("reason"),
        pl.lit(0, pl.Int64).alias("cells"),
    )  # fmt: skip
    is_wrong = pl.col("rule").is_not_null()
    kept = judged.with_columns(
        pl.when(~is_wrong).then("value").alias("value"),
        pl.when(is_wrong).then(pl.lit("x")).otherwise("value_marker").alias("value_marker"),
    ).drop("minimum", "maximum", "bounded", "rule")
    return kept, with_rules(found, catalogue)


def _whole(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.Int64).cast(pl.String)


def _lines_missing(rows: pl.DataFrame, dataset: Dataset, sheet: str | None, catalogue: Catalogue) -> pl.DataFrame:
    """Lines that a whole needs and a return leaves out, each return and line once (FINDINGS)."""
    needed = {
        line
        for measure in dataset.measures
        if measure.breakdown == "all"
        for side in ("numerator", "denominator")
        for term in _terms(measure, side)
        for line in term.lines
    }
    sound = rows.filter(pl.col("where_rule").is_null())
    returns = sound.group_by(GROUP, maintain_order=True).agg(pl.col("row").min())
    lines = pl.DataFrame({LINE: sorted(needed)}, schema={LINE: pl.String})
    missing = returns.join(lines, how="cross").join(
        sound.select(*GROUP, LINE), on=[*GROUP, LINE], how="anti", nulls_equal=True
    )
    return with_rules(
        missing.select(
            pl.lit("line_missing").alias("rule"), pl.lit(sheet, pl.String).alias("sheet"), "row",
            pl.lit(None, pl.String).alias("column"), pl.col(LINE).alias("value"),
            pl.format(
                "the return of {} for {} leaves out a line that a whole is made of", "area_name_as_published",
                "period_label",
            ).alias("reason"),
            pl.lit(0, pl.Int64).alias("cells"),
        ),
        catalogue,
    )  # fmt: skip
