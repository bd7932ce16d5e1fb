"""What the workbooks of a release hold: its figures, each with where it is from, and everything that has none."""

import re
import shutil
import zipfile
from datetime import date

import duckdb
import pytest

from reports.claims import ClaimRefused, Linter
from reports.release import open_release
from reports.spreadsheets import check, claimed, release_book, service_book, writing
from reports.spreadsheets.book import Book, Number
from tests.unit.reports.spreadsheets.books import book, cells, written

WANTED = 3


@pytest.fixture(scope="module")
def fictional(fictional_release):
    with open_release(fictional_release) as release:
        yield release


@pytest.fixture(scope="module")
def services(fictional) -> dict[str, Book]:
    ids = [row["service_id"] for row in fictional.rows(
        "select service_id from services order by service_id"
    )][:WANTED]  # fmt: skip
    return dict(service_book.books(fictional, ids))


def of(made: Book, name: str) -> list[dict[str, object]]:
    """The rows of a sheet by heading, without its notes; of a number its value."""
    (sheet,) = (sheet for sheet in made.worksheets if sheet.name == name)
    headings = [re.sub(r" \[note \d+\]", "", column.label) for column in sheet.columns]
    return [
        dict(zip(headings, (cell.value if isinstance(cell, Number) else cell for cell in row), strict=True))
        for row in sheet.rows
    ]


def test_every_current_value_of_a_service_is_in_its_workbook_and_equal(fictional, services):
    compared = 0
    for service_id, made in services.items():
        rows = {row["Observation id"]: row for row in of(made, "All_periods")}
        expected = fictional.rows(
            "select * from observations where is_current and breakdown_id = 'all' and area_code = ?", [service_id]
        )
        assert {row["observation_id"] for row in expected} <= set(rows)
        for row in expected:
            shown = rows[row["observation_id"]]
            marker = f"[{row['value_marker']}]" if row["value_marker"] else "none"
            assert shown["Value"] == (marker if row["value"] is None else row["value"])
            assert shown["Marker"] == marker
            assert (shown["First day"], shown["Last day"]) == (row["period_start"], row["period_end"])
            assert shown["Delivery"] == row["delivery_id"]
            for heading, column in (("Lower 95% limit", "lower_95"), ("Numerator", "numerator")):
                assert shown[heading] == row[column] or (row[column] is None and str(shown[heading])[0] == "[")
            compared += 1
    assert compared > 10


def test_the_latest_values_are_the_last_period_of_each_indicator_and_area(services):
    for made in services.values():
        every, latest = of(made, "All_periods"), of(made, "Latest")
        ends: dict[tuple[object, ...], list[date]] = {}
        for row in every:
            ends.setdefault((row["Indicator"], row["Definition version"], row["Area"]), []).append(row["Last day"])
        assert {(r["Indicator"], r["Definition version"], r["Area"]): r["Last day"] for r in latest} == {
            key: max(days) for key, days in ends.items()
        }


def test_the_workbook_says_what_cannot_be_said_and_how_the_service_was_organised(services):
    made = next(iter(services.values()))

    assert all(row["Why"] and row["Who can close it"] for row in of(made, "Gaps"))
    assert all(row["Structural model"] for row in of(made, "Structures"))
    used = {(row["Indicator"], row["Definition version"]) for row in of(made, "All_periods")}
    assert {(row["Indicator"], row["Definition version"]) for row in of(made, "Definitions")} == used
    assert {row["Delivery"] for row in of(made, "Deliveries")} >= {row["Delivery"] for row in of(made, "Latest")} - {
        "[z]"
    }


def test_a_comparison_never_stands_without_its_services_used_and_in_scope(fictional, services):
    tables = [*(of(made, "Comparisons") for made in services.values()), of(release_book.book(fictional), "Comparisons")]

    for rows in tables:
        assert rows
        assert all(row["Services used"] <= row["Services in scope"] for row in rows)


def test_the_workbook_of_the_release_holds_every_service_and_model(fictional):
    made = release_book.book(fictional)

    assert len(of(made, "Services")) == fictional.row("select count(*) as n from services")["n"]
    medians = {
        (row["Comparison id"], row["Structural model"]): row["Median"]
        for row in of(made, "Comparisons")
        if not isinstance(row["Median"], str)
    }
    expected = fictional.rows("select comparison_id, model_label, median from comparisons where median is not null")
    assert medians == {(row["comparison_id"], row["model_label"]): row["median"] for row in expected}


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_what_is_made_of_a_release_breaks_no_rule_and_says_that_it_is_fictional(kind, services, fictional, tmp_path):
    for name, made in [*services.items(), ("release", release_book.book(fictional))]:
        path = written(made, tmp_path, kind, name)
        assert check.broken(path, is_fictional=True) == []
        assert all(rows[1][0].startswith("FICTIONAL") for rows in cells(path).values())


