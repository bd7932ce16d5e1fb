"""What a researcher is shown works on a release: the guide's questions, the notebook, the snippets, the macros."""

import ast
import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipelines.answers.number import numbers
from pipelines.intake.periods import parse_period
from pipelines.intake.tidy import References, observed, screen, topic, writing_of
from pipelines.readers import Table, read, tabulate
from pipelines.releases.asking import of_database
from pipelines.releases.macros import MACROS
from pipelines.releases.store import ReleaseStore
from reports.claims import Linter
from sources.catalogue import load_catalogue
from tests.integration.sample import dovetail

pytestmark = pytest.mark.integration

DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "guides" / "researchers.md").read_text(encoding="utf-8")
EXAMPLES = DOCS / "examples"
QUESTIONS = re.findall(r"^## \d+\. (.+?)$(.*?)(?=^## )", GUIDE, re.DOTALL | re.MULTILINE)
BLOCKS = re.findall(r"```sql\n(.*?)```", GUIDE, re.DOTALL)
INDICATOR = "suitable_accommodation_at_order_end_percent"
RULES = load_catalogue().rules


@pytest.fixture(scope="module")
def published(built):
    """The release of the sample."""
    folder, _ = built
    return ReleaseStore(folder / "warehouse").current()


@pytest.fixture(scope="module")
def release(published):
    with duckdb.connect(str(published.database), read_only=True) as connection:
        yield connection


# ---------------------------------------------------------------------------------------------------- the guide


def test_the_guide_has_ten_questions_each_with_its_query():
    assert len(QUESTIONS) == 10
    assert all(title.endswith("?") and "```sql" in body for title, body in QUESTIONS)


@pytest.mark.parametrize("block", BLOCKS, ids=[block.strip().splitlines()[0][:60] for block in BLOCKS])
def test_a_query_of_the_guide_is_answered(block, release):
    for statement in release.extract_statements(block):
        rows = release.execute(statement).fetchall()
        assert rows or block.startswith("-- May be empty: ")


def test_a_macro_is_one_command_too(built):
    folder, _ = built
    query = f"select part, item from explain('{INDICATOR}', 'vorkorvex', 'latest') where part = 'delivery'"
    run = dovetail("sql", query, "--json", "--warehouse", folder / "warehouse")
    assert run.returncode == 0, run.stderr
    assert "SHA-256" in [row["item"] for row in json.loads(run.stdout)]


def test_the_guide_and_the_dictionary_name_every_macro(published):
    dictionary = (published.path / "DICTIONARY.md").read_text(encoding="utf-8")
    for macro in MACROS:
        assert f"{macro.name}(" in GUIDE
        assert f"### {macro.name}\n" in dictionary
        assert macro.call in dictionary


def test_the_guide_makes_no_claim():
    prose = re.sub(r"```.*?```", "", GUIDE, flags=re.DOTALL).split("\n\n")
    assert [str(claim) for claim in Linter().find_in_strings("researchers.md", prose)] == []


def test_links_of_the_guide_lead_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", GUIDE)
    assert len(links) >= 3
    assert [link for link in links if not (DOCS / "guides" / link).exists()] == []


# --------------------------------------------------------------------------------------------------- the macros


def test_every_macro_is_in_the_file_with_its_comment(release):
    found = dict(release.execute("select function_name, comment from duckdb_functions() where not internal").fetchall())
    assert found.keys() == {macro.name for macro in MACROS}
    assert all(found.values())


@pytest.mark.parametrize(("area", "period"), [("Vorkorvex", "latest"), ("vorkorvex", "2024-05-05")])
def test_explain_says_what_dovetail_explain_says(area, period, release, published):
    answers = numbers(of_database(published.database), INDICATOR, area, period)
    rows = release.execute(
        "select observation_id, part, item, text from explain(?, ?, ?)", [INDICATOR, area, period]
    ).fetchall()
    assert {row[0] for row in rows} == {answer.observation["observation_id"] for answer in answers}
    for answer in answers:
        told = answer.observation
        said = [row[1:] for row in rows if row[0] == told["observation_id"]]
        facts = {(part, item): text for part, item, text in said}
        assert float(facts["number", "value"]) == told["value"]
        assert facts["delivery", "file"] == answer.delivery["file_name"]
        assert facts["delivery", "row"] == str(told["row"])
        assert facts["definition", "counts"] == answer.definition["counts"]
        parts = [part for part, _, _ in said]
        assert parts.count("attribution") == len(answer.attributions)
        assert parts.count("structure") == len(answer.structures)
        assert parts.count("gap") == len(answer.gaps)
        assert parts.count("comparison") == len(answer.comparisons)
        assert parts.count("check") == len(answer.told)


