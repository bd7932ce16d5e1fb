"""What a dataset's YAML can say of a file: fields of the layouts, each on a small file made for it."""

import pytest
import xlsxwriter

from sources.models.dataset import Dataset
from tests.unit.intake.declaring import CODED, NAMED, NEET, ORIGIN, declared, rules


def test_figures_that_lie_across_become_rows_and_keep_their_header(judged):
    dataset = declared(
        signature={"required": ["Local Authority"], "patterns": [r"\d{4}"]},
        reader={"across": r"(?P<year>\d{4})"},
        place=NAMED,
        period={"column": "year"},
        keys=["Local Authority"],
        measures=[{**NEET, "value": "value"}],
        markers={"..": "x"},
    )
    text = "Local Authority,2021,2022,Note\nQuillmarsh,2.5,three\nVellow,..,3.1,see below\n"
    (outcome,), landed = judged(text, dataset)
    assert outcome.cells_in == 4 + 2
    assert landed.sort("column", "area_code").select("column", "area_code", "value", "value_marker").rows() == [
        ("2021", "FE0000001", 2.5, None),
        ("2021", "FE0000005", None, "x"),
        ("2022", "FE0000005", 3.1, None),
    ]
    broken = outcome.set_aside.filter(rule="number_not_numeric").row(0, named=True)
    assert (broken["row"], broken["column"], broken["value"]) == (2, "2022", "three")


def test_a_header_that_only_a_pattern_can_name(judged):
    dataset = declared(
        signature={"required": ["code", "name", "percent"]},
        reader={"header": {"percent": r"Percentage of young people.*NEET\d*"}},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name"],
        measures=[{**NEET, "value": "percent"}],
    )
    text = 'code,name,"Percentage of young people, aged 16 to 17, NEET3"\nFE0000001,Quillmarsh,2.5\n'
    (outcome,), landed = judged(text, dataset)
    assert outcome.verdict == "accepted"
    assert landed["value"].to_list() == [2.5]


