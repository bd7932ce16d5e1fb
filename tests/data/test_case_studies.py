"""What the reports say of their case studies, as declared: complete, cited, quoted shortly, refused when unsound."""

import re
import shutil
from collections import Counter
from datetime import date

import polars as pl
import pytest
from pydantic import ValidationError

from sources.case_study_frames import case_study_frames
from sources.catalogue import ROOT, CatalogueError, load_catalogue
from sources.models.case_study import CaseAssertion, CaseFact, FactTable

CATALOGUE = load_catalogue()
FRAMES = case_study_frames(CATALOGUE.case_studies)
CLAIMS = FRAMES["case_study_assertions"]
FACTS = FRAMES["case_study_facts"]
STUDIES = {study.id: study for study in CATALOGUE.case_studies}
# Which report each typology is of, and the tables of it that a citation may name.
REPORTS = {
    "fielder_2005": "Fielder et al. 2008", "fielder_2007": "Fielder et al. 2008",
    "iys_2010": "Oldfield and Merton 2011",
    "yjb_2024": "YJB 2024 report", "yjb_2024_focus_area": "YJB 2024 report", "larc_2008": "Lord et al. 2008",
    "larc_2008_ascription": "Lord et al. 2008",
}  # fmt: skip


def facts_of(feature: str, source: str) -> dict[str, str]:
    found = FACTS.filter((pl.col("feature") == feature) & pl.col("source").str.ends_with(source))
    return {subject.split("__", 1)[-1]: value for subject, value in found.select("subject_id", "value").iter_rows()}


def test_the_services_of_the_three_reports_are_there_and_anonymous():
    counted = Counter(FRAMES["case_study_services"]["study_id"])
    assert counted == {"fielder_2008": 6, "yjb_2024": 8, "larc_2008": 14}
    assert {f"yot_{letter}" for letter in "abcdef"} == {service.key for service in STUDIES["fielder_2008"].services}
    assert {f"service_{letter}" for letter in "bcdefgh"} < {service.key for service in STUDIES["yjb_2024"].services}
    names = FRAMES["case_study_services"]["service_name"]
    assert all(re.search(r"\d{4}\)$", name) for name in names), "a name says the report and no place"


def test_every_claim_and_fact_has_an_id_of_its_own_a_document_and_a_place():
    assert CLAIMS["assertion_id"].n_unique() == CLAIMS.height
    assert FACTS["fact_id"].n_unique() == FACTS.height
    assert CLAIMS.select(pl.col("source", "source_date", "page", "quote", "coder").null_count()).row(0) == (0,) * 5
    assert FACTS.select(pl.col("source", "source_date", "locator").null_count()).row(0) == (0,) * 3


def test_tables_of_one_report_are_sources_of_their_own():
    for study in STUDIES.values():
        assert len({document.source for document in study.documents}) == len(study.documents)
        assert all(document.as_of_note for document in study.documents)


# Month by month, as attribution_gaps.md and published_findings.md 4.2 have them from appendix A.
@pytest.mark.parametrize(
    ("service", "tenure", "model", "valid_from", "valid_to", "precision"),
    [
        ("yot_a", "ended", "childrens_services_all", None, date(2006, 12, 31), "month"),
        ("yot_a", "in_force", "childrens_services_all", date(2007, 1, 1), None, "month"),
        ("yot_b", "ended", "community_safety", None, date(2005, 10, 31), "month"),
        ("yot_b", "interim", "childrens_services_all", date(2005, 11, 1), None, "month"),
        ("yot_b", "planned", "unassigned", date(2007, 9, 1), None, "unknown"),
        ("yot_d", "ended", "childrens_services_all", None, date(2006, 3, 31), "month"),
        ("yot_d", "in_force", "community_safety", date(2006, 4, 1), None, "month"),
        ("yot_e", "ended", "childrens_services_all", None, date(2005, 11, 30), "month"),
        ("yot_e", "interim", "childrens_services_all", date(2005, 12, 1), None, "month"),
        ("yot_e", "planned", "childrens_services_youth", date(2007, 4, 1), None, "month"),
    ],
)
def test_appendix_a_dates_a_claim_to_the_month(service, tenure, model, valid_from, valid_to, precision):
    dated = CLAIMS.filter(
        (pl.col("service_id") == f"fielder_2008__{service}")
        & pl.col("source").str.ends_with("appendix A")
        & (pl.col("tenure") == tenure)
        & (pl.col("model_id") == model)
        & pl.col("valid_from").eq_missing(pl.lit(valid_from, pl.Date))
        & pl.col("valid_to").eq_missing(pl.lit(valid_to, pl.Date))
    )
    assert dated.height == 1
    assert dated["from_precision" if valid_from else "to_precision"].item() == precision


