"""The files of DfE tidy data: for each indicator a data file and its metadata file, and lists of what is in them.

What belongs here: columns, labels and files. What does not: which figures they hold (figures.py).
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from slugify import slugify

from pipelines.releases.data_files import CSV_FORMAT
from pipelines.releases.database import PublicTable
from pipelines.releases.open_data.beginnings import Beginnings
from pipelines.releases.open_data.figures import NEEDS, place_figures
from pipelines.releases.open_data.writing import tidy_unit, value_column
from pipelines.releases.quoted import literal
from reports.spreadsheet import shown, shown_sql

if TYPE_CHECKING:
    import duckdb

_LABEL = 100
"""Longest label of the standard (sources/vocab/tidy/conventions.yml)."""
_META = (
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp", "filter_hint",
    "filter_grouping_column", "filter_default",
)  # fmt: skip
_PLACES = ("region_code", "region_name", "new_la_code", "la_name", "old_la_code", "lad_code", "lad_name")
_FILTERS = {"youth_justice_service": "Youth justice service", "breakdown": "Breakdown"}

_ORDER = (
    "tidy_figures.time_period, tidy_figures.time_identifier,"
    " array_position(['National', 'Regional', 'Local authority'], tidy_figures.geographic_level) nulls last,"
    " tidy_figures.area_code, tidy_figures.breakdown"
)
# One pass over the figures: what the lists of pairs and of what is left out are made from.
_GROUPS = """
create or replace temp table tidy_groups as
select
    indicator_id, definition_version, places, family, area_type, period_type, left_out,
    case when left_out is null then youth_justice_service end as service,
    case when left_out is null then breakdown end as item,
    count(*) as figures, count(numerator) as numerators, count(denominator) as denominators, count(lower_95) as limits,
    {places}
from tidy_figures
group by all
"""

_PAIRS = """
select
    indicator_id, definition_version, places, family, sum(figures)::bigint as figures,
    {places},
    count(distinct service) as services, min(service) as first_service,
    count(distinct item) as items, min(item) as first_item,
    coalesce(bool_or(item = 'Total'), false) as has_total,
    sum(numerators) > 0 as has_numerator, sum(denominators) > 0 as has_denominator, sum(limits) > 0 as has_limits,
    any_value(title) as title, any_value(unit) as unit, any_value(unit_label) as unit_label,
    any_value(decimals) as decimals, any_value(numerator_counts) as numerator_counts,
    any_value(denominator_counts) as denominator_counts
from tidy_groups inner join indicators using (indicator_id, definition_version)
where left_out is null
group by indicator_id, definition_version, places, family
order by indicator_id, definition_version, places, family
"""

_LEFT_OUT = """
select
    indicator_id, definition_version, area_type, period_type, left_out as reason, sum(figures)::bigint as figures
