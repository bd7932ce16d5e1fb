"""The register of published figures: complete, and judged from the figures alone as attribution_gaps.md 3.3 says.

The expected verdicts and solutions stand here and nowhere else. They were typed from that document.
"""

import re
from pathlib import Path

import pytest

from pipelines.findings.frames import judged_frames
from pipelines.findings.judge import TestRun, judge
from pipelines.statistics.feasibility import printed
from sources.catalogue import CatalogueError, load_catalogue
from sources.models.finding import FindingFile, FindingTest

CATALOGUE = load_catalogue()
FINDINGS = {finding.id: finding for finding in CATALOGUE.findings}
CONFLICTS = {conflict.id: conflict for conflict in CATALOGUE.source_conflicts}
SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"

# test: verdict, every solution as (bases, counts). Attribution_gaps.md 3.3.
EXPECTED = {
    "Y1a": ("unique", {((155,), (142, 13))}),
    "Y2a": ("unique", {((142,), (13,))}),
    "Y2b": ("not_feasible", set()),
    "Y3a": ("unique", {((142,), (41, 37, 27, 24, 13, 0))}),
    "Y3b": (
        "several",
        {
            ((155,), (45, 40, 29, 26, 14, 1)),
            ((155,), (45, 40, 29, 27, 14, 0)),
            ((155,), (45, 40, 30, 26, 14, 0)),
            ((155,), (45, 41, 29, 26, 14, 0)),
        },
    ),
    "Y4": ("several", {((142,), (0,)), ((142,), (1,)), ((155,), (0,)), ((155,), (1,))}),
    "Y5": ("unique", {((17,), (8, 6, 3, 2))}),
    "Y5a": ("not_feasible", set()),
    "Y6": ("not_feasible", set()),
    "Y6a": ("unique", {((17,), (6,))}),
    "Y7a": ("not_feasible", set()),
    "Y7b": ("not_feasible", set()),
    "Y7c": ("not_feasible", set()),
    "Y8": ("sum_of_rounded_only", {((17,), (5, 5))}),
    "Y9a": ("not_feasible", set()),
    "Y9b": ("unique", {((138,), (23, 14))}),
    "Y16": ("not_feasible", set()),
    "Y18a": ("not_feasible", set()),
    "Y18b": ("not_feasible", set()),
    "Y21a": ("several", {((15,), (2,)), ((17,), (2,))}),
    "Y21b": ("several", {((138, 17), (24, 2)), ((138, 17), (25, 2))}),
    "F1": ("not_feasible", set()),
    "I1": ("base_unknown", {((n,), (n - 9, 6, 3)) for n in range(79, 86)}),
    "I1a": ("not_feasible", set()),
    "I3a": ("unique", {((26,), (4,))}),
    "I3b": ("unique", {((26,), (6,))}),
    "I3c": ("unique", {((26,), (10,))}),
    "L1": ("unique", {((14,), (6, 3, 2, 3))}),
}
# The figures that cannot be true by themselves on any base that is stated.
IMPOSSIBLE = {"Y-18", "Y-19", "F-02"}
LISTED = [
    *(f"Y-{n:02}" for n in range(1, 26)),
    *(f"I-{n:02}" for n in (*range(1, 17), *range(20, 29))),
    *(f"Y{n}" for n in range(1, 22)),
    *(f"F{n}" for n in range(1, 10)),
    *("I1", "I2", "I3", "L1"),
]


@pytest.fixture(scope="module")
def runs() -> dict[str, TestRun]:
    return {run.test.id: run for run in judge(CATALOGUE)}


# ---------------------------------------------------------------------------------------------------------- verdicts


@pytest.mark.parametrize("test_id", EXPECTED)
def test_a_verdict_is_reached_from_the_figures_alone(runs, test_id):
    verdict, solutions = EXPECTED[test_id]
    result = runs[test_id].result
    assert result.verdict == verdict
    assert {(s.bases, s.numerators) for s in result.solutions} == solutions
    assert result.count == len(solutions)


def test_on_155_every_solution_needs_14_unassigned_and_on_142_none_is_left_for_standalone(runs):
    assert runs["Y3b"].result.possible[4] == (14,)
    assert runs["Y3b"].result.possible[5] == (0, 1)
    assert runs["Y3a"].result.possible[5] == (0,)


def test_with_13_unassigned_on_155_the_share_would_be_8_per_cent(runs):
    assert runs["Y3c"].result.count > 0
    assert (printed(13, 155), printed(13, 142)) == (8, 9)


def test_the_impossible_figures_are_these_and_no_others(runs):
    frames = judged_frames(CATALOGUE)
    settled = frames["finding_test_members"].filter("is_settled").join(frames["finding_tests"], on="test_id")
    found = settled.filter(settled["verdict"] == "not_feasible")["finding_id"]
    assert set(found) == IMPOSSIBLE


def test_the_percentages_of_the_2010_survey_are_feasible_on_105_and_those_of_2011_on_26(runs):
    tested = [run for run in runs.values() if run.test.bases in ((105,), (26,)) and not run.is_declared]
    rounded = [run for run in tested if FINDINGS[run.test.figures[0]].value_type == "rounded"]
    assert len([run for run in rounded if run.test.bases == (105,)]) >= 24
    assert {run.result.verdict for run in rounded} <= {"unique", "several"}


def test_half_even_would_change_no_declared_verdict(runs):
    assert [r.test.id for r in runs.values() if r.is_declared and r.result.verdict != r.half_even.verdict] == []