def test_table_6_dates_nothing():
    table = CLAIMS.filter(pl.col("source").str.ends_with("table 6"))
    assert table.height == 12
    assert table.select(pl.col("valid_from", "valid_to").is_not_null().sum()).row(0) == (0, 0)
    assert set(table["from_precision"]) == {"unknown"}


def test_months_that_are_no_claim_are_facts():
    assert facts_of("csa_formed", "appendix A") == {"yot_a": "2006-04", "yot_b": "2005", "yot_d": "2006-04"}
    assert facts_of("move_announced", "appendix A") == {"yot_a": "2006-06"}
    assert facts_of("moved", "appendix A") == {
        "yot_a": "2007-01", "yot_b": "2005-11", "yot_d": "2006-04", "yot_e": "2005-12"
    }  # fmt: skip
    assert facts_of("planned_move", "appendix A") == {"yot_b": "not before autumn 2007", "yot_e": "2007-04"}


def test_table_7_gives_what_the_report_concludes_from_it():
    """The report: the director features in three boards, three are or will shortly be chaired, all six represented."""
    director = Counter(facts_of("dcs_attends_board", "table 7").values())
    assert director == {"yes": 2, "planned": 1, "no": 3}
    chaired = Counter(facts_of("board_chaired_by_csa_representative", "table 7").values())
    assert chaired == {"yes": 2, "planned": 1, "no": 3}
    assert Counter(facts_of("csa_representation_on_board", "table 7").values()) == {"yes": 6}
    assert Counter(facts_of("separate_board_retained", "chapter 3 text").values()) == {"yes": 5, "no": 1}


def test_table_8_splits_f_by_authority_and_says_it_is_unverified():
    managed = facts_of("line_managed_within_childrens_services", "table 8")
    assert {subject for subject, value in managed.items() if value == "yes"} == {
        "yot_a", "yot_b", "yot_e", "yot_f_authority_1"
    }  # fmt: skip
    assert len(managed) == 9
    assert facts_of("one_to_one_meetings_with_dcs", "table 8")["yot_c"] == "yes"
    table = FACTS.filter(pl.col("source").str.ends_with("table 8"))
    assert not table["is_verified"].any()
    part = table.filter(pl.col("subject_id") == "fielder_2008__yot_f_authority_1")
    assert set(part["service_id"]) == {"fielder_2008__yot_f"}


def test_table_2_rows_do_not_add_to_its_printed_total():
    rows = FACTS.filter(pl.col("feature").str.starts_with("interviews_"))
    assert rows["value_number"].sum() == 41
    assert facts_of("total_interviews", "table 2") == {"fielder_2008": "40"}


def test_labels_under_quotations_are_counted():
    counts = {
        (subject.removeprefix("yjb_2024__service_"), feature.removeprefix("quotations_labelled_")): number
        for subject, feature, number in FACTS.filter(pl.col("feature").str.starts_with("quotations_labelled_"))
        .select("subject_id", "feature", "value_number")
        .iter_rows()
        if "service_" in subject and "plan" not in subject
    }
    assert counts == {
        ("b", "directorate"): 3, ("c", "portfolio"): 3, ("d", "portfolio"): 7, ("e", "umbrella"): 7,
        ("f", "delivery"): 8, ("g", "umbrella"): 9, ("h", "delivery"): 15, ("h", "umbrella"): 1,
    }  # fmt: skip
    spoken = FACTS.filter(pl.col("feature").str.starts_with("quotations_of_"))["value_number"].sum()
    assert spoken == sum(counts.values())


def test_box_6_counts_fourteen_authorities():
    states = Counter(CLAIMS.filter(pl.col("typology_id") == "larc_2008_ascription")["model_id"])
    assert states == {"early_days": 6, "quantified_not_ascribed": 3, "quantified_ascribed": 2, "no_response": 3}


def test_conflicts_are_named_where_they_stand():
    named = {conflict for frame in (CLAIMS, FACTS) for conflict in frame["conflict_id"].drop_nulls()}
    assert named == {"F1", "F2", "F3", "F4", "F5", "F7", "F8", "Y11", "Y12", "Y13", "Y16", "Y17"}


