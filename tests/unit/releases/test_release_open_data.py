"""Open data of a release: CSV on the Web and DfE tidy data, each read by what others, and we, read such files with."""

import csv
import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from csvw import CSVW

from pipelines.intake.tidy import References, screen, writing_of
from pipelines.readers import Table, read, tabulate
from pipelines.releases.open_data.writing import items, tidy_time
from reports.claims import Linter
from sources.catalogue import load_catalogue
from sources.tidy import load_tidy
from tests.unit.releases.conftest import build_in, publish_next

RULES = load_catalogue().rules
# A service in a quarter and a financial year, of two breakdowns; authorities, a region, two countries; figures that the
# standard cannot hold. Names that a spreadsheet would run, and one name of two services.
FIGURES = """
create or replace table indicators as select * from (values
    ('accommodation_percent', '1', 'Children in suitable accommodation', 'percent', 'per cent', 1, 'Children suitable',
        'Children'),
    ('entrants_per_100k', '1', 'Children who enter the youth justice system for the first time, counted once a child, '
        || 'whatever the number of offences', 'per_100000', 'per 100,000', 1, 'Children', 'Population')
) as t(indicator_id, definition_version, title, unit, unit_label, decimals, numerator_counts, denominator_counts);
create or replace table services as select * from (values
    ('vellow', 'Vellow', 'England', false), ('oxterby', '=HYPERLINK("x")', 'England', false),
    ('norrow', 'Norrow', 'Wales', false), ('norrow_east', 'Norrow', 'Wales', false),
    ('study_f', 'Case F', 'England', true)
) as t(service_id, service_name, nation, is_case_study);
create table authorities as select * from (values
    ('FC9000001', 'Quillmarsh', 'country', null, 'England', null, null),
    ('FR0000001', 'Upper Quillmarsh', 'region', null, 'England', null, null),
    ('FE0000001', 'Vellow', 'authority', 'F01', 'England', 'FR0000001', 'unitary'),
    ('FW0000001', 'Norrow', 'authority', null, 'Wales', 'FC9000001', 'welsh_unitary'),
    ('E13000099', 'Inner Quillmarsh', 'other', null, 'England', null, null),
    ('FE0000002 / FE0000003', 'Oxterby / Lower Oxterby', 'other', 'F02 / F03', 'England', 'FR0000001', 'unitary'),
    ('FE1000001', 'Oxtershire', 'authority', null, 'England', 'FR0000001', 'county')
) as t(area_code, area_name, area_type, dfe_code, nation, region_code, authority_class);
create or replace table observations as
select
    md5(row_number() over ()::varchar) as observation_id, '1' as definition_version,
    if(period_type = 't', 'dfe__tidy_data', 'src__a') as source_id,
    'D1' as delivery_id, null::varchar as service_id, value - 1 as lower_95, value + 1 as upper_95,
    period_type <> 'n' as is_preferred, coalesce(derived, false) as is_derived, *
from (values
    ('accommodation_percent', 'youth_justice_service', 'vellow', '2024-01-01'::date, '2024-03-31'::date, 'q', 'all',
        3, 4, 75.0, null, null),
    ('accommodation_percent', 'youth_justice_service', 'vellow', '2024-01-01', '2024-03-31', 'q', 'boys',
        1, 3, 100 / 3, 'p', null),
    ('accommodation_percent', 'youth_justice_service', 'oxterby', '2024-01-01', '2024-03-31', 'q', 'all',
        null, null, null, 'c', null),
    ('accommodation_percent', 'youth_justice_service', 'oxterby', '2024-01-01', '2024-03-31', 'q', 'boys',
        null, null, null, 'c2', null),
    ('accommodation_percent', 'youth_justice_service', 'norrow', '2024-01-01', '2024-03-31', 'q', 'all',
        0, 0, null, 'z', null),
    ('accommodation_percent', 'youth_justice_service', 'norrow', '2024-01-01', '2024-03-31', 'n', 'all',
        1, 2, 50.0, null, null),
    ('accommodation_percent', 'youth_justice_service', 'norrow_east', '2024-01-01', '2024-03-31', 'q', 'all',
        null, null, null, null, null),
    ('accommodation_percent', 'youth_justice_service', 'vellow', '2023-04-01', '2024-03-31', 'f', 'all',
        30, 40, 75.0, null, null),
    ('accommodation_percent', 'youth_justice_service', 'oxterby', '2023-04-01', '2024-03-31', 'f', 'all',
        3, 4, 75.0, null, true),
    ('accommodation_percent', 'youth_justice_service', 'study_f', '2023-04-01', '2024-03-31', 'f', 'all',
        3, 4, 75.0, null, null),
    ('entrants_per_100k', 'other', 'E13000099', '2023-01-01', '2023-12-31', 'y', 'all', null, null, 7, null, null),
    ('entrants_per_100k', 'other', 'FE0000002 / FE0000003', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 8, null, null),
    ('entrants_per_100k', 'country', 'FC9000001', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 130.5, null, null),
    ('entrants_per_100k', 'region', 'FR0000001', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 0.00001, null, null),
    ('entrants_per_100k', 'authority', 'FE0000001', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 140, 'r', null),
    ('entrants_per_100k', 'authority', 'FW0000001', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, -2, null, null),
    ('entrants_per_100k', 'authority', 'FE1000001', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 1, null, null),
    ('entrants_per_100k', 'authority', 'FE9999999', '2023-01-01', '2023-12-31', 'y', 'all',
        null, null, 1, null, null),
    ('entrants_per_100k', 'authority', 'FE0000001', '2023-12-01', '2024-02-29', 'd', 'all',
        null, null, 1, null, null),
    ('entrants_per_100k', 'authority', 'FE0000001', '2022-01-01', '2022-12-31', 't', 'all',
        null, null, 1, null, null)
) as t(indicator_id, area_type, area_code, period_start, period_end, period_type, breakdown_id, numerator, denominator,
    value, value_marker, derived);
"""
SERVICES = "accommodation_percent-1-services-financial_quarters"
AREAS = "entrants_per_100k-1-areas-calendar_year"


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    """A release with figures of every kind; no test changes it."""
    return publish_next(build_in(tmp_path_factory.mktemp("open_data"), sql=FIGURES))


