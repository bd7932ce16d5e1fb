"""DfE tidy data of any topic: what its metadata file says becomes measures, its cells become rows of a long table.

The publisher's own standard is screened in pipelines/intake/tidy; what breaks it is told. What lands is decided cell by
cell as everywhere: place, period, marker, number.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath

import polars as pl
from slugify import slugify

from pipelines.intake.judgement import Judgement, Landed
from pipelines.intake.layouts import measured
from pipelines.intake.layouts.reshape import COLUMN
from pipelines.intake.layouts.settling import Check
from pipelines.intake.places import Registers
from pipelines.intake.problems import Refused, findings
from pipelines.intake.tidy import References, Topic, Writing, observed, screen, topic
from pipelines.readers import ROW, Table
from sources.catalogue import Catalogue
from sources.models.dataset import Dataset, Measure, OutOfScope
from sources.models.indicator import Definition, ExposureWindow, Indicator
from sources.shapes import schema
from sources.tidy import load_tidy

NAME, VALUE = "measure", "value"
UNITS = {"%": ("percent", "proportion"), "pp": ("percentage_points", "count"), "£": ("pounds", "count"),
         "£m": ("million_pounds", "count")}  # fmt: skip
# Inner and Outer London are regions to the department and to no register of regions.
LEVELS = {
    "National": (("country",), "country_code", "country_name"),
    "Regional": (("region", "other"), "region_code", "region_name"),
    "Local authority": (("authority", "other"), "new_la_code", "la_name"),
}
READ_AT = {"geographic_level": "area_level"}
AREA_COLUMNS = ("area_level", "area_code", "area_name", "period_label", "period_type")


@dataclass(frozen=True)
class Pair:
    """The names of a data file and its metadata file, the metadata's table, and how the two are written."""

    data_name: str
    meta_name: str | None = None
    meta: Table | None = None
    writings: tuple[Writing, Writing] | None = None


def judge(
    tables: Iterable[Iterator[Table]],
    dataset: Dataset,
    pair: Pair,
    published: str | None,
    registers: Registers,
    catalogue: Catalogue,
    check: Check,
) -> Judgement:
    """Judge a data file with its metadata file.

    Raises:
        Refused: by the first rule of severity `refuse` that the pair breaks; without its metadata nothing says which
            columns are numbers.
    """
    pieces = [piece for table in tables for piece in table]
    data = replace(pieces[0], frame=pl.concat([piece.frame for piece in pieces]))
    problems = screen(
        data, pair.meta, pair.data_name, pair.meta_name, references=_references(registers), writings=pair.writings
    )
    for problem in problems:
        if catalogue.rules[problem.rule].severity == "refuse":
            raise Refused(problem)
    assert pair.meta is not None
    about = topic(data, pair.meta, PurePath(pair.data_name).stem)
    long = observed(data, about)
    measures, indicators = _declared(about, long)
    judgement = measured.judge(
        [iter([_table(data, long)])], _dataset(dataset, about, measures), None, published, registers,
        replace(catalogue, indicators=catalogue.indicators | {i.id: i for i in indicators}), check,
    )  # fmt: skip
    _account_for_other_columns(judgement, data, about, dataset)
    judgement.rows_read = data.frame.height
    told = findings((replace(problem, cells=0) for problem in problems), catalogue)
    judgement.findings = pl.concat([told, judgement.findings])
    judgement.landed.append(_topic_indicators(about, indicators))
    return judgement


def _references(registers: Registers) -> References:
    """Codes and names of the loaded registers, as the screening asks for them; none where no register is loaded."""
    areas = {}
    for level, (kinds, code, name) in LEVELS.items():
        known = [(a.code, spelt) for a in registers.areas.values() if a.area_type in kinds for spelt in a.spellings]
        if known:
            areas[level] = pl.DataFrame(known, schema={code: pl.String, name: pl.String}, orient="row")
    return References(areas)


def _id(about: Topic, column: str) -> str:
    return f"tidy_{slugify(about.name, separator='_')}_{slugify(column, separator='_')}"


def _name(column: str, period_type: str | None, breakdown: str) -> str:
    return "\x1f".join((column, period_type or "", breakdown))


