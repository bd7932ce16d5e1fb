"""Real DfE tidy data: what the publisher's own screener says of each file is said here too, and real topics are read.

The table of agreement is printed at the end of the module (pytest -s). What does not agree is listed in NOT_AGREED with
why, and is tested to be so: an entry that has come to agree must be taken out.
"""

import csv
from collections import Counter
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from pipelines.intake.problems import Problem
from pipelines.intake.tidy import References, Writing, locations, observed, screen, topic, writing_of
from pipelines.readers import Table, read, tabulate
from sources.catalogue import load_catalogue

REAL = Path(__file__).parents[3] / "shared" / "real"
EES = REAL / "ees"
QA = EES / "screener_qa"
RULES = load_catalogue().rules
SET_ASIDE = ("error", "refuse")
SEVERITIES = {
    "FAIL": SET_ASIDE,
    "WARNING": ("warning",),
    "ADVISORY": ("warning",),
    "PASS WITH NOTE": ("note",),
}
NOT_AGREED = {
    ("ward_combinations", "ward_combinations"): "no list of wards is at hand: the pair is noted as not checked",
}


def expectations() -> list[tuple[str, str, str, str]]:
    """Every row of expected_outcomes.csv; none where the folder is absent."""
    if not QA.is_dir():
        return []
    with (QA / "expected_outcomes.csv").open(encoding="utf-8", newline="") as stream:
        return [(r["folder"], r["fixture"], r["check"], r["expected_result"]) for r in csv.DictReader(stream)]


@cache
def references() -> References:
    """The publisher's lists that are at hand, as a caller would build them from registers."""
    register = REAL / "la_register"
    districts = _list(register / "lad_codes_dates_chd2023.csv").rename({"gss_code": "lad_code", "gss_name": "lad_name"})
    return References(
        {
            "National": _list(register / "ees_country.csv"),
            "Regional": _list(register / "ees_regions.csv"),
            "Local authority": _list(register / "ees_las.csv"),
            "Local authority district": districts,
        }
    )


def _list(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)


def table(path: Path) -> Table:
    """The one table of a file, its header in its first row."""
    (sheet,) = read(path)
    return tabulate(sheet, sheet.first_row)


def pair(folder: Path, stem: str) -> tuple[Path, Path]:
    """The data file of a fixture and the metadata file beside it, however badly it is named."""
    data = next(path for ending in (".csv", ".txt") if (path := folder / f"{stem}{ending}").is_file())
    names = (f"{stem}.meta.csv", f"{stem}.meta.txt", f"{stem}.meta.xlsx", f"{stem}_meta.csv", f"{stem}_meta.meta.csv")
    return data, next(path for name in names if (path := folder / name).is_file())


@cache
def screened(folder: str, stem: str) -> tuple[Problem, ...]:
    data, meta = pair(QA / folder, "ob_unit_meta" if stem == "ob_unit" else stem)
    writings = (writing(data), writing(meta))
    return tuple(screen(table(data), table(meta), data.name, meta.name, references=references(), writings=writings))


def writing(path: Path) -> Writing:
    """How a file is written; a workbook is no text."""
    return Writing(",", True, 0) if path.suffix == ".xlsx" else writing_of(path.read_bytes(), path)


def severities(problems: tuple[Problem, ...] | list[Problem]) -> dict[str, str]:
    return {problem.rule: RULES[problem.rule].severity for problem in problems}


def errors(problems: tuple[Problem, ...] | list[Problem]) -> set[str]:
    return {rule for rule, severity in severities(problems).items() if severity in SET_ASIDE}


def agrees(folder: str, fixture: str, check: str, expected: str) -> tuple[bool, str]:
    """Whether what is found here is what the screener's own tests expect, and what is found."""
    found = severities(screened(folder, fixture))
    if check == "(no peer assertion)":
        return True, "read"
    if check == "*number of FAILs*":
        count = len(errors(screened(folder, fixture)))
        return (
            count > 0 if expected == ">0" else count == int(expected)
        ), f"{sorted(errors(screened(folder, fixture)))}"
    if check == "*all*":
        loud = {rule for rule, severity in found.items() if severity != "note"}
        return not loud, f"{sorted(loud)}"
    severity = found.get(f"tidy_{check}")
    if expected in SEVERITIES:
        return severity in SEVERITIES[expected], str(severity)
    return severity is None, str(severity)


