"""Every rule has a broken fixture named for it: it is caught, said in one line, and nothing is lost."""

import polars as pl
import pytest

from pipelines.deliveries import dry_run
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES

REFUSED = ["column_missing", "header_two_rows", "file_empty", "file_unknown", "file_ambiguous"]
IN_PART = {
    # rule -> (cells set aside, where the sentence must point)
    "number_not_numeric": (1, ["row 2", "column NEET_percent", "'three'"]),
    "marker_undeclared": (1, ["row 2", "column NEET_percent", "'~'"]),
    "area_code_ended": (6, ["row 5", "FE0000002", "2021-03-31"]),
    "area_name_mismatch": (6, ["row 4", "FE0000002 is Oxterby", "Vellow"]),
    "area_unknown": (6, ["row 5", "FE0000099"]),
    "area_code_missing": (6, ["row 5", "LA demo"]),
    "level_unknown": (6, ["row 5", "Ward"]),
    "value_out_of_bounds": (1, ["row 2", "column NEET_percent", "103.0", "at most 100"]),
    "period_wrong_type": (6, ["row 5", "202122"]),
    "column_undeclared": (3, ["column Happiness"]),
}


@pytest.mark.parametrize("rule", REFUSED)
def test_a_broken_file_is_refused_in_one_line(rule, deliver):
    outcome = deliver(f"broken/intake/{rule}.csv")
    assert outcome.verdict == "refused"
    assert outcome.rows_landed == 0
    (sentence,) = outcome.problems
    assert sentence.endswith(f"[{rule}]")
    assert sentence.startswith(f"{rule}.csv")
    assert "To mend it:" in sentence
    assert "\n" not in sentence


@pytest.mark.parametrize("rule", IN_PART)
def test_a_broken_cell_is_set_aside_and_the_rest_lands(rule, deliver):
    cells, pointers = IN_PART[rule]
    outcome = deliver(f"broken/intake/{rule}.csv")
    assert outcome.verdict == "accepted_in_part"
    sentences = [sentence for sentence in outcome.problems if sentence.endswith(f"[{rule}]")]
    assert len(sentences) == 1, outcome.problems
    assert len(outcome.problems) == 1
    assert all(pointer in sentences[0] for pointer in pointers), sentences[0]
    assert outcome.cells_quarantined == cells
    assert outcome.cells_in == outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope
    assert outcome.rows_landed >= 14 - (1 if cells == 1 else 5)


def test_two_values_for_one_key_are_both_set_aside(deliver):
    outcome = deliver("broken/intake/key_duplicate.csv")
    assert outcome.verdict == "accepted_in_part"
    both = [s for s in outcome.problems if "column NEET_percent" in s]
    assert len(both) == 2
    assert {"row 2" in s for s in both} == {True, False}
    # What the row only repeats of row 2 is landed once, and said so.
    assert outcome.cells_quarantined == 2
    assert "key_repeated" in outcome.findings["rule"].to_list()


def test_the_missing_column_is_named_with_its_dataset(deliver):
    (sentence,) = deliver("broken/intake/column_missing.csv").problems
    assert "NEET_percent" in sentence
    assert "dfe__participation_16_to_17" in sentence
    assert "NEET_rate" in sentence


def test_an_unknown_file_names_the_nearest_datasets_where_any_is_near(deliver, tmp_path):
    (sentence,) = deliver("broken/intake/file_unknown.csv").problems
    assert "none has a column of it" in sentence
    some = tmp_path / "some.csv"
    some.write_text("time_period,la_name,colour\n2021,Vellow,red\n")
    (sentence,) = deliver(some).problems
    assert "the nearest are" in sentence
    assert "dfe__" in sentence


def test_an_ambiguous_file_loads_when_it_is_said_what_it_is(deliver):
    outcome = deliver("broken/intake/file_ambiguous.csv", source="yjb__proven_offences_by_service", period="2021-22")
    assert outcome.verdict == "accepted"
    assert outcome.rows_landed == 2


def test_a_file_without_a_period_says_how_to_give_it(deliver):
    (sentence,) = deliver("broken/intake/period_not_given_for_children.csv").problems
    assert "--period" in sentence
    assert sentence.endswith("[period_not_given]")


def test_an_unknown_service_is_set_aside(deliver):
    outcome = deliver("broken/intake/service_unknown_in_children_2021-22.csv")
    assert outcome.verdict == "accepted_in_part"
    assert outcome.cells_quarantined == 3
    assert "Atlantis" in outcome.problems[0]


@pytest.mark.parametrize("rule", ["typology_unknown", "assertion_inconsistent", "register_field_invalid"])
def test_a_broken_register_row_is_set_aside(rule, deliver):
    outcome = deliver(f"broken/intake/{rule}.csv")
    assert outcome.verdict in ("refused", "accepted_in_part")
    assert outcome.problems[0].endswith(f"[{rule}]")
    assert outcome.cells_in == outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope


