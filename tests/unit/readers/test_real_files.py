"""Every published file beside the checkout reads, and those of MANIFEST.md give the numbers named there."""

import math
from pathlib import Path

import pytest

from pipelines.readers import RawSheet, Table, UnreadableFile, read, tabulate

REAL = Path(__file__).parents[4] / "shared" / "real"
if not REAL.is_dir():
    pytest.skip("shared/real is not beside the checkout", allow_module_level=True)

READABLE = {".csv", ".txt", ".xlsx", ".ods", ".xls", ".parquet", ".json", ".zip"}
FILES = sorted(path.relative_to(REAL) for path in REAL.rglob("*") if path.suffix in READABLE)


@pytest.mark.parametrize("path", [path for path in FILES if path.parts[0] != "boundaries"], ids=str)
def test_every_file_reads(path: Path) -> None:
    sheets = read(REAL / path)
    assert any(sheet.cells.height for sheet in sheets)
    for sheet in sheets:
        assert sheet.cells.columns == ["__row", *(str(place) for place in range(1, sheet.cells.width))]
        assert sheet.cells["__row"].is_sorted()
        assert sheet.cells["__row"].n_unique() == sheet.cells.height
        assert not any((column == "").any() for column in sheet.cells.iter_columns() if column.name != "__row")


@pytest.mark.parametrize("suffix", ["shp", "shx", "dbf"])
def test_a_shapefile_is_refused(suffix: str) -> None:
    with pytest.raises(UnreadableFile):
        read(REAL / "boundaries" / f"CTYUA_April_2019_EW_BUC.{suffix}")


def sheet_of(path: str, name: str | None = None) -> RawSheet:
    return next(sheet for sheet in read(REAL / path) if name is None or sheet.sheet == name)


def table_of(path: str, header_row: int | None = 1, name: str | None = None, header_rows: int = 1) -> Table:
    return tabulate(sheet_of(path, name), header_row, header_rows)


@pytest.mark.parametrize(
    ("path", "header_row", "rows", "columns"),
    [
        ("la_register/uk_local_authorities_current__v1.3.0.csv", 1, 467, 38),
        ("la_register/lookup_name_to_registry__v1.3.0.csv", 1, 1764, 2),
        ("la_register/lad_codes_dates_chd2023.csv", 1, 409, 7),
        ("la_register/ees_las.csv", 1, 176, 9),
        ("la_register/lait_la_code_list.xlsx", 1, 171, 4),
        ("neet_ni117/UD_NEETNK_LA_dashboard_2021_vg_removed.csv", 1, 161, 54),
        ("neet_ni117/UD_NEETNK_LA_dashboard_2022_final.csv", 1, 160, 50),
        ("lait/lait_data_dictionary__2025-02.csv", 1, 397, 18),
        ("lait/lait_bds_long__2025-01-28.parquet", None, 559_300, 7),
        ("fingertips/ut_data_extract_compare_england.json", None, 117, 35),
        ("fingertips/Comp_data_ut.json", None, 39, 5),
        ("fingertips/fingertipsnext_areas.csv", 1, 2983, 7),
        ("youth_justice/yjb_2021-22_children_by_yjs.csv", 1, 154, 5),
        ("hmip/hmi_youth_justice_inspection_ratings__2025-02-14.csv", 1, 82, 19),
        ("population/population_mid2020_ltla20_single_year.csv", 1, 336, 94),
        ("deprivation/IoD2019_lad.csv", 1, 3170, 10),
        ("deprivation/IoD2019_utla_imd.csv", 1, 151, 12),
        ("ci_reference/testdata_Proportion.xlsx", 1, 19, 11),
        ("ees/absence_school_reference/data.parquet", None, 216, 15),
        ("ees/absence_school_reference/source.csv", 1, 216, 21),
    ],
)
def test_rows_and_columns_of_the_manifest(path: str, header_row: int | None, rows: int, columns: int) -> None:
    table = table_of(path, header_row)
    assert (table.frame.height, len(table.columns)) == (rows, columns)


def test_windows_1252_text_is_no_mojibake() -> None:
    sheet = sheet_of("messy_workbooks/SFR20_2018_UD_metadata_document.txt")
    assert sheet.cells.height == 213
    text = " ".join(cell for row in sheet.cells.rows() for cell in row[1:] if cell)
    assert "\N{RIGHT SINGLE QUOTATION MARK}" in text
    assert "\ufffd" not in text
    assert "â€" not in text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_a_real_file_reads_the_same_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    path = REAL / "la_register" / "lookup_name_to_registry__v1.3.0.csv"
    copy = tmp_path / path.name
    copy.write_text(path.read_text(encoding="utf-8"), encoding=encoding)
    assert read(copy)[0].cells.equals(read(path)[0].cells)


def test_a_byte_order_mark_is_not_part_of_the_first_name() -> None:
    assert table_of("fingertips/fingertipsnext_areas.csv").columns[0] == "Children"
    header = table_of("deprivation/IoD2019_utla_imd.csv").columns
    assert header[2] == "IMD - Average rank", "header cells here end in a space"