def _declared(about: Topic, long: pl.DataFrame) -> tuple[list[Measure], list[Indicator]]:
    """An indicator for each column, a definition version for each period type, a measure for each breakdown of it."""
    kinds = list(dict.fromkeys(about.period_types.values()))
    indicators, measures = [], []
    used = long.select("column", "period_type", "breakdown").unique(maintain_order=True)
    for said in about.indicators:
        unit, measure = UNITS.get(said.unit, ("number", "count"))
        definitions = tuple(
            Definition(
                version="as_published" if len(kinds) == 1 else f"as_published_{kind}",
                counts=said.label or said.column, counted_by="not_applicable", unit=unit, measure=measure,
                period_type=kind, nations=("England",), verified=False,
                window=ExposureWindow(citation="not told by the metadata file", verified=False),
                citation=f"metadata file of {about.name}", note=said.grouping or None,
            )
            for kind in kinds
        )  # fmt: skip
        indicators.append(
            Indicator(
                id=_id(about, said.column), title=f"{said.label or said.column} ({about.name})", polarity="none",
                programme="context", impact_level=1, compared=False, definitions=definitions,
            )
        )  # fmt: skip
    version = {kind: "as_published" if len(kinds) == 1 else f"as_published_{kind}" for kind in kinds}
    for column, kind, breakdown in used.iter_rows():
        if kind is not None:
            measures.append(
                Measure(indicator=_id(about, column), definition_version=version[kind], breakdown=breakdown,
                        name=_name(column, kind, breakdown), period_type=kind)
            )  # fmt: skip
    return measures, indicators


def _table(data: Table, long: pl.DataFrame) -> Table:
    frame = long.select(
        pl.col("row").alias(ROW), pl.col("column").alias(COLUMN), *AREA_COLUMNS, "geographic_level",
        pl.concat_str("column", pl.col("period_type").fill_null(""), "breakdown", separator="\x1f").alias(NAME),
        pl.col("text").alias(VALUE),
    )  # fmt: skip
    return Table(data.sheet, data.header_row, (*AREA_COLUMNS, "geographic_level", NAME, VALUE), frame, ())


def _dataset(dataset: Dataset, about: Topic, measures: list[Measure]) -> Dataset:
    """The dataset as a long file: levels that no register holds are left out by the level a row is read at."""
    assert dataset.period is not None
    kinds = about.period_types.values()
    return dataset.model_copy(
        update={
            "layout": "long",
            "name_column": NAME,
            "value_column": VALUE,
            "measures": tuple(measures),
            "keys": (*AREA_COLUMNS, "geographic_level", NAME),
            "period": dataset.period.model_copy(update={"types": {kind: kind for kind in kinds}}),
            "out_of_scope": tuple(
                OutOfScope(rows={READ_AT.get(c, c): globs for c, globs in scope.rows.items()}, reason=scope.reason)
                for scope in dataset.out_of_scope
            ),
        }
    )


def _account_for_other_columns(judgement: Judgement, data: Table, about: Topic, dataset: Dataset) -> None:
    """Columns that are neither of the standard nor in the metadata are out of scope: the screening names each."""
    standard = {column for level in load_tidy().levels.values() for column in level.columns}
    filters = {column for f in about.filters for column in (f.column, f.grouping_column) if column}
    known = {*dataset.keys, *standard, *filters, *(indicator.column for indicator in about.indicators)}
    cells = data.frame.height * len(set(data.columns) - known)
    judgement.cells_in += cells
    judgement.cells_out_of_scope += cells


def _topic_indicators(about: Topic, indicators: list[Indicator]) -> Landed:
    columns = {_id(about, said.column): said for said in about.indicators}
    rows = [
        (indicator.id, d.version, about.name, columns[indicator.id].column, d.counts, d.unit, d.measure, d.period_type)
        for indicator in indicators
        for d in indicator.definitions
    ]
    own = ("source_id", "delivery_id", "published_at", "recorded_at")
    types = {name: kind for name, kind in schema("topic_indicators").items() if name not in own}
    return Landed("topic_indicators", len(rows), [pl.DataFrame(rows, schema=types, orient="row")])
