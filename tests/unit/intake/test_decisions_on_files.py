"""What a person decided bears on the file it is about: a contested name lands, a waived check sets nothing aside."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from pipelines.deliveries import receive
from pipelines.intake.problems import SETS_ASIDE
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES

PARTICIPATION = (FIXTURES / "good" / "intake" / "FICTIONAL_participation.csv").read_text(encoding="utf-8")
CHILDREN = "Region,YOT,YOT_Number,YOT_Pop,YOT_Rate\nNorrow,Quillmarsh,51,22452,{rate}\nNorrow,{name},1,100,10.0\n"
TODAY = datetime.now(UTC).date()


@pytest.fixture
def decide(deliver, tmp_path):
    """Deliver one decision of a person, taken today."""

    def one(kind: str, subject: str, until: str = "") -> None:
        path = tmp_path / f"decisions {kind}.csv"
        path.write_text(
            "decision_id,decision_kind,subject,decided_by,decided_on,reason,until\n"
            f"{kind}-1,{kind},{subject},A. Quill,{TODAY},asked the council,{until}\n",
            encoding="utf-8",
        )
        assert deliver(path).verdict == "accepted"

    return one


@pytest.fixture
def scan(workspace, tmp_path):
    """Write a file once and scan it: the outcome of a look at the landing folder."""

    def one(name: str, text: str):
        path = tmp_path / name
        if not path.exists():
            path.write_text(text, encoding="utf-8")
        (outcome,) = receive([path], workspace, load_catalogue())
        return outcome

    return one


def told(outcome, rule: str) -> list[str]:
    return outcome.findings.filter(rule=rule)["reason"].to_list()


def test_a_name_that_is_not_of_its_code_lands_once_a_person_says_what_it_means(scan, decide):
    text = PARTICIPATION.replace("FE0000002,Oxterby", "FE0000002,Oxterby Shire")
    first = scan("participation.csv", text)
    assert first.set_aside["rule"].to_list() == ["area_name_mismatch"]
    decide("resolve_name", "OXTERBY SHIRE = FE0000002")
    second = scan("participation.csv", text)
    assert second.verdict == "accepted"
    assert second.rows_landed == first.rows_landed + 5
    (note,) = told(second, "name_decided")
    assert note == (
        f"Oxterby Shire is read as FE0000002, decided by A. Quill on {TODAY}: asked the council (resolve_name-1)"
    )


def test_a_name_decided_for_one_code_is_no_name_of_another(scan, decide):
    decide("resolve_name", "Oxterby Shire = FE0000001")
    outcome = scan("participation.csv", PARTICIPATION.replace("FE0000002,Oxterby", "FE0000002,Oxterby Shire"))
    assert outcome.set_aside["rule"].to_list() == ["area_name_mismatch"]
    assert told(outcome, "name_decided") == []


def test_a_service_name_lands_once_a_person_says_what_it_means(scan, decide):
    text = CHILDREN.format(rate="2.3", name="Atlantis")
    assert "service_unknown" in scan("children 2021-22.csv", text).set_aside["rule"].to_list()
    decide("resolve_name", "Atlantis = vellow")
    outcome = scan("children 2021-22.csv", text)
    assert outcome.set_aside.is_empty()
    assert len(told(outcome, "name_decided")) == 1


def test_a_decision_gives_way_where_its_area_was_not_in_force(registers_with_a_contested_name):
    """Norrow is FE0000011 and FE0000012 at once; the decision names FE0000013, which ended before the period."""
    registers = registers_with_a_contested_name
    days = (datetime(2022, 1, 1).date(), datetime(2022, 12, 31).date())
    assert registers.area_by_name("Norrow", "authority", *days).rule == "area_name_ambiguous"
    decided = registers.deciding({"norrow": "FE0000012"})
    assert decided.area_by_name("Norrow", "authority", *days).area_code == "FE0000012"
    assert decided.relied_on == {"norrow": "Norrow"}
    assert registers.relied_on == {}
    ended = registers.deciding({"norrow": "FE0000013"})
    assert ended.area_by_name("Norrow", "authority", *days).rule == "area_name_ambiguous"
    assert ended.relied_on == {}


@pytest.fixture
def registers_with_a_contested_name():
    from pipelines.intake.places import Registers
    from sources.shapes import schema

    rows = [
        {"area_code": f"FE00000{n}", "area_type": "authority", "area_name": "Norrow", "nation": "England",
         "valid_from": datetime(2009, 1, 1).date(), "valid_to": None if n < 13 else datetime(2015, 3, 31).date(),
         "source_id": "fictional"}
        for n in (11, 12, 13)
    ]  # fmt: skip
    empty = {shape: pl.DataFrame(schema=schema(shape)) for shape in ("authority_changes", "service_memberships")}
    areas = pl.DataFrame(rows, schema=schema("authorities"))
    return Registers(areas, empty["authority_changes"], empty["service_memberships"], load_catalogue())


def test_a_file_set_aside_by_a_check_is_looked_at_again_once_the_check_is_waived(scan, decide):
    """10 times the rate that the counts give is set aside; with the waiver it lands, and a note says who let it."""
    text = CHILDREN.format(rate="23", name="Vellow")
    first = scan("children 2021-22.csv", text)
    assert first.set_aside["rule"].unique().to_list() == ["value_of_another_base"]
    decide("waive_check", "value_of_another_base", until=str(TODAY + timedelta(days=9)))
    second = scan("children 2021-22.csv", text)
    assert second.set_aside.is_empty()
    assert second.rows_landed > first.rows_landed
    waived = second.findings.filter(rule="value_of_another_base")
    assert waived["severity"].unique().to_list() == ["note"]
    assert f"waived by A. Quill on {TODAY} until" in waived["reason"][0]
    assert not set(waived["severity"]) & set(SETS_ASIDE)
    assert scan("children 2021-22.csv", text).verdict == "unchanged"


@pytest.mark.parametrize(
    ("subject", "until"),
    [("value_spiked", TODAY), ("value_of_another_base yjb__kpi_2_ete", TODAY)],
)
def test_a_waiver_of_another_check_or_dataset_has_no_file_looked_at_again(scan, decide, subject, until):
    text = CHILDREN.format(rate="23", name="Vellow")
    scan("children 2021-22.csv", text)
    decide("waive_check", subject, until=str(until))
    assert scan("children 2021-22.csv", text).verdict == "unchanged"
