"""Registers of services and of areas: days within the authority's, two services at once, shares, succession."""

import polars as pl
import pytest

from tests.unit.intake.registers.conftest import MEMBERSHIP

SOUTH = MEMBERSHIP | {"authority_code": "FE0000004"}


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"valid_to": "2020-01-01"}, ["register_ends_before_it_begins", "membership_outside_authority"]),
        ({"valid_from": "2010-04-01", "valid_to": "2021-03-31"}, ["membership_outside_authority"]),
        ({"valid_from": "2010-04-01"}, ["membership_before_authority"]),
        ({"authority_code": "FE0000002"}, ["membership_outside_authority"]),
        # An authority's successor inherits the membership: one that goes on beyond the end is as it should be.
        ({"authority_code": "FE0000002", "valid_from": "2015-04-01"}, []),
        ({"authority_code": "FE0000099"}, ["membership_area_unknown"]),
        ({"share_percent": "100"}, []),
        ({"share_percent": "60"}, ["shares_not_whole"]),
        ({"share_percent": "0"}, ["share_out_of_range"]),
        ({"share_percent": "half"}, ["register_field_invalid"]),
    ],
    ids=str,
)
def test_a_membership_alone(change, rules, register):
    assert register("service_register", MEMBERSHIP | change).rules() == rules


def test_the_share_may_be_left_out_of_the_file(register, workspace, tmp_path):
    from pipelines.deliveries import receive
    from sources.catalogue import load_catalogue

    path = tmp_path / "service_register.csv"
    path.write_text(
        "service,nation,yot_code,authority_code,valid_from,valid_to,evidence,evidence_date\n"
        "Both Oxterbys,England,,FE0000003,2021-04-01,,FICTIONAL letter,2021-05-01\n"
    )
    (outcome,) = receive([path], workspace, load_catalogue())
    assert outcome.verdict == "accepted"


@pytest.mark.parametrize(
    ("shares", "blamed"),
    [
        (("60", "40"), []),
        (("60.4", "40"), []),
        (("66.7", "33.3"), []),
        (("60", "30"), [2, 3]),
        (("80", "40"), [2, 3]),
        # Where one of them has no share, nobody knows what is left for it; more than all of it is wrong all the same.
        (("60", ""), []),
        (("120", ""), [2]),
    ],
)
def test_shares_of_a_service_make_100_or_are_set_aside_alone(shares, blamed, register):
    found = register(
        "service_register", MEMBERSHIP | {"share_percent": shares[0]}, SOUTH | {"share_percent": shares[1]}
    )
    assert sorted(found.outcome.set_aside["row"].to_list()) == blamed
    assert found.landed.height == 2
    assert found.outcome.cells_quarantined == len(blamed)
    stated = [None if place in blamed or not share else float(share) for place, share in enumerate(shares, start=2)]
    assert found.landed.sort("row")["share_percent"].to_list() == stated


def test_shares_are_summed_day_by_day(register):
    found = register(
        "service_register",
        MEMBERSHIP | {"share_percent": "100", "valid_to": "2023-03-31"},
        MEMBERSHIP | {"share_percent": "60", "valid_from": "2023-04-01"},
        SOUTH | {"share_percent": "40", "valid_from": "2023-04-01"},
    )
    assert found.rules() == []
    early = register(
        "service_register",
        MEMBERSHIP | {"share_percent": "100", "valid_to": "2023-03-31"},
        SOUTH | {"share_percent": "40", "valid_from": "2023-03-31"},
    )
    assert early.rules(2, 3) == ["shares_not_whole", "shares_not_whole"]
    assert "from 2023-03-31 the shares of the service Both Oxterbys sum to 140" in early.outcome.problems[0]


def test_an_authority_in_two_services_is_told_and_lands(register):
    other = MEMBERSHIP | {"service": "Oxterby North", "valid_from": "2022-04-01"}
    found = register("service_register", MEMBERSHIP, other)
    assert found.rules(3) == ["membership_in_two_services"]
    assert "Both Oxterbys (row 2)" in found.outcome.findings["reason"].item()
    assert found.landed.height == 2
    apart = register("service_register", MEMBERSHIP | {"valid_to": "2022-03-31"}, other)
    assert apart.rules() == []


def _authorities(rows: list[tuple[str, str, str, str, str]]) -> str:
    header = (
        "local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,nation,region,"
        "local-authority-type,alt-names"
    )
    lines = [f"{own},{own},{own},{gss},{start},{end},{by},England,Norrow,UA,{own}" for own, gss, start, end, by in rows]
    return "\n".join([header, *lines]) + "\n"


@pytest.fixture
def areas(workspace, tmp_path):
    """Receive areas of a register that names what replaced them; gives the outcome and the changes that landed."""
    from pipelines.deliveries import receive
    from sources.catalogue import load_catalogue

    def received(rows):
        path = tmp_path / "areas.csv"
        path.write_text(_authorities(rows))
        (outcome,) = receive([path], workspace, load_catalogue(), again=True)
        landed = list(workspace.landed.glob(f"authority_changes/*/{outcome.delivery_id}.parquet"))
        changes = pl.read_parquet(landed).select("from_code", "to_code").rows() if landed else []
        return outcome, sorted(changes)

    return received


def test_a_circle_of_successors_is_not_carried_and_the_areas_land(areas):
    outcome, changes = areas(
        [
            ("PPP", "FE0000012", "", "2015-04-01", "QQQ"),
            ("QQQ", "FE0000013", "", "2017-04-01", "RRR"),
            ("RRR", "FE0000014", "", "2019-04-01", "PPP"),
            ("TTT", "FE0000015", "", "2019-04-01", "PPP"),
        ]
    )
    assert changes == [("FE0000015", "FE0000012")]
    assert outcome.findings["rule"].to_list() == ["succession_in_circle"] * 3
    assert "FE0000012 to FE0000013 to FE0000014 to FE0000012" in outcome.problems[0]
    assert outcome.rows_landed == 4 + 1
    assert outcome.cells_quarantined == 0


def test_an_area_that_succeeds_itself_has_changed_its_name(areas):
    outcome, changes = areas([("SSS", "FE0000011", "", "2015-04-01", "SSS")])
    assert changes == [("FE0000011", "FE0000011")]
    assert outcome.findings.select("rule", "severity").rows() == [("succession_to_itself", "warning")]


def test_an_area_that_ends_before_it_begins_is_set_aside(areas):
    outcome, _ = areas([("EEE", "FE0000016", "2015-04-01", "2014-04-01", ""), ("FFF", "FE0000017", "", "", "")])
    assert outcome.findings["rule"].to_list() == ["register_ends_before_it_begins"]
    assert outcome.rows_landed == 1


def test_a_circle_in_a_register_of_changes_is_set_aside_whole(workspace):
    from datetime import date

    from pipelines.intake.layouts.registers.areas import circles
    from pipelines.intake.layouts.registers.faults import Known
    from pipelines.landing.registers import registers
    from sources.catalogue import load_catalogue

    catalogue = load_catalogue()
    dataset = catalogue.datasets["ons__code_history_changes"]
    known = Known(dataset, registers(workspace.landed, catalogue), catalogue, date(2026, 11, 22))
    rows = [{"from_code": a, "to_code": b} for a, b in ("AB", "BA", "AC", "CD", "DD")]
    assert [place for place, _ in circles(rows, known)] == [0, 1]