from tidy_groups
where left_out is not null
group by all
order by all
"""


def write_pairs(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    tables: Sequence[PublicTable],
    folder: Path,
    *,
    is_fictional: bool,
    before: Beginnings | None = None,
) -> None:
    """Write a pair for each indicator version, kind of place and family of periods, two lists and README.md.

    Every preferred figure stands in a pair or is counted in LEFT_OUT.csv with the reason.

    Args:
        connection: with the tables of the release in use.
        release_id: its number.
        tables: its public tables; nothing is written where one that is needed is not there.
        folder: the folder of the pairs; made here.
        is_fictional: whether FICTIONAL begins every file name and label.
        before: what the release before has of the same lines; the files are the same without.
    """
    there = {table.name: {column.name for column in table.columns} for table in tables}
    if not all(name in there and columns <= there[name] for name, columns in NEEDS.items()):
        return
    folder.mkdir(parents=True)
    place_figures(connection)
    contents = []
    connection.execute(_GROUPS.format(places=", ".join(f"count({p}) as {p}" for p in _PLACES)))
    for pair in _rows(connection, _PAIRS.format(places=", ".join(f"sum({p}) > 0 as {p}" for p in _PLACES))):
        name = _file_name(pair, is_fictional=is_fictional)
        columns = _columns(pair, is_fictional=is_fictional)
        _write_data(connection, pair, columns, folder / f"{name}.csv", before)
        _write_rows(folder / f"{name}.meta.csv", _META, [[row.get(key, "") for key in _META] for row in columns])
        contents.append(
            [f"{name}.csv", pair["indicator_id"], pair["definition_version"], pair["places"], pair["figures"]]
        )
    _write_rows(folder / "CONTENTS.csv", ("file", "indicator_id", "definition_version", "places", "figures"), contents)
    left_out = _rows(connection, _LEFT_OUT)
    head = ("indicator_id", "definition_version", "area_type", "period_type", "reason", "figures")
    _write_rows(folder / "LEFT_OUT.csv", head, [list(row.values()) for row in left_out])
    _write_readme(
        folder, release_id, sum(row[-1] for row in contents), sum(row["figures"] for row in left_out),
        is_fictional=is_fictional,
    )  # fmt: skip


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _file_name(pair: dict[str, Any], *, is_fictional: bool) -> str:
    """Letters, digits, - and _ alone, as the standard asks."""
    parts = [pair["indicator_id"], pair["definition_version"], pair["places"], pair["family"]]
    name = "-".join(slugify(part, separator="_") for part in parts)
    return f"FICTIONAL_{name}" if is_fictional else name


def _columns(pair: dict[str, Any], *, is_fictional: bool) -> list[dict[str, Any]]:
    """The filters and indicators of a pair, as rows of its metadata file. A filter of one item is none."""
    fictional = "FICTIONAL. " if is_fictional else ""
    filters = []
    if pair["services"] > 1:
        filters.append(_filter("youth_justice_service", pair["first_service"], fictional))
    if pair["items"] > 1:
        filters.append(_filter("breakdown", "Total" if pair["has_total"] else pair["first_item"], fictional))
    only = [pair["first_service"]] if pair["services"] == 1 else []
    only += [pair["first_item"]] if pair["items"] == 1 and not pair["has_total"] else []
    of_whom = "".join(f", {item}" for item in only)
    unit, decimals = tidy_unit(pair["unit"]), pair["decimals"]
    told = f"{pair['title']}{of_whom} ({pair['unit_label']})"
    indicators = [_indicator(value_column(pair["unit"]), f"{fictional}{told}", unit, decimals)]
    for limit in ("lower_95", "upper_95") if pair["has_limits"] else ():
        label = f"{fictional}{limit.split('_')[0].capitalize()} 95% confidence limit"
        indicators.append(_indicator(f"{limit}_ci", label, unit, decimals))
    for count in ("numerator", "denominator"):
        if pair[f"has_{count}"]:
            label = f"{fictional}{count.capitalize()}: {pair[f'{count}_counts']}"
            indicators.append(_indicator(f"{count}_count", label, "", 0))
    return [*filters, *indicators]


def _filter(name: str, default: str, fictional: str) -> dict[str, Any]:
    return {
        "col_name": name, "col_type": "Filter", "label": f"{fictional}{_FILTERS[name]}", "filter_default": default
    }  # fmt: skip


def _indicator(name: str, label: str, unit: str, decimals: int) -> dict[str, Any]:
    return {
        "col_name": name,
        "col_type": "Indicator",
        "label": shorten(label, _LABEL, placeholder=" …"),
        "indicator_unit": unit,
        "indicator_dp": decimals,
    }


def _write_data(
    connection: duckdb.DuckDBPyConnection,
    pair: dict[str, Any],
    columns: list[dict[str, Any]],
    file: Path,
    before: Beginnings | None,
) -> None:
    places = [place for place in _PLACES if pair[place]]
    filters = [column["col_name"] for column in columns if column["col_type"] == "Filter"]
    texts = ["country_code", "country_name", *places, *filters]
    cells = {name: _stored(name) for name in (c["col_name"] for c in columns if c["col_type"] == "Indicator")}
    times = ["time_period", "time_identifier", "geographic_level"]
    selected = [
        *times,
        *(f"{shown_sql(text)} as {text}" for text in texts),
        *(f"coalesce(tidy_number({stored}), symbol) as {name}" for name, stored in cells.items()),
    ]
    keys = ("indicator_id", "definition_version", "places", "family")
    where = " and ".join(f"{key} = {literal(pair[key])}" for key in keys)

    if before is not None and before.begin(file, ",".join([*times, *texts, *cells]), pair["family"]):
        if (since := before.since(pair["family"])) is not None:
            _write_rest(connection, selected, where, pair["family"], since, file)
        if _lines(file) == pair["figures"] + 1:
            return
    _write_lines(connection, selected, where, file)


def _write_rest(
    connection: duckdb.DuckDBPyConnection, selected: Sequence[str], where: str, family: str, since: str, file: Path
) -> None:
    """Write the lines from a time on behind those that the file began with."""
    # The day is known to the rows themselves: those of the years before are not read.
    [(first,)] = connection.execute(
        f"select min(period_start) from tidy_times where family = {literal(family)} and time_period >= {literal(since)}"
    ).fetchall()
    rest = file.with_suffix(".rest")
    _write_lines(
        connection, selected, f"{where} and time_period >= {literal(since)} and period_start >= {literal(first)}", rest
    )
    with rest.open("rb") as lines, file.open("ab") as whole:
        lines.readline()
        shutil.copyfileobj(lines, whole)
    rest.unlink()


def _write_lines(connection: duckdb.DuckDBPyConnection, selected: Sequence[str], where: str, into: Path) -> None:
    connection.execute(
        f"copy (select {', '.join(selected)} from tidy_figures where left_out is null and {where} order by {_ORDER})"
        f" to {literal(into)} ({CSV_FORMAT})"
    )


def _lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(2**20), b""))


def _stored(column: str) -> str:
    """The column of the figures behind a column of a file."""
    if column.startswith("value_"):
        return "value"
    return column.removesuffix("_ci").removesuffix("_count")


def _write_rows(file: Path, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([head, *([shown(cell) for cell in row] for row in rows)])
    file.write_text(text.getvalue(), encoding="utf-8")


def _write_readme(folder: Path, release_id: str, written: int, left_out: int, *, is_fictional: bool) -> None:
    lines = [
        f"# Release {release_id} as DfE tidy data",
        "",
        *(["**FICTIONAL.** Every place and number in these files is made up.", ""] if is_fictional else []),
        "Each indicator version is a pair: a data file and its metadata file (`.meta.csv`), one row for a time, place "
        "and breakdown, as the Department for Education asks of files for Explore education statistics. `CONTENTS.csv` "
        "lists the pairs, `LEFT_OUT.csv` what is in none of them and why: of "
        f"{written + left_out:,} preferred figures {written:,} are here and {left_out:,} are left out.",
        "",
        "What came as tidy data is not written again: its publisher gives it. Figures are as published. Where there is "
        "none, a symbol says why: `c` suppressed, `z` not applicable, `x` not available, `low` rounds to nought but is "
        "not, `u` too unreliable. A youth justice service is no geographic level of the standard: its figures stand at "
        "the level of its country, with the service as a filter. Confidence limits are computed here; `observations` "
        "says how. What a figure may be counted under is not told by these files: that is in `attributions`.",
    ]  # fmt: skip
    (folder / "README.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