def test_a_release_that_is_not_fictional_says_nothing_of_it(real_like_release, tmp_path):
    with open_release(real_like_release) as release:
        path = written(release_book.book(release), tmp_path, "xlsx")

    assert check.broken(path, is_fictional=False) == []
    assert not any("FICTIONAL" in str(cell) for rows in cells(path).values() for row in rows for cell in row)


@pytest.mark.parametrize(
    "hostile", ["=cmd|'/C calc'!A0 [c](http://x.example) $$best$$ <b>&amp;</b> x\x0b\n\ty", " "], ids=["all", "blank"]
)
def test_names_and_texts_of_the_data_are_shown_and_never_obeyed(hostile, fictional_release, tmp_path):
    folder = shutil.copytree(fictional_release, tmp_path / fictional_release.name)
    with duckdb.connect(str(folder / "dovetail.duckdb")) as connection:
        texts = connection.execute(
            "select table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and schema_name = 'main'"
            " and column_name in ('service_name', 'area_name', 'file_name', 'sheet', 'column', 'evidence', 'title')"
        ).fetchall()
        for table, column in texts:
            connection.execute(f'update {table} set "{column}" = ?', [hostile])
    with open_release(folder) as release:
        (service_id,) = service_book.ids(release)[:1]
        ((_, made),) = service_book.books(release, [service_id])
        whole = release_book.book(release)
    for name, one in (("service", made), ("release", whole)):
        assert not [claim for claim in claimed.find(Linter(), name, one) if not claim.is_quoted]
        for kind in ("xlsx", "ods"):
            path = written(one, tmp_path, kind, name)
            assert check.broken(path, is_fictional=True) == []
            with zipfile.ZipFile(path) as archive:
                assert not any(
                    b"x.example" in archive.read(part) for part in archive.namelist() if part.endswith(".rels")
                )


def test_our_words_in_a_workbook_may_not_claim_and_quoted_ones_stand():
    ours = claimed.find(Linter(), "spreadsheets/x.xlsx", book(title="The model that works best"))
    quoted = claimed.find(
        Linter(),
        "x",
        book(
            title="Values of the best in Vellow",
            quoted="the best in Vellow",
            rows=[("What works", "[x]", "[x]", "none", "[z]")],
        ),
    )

    assert ours
    assert not any(claim.is_quoted for claim in ours)
    assert all("x.xlsx" in str(claim) for claim in ours)
    assert quoted
    assert all(claim.is_quoted for claim in quoted)


def test_every_service_and_the_release_get_both_formats_whoever_writes_them(fictional_release, tmp_path, monkeypatch):
    with open_release(fictional_release) as release:
        every = service_book.ids(release)
    monkeypatch.setattr(service_book, "ids", lambda _release: every[:2])
    alone = writing.write(fictional_release, tmp_path / "alone")
    monkeypatch.setattr(writing, "_WORTH_A_PROCESS", 0)
    shared = writing.write(fictional_release, tmp_path / "shared", processes=1)

    assert set(alone) == {f"spreadsheets/{name}.{kind}" for name in ("release", *every[:2]) for kind in ("ods", "xlsx")}
    assert alone == shared
    for path in alone:
        assert (tmp_path / "alone" / path).read_bytes() == (tmp_path / "shared" / path).read_bytes(), path


def test_a_workbook_that_was_written_before_is_not_written_again_and_another_is(
    fictional_release, tmp_path, monkeypatch
):
    monkeypatch.setattr(service_book, "ids", lambda _release: [])
    wrote: list[str] = []
    plain = dict(writing._WRITERS)
    for kind, writer in plain.items():
        monkeypatch.setitem(writing._WRITERS, kind, lambda *given, w=writer, k=kind: (wrote.append(k), w(*given)))
    monkeypatch.setattr(release_book, "book", lambda _release: book())
    kept = tmp_path / "kept"

    first = writing.write(fictional_release, tmp_path / "first", kept=kept)
    again = writing.write(fictional_release, tmp_path / "again", kept=kept)

    assert first == again
    assert wrote == ["xlsx", "ods"]
    for path in first:
        assert (tmp_path / "first" / path).read_bytes() == (tmp_path / "again" / path).read_bytes()
    monkeypatch.setattr(
        release_book, "book", lambda _release: book(rows=[("Vellow", Number(2, 0), "none", "[x]", "[z]")])
    )
    writing.write(fictional_release, tmp_path / "another", kept=kept)
    assert wrote == ["xlsx", "ods"] * 2


def test_a_workbook_that_claims_too_much_is_not_written(fictional_release, tmp_path, monkeypatch):
    monkeypatch.setattr(service_book, "ids", lambda _release: [])
    monkeypatch.setattr(release_book, "book", lambda _release: book(title="Services that perform best, ranked"))

    with pytest.raises(ClaimRefused):
        writing.write(fictional_release, tmp_path)
    assert not list((tmp_path / "spreadsheets").iterdir())