@pytest.fixture(scope="module")
def tidy(release) -> Path:
    return release.path / "open-data" / "dfe-tidy"


def csv_files(data: Path) -> set[str]:
    return {path.relative_to(data).as_posix() for path in data.rglob("*.csv")}


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


# ----------------------------------------------------------------------------------------------- CSV on the Web


def test_every_csv_is_described_and_valid_as_csv_on_the_web(release):
    metadata = release.path / "data" / "csv-metadata.json"
    described = CSVW(str(metadata), validate=True)
    assert described.is_valid, described.warnings
    document = json.loads(metadata.read_text(encoding="utf-8"))
    assert {table["url"] for table in document["tables"]} == csv_files(release.path / "data")
    by_name = {table["url"]: table["tableSchema"] for table in document["tables"]}
    assert by_name["check_results.csv"]["primaryKey"] == ["tool", "check_id"]
    assert {
        "columnReference": ["indicator_id", "definition_version"],
        "reference": {"resource": "indicators.csv", "columnReference": ["indicator_id", "definition_version"]},
    } in by_name["observations-csv/2024.csv"]["foreignKeys"]


def test_lists_times_and_keys_are_typed(build, release_of):
    metadata = release_of(build()).path / "data" / "csv-metadata.json"
    tables = {table["url"]: table for table in json.loads(metadata.read_text(encoding="utf-8"))["tables"]}
    columns = {column["name"]: column for column in tables["observations-csv/2020.csv"]["tableSchema"]["columns"]}
    assert columns["derived_from"] == {
        "name": "derived_from", "titles": "derived_from", "datatype": "string", "separator": ";",
        "dc:description": "Observations it is made from",
    }  # fmt: skip
    assert columns["observation_id"]["required"] is True
    assert (columns["recorded_at"]["datatype"], columns["row"]["datatype"]) == ("dateTime", "integer")
    assert "required" not in columns["value"]
    described = CSVW(str(metadata), validate=True)
    assert described.is_valid, described.warnings


