"""All ten returns in one workbook behind a cover sheet: a delivery for each, the same numbers as from ten files."""

import csv
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.deliveries import receive
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES
from tests.unit.intake.kpi.test_templates import RETURNS, expected_of, shown

COVER = ["FICTIONAL return", "Service: Quillmarsh", "Quarter: April to June 2023", "Contents"]


def workbook(path: Path, names: list[str]) -> None:
    """Cover sheet, then a sheet a KPI; sheets are called by number so that no name tells what they hold."""
    with xlsxwriter.Workbook(path) as book:
        cover = book.add_worksheet("Cover")
        for row, text in enumerate(COVER):
            cover.write(row, 0, text)
        for number, name in enumerate(names, start=1):
            sheet = book.add_worksheet(f"Sheet {number}")
            with (FIXTURES / f"good/kpi/{name}.csv").open(encoding="utf-8", newline="") as lines:
                for row, cells in enumerate(csv.reader(lines)):
                    for column, text in enumerate(cells):
                        sheet.write(row, column, int(text) if text.isdigit() else text)


@pytest.fixture
def outcomes(workspace, tmp_path):
    path = tmp_path / "FICTIONAL_returns.xlsx"
    workbook(path, list(RETURNS))
    return receive([path], workspace, load_catalogue())


def test_a_workbook_of_ten_sheets_is_ten_deliveries(outcomes):
    assert sorted(outcome.source_id for outcome in outcomes) == sorted(dataset for dataset, _ in RETURNS.values())
    assert {outcome.verdict for outcome in outcomes} == {"accepted"}
    assert sum(outcome.cells_quarantined for outcome in outcomes) == 0


def test_the_numbers_are_those_of_ten_files(outcomes, landed):
    for name, (dataset, _) in RETURNS.items():
        numbers, expected = landed(dataset), expected_of(name)
        assert {key: shown(numbers[key], number) for key, number in expected.items()} == expected