def test_a_long_file_of_counts_makes_its_value(judged):
    dataset = declared(
        layout="long",
        signature={"required": ["code", "measure", "top", "bottom"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "measure"],
        name_column="measure",
        numerator_column="top",
        denominator_column="bottom",
        measures=[{**NEET, "name": "NEET"}],
        markers={"c": "c"},
    )
    text = (
        "code,name,measure,top,bottom\nFE0000005,Vellow,NEET,5,200\n"
        "FE0000001,Quillmarsh,NEET,c,100\nFE0000003,North Oxterby,NEET,0,0\n"
    )
    _, landed = judged(text, dataset)
    assert landed.sort("area_code").select("value", "value_marker", "numerator", "denominator").rows() == [
        (None, "c", None, 100.0),
        (None, "z", 0.0, 0.0),
        (2.5, None, 5.0, 200.0),
    ]


def test_a_long_file_with_two_name_columns_and_a_value_column_a_measure(judged):
    known = {"indicator": "neet_or_not_known_16_to_17_percent", "definition_version": "djf_academic_age"}
    dataset = declared(
        layout="long",
        signature={"required": ["group", "characteristic", "number", "percentage"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "group", "characteristic"],
        name_column=["group", "characteristic"],
        measures=[
            {**NEET, "name": "young | NEET", "value": "percentage"},
            {**known, "name": "young | both", "value": "percentage"},
        ],
        out_of_scope=[{"names": ["old | *"], "reason": "not asked"}, {"columns": ["number"], "reason": "a count"}],
    )
    text = (
        "code,name,group,characteristic,number,percentage\nFE0000005,Vellow,young,NEET,7,2.5\n"
        "FE0000005,Vellow,young,both,9,3.5\nFE0000005,Vellow,old,NEET,1,1\nFE0000005,Vellow,new,NEET,1,1\n"
    )
    (outcome,), landed = judged(text, dataset)
    assert sorted(landed["value"]) == [2.5, 3.5]
    assert rules(outcome) == {"measure_undeclared"}
    assert outcome.cells_out_of_scope == 4 + 1


def test_rows_that_the_dataset_leaves_out(judged):
    dataset = declared(
        signature={"required": ["code", "name", "class", "NEET"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "class"],
        measures=[{**NEET, "value": "NEET"}],
        out_of_scope=[{"rows": {"class": ["Police*", "Fire*"]}, "reason": "no children's services"}],
    )
    text = "code,name,class,NEET\nFE0000005,Vellow,Unitary,2.5\nX1,Norrow Police,Police authority,7\n"
    (outcome,), landed = judged(text, dataset)
    assert (outcome.verdict, landed.height, outcome.cells_out_of_scope) == ("accepted", 1, 1)


def _workbook(path, sheets: dict[str, list[list[object]]], hidden: str | None = None):
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
            if name == hidden:
                sheet.hide()
    return path


def test_a_workbook_of_two_datasets_is_two_deliveries_and_no_sheet_is_lost(judged, tmp_path, workspace):
    def of(column: str, name: str) -> Dataset:
        return declared(
            id=f"test__{name}",
            signature={"required": ["code", "name", column]},
            place=CODED,
            period={"fixed": "2022"},
            keys=["code", "name"],
            measures=[{**NEET, "value": column}],
            out_of_scope=[{"sheets": ["Lookup*"], "reason": "a list of choices"}],
        )

    rows = [["FE0000005", "Vellow", 2.5], ["FE0000001", "Quillmarsh", 3.5]]
    path = _workbook(
        tmp_path / "book.xlsx",
        {
            "Cover": [["Fictional tables"], ["Source", "nobody"]],
            "One": [["code", "name", "first"], *rows],
            "Two": [["code", "name", "second"], *rows],
            "Lookup 1": [["a", "b", "c", "d"]],
            "Stray": [["who", "knows", "what"], [1, 2, 3]],
            "Working": [["x", "y", "z"]],
        },
        hidden="Working",
    )
    outcomes, landed = judged(path, of("first", "one"), of("second", "two"))
    assert [(o.source_id, o.rows_landed) for o in outcomes] == [("test__one", 2), ("test__two", 2)]
    assert rules(outcomes[0]) == {"sheet_undeclared"}
    assert outcomes[0].cells_quarantined == 6
    assert outcomes[0].cells_out_of_scope == 3 + 4 + 3
    assert sorted(outcomes[0].notes) == [
        "sheet Cover not read (prose)",
        "sheet Lookup 1 not read (declared out of scope)",
        "sheet Working not read (hidden)",
    ]
    assert landed.group_by("sheet").len().sort("sheet").rows() == [("One", 2), ("Two", 2)]
    again, _ = judged(path, of("first", "one"), of("second", "two"))
    assert [o.verdict for o in again] == ["unchanged", "unchanged"]


RATED = {"indicator": "inspection_overall_rating", "definition_version": "standards_2021", "value": "rating",
         "categories": {"Good": 2, "Inadequate": 0}, "period_type": "inspection"}  # fmt: skip


@pytest.mark.parametrize(
    ("published", "cells", "verdict", "rule"),
    [
        ("2024-03-01", ["Go od", "Go od"], "accepted", None),
        ("2024-03-01", ["Go od", "Good"], "refused", "correction_mismatch"),
        ("2024-04-01", ["Go od", "Go od"], "refused", "category_unknown"),
        (None, ["Go od", "Go od"], "accepted", None),
        (None, ["Go od", "Inadequate"], "accepted_in_part", "category_unknown"),
    ],
)
def test_a_correction_is_made_in_its_vintage_and_must_match_exactly(published, cells, verdict, rule, judged):
    dataset = declared(
        signature={"required": ["code", "name", "rating"]},
        place=CODED,
        period={"fixed": "2024-02-01"},
        keys=["code", "name"],
        measures=[RATED],
        corrections=[{"column": "rating", "found": "Go od", "use": "Good", "expect": 2, "published": "2024-03-01",
                      "reason": "a stray space", "citation": "seen"}],
    )  # fmt: skip
    text = f"code,name,rating\nFE0000005,Vellow,{cells[0]}\nFE0000001,Quillmarsh,{cells[1]}\n"
    said = {"published": published} if published else {"period": "2024-02-01"}
    (outcome,), landed = judged(text, dataset, **said)
    assert outcome.verdict == verdict
    assert rules(outcome) == ({rule} if rule else set())
    if verdict == "accepted":
        assert landed["value"].to_list() == [2.0, 2.0]
        assert outcome.notes == ["2 cells of rating corrected, 'Go od' to 'Good': a stray space"]


def test_of_several_rows_of_one_key_the_preferred_counts(judged):
    dataset = declared(
        layout="long",
        signature={"required": ["code", "measure", "from", "value"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "measure", "from"],
        prefer={"from": ["template", "case level"]},
        name_column="measure",
        value_column="value",
        measures=[{**NEET, "name": "NEET"}],
    )
    text = (
        "code,name,measure,from,value\nFE0000005,Vellow,NEET,case level,9\nFE0000005,Vellow,NEET,template,2.5\n"
        "FE0000001,Quillmarsh,NEET,case level,3.5\n"
    )
    (outcome,), landed = judged(text, dataset)
    assert sorted(landed["value"]) == [2.5, 3.5]
    assert (outcome.verdict, outcome.cells_out_of_scope) == ("accepted", 1)


def test_a_dataset_that_is_recognised_and_not_loaded_says_why(judged):
    dataset = Dataset.model_validate(
        {"id": "test__none", "title": "t", "origin": ORIGIN, "shape": "none", "layout": "register",
         "signature": {"required": ["a", "b"]}, "out_of_scope": [{"columns": ["*"], "reason": "no dates"}]}
    )  # fmt: skip
    (outcome,), _ = judged("a,b\n1,2\n3,4\n", dataset)
    assert (outcome.verdict, outcome.cells_in, outcome.cells_out_of_scope) == ("accepted", 4, 4)
    assert "no dates" in str(outcome.reason)


def test_lines_tell_datasets_of_one_header_apart(judged):
    def of(name: str, line: str) -> Dataset:
        return declared(
            id=f"test__{name}",
            layout="template",
            signature={"required": ["code", "name", "line", "count"], "lines": [line]},
            place=CODED,
            period={"fixed": "2022"},
            keys=["code", "name", "line"],
            name_column="line",
            measures=[{**NEET, "numerator": "count", "numerator_lines": [line], "denominator": "count",
                       "denominator_lines": ["All"]}],
        )  # fmt: skip

    both = of("first", "Of the first"), of("second", "Of the second ")
    (outcome,), landed = judged(
        "code,name,line,count\nFE0000005,Vellow,All,8\nFE0000005,Vellow,Of the second ,2\n", *both
    )
    assert outcome.source_id == "test__second"
    assert landed.select("value", "numerator", "denominator").row(0) == (25.0, 2.0, 8.0)
    (outcome,), _ = judged("code,name,line,count\nFE0000005,Vellow,All,8\n", *both, name="neither.csv")
    assert rules(outcome) == {"file_ambiguous"}


def test_terms_add_different_columns_of_different_lines_and_each_makes_a_measure_a_breakdown(judged):
    dataset = declared(
        layout="template",
        signature={"required": ["code", "name", "line", "ro_start", "ro_end", "yro_start", "yro_end"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "line"],
        name_column="line",
        measures=[
            {**NEET, "numerator_terms": [{"columns": "*_end", "lines": ["Offered"]},
                                         {"columns": "*_start", "lines": ["Already"]}],
             "denominator_terms": [{"columns": "*_end", "lines": ["Need"]},
                                   {"columns": "*_start", "lines": ["Already"]}]},
            {**NEET, "each": {"order_referral": "ro", "order_rehabilitation": "yro"}, "numerator": "{}_end",
             "numerator_lines": ["Offered"], "denominator": "{}_end", "denominator_lines": ["Need"]},
        ],
    )  # fmt: skip
    text = (
        "code,name,line,ro_start,ro_end,yro_start,yro_end\nFE0000005,Vellow,Offered,90,3,90,1\n"
        "FE0000005,Vellow,Already,2,90,2,90\nFE0000005,Vellow,Need,90,6,90,6\n"
    )
    (outcome,), landed = judged(text, dataset)
    shown = landed.sort("breakdown_id").select("breakdown_id", "numerator", "denominator", "value").rows()
    assert shown == [
        ("all", 8.0, 16.0, 50.0),
        ("order_referral", 3.0, 6.0, 50.0),
        ("order_rehabilitation", 1.0, 6.0, pytest.approx(100 / 6)),
    ]
    # What no measure adds up is declared by nobody and set aside.
    assert rules(outcome) == {"measure_undeclared"}
    left_out = text.replace("FE0000005,Vellow,Need,90,6,90,6\n", "")
    (outcome,), landed = judged(left_out, dataset, name="short.csv")
    assert "line_missing" in outcome.findings["rule"].to_list()
    assert landed.filter(breakdown_id="all").select("value", "value_marker").rows() == [(None, "x")]


def test_a_template_value_its_definition_forbids_is_left_out(judged):
    dataset = declared(
        layout="template",
        signature={"required": ["code", "name", "line", "count"]},
        place=CODED,
        period={"fixed": "2022"},
        keys=["code", "name", "line"],
        name_column="line",
        measures=[{**NEET, "numerator": "count", "numerator_lines": ["Part"], "denominator": "count",
                   "denominator_lines": ["All"]}],
    )  # fmt: skip
    text = "code,name,line,count\nFE0000005,Vellow,All,8\nFE0000005,Vellow,Part,9\n"
    (outcome,), landed = judged(text, dataset)
    assert rules(outcome) == {"numerator_over_denominator"}
    assert landed.select("value", "value_marker").row(0) == (None, "x")
