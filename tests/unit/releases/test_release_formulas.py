"""Texts that a spreadsheet would run are shown in every CSV of a release, and are as they came everywhere else."""

import csv
import json

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli.main import dovetail
from reports.spreadsheet import shown, shown_sql

FORMULA = "=cmd|'/C calc'!A0"
PLAIN = ["-", "+", "..", "-5.2", "-1,000", "+3", "x", "", "E06000001", "a=b", "2023-24", "[x]"]
RUNS = [FORMULA, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＠a", "-\n=1", "--1"]


@pytest.mark.parametrize("text", PLAIN)
def test_numbers_signs_and_plain_text_stay_as_they_are(text):
    assert shown(text) == text


@pytest.mark.parametrize("text", RUNS)
def test_what_would_run_has_an_apostrophe_before_it(text):
    assert shown(text) == f"'{text}"


@given(st.text(alphabet="=+-@\t\r\n＝＋－＠'\"{}1.,a |;é", max_size=6))
def test_the_query_and_the_program_agree(text):
    with duckdb.connect() as connection:
        row = connection.execute(f"select {shown_sql('t')} from (select ?::varchar as t)", [text]).fetchone()
    assert row == (shown(text),)


def hostile(build, release_of):
    quoted = FORMULA.replace("'", "''")
    return release_of(build(sql=f"update quarantined_rows set value = '{quoted}' where row = 3"))


def test_a_release_shows_formulas_in_csv_and_keeps_them_in_parquet(build, release_of):
    data = hostile(build, release_of).path / "data"
    with (data / "quarantined_rows.csv").open(encoding="utf-8", newline="") as lines:
        cells = {row["row"]: row["value"] for row in csv.DictReader(lines)}
    assert cells == {"3": f"'{FORMULA}", "7": "n/a"}
    assert FORMULA in pl.read_parquet(data / "quarantined_rows.parquet")["value"].to_list()
    assert "has an apostrophe before it" in (data.parent / "DICTIONARY.md").read_text(encoding="utf-8")


def test_sql_shows_formulas_in_csv_and_takes_no_cell_for_markup(build, release_of):
    warehouse = hostile(build, release_of).path.parents[1]
    query = "select value as \"=1+1\", '[x] [/red]' as m, '\x1b[2J' as e from quarantined_rows where row = 3"

    def said(*options: str) -> str:
        result = CliRunner().invoke(dovetail, ["sql", query, "--warehouse", str(warehouse), *options])
        assert result.exit_code == 0, result.exception
        return result.output

    assert list(csv.reader(said("--csv").splitlines()))[:2] == [
        ["'=1+1", "m", "e"], [f"'{FORMULA}", "[x] [/red]", "\x1b[2J"]
    ]  # fmt: skip
    assert json.loads(said("--json"))[0]["=1+1"] == FORMULA
    table = said()
    assert "[x] [/red]" in table
    assert r"\x1b[2J" in table
