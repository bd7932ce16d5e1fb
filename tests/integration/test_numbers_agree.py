"""One number is the same wherever it stands: on the page, in both workbooks, in the CSV files and in the database.

Five hundred of a finished release are drawn, and each is looked for by its observation in every place.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from html import unescape
from pathlib import Path
from zipfile import ZipFile

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from pipelines.releases.store import ReleaseStore
from reports.page import numbers_path
from reports.release import open_release
from reports.spreadsheets import ods, service_book, xlsx

pytestmark = pytest.mark.integration

NUMBERS = 500
SERVICES = 5
# Column of the observation -> its headings in a workbook and on a page. A page gives both limits in one cell.
HEADINGS = {
    "value": "Value",
    "lower_95": "Lower 95% limit",
    "upper_95": "Upper 95% limit",
    "numerator": "Numerator",
    "denominator": "Denominator",
}
_ROW = re.compile(r'<tr data-observation="([^"]+)">(.*?)</tr>', re.DOTALL)
_TABLE = re.compile(r"<thead><tr>(.*?)</tr></thead><tbody>(.*?)</tbody>", re.DOTALL)
_CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_NUMBER = re.compile(r"-?[\d,]+(?:\.\d+)?")


@dataclass(frozen=True)
class Drawn:
    """A number of an observation, as the database has it."""

    observation_id: str
    service_id: str
    indicator_id: str
    column: str
    number: float


@pytest.fixture(scope="module")
def release_and_site(built) -> tuple[Path, Path]:
    folder, _ = built
    release = ReleaseStore(folder / "warehouse").current()
    return release.path, folder / "warehouse" / "reports" / release.release_id


@pytest.fixture(scope="module")
def drawn(release_and_site) -> list[Drawn]:
    release, _ = release_and_site
    with duckdb.connect(str(release / "dovetail.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            f"""
            unpivot (
                select observation_id, area_code, indicator_id, {", ".join(HEADINGS)}
                from observations
                where is_current and not coalesce(is_withdrawn, false) and breakdown_id = 'all'
                    and area_type = 'youth_justice_service'
            ) on {", ".join(HEADINGS)} into name figure value number
            """
        ).fetchall()
    chosen = random.Random(5)
    services = set(chosen.sample(sorted({row[1] for row in rows}), SERVICES))
    return [Drawn(*row) for row in chosen.sample(sorted(row for row in rows if row[1] in services), NUMBERS)]


def _plain(folder: Path, indicator: str, into: Path) -> Path:
    """The CSV of an indicator; unpacked first where it is large."""
    if (folder / f"{indicator}.csv").is_file():
        return folder / f"{indicator}.csv"
    with ZipFile(folder / f"{indicator}.zip") as archive:
        return Path(archive.extract(f"{indicator}.csv", into))


def test_the_csv_files_beside_the_pages_hold_the_same_numbers(release_and_site, drawn, tmp_path):
    _, site = release_and_site
    wanted = {one.indicator_id for one in drawn}
    with duckdb.connect() as connection:
        held = {
            (row[0], column): row[1 + place]
            for indicator in sorted(wanted)
            for row in connection.execute(
                f"select observation_id, {', '.join(HEADINGS)} from read_csv(?, header = true, sample_size = -1)",
                [str(_plain(site / "data", indicator, tmp_path))],
            ).fetchall()
            for place, column in enumerate(HEADINGS)
        }
    assert {one: held.get((one.observation_id, one.column)) for one in drawn} == {one: one.number for one in drawn}


def test_the_csv_of_the_release_holds_the_same_numbers(release_and_site, drawn):
    release, _ = release_and_site
    files = [
        str(file)
        for file in sorted((release / "data").rglob("*.csv"))
        if "observations" in file.relative_to(release).as_posix()
    ]
    with duckdb.connect() as connection:
        connection.execute(
            "create table wanted as select unnest(?) as observation_id", [[one.observation_id for one in drawn]]
        )
        held = {
            (row[0], column): row[1 + place]
            for row in connection.execute(
                f"select observation_id, {', '.join(f'cast({column} as double)' for column in HEADINGS)}"
                " from read_csv(?, header = true, all_varchar = true, union_by_name = true)"
                " semi join wanted using (observation_id) where is_current = 'true'",
                [files],
            ).fetchall()
            for place, column in enumerate(HEADINGS)
        }
    assert {one: held.get((one.observation_id, one.column)) for one in drawn} == {one: one.number for one in drawn}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_workbooks_hold_the_same_numbers(kind, release_and_site, drawn, tmp_path):
    release, _ = release_and_site
    services = sorted({one.service_id for one in drawn})
    held = {}
    with open_release(release) as opened:
        for service_id, book in service_book.books(opened, services):
            path = tmp_path / f"{service_id}.{kind}"
            {"xlsx": xlsx.write, "ods": ods.write}[kind](book, path)
            held |= _of_workbook(path)
    # XLSX holds sixteen digits of a number, ODS all.
    expected = {one: float(f"{one.number:.16g}") if kind == "xlsx" else one.number for one in drawn}
    assert {one: held.get((one.observation_id, HEADINGS[one.column])) for one in drawn} == expected


def test_the_pages_print_the_same_numbers_rounded_half_up(release_and_site, drawn):
    _, site = release_and_site
    services = {one.service_id for one in drawn}
    pages = {service: _of_page((site / numbers_path(service)).read_text(encoding="utf-8")) for service in services}
    different = []
    for one in drawn:
        of_row = pages[one.service_id][one.observation_id]
        # Of a count the page prints the value, which is its numerator.
        printed = of_row.get(one.column) or (of_row.get("value") if one.column == "numerator" else None)
        if printed is None or Decimal(printed) != _rounded(one.number, printed):
            different.append((one, printed))
    assert not different


def _rounded(number: float, like: str) -> Decimal:
    """A number rounded half up to the decimal places of a printed one."""
    places = len(like.partition(".")[2])
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _of_workbook(path: Path) -> dict[tuple[str, str], object]:
    """Cells of the sheet with all periods by observation and heading, without the notes of the headings."""
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("All_periods").to_python()
    first = next(place for place, row in enumerate(rows) if row[0] == "Indicator")
    headings = [re.sub(r" \[note \d+\]", "", str(heading)) for heading in rows[first]]
    found = [dict(zip(headings, row, strict=True)) for row in rows[first + 1 :]]
    return {(str(row["Observation id"]), heading): row[heading] for row in found for heading in HEADINGS.values()}


def _of_page(html: str) -> dict[str, dict[str, str]]:
    """Printed numbers of a numbers page by observation and column."""
    found: dict[str, dict[str, str]] = {}
    for head, body in _TABLE.findall(html):
        headings = [_words(cell) for cell in _CELL.findall(head)]
        for observation_id, cells in _ROW.findall(body):
            of_row = dict(zip(headings, map(_words, _CELL.findall(cells)), strict=True))
            # The second column is the value, under its unit.
            printed = {"value": _figures(of_row[headings[1]])[0]}
            printed["lower_95"], printed["upper_95"] = _figures(of_row.get("95% interval", ""))[:2]
            for name in ("numerator", "denominator"):
                printed[name] = _figures(of_row.get(name.capitalize(), ""))[0]
            found[observation_id] = {name: figure for name, figure in printed.items() if figure}
    return found


def _words(cell: str) -> str:
    return unescape(re.sub(r"<[^>]*>", " ", cell)).strip()


def _figures(words: str) -> list[str]:
    """The numbers in a cell; blanks after them, so that there are always two."""
    return [*(figure.replace(",", "") for figure in _NUMBER.findall(words)), "", ""]