@pytest.mark.parametrize(("folder", "fixture", "check", "expected"), expectations())
def test_the_screener_and_this_reader_agree(real, folder, fixture, check, expected):
    is_agreed, found = agrees(folder, fixture, check, expected)
    assert is_agreed is ((fixture, check) not in NOT_AGREED), f"expected {expected}, found {found}"


def test_the_table_of_agreement_is_whole(real, capsys):
    rows = [(*row, *agrees(*row)) for row in expectations()]
    assert len(rows) == 96
    with capsys.disabled():
        print(f"\ntidy screening: {sum(row[4] for row in rows)} of {len(rows)} rows agree")
        for folder, fixture, check, expected, is_agreed, found in rows:
            if not is_agreed:
                print(f"  {folder}/{fixture} {check}: expected {expected}, found {found}")
    assert sum(not row[4] for row in rows) == len(NOT_AGREED)


def beside(folder: str, stem: str) -> tuple[Table, Table, str, str]:
    data, meta = EES / folder / f"{stem}.csv", EES / folder / f"{stem}.meta.csv"
    return table(data), table(meta), data.name, meta.name


@pytest.mark.parametrize(
    ("stem", "rule", "named"),
    [
        ("invalid_geographic_level_in_data_file", "tidy_no_readable_row", "InvalidGeographicLevel"),
        ("missing_time_period_column_in_data_file", "tidy_data_mandatory_cols", "time_period"),
    ],
)
def test_a_pair_of_upload_validation_is_refused_naming_the_defect(real, stem, rule, named):
    problems = screen(*beside("upload_validation", stem), references=references())
    refused = [problem for problem in problems if RULES[problem.rule].severity == "refuse"]
    assert [problem.rule for problem in refused] == [rule]
    assert named in (refused[0].value, refused[0].column)


@pytest.mark.parametrize(
    ("folder", "stem", "truly_wrong"),
    [
        ("robot", "dates", {}),
        ("robot", "grouped-filters-and-indicators", {}),
        # Two of its filters hold Total alone: the screener fails a filter with one item.
        ("robot", "ordering-test-2", {"tidy_filter_level": 32}),
        ("absence_school_reference", "source", {}),
    ],
)
def test_pairs_that_the_platform_takes_have_no_error_but_a_true_one(real, folder, stem, truly_wrong):
    assert counted(screen(*beside(folder, stem), references=references())) == truly_wrong


@pytest.mark.parametrize(
    ("name", "rows", "columns", "truly_wrong"),
    [
        ("exclusions_by_reason", 7004, 35, {}),
        # 110 cells hold NA, which says nothing of why there is no number.
        ("school_applications_and_offers", 1620, 27, {"tidy_null": 110}),
    ],
)
def test_published_zips_have_no_error_but_a_true_one(real, name, rows, columns, truly_wrong):
    data, meta = zipped(EES / "real_zips" / f"{name}.zip")
    assert (data.frame.height, len(data.columns)) == (rows, columns)
    assert counted(screen(data, meta, f"{name}.csv", f"{name}.meta.csv", references=references())) == truly_wrong


def test_published_zips_are_read_by_their_metadata(real):
    data, meta = zipped(EES / "real_zips" / "exclusions_by_reason.zip")
    about = topic(data, meta, "exclusions by reason")
    assert len(about.indicators) == 24
    assert about.period_types == {"Academic year": "academic_year"}
    assert about.levels == ("National", "Regional", "Local authority")
    cells = observed(data, about)
    assert cells.height == 7004 * 24
    assert dict(cells.group_by("geographic_level").len().iter_rows()) == {
        "National": 44 * 24, "Regional": 440 * 24, "Local authority": 6520 * 24,
    }  # fmt: skip
    assert cells.filter(pl.col("text") == "x").height == 21_790
    first = cells.row(0, named=True)
    assert (first["row"], first["column"], first["text"], first["breakdown"]) == (
        2,
        "perm_physical_pupils",
        "1025",
        "all",
    )
    assert cells["breakdown"][24] == "school_type=State-funded primary"


