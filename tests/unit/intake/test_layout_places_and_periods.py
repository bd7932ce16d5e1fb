"""What a dataset's YAML can say of where and when: each field on a small file made for it."""

from pipelines.deliveries import receive
from sources.catalogue import load_catalogue
from tests.unit.intake.declaring import CODED, NAMED, NEET, declared, rules


def test_a_period_that_a_note_above_the_header_tells(judged):
    dataset = declared(
        signature={"required": ["code", "name", "NEET"]},
        place=CODED,
        period={"note_pattern": r"Years?: (\d{4})"},
        keys=["code", "name"],
        measures=[{**NEET, "value": "NEET"}],
    )
    table = "code,name,NEET\nFE0000005,Vellow,2.5\n"
    (outcome,), landed = judged(f"Table 1,,\nYear: 2022,,\n{table}", dataset)
    assert (outcome.verdict, landed["period_label"].item()) == ("accepted", "2022")
    (outcome,), _ = judged(table, dataset, name="other.csv")
    assert rules(outcome) == {"period_not_given"}


def test_a_kind_of_period_that_a_column_tells(judged):
    dataset = declared(
        signature={"required": ["code", "name", "when", "kind", "NEET"]},
        place=CODED,
        period={"column": "when", "type_column": "kind", "types": {"FY": "financial_year", "CY": "calendar_year"}},
        keys=["code", "name", "when", "kind"],
        measures=[{**NEET, "value": "NEET"}],
    )
    text = (
        "code,name,when,kind,NEET\nFE0000005,Vellow,2021-22,FY,2.5\nFE0000005,Vellow,2022,CY,3.5\n"
        "FE0000005,Vellow,2022,AY,4.5\n"
    )
    (outcome,), landed = judged(text, dataset)
    assert sorted(str(day) for day in landed["period_start"]) == ["2021-04-01", "2022-01-01"]
    assert rules(outcome) == {"period_wrong_type"}


def test_names_alone_find_the_area_in_force_and_say_what_they_cannot_tell(judged):
    dataset = declared(
        signature={"required": ["Local Authority", "year", "NEET"]},
        place=NAMED,
        period={"column": "year"},
        keys=["Local Authority", "year"],
        measures=[{**NEET, "value": "NEET"}],
    )
    text = "Local Authority,year,NEET\nVellow,2022,2.5\nAtlantis,2022,1\n,2022,1\n"
    (outcome,), landed = judged(text, dataset)
    assert landed["area_code"].to_list() == ["FE0000005"]
    assert rules(outcome) == {"area_unknown", "area_name_missing"}


def test_a_name_that_two_areas_in_force_share_is_not_guessed(judged, workspace, tmp_path):
    good = "new_la_code,la_name,date_of_operation,date_of_termination,parent_geography_code,entity_code,"
    good += "entity_description,status,old_la_code\n"
    rows = "".join(f"FE00000{n},Twyford,01/01/2009,,E12000001,E06,Unitary Authorities,live,{n}\n" for n in (71, 72))
    path = tmp_path / "register.csv"
    path.write_text(good + rows)
    receive([path], workspace, load_catalogue())
    dataset = declared(
        signature={"required": ["Local Authority", "NEET"]},
        place=NAMED,
        period={"fixed": "2022"},
        keys=["Local Authority"],
        measures=[{**NEET, "value": "NEET"}],
    )
    (outcome,), _ = judged("Local Authority,NEET\nTwyford,2.5\nVellow,3\n", dataset)
    assert rules(outcome) == {"area_name_ambiguous"}
    assert "FE0000071 and FE0000072" in outcome.problems[0]


def test_a_code_that_was_not_in_force_stands_for_the_area_of_its_department_code_where_declared(judged, workspace,
                                                                                               tmp_path):  # fmt: skip
    header = "new_la_code,la_name,date_of_operation,date_of_termination,parent_geography_code,entity_code,"
    header += "entity_description,status,old_la_code\n"
    path = tmp_path / "register.csv"
    path.write_text(
        f"{header}FE0000081,Twyford,01/01/2009,31/03/2020,E12000001,E06,Unitary Authorities,ended,981\n"
        "FE0000082,Twyford,01/04/2020,,E12000001,E06,Unitary Authorities,live,981\n"
    )
    receive([path], workspace, load_catalogue())
    fields = {
        "signature": {"required": ["code", "name", "year", "NEET"]},
        "period": {"column": "year"},
        "keys": ["code", "name", "year"],
        "measures": [{**NEET, "value": "NEET"}],
    }
    text = "code,name,year,NEET\nFE0000082,Twyford,2015,2.5\nFE0000081,Twyford,2023,3.5\n"
    (outcome,), _ = judged(text, declared(place=CODED, **fields))
    assert rules(outcome) == {"area_code_ended"}
    (outcome,), landed = judged(text, declared(place={**CODED, "recoded": True}, **fields), period="2015")
    assert outcome.verdict == "accepted"
    assert landed.sort("period_start")["area_code"].to_list() == ["FE0000081", "FE0000082"]


def test_areas_published_together_keep_both_codes(judged):
    dataset = declared(
        signature={"required": ["code", "name", "NEET"]},
        place={"level_from_register": True, "codes": {"authority": "code"}, "names": {"authority": "name"}},
        period={"fixed": "2022"},
        keys=["code", "name"],
        measures=[{**NEET, "value": "NEET"}],
    )
    text = "code,name,NEET\nFE0000001 / FE0000005,Quillmarsh / Vellow,2.5\nFE0000001 / FE0000099,Vellow / X,1\n"
    (outcome,), landed = judged(text, dataset)
    assert landed.select("area_type", "area_code").row(0) == ("other", "FE0000001 / FE0000005")
    assert rules(outcome) == {"area_unknown"}
