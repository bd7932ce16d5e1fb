"""Layouts that no real file at hand has: each declared dataset over a small fictional extract of that layout.

What belongs here: that a layout's numbers land where they should. What does not: rules of intake (tests/unit/intake).
"""

import csv
import zipfile
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.sidecar import Said
from pipelines.workspace import Workspace
from sources.catalogue import load_catalogue

GOOD = Path(__file__).parents[1] / "fixtures" / "good"
SOURCES = GOOD / "sources"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
COUNT = "children_cautioned_or_sentenced_10_to_17"


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    """A warehouse that has the fictional registers."""
    workspace = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    registers = [GOOD / "intake" / "FICTIONAL_authorities.csv", SOURCES / "FICTIONAL_service_register.csv"]
    assert [outcome.verdict for outcome in receive(registers, workspace, load_catalogue())] == ["accepted"] * 2
    return workspace


@pytest.fixture
def deliver(workspace):
    """Receive one file of one dataset, and give its outcome and landed rows."""
    catalogue = load_catalogue()

    def one(path: str | Path, **said: object):
        path = SOURCES / path if isinstance(path, str) else path
        (outcome,) = receive([path], workspace, catalogue, options=Said(**said) if said else None)
        landed = workspace.landed / "observations" / str(outcome.source_id) / f"{outcome.delivery_id}.parquet"
        return outcome, pl.read_parquet(landed) if landed.exists() else pl.DataFrame()

    return one


def values(rows: pl.DataFrame, **keys: object) -> dict[str, float | str]:
    """Area code (with breakdown where there is one) -> value or marker."""
    found = rows.filter(**keys)
    return {
        row["area_code"] + ("" if row["breakdown_id"] == "all" else f" {row['breakdown_id']}"): row["value"]
        if row["value"] is not None
        else row["value_marker"]
        for row in found.iter_rows(named=True)
    }


def test_children_table_adds_up_its_groups_by_service_and_sex(deliver):
    outcome, rows = deliver("FICTIONAL_local_level_children.csv")
    assert outcome.source_id == "yjb__local_level_children"
    assert values(rows, indicator_id=COUNT, period_start=date(2019, 4, 1)) == {
        "quillmarsh": 1047, "quillmarsh male": 1042, "quillmarsh female": 5,
        "vellow": 7, "vellow male": 7,
    }  # fmt: skip
    # A suppressed group leaves the service's sum without a value, not one child short.
    assert values(rows, period_start=date(2020, 4, 1)) == {"vellow": "c", "vellow male": 4, "vellow female": "c"}
    assert outcome.set_aside["rule"].to_list() == ["service_unknown"]


def test_the_annual_zip_of_three_workbooks_with_their_data_on_the_third_sheet(workspace, tmp_path):
    """As published: a workbook each for children, offences and outcomes, cover and contents before the data."""
    annual = tmp_path / "annual.zip"
    with zipfile.ZipFile(annual, "w") as package:
        books = {"children": "Children_Table", "offences": "Offence_Table v2", "outcomes": "Outcome_Table"}
        for table, member in books.items():
            with (SOURCES / f"FICTIONAL_local_level_{table}.csv").open(encoding="utf-8", newline="") as lines:
                data = list(csv.reader(lines))
            book = tmp_path / f"{member}.ods"
            _write_ods(book, {"Cover": [["FICTIONAL"], ["About"]], "Contents": [["Data"], ["Notes"]], "Data": data})
            package.write(book, book.name)
    found = {outcome.source_id: outcome for outcome in receive([annual], workspace, load_catalogue())}
    landed = {
        source_id: pl.read_parquet(workspace.landed / "observations" / source_id / f"{outcome.delivery_id}.parquet")
        for source_id, outcome in found.items()
    }
    assert {source_id: rows.height for source_id, rows in landed.items()} == {
        "yjb__local_level_children": 8, "yjb__local_level_offences": 2, "yjb__local_level_outcomes": 8,
    }  # fmt: skip
    children = landed["yjb__local_level_children"]
    assert values(children, breakdown_id="all", period_start=date(2019, 4, 1)) == {"quillmarsh": 1047, "vellow": 7}
    assert children["sheet"].unique().to_list() == ["Children_Table.ods/Data"]
    assert "sheet Offence_Table v2.ods/Cover not read (prose)" in str(found["yjb__local_level_children"].reason)


def test_outcome_table_with_a_stray_column_and_a_note_for_a_number(deliver):
    outcome, rows = deliver("FICTIONAL_local_level_outcomes.csv")
    assert outcome.source_id == "yjb__local_level_outcomes"
    assert outcome.cells_quarantined == 0
    assert values(rows) == {
        "oxterby": 42, "oxterby tier_pre_court": 11, "oxterby tier_first": 20, "oxterby tier_community": 9,
        "oxterby tier_custody": 2, "vellow": "x", "vellow tier_pre_court": 3, "vellow tier_first": "x",
    }  # fmt: skip


def test_offence_table_is_told_by_patterns_and_a_stray_nation_decides_nothing(deliver):
    outcome, rows = deliver("FICTIONAL_local_level_offences.csv")
    assert (outcome.source_id, outcome.verdict) == ("yjb__local_level_offences", "accepted")
    assert values(rows) == {"quillmarsh": 40, "vellow": 2}


@pytest.mark.parametrize(("year", "total"), [("2014-15", 7), ("2015-16", 5)])
def test_older_local_level_layouts_take_their_year_from_the_name(deliver, year, total):
    outcome, rows = deliver(f"FICTIONAL_outcomes_{year}.csv")
    assert outcome.source_id == f"yjb__outcomes_{year.replace('-', '_')}"
    assert values(rows, breakdown_id="all")["quillmarsh"] == total
    assert rows["period_start"].unique().to_list() == [date(int(year[:4]), 4, 1)]


