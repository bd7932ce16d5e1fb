"""Every rule over a whole delivery has a broken fixture named for it: it is found, in its place, nothing else is."""

from __future__ import annotations

import polars as pl
import pytest

from pipelines.intake.checks import run
from pipelines.intake.problems import Problem, findings
from sources.catalogue import load_catalogue
from sources.models.indicator import AtMost
from tests.unit.intake.checks.world import (
    BROKEN,
    candidates,
    context,
    declaring,
    fixture,
    registers,
)

LAIT = "dfe__local_authority_interactive_tool"
NEET = "dfe__participation_16_to_17"
CHILDREN = "yjb__children_cautioned_or_sentenced_by_service"
KPI_7 = "yjb__kpi_7_wider_services"

# rule -> dataset, every rule found with how often, words of the first finding of the rule
FOUND = {
    "rate_outside_its_parts": (LAIT, {"rate_outside_its_parts": 2}, "is the sum of the 9 regional rates"),
    "rate_outside_parts_present": (
        LAIT, {"rate_outside_parts_present": 1, "areas_not_given": 1}, "the England value for 2022 is not between"
    ),
    "count_total_differs": (CHILDREN, {"count_total_differs": 1}, "the 9 regions of England add up to 5040, 300 away"),
    "value_not_of_counts": (CHILDREN, {"value_not_of_counts": 1}, "is not 1000 x 80 / 18820"),
    "value_of_another_base": (CHILDREN, {"value_of_another_base": 1}, "is 10 times what its counts give"),
    "parts_differ_from_total": (NEET, {"parts_differ_from_total": 1}, "= 2.7, and"),
    "parts_contradict_total": (NEET, {"parts_contradict_total": 3}, "= 2.7, and"),
    "value_spiked": (LAIT, {"value_spiked": 1, "areas_not_given": 2}, "and back again"),
    "value_jumped": (LAIT, {"value_jumped": 1, "areas_not_given": 2}, "Place 07, 2021:"),
    "value_unlike_peers": (LAIT, {"value_unlike_peers": 1, "areas_not_given": 1}, "the middle of 24 areas"),
    "zero_between_markers": (
        LAIT, {"zero_between_markers": 1, "zero_and_marker_mixed": 1}, "Vellow is 0 in 2019, and has no value"
    ),
    "zero_and_marker_mixed": (LAIT, {"zero_and_marker_mixed": 1}, "for no value: 2 (2 zeros, 2 markers)"),
    "part_year_residue": (LAIT, {"part_year_residue": 1}, "90 of 365 days into 2022; the period before it is 174"),
    "period_not_over": (LAIT, {"period_not_over": 1}, "2 figures for 2026, which ends on 2026-12-31"),
    "rate_copied_to_members": (LAIT, {"rate_copied_to_members": 2}, "Oxterby, Vellow have one and the same rate, 13.9"),
    "areas_not_given": (LAIT, {"areas_not_given": 1}, "Norrow (FE0000004), Quillmarsh (FE0000003)"),
    "areas_missing": (LAIT, {"areas_missing": 1}, "Quillmarsh (FE0000003)"),
    "numbers_revised": (LAIT, {"numbers_revised": 1}, "1 of 10 numbers differ from those landed (10%): 1 up, 0 down"),
    "numbers_revised_widely": (LAIT, {"numbers_revised_widely": 1}, "40 of 40 numbers differ"),
    "numbers_vanished": (
        LAIT, {"numbers_vanished": 1, "areas_missing": 1}, "2 numbers of 2 areas that were landed are not in this file"
    ),
}  # fmt: skip


@pytest.mark.parametrize("rule", FOUND)
def test_the_broken_delivery_is_found_and_nothing_else(rule):
    dataset, counts, words = FOUND[rule]
    landed = BROKEN / f"{rule}.landed.csv"
    previous = candidates(fixture(f"{rule}.landed"), dataset) if landed.exists() else None
    found = run(candidates(fixture(rule), dataset), context(dataset, previous=previous))
    assert dict(found.group_by("rule").len().iter_rows()) == counts
    first = found.filter(pl.col("rule") == rule).row(0, named=True)
    assert words in first["reason"], first["reason"]