def test_a_truncated_workbook_is_refused(deliver, tmp_path):
    import xlsxwriter

    whole = tmp_path / "whole.xlsx"
    with xlsxwriter.Workbook(whole) as book:
        book.add_worksheet().write_column(0, 0, list(range(5000)))
    cut = tmp_path / "cut.xlsx"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    outcome = deliver(cut)
    assert outcome.verdict == "refused"
    assert outcome.problems[0].endswith("[file_unreadable]")


def test_observations_before_any_register_are_refused(tmp_path):
    from pipelines.workspace import Workspace

    empty = Workspace(tmp_path / "landing", tmp_path / "warehouse")
    (outcome,) = dry_run(FIXTURES / "good/intake/FICTIONAL_participation.csv", empty, load_catalogue())
    assert outcome.problems[0].endswith("[register_not_loaded]")


def test_every_refusal_is_recorded_with_where_and_why(deliver, workspace):
    outcome = deliver("broken/intake/marker_undeclared.csv")
    frame = pl.read_parquet(workspace.landed / "quarantined_rows" / f"{outcome.delivery_id}.parquet")
    (row,) = frame.rows(named=True)
    assert (row["row"], row["column"], row["value"], row["rule"]) == (2, "NEET_percent", "~", "marker_undeclared")
    assert row["remedy"]
    assert row["cells"] == 1


def test_a_rate_of_another_base_is_set_aside_whole(tmp_path):
    """The unit belongs to the vintage: per 10,000 where per 1,000 is declared shows in the median of many services."""
    from pipelines.deliveries import receive
    from pipelines.workspace import Workspace

    names = [f"Quillmarsh {number}" for number in range(25)]
    register = "ctyua19cd,ctyua19nm,yjs_name\n" + "".join(f"FE{n:07d},{name},{name}\n" for n, name in enumerate(names))
    (tmp_path / "register.csv").write_text(register)
    header = "Region,YOT,YOT_Number,YOT_Pop,YOT_Rate\n"
    for base, name in ((1_000, "children 2021-22.csv"), (10_000, "children 2022_23.csv")):
        rows = "".join(f"Norrow,{service},51,22452,{51 / 22452 * base:.1f}\n" for service in names)
        (tmp_path / name).write_text(header + rows)
    workspace = Workspace(tmp_path, tmp_path / "warehouse")
    paths = [tmp_path / name for name in ("register.csv", "children 2021-22.csv", "children 2022_23.csv")]
    _, sound, other_base = receive(paths, workspace, load_catalogue())
    assert (sound.verdict, sound.cells_quarantined) == ("accepted", 0)
    assert (other_base.verdict, other_base.cells_quarantined) == ("accepted_in_part", 25)
    assert all(sentence.endswith("[unit_implausible]") for sentence in other_base.problems)
    assert other_base.cells_landed == 50


@pytest.mark.parametrize(
    ("fixture", "rule", "counts"),
    [
        ("cell_empty_children_2021-22.csv", "cell_empty", {"cell_empty": 1}),
        ("part_missing.csv", "part_missing", {"number_not_numeric": 1, "part_missing": 7}),
        ("category_unknown.csv", "category_unknown", {"category_unknown": 1}),
        ("measure_undeclared.csv", "measure_undeclared", {"measure_undeclared": 6}),
        ("numerator_over_denominator.json", "numerator_over_denominator", {"numerator_over_denominator": 3}),
    ],
)
def test_cells_of_sums_scales_lines_and_counts(fixture, rule, counts, deliver, workspace):
    outcome = deliver(f"broken/intake/{fixture}")
    aside = pl.read_parquet(workspace.landed / "quarantined_rows" / f"{outcome.delivery_id}.parquet")
    assert dict(aside.group_by("rule").agg(pl.col("cells").sum()).iter_rows()) == counts
    assert any(sentence.endswith(f"[{rule}]") for sentence in outcome.problems)
    assert outcome.cells_in == outcome.cells_landed + outcome.cells_quarantined + outcome.cells_out_of_scope


def test_a_template_sum_with_a_broken_cell_has_no_value(deliver, tmp_path, workspace):
    """Never a sum with a missing part: the observation is there, without a value, marked x."""
    good = (FIXTURES / "broken/intake/measure_undeclared.csv").read_text().splitlines()[:3]
    (tmp_path / "returns.csv").write_text("\n".join([good[0], good[1].replace(",1,2,3", ",one,2,3"), good[2]]) + "\n")
    outcome = deliver(tmp_path / "returns.csv")
    # The sound cells of the line are sums of their own, by order.
    assert outcome.cells_quarantined == 1
    (landed,) = workspace.landed.glob("observations/yjb__kpi_6_out_of_court/D*.parquet")
    rows = pl.read_parquet(landed).filter(indicator_id="out_of_court_disposal_completed_percent", breakdown_id="all")
    (row,) = rows.rows(named=True)
    assert (row["value"], row["value_marker"], row["denominator"]) == (None, "x", None)