def test_the_wilson_limits_of_4_of_26_are_6_to_34_per_cent(runs):
    assert "6% to 34%, and 8% (I-04) lies inside" in runs["I3a"].working[-1]


def test_the_working_of_34_per_cent_names_the_nearest_numbers(runs):
    assert runs["Y6"].working[2] == "34% of 17 is no whole number: 5 is 29.41% and 6 is 35.29%."


# ---------------------------------------------------------------------------------------------------------- register


@pytest.mark.parametrize("name", LISTED)
def test_every_figure_and_conflict_of_the_documents_is_there(name):
    assert name in CONFLICTS if "-" not in name else any(f.listing == name for f in CATALOGUE.findings)


def test_every_row_of_table_3_is_there():
    assert len([f for f in CATALOGUE.findings if f.listing == "Y-T3"]) == 21
    assert {f.id[3]: f.value for f in CATALOGUE.findings if f.listing == "Y-Q" and f.id != "Y-QH-umbrella"} == {
        "B": 3, "C": 3, "D": 7, "E": 7, "F": 8, "G": 9, "H": 15,
    }  # fmt: skip


def test_an_arithmetic_conflict_has_a_test_and_a_conflict_two_places():
    tested = {test.conflict for test in CATALOGUE.finding_tests}
    for conflict in CONFLICTS.values():
        assert conflict.conflict_kind != "arithmetic" or conflict.id in tested, conflict.id
        assert conflict.state != "contested" or conflict.statement_a != conflict.statement_b


def test_what_is_ascribed_names_who_says_so():
    assert [f.id for f in CATALOGUE.findings if f.attribution == "full" and f.claimant is None] == []


def test_quotations_are_short():
    assert [
        c.id for c in CONFLICTS.values() if len(c.statement_a.split()) > 25 or len(c.statement_b.split()) > 25
    ] == []


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9%]+", " ", text.lower().replace("per cent", "%").replace(" %", "%")).strip()


@pytest.mark.parametrize("seed", ["000", "001", "002", "003", "004"])
def test_a_verified_figure_stands_in_the_text_of_its_report(seed):
    if not SEEDS.is_dir():
        pytest.skip("shared/seeds is not beside the checkout")
    text = _plain(next(SEEDS.glob(f"{seed}_*.txt")).read_text(encoding="utf-8"))
    found = [f for f in CATALOGUE.findings if f.seed == seed and f.verified and f.value_type in ("rounded", "bound")]
    lost = [f.id for f in found if _plain(f.value_text.split("(")[0] or f.value_text) not in text]
    assert lost == []


# ---------------------------------------------------------------------------------------------------------- refusals


def test_a_test_of_an_unknown_finding_is_refused(tmp_path):
    import shutil

    from sources.catalogue import ROOT

    shutil.copytree(ROOT, tmp_path / "sources")
    extra = tmp_path / "sources" / "findings" / "tests" / "extra.yml"
    extra.write_text("- {id: X1, kind: share, figures: [Y-99], title: t, reading: r}\n")
    with pytest.raises(CatalogueError, match="X1: no such finding: Y-99"):
        load_catalogue(tmp_path / "sources")
    extra.write_text("- {id: X1, kind: share, figures: [Y-18], decides: [Y-18], title: t, reading: r}\n")
    with pytest.raises(CatalogueError, match=r"Y-18 is settled by \w+ and by \w+"):
        load_catalogue(tmp_path / "sources")
    extra.write_text("- {id: X1, conflict: Z9, kind: share, figures: [Y-18], title: t, reading: r}\n")
    with pytest.raises(CatalogueError, match="X1: no such conflict: Z9"):
        load_catalogue(tmp_path / "sources")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("services", ["fielder_2008__yot_z"], "X1: no such service: fielder_2008__yot_z"),
        ("findings", ["Y-99"], "X1: no such finding: Y-99"),
        ("gap_kind", "E99", "X1: no such gap kind: E99"),
    ],
)
def test_a_conflict_that_names_what_is_not_there_is_refused(tmp_path, field, value, message):
    import json
    import shutil

    from sources.catalogue import ROOT

    shutil.copytree(ROOT, tmp_path / "sources")
    known = {
        "id": "X1", "title": "t", "seed": "003", "conflict_kind": "wording", "gap_kind": "E8", "state": "contested",
        "statement_a": "a", "locator_a": "l", "statement_b": "b", "locator_b": "l", "citation": "test",
    }  # fmt: skip
    extra = tmp_path / "sources" / "findings" / "conflicts" / "extra.yml"
    extra.write_text(json.dumps([known | {field: value}]))
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(tmp_path / "sources")


def test_what_a_file_shares_is_overruled_by_a_figure_and_a_limit_needs_a_side():
    shared = {"unit": "percent", "period": "2024", "nation": "Wales", "evidence_type": "survey"}
    row = {"id": "T-1", "statement": "s", "measure": "m", "value": 1, "value_text": "1", "locator": "l"}
    file = {"seed": "999", "citation": "test", "defaults": shared}
    read = FindingFile.model_validate(file | {"findings": [row | {"value_type": "exact", "nation": "England"}]})
    assert (read.findings[0].nation, read.findings[0].unit, read.findings[0].listing) == ("England", "percent", "T-1")
    with pytest.raises(ValueError, match="above or below"):
        FindingFile.model_validate(file | {"findings": [row | {"value_type": "bound"}]})


def test_a_test_without_what_its_kind_needs_is_refused():
    with pytest.raises(ValueError, match="kind nested"):
        FindingTest(id="X", kind="nested", figures=("a", "b"), title="t", reading="r")
