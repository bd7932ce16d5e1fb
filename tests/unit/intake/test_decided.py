"""Decisions: each rule of a decisions file has a broken fixture, and a waived check is told of and never silent."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipelines.intake.decided import applied, complete_decision, waivers
from pipelines.intake.problems import FINDINGS
from sources.catalogue import load_catalogue
from sources.models.vocabulary import DecisionKind, Rule
from sources.shapes import schema

FIXTURES = Path(__file__).parents[2] / "fixtures"
GOOD = FIXTURES / "good" / "decisions" / "FICTIONAL_decisions.csv"
DATASET = "yjb__kpi_1_accommodation"
WAIVABLE = {"value_jumped": "warning", "rate_outside_its_parts": "error"}


@pytest.fixture
def catalogue(monkeypatch):
    """The catalogue, with two checks over whole deliveries that may be waived whatever series.yml says."""
    known = load_catalogue()
    for name, severity in WAIVABLE.items():
        rule = Rule.model_validate({
            "id": name, "stage": "identities", "covers": "cell", "severity": severity, "title": "A check",
            "remedy": "look", "waivable": True,
        })  # fmt: skip
        monkeypatch.setitem(known.rules, name, rule)
    return known


def decisions(path: Path) -> pl.DataFrame:
    """A decisions file as it lands."""
    days = pl.col("decided_on", "until").str.to_date("%Y-%m-%d")
    text = pl.read_csv(path, infer_schema=False).with_columns(days)
    return pl.concat([pl.DataFrame(schema=schema("decisions")), text], how="diagonal")


def finding(rule: str, severity: str, cells: int = 1, reason: str = "it jumped") -> pl.DataFrame:
    row = ("indicators", severity, rule, None, 4, "value", "9", reason, "look", cells)
    return pl.DataFrame([row], schema=FINDINGS, orient="row")


RULES = sorted(path.stem for path in (FIXTURES / "broken" / "decisions").glob("*.csv"))


@pytest.mark.parametrize("rule", RULES)
def test_a_broken_decision_is_refused_by_its_rule(rule, catalogue):
    (row,) = decisions(FIXTURES / "broken" / "decisions" / f"{rule}.csv").iter_rows(named=True)
    fault = complete_decision(row, catalogue)
    assert fault is not None
    assert fault[0] == rule
    assert fault[0] in catalogue.rules
    assert fault[1] in row


def test_every_rule_of_a_decisions_file_has_a_broken_fixture(catalogue):
    assert {rule for rule in catalogue.rules if rule.startswith("decision_")} == set(RULES)


def test_a_good_decisions_file_is_sound_and_has_every_kind(catalogue):
    rows = list(decisions(GOOD).iter_rows(named=True))
    assert [complete_decision(row, catalogue) for row in rows] == [None] * len(rows)
    assert {row["decision_kind"] for row in rows} == set(catalogue.decision_kinds)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"subject": "unheard_of"}, "decision_subject_invalid"),
        ({"subject": "value_jumped no__such_dataset"}, "decision_subject_invalid"),
        ({"until": date(2026, 3, 1)}, "decision_until_invalid"),
        ({"decision_kind": "accept_revision"}, "decision_subject_invalid"),
        ({"decision_kind": "waive_gap", "subject": "the gap in Vellow"}, "decision_subject_invalid"),
        ({"decision_kind": "resolve_conflict", "subject": "plan 2024"}, "decision_subject_invalid"),
        ({"subject": "register_not_loaded"}, "decision_not_waivable"),
    ],
)
def test_a_decision_about_nothing_is_refused(change, rule, catalogue):
    row = decisions(GOOD).row(0, named=True)
    assert (complete_decision(row | change, catalogue) or ("sound",))[0] == rule


@pytest.mark.parametrize(
    ("on", "waived"),
    [(date(2026, 3, 2), False), (date(2026, 3, 3), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False)],
)
def test_a_waiver_holds_from_the_day_it_was_taken_to_its_last_day(on, waived, catalogue):
    found = waivers(decisions(GOOD), on, catalogue).of("rate_outside_its_parts", DATASET)
    assert (found is not None) is waived


def test_a_waiver_for_one_dataset_waives_no_other(catalogue):
    held = waivers(decisions(GOOD), date(2026, 4, 1), catalogue)
    assert held.of("value_jumped", DATASET) is not None
    assert held.of("value_jumped", "yjb__kpi_2_ete") is None
    assert held.of("rate_outside_its_parts", None) is not None


def test_a_rule_that_may_no_longer_be_waived_is_not(catalogue, monkeypatch):
    monkeypatch.setitem(
        catalogue.rules, "value_jumped", catalogue.rules["value_jumped"].model_copy(update={"waivable": False})
    )
    assert waivers(decisions(GOOD), date(2026, 4, 1), catalogue).of("value_jumped", DATASET) is None


def test_names_are_resolved_whatever_their_spelling_and_the_last_decision_holds(catalogue):
    rows = decisions(GOOD)
    later = rows.filter(pl.col("decision_id") == "W-3").with_columns(
        pl.lit("W-9").alias("decision_id"),
        pl.lit("VELLOW and district = FE0000002").alias("subject"),
        pl.lit(date(2026, 5, 1)).alias("decided_on"),
    )
    both = pl.concat([later, rows])
    assert waivers(both, date(2026, 4, 1), catalogue).names() == {"vellow district": "FE0000001"}
    assert waivers(both, date(2026, 5, 1), catalogue).names() == {"vellow district": "FE0000002"}


def test_a_waived_check_is_told_as_a_note_with_who_until_when_and_why(catalogue):
    held = waivers(decisions(GOOD), date(2026, 4, 1), catalogue)
    found = pl.concat([finding("rate_outside_its_parts", "error"), finding("number_not_numeric", "error")])
    told = applied(found, DATASET, held)
    assert told.height == 2
    assert told.schema == found.schema
    waived, kept = told.rows(named=True)
    assert (waived["severity"], waived["cells"]) == ("note", 0)
    for part in ("it jumped", "B. Norrow", "2026-06-30", "gave the reason in writing", "W-2"):
        assert part in waived["reason"]
    assert kept == found.row(1, named=True)
    assert applied(told, DATASET, held).equals(told)


def test_without_a_waiver_findings_stay_as_they_are(catalogue):
    found = pl.concat([finding("value_jumped", "warning", 0), finding("file_empty", "refuse")])
    assert applied(found, DATASET, waivers(decisions(GOOD), date(2027, 1, 1), catalogue)).equals(found)
    assert applied(found.clear(), DATASET, waivers(decisions(GOOD).clear(), date(2026, 4, 1), catalogue)).is_empty()


def test_a_rule_that_refuses_a_file_cannot_be_declared_waivable():
    sound = load_catalogue().rules["file_empty"].model_dump()
    with pytest.raises(ValueError, match="refuse cannot be waived"):
        Rule.model_validate(sound | {"waivable": True})


def test_every_kind_of_decision_says_what_its_subject_is():
    for kind in load_catalogue().decision_kinds.values():
        assert isinstance(kind, DecisionKind)
        assert kind.subject_is


def test_what_looks_at_a_whole_delivery_may_be_waived_and_what_looks_at_a_cell_may_not():
    """A new check says whether it may be waived by the file it stands in: series.yml, and no other."""
    rules = Path(FIXTURES).parents[1] / "sources" / "vocab" / "rules"
    of_series = {entry["id"] for entry in yaml.safe_load((rules / "series.yml").read_text(encoding="utf-8"))}
    known = load_catalogue().rules
    waivable = {name for name, rule in known.items() if rule.waivable}
    assert waivable == {name for name in of_series if known[name].severity in ("error", "warning")}