def test_lines_of_the_dictionary_are_lines_of_the_file() -> None:
    path = REAL / "lait" / "lait_data_dictionary__2025-02.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    table = table_of("lait/lait_data_dictionary__2025-02.csv")
    for number, code in table.frame.select("__row", "Measure_code").rows():
        assert lines[number - 1].startswith(f'"{code}",')
    assert table.frame["__row"][-1] > 397, "quoted line breaks make the file longer than its records"


def test_lait_codes_and_values_are_text_without_invented_digits() -> None:
    frame = table_of("lait/lait_bds_long__2025-01-28.parquet", None).frame
    assert frame["LA Number"][0] == "301"
    assert (frame["Values"] == "-").sum() == 83_993
    assert not frame["LA Number"].str.contains(r"\.").any()


def test_neighbours_repeat_their_header() -> None:
    table = table_of("statistical_neighbours/sn_april_2021.xlsx", 3)
    repeats = ["SNP", *(f"SNP ({number})" for number in range(2, 11))]
    assert [name for name in table.columns if name.startswith("SNP")] == repeats
    assert [row for row, _ in table.notes][:2] == [1, 2]


def test_revenue_outturn_keeps_its_hidden_row() -> None:
    sheet = sheet_of("messy_workbooks/RSX_LA_Data_2024-25_data_by_LA.ods", "RSX_LA_Data_202425")
    assert (sheet.cells.height, sheet.cells.width - 1) == (431, 105)
    assert sheet.cells["__row"][-1] == 431
    assert any(sheet.cells.row(-1)[1:])
    table = tabulate(sheet, 7)
    barnsley = table.frame.filter(table.frame["ONS Code"] == "E08000016").row(0)
    assert [cell for cell in barnsley[8:] if cell][:3] == ["60522", "121609", "182131"]
    assert sum((column == "[x]").sum() for column in table.frame.iter_columns() if column.name != "__row") == 891
    assert [row for row, _ in table.notes] == [1, 2, 3, 4, 5, 6]


def test_inspections_have_iso_dates() -> None:
    table = table_of("messy_workbooks/LA_Inspection_Outcomes_as_at_31_March_2025.ods", 3, "Inspections_as_at_31_March")
    assert table.frame.height == 153
    (barnsley,) = (row for row in table.frame.rows() if "Barnsley" in row)
    assert {"2023-09-11", "Good"} <= set(barnsley)


def test_legacy_workbook_of_ten_sheets() -> None:
    sheets = read(REAL / "messy_workbooks" / "ashe-79.xls")
    assert len(sheets) == 10
    male = next(sheet for sheet in sheets if sheet.sheet == "Male")
    assert (male.cells.height, male.cells.width - 1) == (422, 20)
    table = tabulate(male, 5)
    assert table.frame.row(0)[:5] == (6, "United Kingdom ", "K02000001", "13905", "37.5")
    assert table.columns[4:7] == ("change", "Mean", "change (2)")


def test_a_merged_header_in_workbook_and_csv() -> None:
    book = table_of("messy_workbooks/SFR49_2014_LATables.xlsx", 5, "Table LA4", 2)
    text = table_of("messy_workbooks/sheet4_oc21_2014_saved_as.csv", 5, None, 2)
    assert book.columns == text.columns
    assert book.columns[3].startswith("Looked after children aged 10 and above | Number convicted")
    assert book.frame.row(0)[:5] == (8, "ENGLAND", "47670", "30660", "1710")
    assert text.frame.row(0)[:5] == (8, "ENGLAND", "47,670", "30,660", "1,710")
    assert [note for note in book.notes if note[1].startswith("x = number less than or equal to 5")]
    (barnsley,) = (row for row in book.frame.rows() if row[1] == "Barnsley")
    assert barnsley[2:] == ("160", "90", "x", "x")


def test_twenty_five_sheets_of_loneliness() -> None:
    assert len(read(REAL / "messy_workbooks" / "coronavirusandlonelinessreferencetable.xlsx")) == 25


def test_reference_intervals_keep_every_digit() -> None:
    frame = table_of("ci_reference/testdata_Proportion.xlsx").frame
    assert frame["lower95_0cl"][0] == "0.0017674320641406511"
    assert math.isclose(float(frame["value"][0]), 0.01)


@pytest.mark.parametrize(
    ("name", "sheet", "rows", "columns"),
    [
        ("exclusions_by_reason", "exclusions_by_reason.csv", 7004, 35),
        ("school_applications_and_offers", "school_applications_and_offers.csv", 1620, 27),
    ],
)
def test_zipped_pairs(name: str, sheet: str, rows: int, columns: int) -> None:
    table = table_of(f"ees/real_zips/{name}.zip", 1, sheet)
    assert (table.frame.height, len(table.columns)) == (rows, columns)
    assert {found.sheet for found in read(REAL / f"ees/real_zips/{name}.zip")} == {f"{name}.csv", f"{name}.meta.csv"}


@pytest.mark.parametrize(
    ("code", "areas"), [("E06", 66), ("E08", 37), ("E09", 33), ("E10", 34), ("E12", 9), ("W06", 24)]
)
def test_code_history_keeps_every_version(code: str, areas: int) -> None:
    table = table_of(f"la_register/chd_{code}.json", None)
    assert table.columns[0] == "key"
    assert table.frame["key"].n_unique() == areas