def test_every_rule_of_a_whole_delivery_has_a_fixture():
    import yaml

    from sources.catalogue import ROOT

    declared = {entry["id"] for entry in yaml.safe_load((ROOT / "vocab/rules/series.yml").read_text(encoding="utf-8"))}
    assert declared == {path.name.split(".")[0] for path in BROKEN.glob("*.csv")}


@pytest.mark.parametrize("rule", [rule for rule in FOUND if load_catalogue().rules[rule].covers == "cell"])
def test_a_finding_of_a_cell_points_at_it(rule):
    dataset, _, _ = FOUND[rule]
    rows = candidates(fixture(rule), dataset)
    found = run(rows, context(dataset)).filter(pl.col("rule") == rule)
    where = ["nth", "row", "column"]
    assert found.select(where).join(rows.collect().select(where), on=where, how="anti").is_empty()


def test_a_value_over_its_base_is_a_note_with_the_reason():
    catalogue = load_catalogue()
    name = "wider_services_support_percent"
    was = catalogue.definition(next(m for m in catalogue.datasets[KPI_7].measures if m.indicator == name))
    definition = was.model_copy(update={"may_exceed_base": "a child may get several services"})
    catalogue = declaring(definition, name, catalogue)
    found = run(candidates(fixture("value_over_base"), KPI_7, catalogue), context(KPI_7, catalogue))
    (row,) = found.rows(named=True)
    assert (row["rule"], row["nth"], row["reason"]) == (
        "value_over_base", 0, "25 of 20: a child may get several services"
    )  # fmt: skip
    plain = was.model_copy(update={"may_exceed_base": None})
    catalogue = declaring(plain, name, catalogue)
    assert run(candidates(fixture("value_over_base"), KPI_7, catalogue), context(KPI_7, catalogue)).is_empty()


@pytest.mark.parametrize("rule", ["figure_over_its_limit", "figure_far_over_its_limit"])
def test_a_figure_over_the_figure_it_is_counted_out_of(rule):
    catalogue = load_catalogue()
    name = "children_cautioned_or_sentenced_10_to_17"
    limit = AtMost(
        figure="numerator", indicator="population_10_to_17", definition_version="yjb_census_2021_base",
        its="numerator", citation="invented for this test",
    )  # fmt: skip
    definition = catalogue.definition(next(m for m in catalogue.datasets[CHILDREN].measures if m.indicator == name))
    catalogue = declaring(definition.model_copy(update={"at_most": (limit,)}), name, catalogue)
    found = run(candidates(fixture(rule), CHILDREN, catalogue), context(CHILDREN, catalogue))
    assert found.select("rule", "nth").rows() == [(rule, 0)]


def test_codes_slipped_by_one_row_are_one_finding():
    rows = fixture("area_codes_slipped")
    catalogue = load_catalogue()
    judged = candidates(rows, LAIT).collect()
    known = registers(catalogue)
    sound, problems = [], []
    for row in judged.iter_rows(named=True):
        name = rows["name"][row["nth"]]
        place = known.area(row["area_code"], name, row["period_start"], row["period_end"])
        if place.rule is None:
            sound.append(row["nth"])
        else:
            problems.append(Problem(place.rule, place.reason, None, row["row"], None, name, 1))
    aside = findings(problems, catalogue)
    kept = judged.filter(pl.col("nth").is_in(sound)).lazy()
    (row,) = run(kept, context(LAIT, aside=aside)).filter(pl.col("rule") == "area_codes_slipped").rows(named=True)
    assert row["row"] == 4
    assert "from row 4 to row 9 the codes stand 1 row higher than their names: 5 of 6" in row["reason"]
    # Names that are wrong one by one have not slipped.
    alone = findings(problems[::3], catalogue)
    assert run(kept, context(LAIT, aside=alone)).filter(pl.col("rule") == "area_codes_slipped").is_empty()
