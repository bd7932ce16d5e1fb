"""The checks of a pair in their order. A stage is taken only where the ones before it leave something to look at.

What belongs here: the order. What does not: any rule.
"""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from pipelines.intake.problems import Problem
from pipelines.intake.tidy import (
    file_checks,
    filter_checks,
    indicator_checks,
    level_checks,
    metadata_checks,
    name_checks,
    place_checks,
    structure_checks,
    time_checks,
    variable_checks,
)
from pipelines.intake.tidy.pair import Pair
from pipelines.intake.tidy.references import References
from pipelines.intake.tidy.writing import Writing
from pipelines.readers import Table
from sources.tidy import TidyStandard, load_tidy

_NOT_READABLE = ("tidy_data_mandatory_cols", "tidy_meta_mandatory_cols", "tidy_no_rows")


def screen(
    data: Table,
    meta: Table | None,
    data_name: str,
    meta_name: str | None,
    *,
    references: References | None = None,
    writings: tuple[Writing, Writing] | None = None,
    standard: TidyStandard | None = None,
) -> list[Problem]:
    """Everything that the pair breaks of the standard, stage by stage. Stage and severity stand with each rule.

    Args:
        data: The data file's table.
        meta: The metadata file's table; None where none was delivered.
        data_name: The data file's name, without folder.
        meta_name: The metadata file's name, without folder.
        references: Which codes and names belong together; levels without a list are judged by the form of codes, and
            a note says so.
        writings: How the data file and the metadata file are written (writing_of), where the caller has their bytes.
        standard: The standard; the one under sources/vocab/tidy/ where none is given.

    Returns:
        Problems, the first few values of each rule at the row they first stand in, `cells` counting all that are
        concerned. Those of the metadata name its file as their sheet. Empty where the pair is as the standard asks.
    """
    standard = standard or load_tidy()
    found = list(file_checks.named(data_name, meta_name))
    if writings is not None and meta_name is not None:
        found += file_checks.written(data_name, meta_name, writings)
    found += structure_checks.mandatory_in_data(data, standard.conventions)
    if meta is None or meta_name is None:
        reason = f"{data_name} came without its metadata file"
        return [*found, Problem("tidy_meta_missing", reason, data.sheet)]
    meta = replace(meta, sheet=meta.sheet or meta_name)
    found += structure_checks.mandatory_in_meta(meta, standard.conventions)
    if any(problem.rule in _NOT_READABLE for problem in found):
        return found
    pair = Pair(data, meta, data_name, meta_name, standard)
    return [*found, *_inside(pair, references or References())]


def _inside(pair: Pair, references: References) -> Iterator[Problem]:
    yield from file_checks.encoded(pair)
    yield from structure_checks.presence(pair)
    yield from structure_checks.cross_check(pair)
    yield from name_checks.form(pair)
    yield from name_checks.tidiness(pair)
    yield from name_checks.standard_names(pair)
    yield from metadata_checks.rows(pair)
    yield from metadata_checks.units(pair)
    yield from metadata_checks.of_its_type(pair)
    yield from metadata_checks.indicators(pair)
    yield from metadata_checks.groups(pair)
    yield from time_checks.identifiers(pair)
    yield from time_checks.periods(pair)
    yield from level_checks.levels(pair)
    if (nothing := _no_readable_row(pair)) is not None:
        yield nothing
        return
    yield from level_checks.columns(pair)
    yield from level_checks.completed(pair)
    yield from level_checks.overcompleted(pair)
    yield from place_checks.combinations(pair, references)
    yield from place_checks.one_to_one(pair)
    yield from place_checks.not_available(pair)
    yield from place_checks.lengths(pair)
    yield from filter_checks.counts(pair)
    yield from filter_checks.spellings(pair)
    yield from filter_checks.totals_among_units(pair)
    yield from filter_checks.duplicates(pair)
    yield from variable_checks.ethnicity(pair)
    yield from variable_checks.characteristics(pair)
    yield from variable_checks.dictionary(pair)
    yield from indicator_checks.nulls(pair)
    yield from indicator_checks.cells(pair)


def _no_readable_row(pair: Pair) -> Problem | None:
    standard = pair.standard
    readable = pair.data.frame.filter(
        pl.col("time_identifier").is_in(list(standard.times)) & pl.col("geographic_level").is_in(list(standard.levels))
    )
    if readable.height:
        return None
    first = pair.data.frame.row(0, named=True)
    column = "geographic_level" if first["geographic_level"] not in standard.levels else "time_identifier"
    reason = "no row has a time identifier and a geographic level of the standard"
    return Problem("tidy_no_readable_row", reason, pair.data.sheet, first["__row"], column, first[column],
                   pair.data.frame.height)  # fmt: skip