def test_a_reference_that_some_rows_lack_is_no_foreign_key(build, release_of):
    metadata = release_of(build(sql="update observations set delivery_id = null where row = 3")).path / "data"
    tables = json.loads((metadata / "csv-metadata.json").read_text(encoding="utf-8"))["tables"]
    (observations,) = (table["tableSchema"] for table in tables if table["url"] == "observations-csv/2020.csv")
    assert [key["columnReference"] for key in observations["foreignKeys"]] == [
        ["indicator_id", "definition_version"], ["service_id"]
    ]  # fmt: skip
    assert CSVW(str(metadata / "csv-metadata.json"), validate=True).is_valid


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("services.csv", "vellow", "oxterby", "primary key"),
        ("observations-csv/2024.csv", "2024-01-01", "1 January 2024", "yyyy-MM-dd"),
        ("observations-csv/2024.csv", "accommodation_percent", "accommodation_rate", "not found in"),
    ],
    ids=["a key twice", "no date", "an indicator that is not there"],
)
def test_the_description_is_one_that_a_wrong_file_fails(release, tmp_path, file, old, new, said):
    data = shutil.copytree(release.path / "data", tmp_path / "data")
    broken = data / file
    broken.chmod(0o644)
    broken.write_text(broken.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    described = CSVW(str(data / "csv-metadata.json"), validate=True)
    with pytest.raises(ValueError, match=said):
        assert not described.is_valid


# ------------------------------------------------------------------------------------------------ DfE tidy data


def test_services_stand_at_their_country_with_the_service_as_a_filter(tidy):
    found = rows(tidy / f"{SERVICES}.csv")
    assert [
        (r["time_period"], r["time_identifier"], r["geographic_level"], r["country_code"], r["country_name"])
        for r in found
    ] == [("202324", "Financial year Q4", "National", *country) for country in
          [("W92000004", "Wales")] * 2 + [("FC9000001", "Quillmarsh")] * 4]  # fmt: skip
    assert [
        (r["youth_justice_service"], r["breakdown"], r["value_percent"], r["numerator_count"], r["lower_95_ci"])
        for r in found
    ] == [
        ("Norrow (norrow)", "Total", "z", "0", "z"),
        ("Norrow (norrow_east)", "Total", "x", "x", "x"),
        ('\'=HYPERLINK("x")', "Boys", "c", "c", "c"),
        ('\'=HYPERLINK("x")', "Total", "c", "c", "c"),
        ("Vellow", "Boys", "33.3333333333", "1", "32.3333333333"),
        ("Vellow", "Total", "75", "3", "74"),
    ]


def test_areas_stand_at_their_level_with_the_columns_that_it_needs(tidy):
    found = rows(tidy / f"{AREAS}.csv")
    columns = ("geographic_level", "country_name", "region_code", "new_la_code", "la_name", "old_la_code", "lad_code")
    assert [(*(row[column] for column in columns), row["value_rate"]) for row in found] == [
        ("National", "Quillmarsh", "", "", "", "", "", "130.5"),
        ("Regional", "Quillmarsh", "E13000099", "", "", "", "", "7"),
        ("Regional", "Quillmarsh", "FR0000001", "", "", "", "", "0.00001"),
        ("Local authority", "Quillmarsh", "FR0000001", "FE0000001", "Vellow", "F01", "", "140"),
        ("Local authority", "Quillmarsh", "FR0000001", "FE0000002 / FE0000003", "Oxterby / Lower Oxterby", "F02 / F03",
         "", "8"),
        # The department has no code for a Welsh authority, and what its register calls its region is a country.
        ("Local authority district", "Wales", "", "", "", "", "FW0000001", "-2"),
    ]  # fmt: skip
    assert "numerator_count" not in found[0]  # no figure has one


def test_metadata_names_filters_units_and_decimals(tidy):
    meta = {row["col_name"]: row for row in rows(tidy / f"{SERVICES}.meta.csv")}
    assert {name: row["col_type"] for name, row in meta.items() if row["col_type"] == "Filter"} == {
        "youth_justice_service": "Filter", "breakdown": "Filter"
    }  # fmt: skip
    value = meta["value_percent"]
    assert (value["label"], value["indicator_unit"], value["indicator_dp"]) == (
        "Children in suitable accommodation (per cent)", "%", "1"
    )  # fmt: skip
    assert meta["breakdown"]["filter_default"] == "Total"
    long = {row["col_name"]: row["label"] for row in rows(tidy / f"{AREAS}.meta.csv")}["value_rate"]
    assert len(long) <= 100
    assert long.endswith(" …")


def test_a_filter_of_one_item_is_none_and_the_label_says_whose_it_is(tidy):
    name = "accommodation_percent-1-services-financial_year"
    (row,) = rows(tidy / f"{name}.csv")
    assert "youth_justice_service" not in row
    assert rows(tidy / f"{name}.meta.csv")[0]["label"] == "Children in suitable accommodation, Vellow (per cent)"


def test_every_figure_is_in_a_pair_or_left_out_with_a_reason(tidy, release):
    reasons = Counter({row["reason"]: int(row["figures"]) for row in rows(tidy / "LEFT_OUT.csv")})
    assert reasons == {
        "summed by this warehouse, not published": 1,
        "its publisher gives it as tidy data": 1,
        "the standard has no words for its days": 1,
        "no register holds the service": 1,
        "no register holds the area": 1,
        "the standard has no level for such an area": 1,
    }
    contents = rows(tidy / "CONTENTS.csv")
    assert {row["file"] for row in contents} == {
        p.name for p in tidy.glob("*-*.csv") if not p.name.endswith(".meta.csv")
    }
    assert all(len(rows(tidy / row["file"])) == int(row["figures"]) for row in contents)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        (preferred,) = connection.execute("select count(*) from observations where is_preferred").fetchone()
    assert sum(int(row["figures"]) for row in contents) + reasons.total() == preferred


def test_our_own_screener_finds_no_error(tidy):
    found = {
        problem.rule
        for meta in tidy.glob("*.meta.csv")
        for problem in screened(meta.with_name(meta.name.replace(".meta.csv", ".csv")), meta)
    }
    assert {rule for rule in found if RULES[rule].severity in ("error", "refuse")} == set()
    # Services are a filter that the department's dictionary does not have, and a Welsh authority has no region.
    assert {rule for rule in found if RULES[rule].severity == "warning"} == {
        "tidy_check_data_dictionary_col_name", "tidy_region_for_lad"
    }  # fmt: skip


def screened(data: Path, meta: Path):
    """What breaks the standard, judged by the areas of the release."""
    areas = {
        "National": pl.DataFrame({"country_code": ["FC9000001", "W92000004"], "country_name": ["Quillmarsh", "Wales"]}),
        "Regional": pl.DataFrame(
            {"region_code": ["FR0000001", "E13000099"], "region_name": ["Upper Quillmarsh", "Inner Quillmarsh"]}
        ),
        "Local authority": pl.DataFrame(
            {
                "new_la_code": ["FE0000001", "FE0000002 / FE0000003"],
                "la_name": ["Vellow", "Oxterby / Lower Oxterby"],
                "old_la_code": ["F01", "F02 / F03"],
            }
        ),
        "Local authority district": pl.DataFrame({"lad_code": ["FW0000001"], "lad_name": ["Norrow"]}),
    }
    writings = (writing_of(data.read_bytes(), data), writing_of(meta.read_bytes(), meta))
    return screen(table(data), table(meta), data.name, meta.name, references=References(areas), writings=writings)


def table(path: Path) -> Table:
    (sheet,) = read(path)
    return tabulate(sheet, sheet.first_row)


def test_the_same_figures_give_the_same_bytes(tidy, tmp_path):
    shuffled = "create or replace table observations as from observations order by md5(observation_id || 'x');"
    again = publish_next(build_in(tmp_path, sql=FIGURES + shuffled)).path / "open-data" / "dfe-tidy"
    names = sorted(path.name for path in tidy.iterdir())
    assert names == sorted(path.name for path in again.iterdir())
    assert [name for name in names if (tidy / name).read_bytes() != (again / name).read_bytes()] == []


def test_what_the_files_say_makes_no_claim(tidy):
    said = [row["label"] for meta in tidy.glob("*.meta.csv") for row in rows(meta)]
    said += (tidy / "README.md").read_text(encoding="utf-8").split("\n")
    said += [row["reason"] for row in rows(tidy / "LEFT_OUT.csv")]
    assert [str(claim) for claim in Linter().find_in_strings("open data", said)] == []


def test_a_release_without_what_the_files_need_has_none(build, release_of):
    release = release_of(build())
    assert not (release.path / "open-data").exists()
    assert (release.path / "data" / "csv-metadata.json").is_file()


def test_a_fictional_release_says_so_in_every_name_and_label(build, release_of):
    release = release_of(build(sql=FIGURES), is_fictional=True)
    folder = release.path / "open-data" / "dfe-tidy"
    assert all(path.name.startswith("FICTIONAL_") for path in folder.glob("*-*.csv"))
    labels = [row["label"] for meta in folder.glob("*.meta.csv") for row in rows(meta)]
    assert labels
    assert all(label.startswith("FICTIONAL. ") for label in labels)
    assert "FICTIONAL" in (folder / "README.md").read_text(encoding="utf-8")
    assert json.loads((release.path / "data" / "csv-metadata.json").read_text(encoding="utf-8"))["dc:title"].startswith(
        "FICTIONAL. "
    )


@pytest.mark.parametrize(
    ("start", "end", "period", "identifier"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), "2023", "Calendar year"),
        (date(2023, 4, 1), date(2024, 3, 31), "202324", "Financial year"),
        (date(2023, 9, 1), date(2024, 8, 31), "202324", "Academic year"),
        (date(1999, 4, 1), date(2000, 3, 31), "199900", "Financial year"),
        (date(2023, 4, 1), date(2023, 6, 30), "202324", "Financial year Q1"),
        (date(2024, 1, 1), date(2024, 3, 31), "202324", "Financial year Q4"),
        (date(2023, 10, 1), date(2024, 3, 31), "202324", "Part 2 (October to March)"),
        (date(2024, 2, 1), date(2024, 2, 29), "2024", "February"),
        (date(2024, 12, 30), date(2025, 1, 5), "2025", "Week 1"),
    ],
)
def test_days_are_written_in_the_words_of_the_standard(start, end, period, identifier):
    time = tidy_time(start, end, load_catalogue(), load_tidy())
    assert (time.period, time.identifier) == (period, identifier)
    assert time.family == load_tidy().times[identifier].mixes_with


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2023, 12, 1), date(2024, 2, 29)), (date(2023, 7, 1), date(2024, 6, 30)), (date(2023, 6, 30),) * 2],
)
def test_days_that_the_standard_has_no_words_for_are_not_bent(start, end):
    assert tidy_time(start, end, load_catalogue(), load_tidy()) is None


def test_breakdowns_of_one_label_are_told_apart():
    catalogue = load_catalogue()
    alike = {**catalogue.breakdowns, "boys_too": catalogue.breakdowns["boys"]}
    written = items(["all", "boys", "boys_too", "sex=Male"], _with(catalogue, alike), load_tidy())
    assert written == {
        "all": "Total", "boys": "Boys (boys)", "boys_too": "Boys (boys_too)", "sex=Male": "sex=Male"
    }  # fmt: skip


def _with(catalogue, breakdowns):
    from dataclasses import replace

    return replace(catalogue, breakdowns=breakdowns)
