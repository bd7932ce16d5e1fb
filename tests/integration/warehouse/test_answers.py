"""What a reader asks of the tables, answered: one number explained, the ledger by kind, two ledgers compared."""

from typing import Any

import duckdb
import pytest

from pipelines.answers import ledger
from pipelines.answers.number import NotFound, numbers
from pipelines.releases.asking import Ask

pytestmark = pytest.mark.integration


def asking(connection: duckdb.DuckDBPyConnection) -> Ask:
    def ask(query: str, *parameters: object) -> list[dict[str, Any]]:
        found = connection.cursor().execute(query, list(parameters))
        columns = [column[0] for column in found.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]

    return ask


@pytest.fixture(scope="module")
def ask(warehouse: duckdb.DuckDBPyConnection) -> Ask:
    return asking(warehouse)


def test_a_number_is_explained_from_its_row_to_its_place_in_a_comparison(ask: Ask) -> None:
    (number,) = numbers(ask, "steady percent", "conflicting", "2024")
    assert (number.observation["value"], number.definition["title"]) == (50.0, "Steady percent")
    assert [a["attribution_status"] for a in number.attributions] == ["contested"]
    assert [s["is_contested"] for s in number.structures] == [True]
    assert [gap["kind"] for gap in number.gaps] == ["E2"]
    ((used, reason),) = [(c["is_used"], c["exclusion_reason"]) for c in number.comparisons]
    assert used is False
    assert "Plan A" in reason
    assert "Plan B" in reason


def test_a_number_keeps_what_it_was_before(ask: Ask) -> None:
    (number,) = numbers(ask, "english_percent", "steady01", "2022")
    assert number.observation["value"] == 3.0
    assert {row["value"] for row in number.earlier} == {1.0, 2.0}


def test_a_day_within_the_period_and_latest_find_it_too(ask: Ask) -> None:
    by_day = numbers(ask, "english_percent", "steady01", "2022-05-01")
    assert [n.observation["period_label"] for n in by_day] == ["2022"]
    latest = numbers(ask, "english_percent", "steady01", "latest")
    assert [n.observation["period_label"] for n in latest] == ["2024"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("percent", "steady01", "2024"), "percent fits several indicators: area_percent, broken_percent"),
        (("stedy_percent", "steady01", "2024"), "the nearest are steady_percent"),
        (("steady_percent", "conflictin", "2024"), "Conflicting, "),
        (("steady_percent", "steady01", "1999"), "Nothing for the period 1999; there are 2024"),
        (("steady_percent", "DIST1", "2024"), "No number of steady_percent for DIST1"),
    ],
)
def test_words_that_name_nothing_are_answered_with_what_comes_nearest(
    ask: Ask, words: tuple[str, str, str], message: str
) -> None:
    with pytest.raises(NotFound) as nothing:
        numbers(ask, *words)
    assert message in str(nothing.value)


def test_the_ledger_by_kind_counts_every_open_gap_once(ask: Ask) -> None:
    rows = ledger.by_kind(ask)
    ((total,),) = [tuple(row.values()) for row in ask("select count(*) from attribution_gaps")]
    assert sum(row["gaps"] for row in rows) == total
    assert [row["gaps"] for row in rows] == sorted((row["gaps"] for row in rows), reverse=True)
    of_one = ledger.by_kind(ask, "conflicting")
    assert {row["kind"]: row["gaps"] for row in of_one} == {"E2": 2, "E6": 1}
    assert len(ledger.of_kind(ask, "E2", "conflicting")) == 2
