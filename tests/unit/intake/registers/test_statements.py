"""Gaps, contributions and decisions that a person records."""

import pytest

from sources.catalogue import load_catalogue
from tests.unit.intake.registers.conftest import CLAIM, CONTRIBUTION, GAP, MEMBERSHIP

INDICATOR = "neet_16_to_17_percent"


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"kind": "c7"}, []),
        ({"kind": "S1"}, ["gap_kind_not_recorded"]),
        ({"kind": "B52"}, ["gap_kind_not_recorded"]),
        ({"service": ""}, ["gap_of_nothing"]),
        ({"service": "", "area_code": "FE0000005"}, []),
        ({"area_code": "FE0000005"}, []),
        ({"area_code": "FE0000099"}, ["area_unknown"]),
        ({"service": "Atlantis"}, ["service_unknown"]),
        ({"service": "quillmarsh"}, []),
        ({"indicator_id": INDICATOR}, []),
        ({"indicator_id": INDICATOR, "definition_version": "djf_academic_age"}, []),
        ({"indicator_id": INDICATOR, "definition_version": "1066"}, ["indicator_unknown"]),
        ({"definition_version": "djf_academic_age"}, ["indicator_unknown"]),
        ({"indicator_id": "happiness"}, ["indicator_unknown"]),
        ({"typology": "yjb_2024", "model": "delivery"}, []),
        ({"typology": "yjb_2024", "model": "freestanding"}, ["typology_unknown"]),
        ({"typology": "yjb_1066"}, ["typology_unknown"]),
        ({"model": "delivery"}, ["typology_unknown"]),
        ({"valid_to": "2019-01-01"}, ["register_ends_before_it_begins"]),
        ({"source_date": ""}, ["evidence_undated"]),
        ({"source_date": "2999-01-01"}, ["evidence_after_delivery"]),
        ({"statement": ""}, ["register_field_invalid"]),
        ({"recorded_by": ""}, ["coder_missing"]),
    ],
    ids=str,
)
def test_a_gap_alone(change, rules, register):
    found = register("gap_evidence", GAP | change)
    assert found.rules() == rules
    if not rules:
        assert found.landed["kind"].item() == "C7"
        assert found.landed["service_id"].item() == (None if change.get("service") == "" else "quillmarsh")


def test_a_kind_that_no_person_records_is_answered_with_those_that_are(register):
    (said,) = register("gap_evidence", GAP | {"kind": "S1"}).outcome.problems
    recorded = [kind for kind in load_catalogue().gap_kinds.values() if kind.detection == "evidence"]
    assert len(recorded) > 3
    assert all(f"{kind.kind} ({kind.title})" in said for kind in recorded)
    assert "S1 is found otherwise" in said


def test_two_gaps_of_one_id_are_neither_used(register):
    found = register("gap_evidence", GAP, GAP | {"statement": "FICTIONAL: another"}, GAP | {"evidence_id": "g2"}, GAP)
    assert (found.rules(2), found.rules(3), found.rules(5)) == (
        ["register_id_repeated"],
        ["register_id_repeated"],
        ["register_row_repeated"],
    )
    assert found.landed["evidence_id"].to_list() == ["g2"]


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"role": "Records"}, []),
        ({"role": "helps"}, ["register_field_invalid"]),
        ({"service": "Atlantis"}, ["service_unknown"]),
        ({"indicator_id": "happiness"}, ["indicator_unknown"]),
        ({"share_percent": "40"}, []),
        ({"share_percent": "-3"}, ["share_out_of_range"]),
        ({"contributor": ""}, ["register_field_invalid"]),
        ({"source_date": ""}, ["evidence_undated"]),
    ],
    ids=str,
)
def test_a_contribution_alone(change, rules, register):
    assert register("contributions", CONTRIBUTION | change).rules() == rules


def test_contributions_to_one_number_come_to_no_more_than_all_of_it(register):
    rows = [CONTRIBUTION | {"contribution_id": f"c{n}", "contributor": f"team {n}"} for n in (1, 2)]
    under = register("contributions", rows[0] | {"share_percent": "30"}, rows[1] | {"share_percent": "40"})
    assert under.rules() == []
    over = register("contributions", rows[0] | {"share_percent": "70"}, rows[1] | {"share_percent": "40"})
    assert over.rules() == ["shares_not_whole"] * 2
    assert over.landed["share_percent"].to_list() == [None, None]
    roles = register(
        "contributions", rows[0] | {"share_percent": "70"}, rows[1] | {"share_percent": "40", "role": "claims"}
    )
    assert roles.rules() == []


def test_a_decision_on_a_name_says_when_nothing_has_the_code(register):
    decision = {
        "decision_id": "d1", "decision_kind": "resolve_name", "subject": "Selford = FE0000098", "decided_by": "A",
        "decided_on": "2024-01-01", "reason": "FICTIONAL",
    }  # fmt: skip
    assert register("decisions", decision).rules() == ["resolved_name_unknown"]
    assert register("decisions", decision | {"subject": "Selford = FE0000005"}).rules() == []
    assert register("decisions", decision | {"subject": "Selford = vellow"}).rules() == []


def test_statements_wait_for_the_register_that_knows_their_service(register, workspace):
    from pipelines.deliveries import receive

    waiting = [
        register("gap_evidence", GAP | {"service": "Both Oxterbys"}),
        register("contributions", CONTRIBUTION | {"service": "Both Oxterbys"}),
        register("structure_register", CLAIM | {"service": "Both Oxterbys", "valid_from": "2021-04-01"}),
    ]
    assert [found.rules() for found in waiting] == [["service_unknown"]] * 3
    assert all(found.outcome.verdict == "refused" for found in waiting)
    register("service_register", MEMBERSHIP)
    again = receive([found.outcome.path for found in waiting], workspace, load_catalogue())
    assert sorted(outcome.rows_landed for outcome in again) == [1, 1, 1]


def test_a_case_study_may_be_named_by_its_id(register):
    from sources.frames import catalogue_frames

    frames = catalogue_frames(load_catalogue())
    case_study = frames["case_study_services"]["service_id"][0]
    assert register("gap_evidence", GAP | {"service": case_study}).landed["service_id"].item() == case_study