def test_explain_tells_of_what_was_replaced(release):
    area, label, was = release.execute(
        "select before.area_code, before.period_label, before.value from observations before join observations o using"
        " (source_id, indicator_id, definition_version, area_type, area_code, period_start, period_end, breakdown_id)"
        " where indicator_id = ? and breakdown_id = 'all' and o.is_current and before.superseded_at is not null"
        " and before.value is not null order by all limit 1",
        [INDICATOR],
    ).fetchone()
    before = release.execute(
        "select text from explain(?, ?, ?) where part = 'before'", [INDICATOR, area, label]
    ).fetchall()
    assert any(text.startswith(f"{was}") for (text,) in before)


@pytest.mark.parametrize(
    ("area", "period", "said"),
    [("Nowhere", "latest", "Nothing is known of that"), ("Vorkorvex", "1999", "There are the periods 2023-04-01, ")],
)
def test_explain_of_what_is_not_there_says_what_is(area, period, said, release):
    with pytest.raises(duckdb.Error, match=said):
        release.execute("from explain(?, ?, ?)", [INDICATOR, area, period]).fetchall()


def test_compare_gives_what_comparisons_and_their_tests_hold(release):
    rows = release.execute("select count(*), count(p_value) from compare(?, 'yjb_2024')", [INDICATOR]).fetchone()
    assert (
        rows
        == release.execute(
            "select count(*), count(p_value) from comparisons left join comparison_tests using (comparison_id)"
            " where comparisons.indicator_id = ? and comparisons.typology_id = 'yjb_2024'",
            [INDICATOR],
        ).fetchone()
    )
    assert rows[1] > 0


def test_wilson_gives_the_limits_that_observations_carry(release):
    compared, furthest = release.execute(
        "select count(*), max(greatest(abs(100 * limits.lower - lower_95), abs(100 * limits.upper - upper_95))) from"
        " (select lower_95, upper_95, wilson(numerator, denominator) as limits from observations"
        "  where interval_method = 'wilson' and unit = 'percent' and denominator > 0)"
    ).fetchone()
    assert compared > 10_000
    assert furthest < 1e-6


# ------------------------------------------------------------------------------------------------- the examples


def test_the_notebook_runs_from_first_cell_to_last(published, monkeypatch):
    notebook = json.loads((EXAMPLES / "researchers.ipynb").read_text(encoding="utf-8"))
    assert (notebook["nbformat"], len({cell["id"] for cell in notebook["cells"]})) == (4, len(notebook["cells"]))
    monkeypatch.setenv("DOVETAIL_DATABASE", str(published.database))
    names: dict[str, object] = {"__name__": "__main__"}
    shown = []
    with contextlib.redirect_stdout(io.StringIO()) as said:
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                assert cell["outputs"] == []
                shown.append(_run_cell("".join(cell["source"]), names))
    frames = [worth for worth in shown if worth is not None]
    assert len(frames) >= 6
    assert all(len(frame) > 0 for frame in frames)
    assert "Integrated at directorate level" in said.getvalue()