@pytest.mark.parametrize("typology", CATALOGUE.typologies.values(), ids=lambda typology: typology.id)
def test_every_model_cites_its_report(typology):
    for model in typology.models:
        assert REPORTS[typology.id] in model.citation or model.citation == "design.md rule 7"
        assert model.definition
    assert [model.order for model in typology.models] == sorted((m.order for m in typology.models), reverse=True)
    assert typology.attributed or "Not attributed:" in typology.validity_note, "the reason is given"
    assert typology.verified or "unverified" in typology.validity_note


def test_a_rank_is_claimed_only_where_a_report_ranks():
    assert {t.id for t in CATALOGUE.typologies.values() if t.ordered} == {"yjb_2024", "larc_2008"}


def test_a_link_between_eras_is_marked_unverified_and_lossy():
    assert all(walk.lossy for walk in CATALOGUE.crosswalks)
    for walk in CATALOGUE.crosswalks:
        assert walk.verified == (REPORTS[walk.from_typology] == REPORTS[walk.to_typology])
    starts = Counter((walk.from_typology, walk.from_model, walk.to_typology) for walk in CATALOGUE.crosswalks)
    ends = Counter((walk.from_typology, walk.to_typology, walk.to_model) for walk in CATALOGUE.crosswalks)
    assert max(starts.values()) > 1
    assert max(ends.values()) > 1, "many to many, never a translation"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"quote": "word " * 25}, "under 25"),
        ({"tenure": "planned"}, "words that announce it"),
        ({"valid_from": "2007-01-01"}, "needs a note"),
        ({"from_precision": "month"}, "no day is given"),
        ({"valid_from": "2007-02-01", "from_precision": "day", "valid_to": "2007-01-01", "to_precision": "day"},
         "ends before it starts"),
        ({"tenure": "rumoured"}, "tenure"),
    ],
)  # fmt: skip
def test_an_unsound_claim_is_refused(wrong, said):
    sound = {
        "service": "yot_a",
        "typology": "fielder_2007",
        "model": "freestanding",
        "document": "table_6",
        "page": "1",
    }
    CaseAssertion.model_validate(sound)
    with pytest.raises(ValidationError, match=said):
        CaseAssertion.model_validate(sound | wrong)


def test_a_yes_that_yaml_takes_for_a_truth_value_is_refused():
    with pytest.raises(ValidationError):
        CaseFact.model_validate({"subject": "a", "feature": "b", "value": True, "document": "d", "page": "1"})


def test_a_table_with_a_short_row_is_refused():
    with pytest.raises(ValidationError, match="row yot_a has 1 cells"):
        FactTable.model_validate(
            {"document": "d", "page": "1", "features": ["one", "two"], "rows": {"yot_a": ["yes"]}}
        )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("service: yot_c", "service: yot_z", "no such service: yot_z"),
        ("model: freestanding", "model: floating", "no such model: floating"),
        ("typology: fielder_2007", "typology: fielder_1999", "no such typology: fielder_1999"),
        ("document: table_6", "document: table_9", "no such document: table_9"),
    ],
)
def test_a_claim_about_what_is_not_declared_is_refused(tmp_path, was, becomes, said):
    root = shutil.copytree(ROOT, tmp_path / "sources")
    claims = root / "case_studies" / "fielder_2008" / "structures.yml"
    claims.write_text(claims.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    with pytest.raises(CatalogueError, match=f"case_studies/fielder_2008: {said}"):
        load_catalogue(root)


def test_a_fact_about_an_unknown_subject_is_refused(tmp_path):
    root = shutil.copytree(ROOT, tmp_path / "sources")
    facts = root / "case_studies" / "larc_2008" / "more.yml"
    facts.write_text("facts: [{subject: authority_99, feature: a, value: b, document: box_6, page: c}]\n")
    with pytest.raises(CatalogueError, match="case_studies/larc_2008: no such subject: authority_99"):
        load_catalogue(root)


def test_a_study_is_named_like_its_folder(tmp_path):
    root = shutil.copytree(ROOT, tmp_path / "sources")
    (root / "case_studies" / "larc_2008").rename(root / "case_studies" / "larc_2009")
    with pytest.raises(CatalogueError, match=r"larc_2009/study\.yml: id: is larc_2008"):
        load_catalogue(root)