def test_the_platforms_own_star_schema_is_met(real):
    """Rows, options, indicators, locations and periods of DfE's public data processor for the same pair."""
    folder = EES / "absence_school_reference"
    data, meta, *_ = beside("absence_school_reference", "source")
    about = topic(data, meta, "absence by school")
    facts = pl.read_parquet(folder / "data.parquet")
    indicators = pl.read_parquet(folder / "indicators.parquet")
    assert {(i.column, i.label, i.unit, i.decimals) for i in about.indicators} == set(
        indicators.select("column", "label", "unit", "decimal_places").iter_rows()
    )
    options = pl.read_parquet(folder / "filter_options.parquet")
    items = {
        (f.column, item) for f in about.filters for item in data.frame[f.column].unique() if item is not None and item
    }
    assert items == set(options.select("filter_column", "label").iter_rows())
    periods = pl.read_parquet(folder / "time_periods.parquet")
    cells = observed(data, about)
    assert set(cells.select("time_period", "time_identifier").iter_rows()) == set(
        periods.select("period", "identifier").iter_rows()
    )
    places = pl.read_parquet(folder / "location_options.parquet")
    assert Counter(locations(data)["name"]) == Counter(places["label"])
    assert places.height == 15
    assert facts.height == 216
    assert cells.height == facts.height * indicators.height == 1080
    assert facts_of(folder) == Counter(
        (*row[:3], tuple(sorted(row[3].split("; "))) if row[3] != "all" else (), *row[4:])
        for row in cells.select("time_period", "area_level", "area_name", "breakdown", "column", "text").iter_rows()
    )


def facts_of(folder: Path) -> Counter[tuple[object, ...]]:
    """The processor's facts with their labels: period, level and name of the finest area, items, indicator, text."""
    facts = pl.read_parquet(folder / "data.parquet")
    periods = dict(pl.read_parquet(folder / "time_periods.parquet").select("id", "period").iter_rows())
    places = dict(pl.read_parquet(folder / "location_options.parquet").select("id", "label").iter_rows())
    options = dict(pl.read_parquet(folder / "filter_options.parquet").select("id", "label").iter_rows())
    finest = (("sch", "School"), ("la", "Local authority"), ("reg", "Regional"), ("nat", "National"))
    counted: Counter[tuple[object, ...]] = Counter()
    for fact in facts.iter_rows(named=True):
        level, place = next((name, i) for short, name in finest if (i := fact[f"locations_{short}_id"]))
        items = [(c, options[fact[c]]) for c in ("school_type", "academy_type", "ncyear") if fact[c]]
        breakdown = tuple(sorted(f"{column}={item}" for column, item in items if item != "Total"))
        for column in pl.read_parquet(folder / "indicators.parquet")["column"]:
            counted[periods[fact["time_period_id"]], level, places[place], breakdown, column, fact[column]] += 1
    return counted


def counted(problems: list[Problem]) -> dict[str, int]:
    """Cells of each rule that is an error."""
    cells: Counter[str] = Counter()
    for problem in problems:
        if RULES[problem.rule].severity in SET_ASIDE:
            cells[problem.rule] += problem.cells
    return dict(cells)


def zipped(path: Path) -> tuple[Table, Table]:
    """The data and metadata tables of a zip, in whatever order it holds them."""
    tables = {sheet.sheet or "": tabulate(sheet, sheet.first_row) for sheet in read(path)}
    meta = next(name for name in tables if name.endswith(".meta.csv"))
    return tables[meta.replace(".meta.csv", ".csv")], tables[meta]
