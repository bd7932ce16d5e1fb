"""Every rule over a whole delivery has a broken fixture named for it: it is found, in its place, nothing else is."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.checks import run
from pipelines.intake.problems import Problem, findings
from pipelines.workspace import Workspace
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
KPI_LONG = "yjb__kpi_summary_long"
KPI_7 = "yjb__kpi_7_wider_services"

# rule -> dataset, every rule found with how often, words of the first finding of the rule
FOUND = {
    "rate_outside_its_parts": (LAIT, {"rate_outside_its_parts": 2}, "is the sum of the 9 regional rates"),
    "rate_outside_parts_present": (
        LAIT, {"rate_outside_parts_present": 1, "areas_not_given": 1}, "the England value for 2022 is not between"
    ),
    "count_total_differs": (CHILDREN, {"count_total_differs": 1}, "the 9 regions of England add up to 5040, 300 away"),
    "count_below_nought": (CHILDREN, {"count_below_nought": 1}, "for 2021-22 is below nought"),
    "difference_below_nought": (KPI_LONG, {"difference_below_nought": 1}, "for 2023-04-01 is below nought"),
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
    assert found["reason"][0].endswith("invented for this test")
    # However far, where the definition says why it may be: told, and the number lands.
    may = definition.model_copy(update={"at_most": (limit,), "may_exceed_base": "a child may come twice"})
    catalogue = declaring(may, name, catalogue)
    found = run(candidates(fixture(rule), CHILDREN, catalogue), context(CHILDREN, catalogue))
    assert found["rule"].to_list() == ["figure_over_its_limit"]


@pytest.mark.parametrize("rule", ["zero_between_markers", "zero_and_marker_mixed"])
def test_a_marker_of_our_own_making_is_not_the_publishers(rule):
    """A template's sums, and a share of nothing, have no value by our arithmetic: no zero is mistaken for it."""
    rows = candidates(fixture(rule), LAIT)
    world = context(LAIT)
    template = world.dataset.model_copy(update={"layout": "template"})
    of_nothing = rows.with_columns(
        denominator=pl.when(pl.col("value").is_null()).then(0.0),
        value_marker=pl.when(pl.col("value").is_null()).then(pl.lit("z")),
    )
    for found in (run(rows, replace(world, dataset=template)), run(of_nothing, world)):
        assert rule not in found["rule"].to_list()


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


def test_an_england_rate_that_is_the_sum_of_its_regions_is_quarantined_in_one_plain_sentence(tmp_path):
    """The whole way: register, file, landing, quarantine, and `dovetail check`."""
    regions = ["North East", "North West", "Yorkshire and The Humber", "East Midlands", "West Midlands",
               "East of England", "London", "South East", "South West"]  # fmt: skip
    (tmp_path / "regions.csv").write_text(
        "region_code,region_name\n" + "".join(f"E1200000{n},{name}\n" for n, name in enumerate(regions, 1))
    )
    (tmp_path / "countries.csv").write_text("country_code,country_name\nE92000001,England\n")
    rates = range(100, 190, 10)
    numbers = [980, 981, 982, 983, 984, 985, 986, 989, 990]
    lines = [f"FirstYJS,,2021,England,{sum(rates)},970,England"]
    for name, rate, number in zip(regions, rates, numbers, strict=True):
        lines.append(f"FirstYJS,,2021,{name},{rate},{number},{name}")
    long = tmp_path / "long_2025-03-01.csv"
    long.write_text("Short Desc,Data item,Years,LA and Regions,Values,LA Number,Region\n" + "\n".join(lines) + "\n")
    workspace = Workspace(tmp_path, tmp_path / "warehouse")
    outcome = receive([tmp_path / "regions.csv", tmp_path / "countries.csv", long], workspace, load_catalogue())[-1]
    assert outcome.verdict == "accepted_in_part"
    (sentence,) = outcome.problems
    assert sentence == (
        "long_2025-03-01.csv, row 2, column Values: first_time_entrants_10_to_17_per_100k: the England value for 2021"
        " is the sum of the 9 regional rates, which lie between 100 and 180 (found '1260'). To mend it: work the rate"
        " out from the counts of the parts; rates are never summed. [rate_outside_its_parts]"
    )
    landed = pl.read_parquet(workspace.landed / "observations" / LAIT / "D*.parquet")
    assert landed["area_code"].sort().to_list() == [f"E1200000{n}" for n in range(1, 10)]
    aside = pl.read_parquet(workspace.landed / "quarantined_rows" / f"{outcome.delivery_id}.parquet")
    assert aside.select("rule", "row", "value").rows() == [("rate_outside_its_parts", 2, "1260")]