def test_an_older_layout_whose_name_has_no_year_is_refused(deliver, tmp_path):
    unnamed = tmp_path / "outcomes.csv"
    unnamed.write_bytes((SOURCES / "FICTIONAL_outcomes_2014-15.csv").read_bytes())
    outcome, _ = deliver(unnamed)
    assert outcome.verdict == "refused"
    assert "[period_not_given]" in outcome.problems[0]
    unnamed.write_bytes(unnamed.read_bytes() + b"\r\n")
    outcome, rows = deliver(unnamed, period="2014-15")
    assert outcome.verdict == "accepted"
    assert rows["period_label"].unique().to_list() == ["2014-15"]


def test_first_time_entrants_with_years_across(deliver):
    outcome, rows = deliver("FICTIONAL_fte_table_2_9.csv")
    assert outcome.source_id == "yjb__first_time_entrants_by_authority"
    assert values(rows, period_start=date(2018, 1, 1)) == {"FE0000001": 48, "FE0000002": 20, "FE0000005": 7}
    assert values(rows, period_start=date(2019, 1, 1)) == {"FE0000001": 41, "FE0000002": 21, "FE0000005": "c"}
    # Marked cells of an authority that did not exist in the year are out of scope, not set aside.
    assert values(rows, period_start=date(2022, 1, 1)) == {"FE0000001": 30, "FE0000003": 12, "FE0000005": 5}
    assert (outcome.cells_quarantined, outcome.cells_out_of_scope) == (0, 3)


def test_map_inputs_with_codes_beside_the_services(deliver):
    outcome, rows = deliver("FICTIONAL_YJ_Stats_Children_Data_2021_22.csv")
    assert outcome.source_id == "yjb__children_cautioned_or_sentenced_by_service"
    # A service of two authorities stands on the row of each: the same number twice is one number.
    assert (outcome.verdict, outcome.cells_quarantined) == ("accepted", 0)
    assert values(rows, indicator_id=f"{COUNT}_per_1000") == {"quillmarsh": 2.3, "vellow": 2.2}
    assert rows.height == 6
    assert rows["period_label"].unique().to_list() == ["2021_22"]


def test_twelve_month_cohorts_are_another_version_than_three_month_cohorts(deliver):
    outcome, rows = deliver("FICTIONAL_reoffending_12_month_cohorts.csv")
    assert outcome.verdict == "accepted"
    assert rows["definition_version"].unique().to_list() == ["twelve_month_cohort"]
    first = rows.filter(indicator_id="reoffending_10_to_17_percent", area_code="quillmarsh").row(0, named=True)
    assert (first["period_start"], first["period_end"]) == (date(2012, 4, 1), date(2013, 3, 31))
    assert values(rows, indicator_id="reoffences_per_offender_10_to_17", period_start=date(2012, 4, 1)) == {
        "quillmarsh": 1.2,
        "vellow": "c",
    }


def test_fingertips_export_of_26_columns(deliver):
    outcome, rows = deliver("FICTIONAL_fingertips_export_26_columns.csv")
    assert outcome.source_id == "ohid__fingertips_csv_export"
    assert values(rows) == {"FE0000001": 182.8, "FE0000005": "x"}
    row = rows.filter(area_code="FE0000001").row(0, named=True)
    assert (row["numerator"], row["denominator"]) == (41, 22428)
    # England by deprivation decile is no number of England's.
    assert rows.filter(pl.col("value") == 400).is_empty()


def test_fingertips_export_of_27_columns_tells_sexes_and_area_types_apart(deliver):
    outcome, rows = deliver("FICTIONAL_fingertips_export_27_columns.csv")
    assert (outcome.source_id, outcome.verdict) == ("ohid__fingertips_csv_export", "accepted")
    assert values(rows, indicator_id="conceptions_under_18_per_1000") == {"FE0000001": 13.7}
    assert values(rows, indicator_id="neet_or_not_known_16_to_17_percent") == {"FE0000001 male": 6.1, "FE0000001": 5.5}


def test_service_reference_holds_populations_across(deliver):
    outcome, rows = deliver("FICTIONAL_service_reference.csv")
    assert (outcome.source_id, outcome.verdict) == ("yjb__service_reference", "accepted")
    assert values(rows, period_start=date(2020, 6, 30)) == {"quillmarsh": 22564, "vellow": 9080}


def test_the_year_of_an_estimate_is_not_the_year_of_its_boundaries(deliver):
    outcome, rows = deliver("FICTIONAL_population_mid2022_ltla21.csv")
    assert (outcome.source_id, outcome.verdict) == ("ons__population_single_year_of_age", "accepted")
    assert rows.select("period_start", "value").rows() == [(date(2022, 6, 30), 116.0)]


def _write_ods(path: Path, sheets: dict[str, list[list[str]]]) -> None:
    """A workbook of text cells, the least that a spreadsheet program would write."""
    body = "".join(
        f'<table:table table:name="{escape(name)}">' + "".join(_ods_row(row) for row in rows) + "</table:table>"
        for name, rows in sheets.items()
    )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", ODS, zipfile.ZIP_STORED)
        package.writestr("content.xml", content)


def _ods_row(row: list[str]) -> str:
    cells = "".join(
        f'<table:table-cell office:value-type="string"><text:p>{escape(text)}</text:p></table:table-cell>'
        for text in row
    )
    return f"<table:table-row>{cells}</table:table-row>"