def _run_cell(source: str, names: dict[str, object]) -> object:
    """Run a cell as a notebook does; what its last line is worth, which a notebook shows."""
    parsed = ast.parse(source)
    last = parsed.body.pop() if isinstance(parsed.body[-1], ast.Expr) else None
    exec(compile(parsed, "cell", "exec"), names)
    return None if last is None else eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_the_python_snippet_says_what_was_used_and_what_could_have_been_seen(published):
    run = subprocess.run(
        [sys.executable, EXAMPLES / "compare_models.py", published.database],
        capture_output=True, text=True, check=False, env=os.environ,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert re.search(r"\d+ of 155 services used", run.stdout)
    assert "could have been seen" in run.stdout
    assert "left out, Unassigned" in run.stdout
    assert "does not judge" in run.stdout
    assert Linter().find_in_strings("compare_models.py", run.stdout.splitlines()) == []


def test_the_r_snippet_asks_what_the_release_answers(published, release):
    source = (EXAMPLES / "compare_models.R").read_text(encoding="utf-8")
    if (rscript := shutil.which("Rscript")) is not None:
        run = subprocess.run([rscript, EXAMPLES / "compare_models.R", published.database],
                             capture_output=True, text=True, check=False)  # fmt: skip
        assert run.returncode == 0 or "there is no package called" in run.stderr, run.stderr
    # Where there is no R: its queries, put together as paste() would.
    queries = [
        " ".join(re.findall(r'"([^"]*)"', call))
        for call in re.findall(r"dbGetQuery\(\s*release,\s*((?:paste\()?(?:\s*\"[^\"]*\",?)+)", source)
    ]
    values = [[INDICATOR, "yjb_2024"], [INDICATOR, "Vorkorvex"], []]
    assert len(queries) == len(values)
    for query, parameters in zip(queries, values, strict=True):
        assert release.execute(query, parameters).fetchall()


# --------------------------------------------------------------------------------------------------- open data


def test_every_header_is_as_csv_on_the_web_describes_it(published):
    document = json.loads((published.path / "data" / "csv-metadata.json").read_text(encoding="utf-8"))
    assert {table["url"] for table in document["tables"]} == {
        path.relative_to(published.path / "data").as_posix() for path in (published.path / "data").rglob("*.csv")
    }
    for described in document["tables"]:
        with (published.path / "data" / described["url"]).open(encoding="utf-8", newline="") as lines:
            header = next(csv.reader(lines))
        assert header == [column["name"] for column in described["tableSchema"]["columns"]]


def test_every_preferred_figure_is_tidy_data_or_left_out_with_a_reason(published, release):
    folder = published.path / "open-data" / "dfe-tidy"
    written = sum(int(row["figures"]) for row in rows_of(folder / "CONTENTS.csv"))
    left_out = sum(int(row["figures"]) for row in rows_of(folder / "LEFT_OUT.csv"))
    (preferred,) = release.execute("select count(*) from observations where is_preferred").fetchone()
    assert written + left_out == preferred
    assert written > 0.9 * preferred


def test_our_own_screener_finds_no_error_in_the_tidy_data(published, release):
    """One pair of each kind of place and period, judged by the registers of the release."""
    folder = published.path / "open-data" / "dfe-tidy"
    kinds = {}
    for row in rows_of(folder / "CONTENTS.csv"):
        kinds.setdefault(row["file"].split("-", 2)[2], folder / row["file"])
    assert len(kinds) >= 4
    areas = {
        "National": area_list(release, "area_type = 'country'", "country_code", "country_name").vstack(
            pl.DataFrame({"country_code": ["W92000004"], "country_name": ["Wales"]})
        ),
        "Regional": area_list(release, "area_type = 'region'", "region_code", "region_name"),
        "Local authority": area_list(release, "dfe_code is not null", "new_la_code", "la_name", "old_la_code"),
    }
    for data in kinds.values():
        meta = data.with_name(data.name.replace(".csv", ".meta.csv"))
        writings = (writing_of(data.read_bytes(), data), writing_of(meta.read_bytes(), meta))
        problems = screen(
            table(data), table(meta), data.name, meta.name, references=References(areas), writings=writings
        )
        wrong = [problem for problem in problems if RULES[problem.rule].severity in ("error", "refuse")]
        assert wrong == [], data.name


def test_tidy_data_read_back_are_the_figures_that_were_published(published, release):
    """By the reader of such files: place, days and number of every row."""
    indicator, version = "first_time_entrants_10_to_17_financial_year_per_100k", "pnc_financial_year"
    folder = published.path / "open-data" / "dfe-tidy"
    stem = f"FICTIONAL_{indicator}-{version}-areas-financial_year"
    data, meta = table(folder / f"{stem}.csv"), table(folder / f"{stem}.meta.csv")
    cells = observed(data, topic(data, meta, stem)).filter(pl.col("column") == "value_rate")
    kinds = load_catalogue().period_types
    found = set()
    for cell in cells.iter_rows(named=True):
        period = parse_period(cell["period_label"], kinds[cell["period_type"]])
        number = None if cell["text"] in "zxcu" else float(cell["text"])
        found.add((cell["area_code"], period.start, period.end, number))
    stated = release.execute(
        "select area_code, period_start, period_end, value from observations"
        " where indicator_id = ? and definition_version = ? and is_preferred and not is_derived",
        [indicator, version],
    ).fetchall()
    assert len(stated) > 500
    assert found == set(stated)


def area_list(release: duckdb.DuckDBPyConnection, where: str, *columns: str) -> pl.DataFrame:
    found = release.execute(f"select area_code, area_name, dfe_code from authorities where {where}").fetchall()
    return pl.DataFrame([row[: len(columns)] for row in found], schema=dict.fromkeys(columns, pl.String), orient="row")


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def table(path: Path) -> Table:
    (sheet,) = read(path)
    return tabulate(sheet, sheet.first_row)
