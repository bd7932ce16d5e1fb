"""What a claim about a structure must hold, row by row and beside the other claims of its document."""

from datetime import date, timedelta
from time import perf_counter

import pytest

from tests.unit.intake.registers.conftest import CLAIM

SAID = "2023-06-30"


@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, []),
        ({"typology": "YJB 2024"}, []),
        ({"model": "Integrated in an umbrella service", "tenure": "In force"}, []),
        ({"model": "freestanding"}, ["typology_unknown"]),
        ({"tenure": "perhaps"}, ["assertion_inconsistent"]),
        ({"tenure": "cancelled", "valid_from": "2025-04-01"}, []),
        ({"scope_percent": "0"}, ["assertion_inconsistent"]),
        ({"scope_percent": "101"}, ["assertion_inconsistent"]),
        ({"scope_percent": "0.5"}, ["assertion_inconsistent"]),
        ({"scope_percent": "1.5"}, []),
        ({"scope_percent": "nan"}, ["register_field_invalid"]),
        ({"valid_from": "soon"}, ["register_field_invalid"]),
        ({"source": ""}, ["register_field_invalid"]),
        ({"source_date": ""}, ["evidence_undated"]),
        ({"source_date": "2999-01-01"}, ["evidence_after_delivery"]),
        ({"coder": ""}, ["coder_missing"]),
        ({"valid_to": "2019-12-31", "to_precision": "day"}, ["register_ends_before_it_begins"]),
        ({"from_precision": "unknown"}, ["precision_contradicts_date"]),
        ({"from_precision": "open"}, ["assertion_inconsistent"]),
        ({"valid_from": "", "from_precision": "day"}, ["precision_contradicts_date"]),
        ({"valid_from": "", "from_precision": "unknown"}, []),
        ({"valid_from": "", "from_precision": ""}, []),
        ({"valid_to": "2022-03-31", "to_precision": "open"}, ["precision_contradicts_date"]),
        ({"valid_to": "", "to_precision": "month"}, ["precision_contradicts_date"]),
        ({"valid_from": "2020-04-15", "from_precision": "month"}, ["date_finer_than_precision"]),
        ({"valid_from": "2020-04-15", "from_precision": "day"}, []),
        ({"valid_to": "2022-03-31", "to_precision": "month"}, []),
        ({"tenure": "planned", "valid_from": "2025-04-01"}, []),
        ({"tenure": "planned", "valid_from": "", "from_precision": "unknown"}, []),
        ({"tenure": "planned", "valid_from": "", "from_precision": ""}, ["plan_undecided"]),
        ({"tenure": "planned", "valid_from": "2025-04-01", "quote": ""}, ["plan_undecided"]),
        ({"valid_from": "2023-07-01"}, ["claim_before_its_day"]),
        ({"valid_from": "2023-07-01", "from_precision": "year"}, []),
        ({"valid_from": "2023-06-30"}, []),
        ({"tenure": "interim", "valid_from": "2023-09-01"}, ["claim_before_its_day"]),
        ({"tenure": "ended", "valid_to": "2023-12-31", "to_precision": "day"}, ["claim_before_its_day"]),
        ({"tenure": "ended", "valid_to": "2022-12-31", "to_precision": "day"}, []),
        ({"typology": "fielder_2007", "model": "freestanding"}, ["typology_not_of_those_days"]),
        ({"valid_from": "2005-04-01", "valid_to": "2011-03-31", "to_precision": "day"}, ["typology_not_of_those_days"]),
        ({"valid_from": "2005-04-01", "valid_to": "2011-04-01", "to_precision": "day"}, []),
        ({"model": "portfolio", "quote": ""}, ["portfolio_unquoted"]),
        ({"model": "portfolio", "quote": "the head has a portfolio"}, ["portfolio_alone"]),
        ({"model": "portfolio", "quote": "is also head of Early Help"}, []),
        ({"service": "Quilmarsh"}, ["service_unknown"]),
    ],
    ids=str,
)  # fmt: skip
def test_a_claim_alone(change, rules, register):
    found = register("structure_register", CLAIM | change)
    assert found.rules() == rules
    assert found.landed.height == (0 if found.outcome.set_aside.height else 1)


def test_every_fault_of_a_row_is_told_and_its_cells_are_counted_once(register):
    broken = CLAIM | {"tenure": "planned", "quote": "", "scope_percent": "200", "service": "Quilmarsh", "coder": ""}
    found = register("structure_register", broken, CLAIM)
    assert found.rules(2) == ["plan_undecided", "assertion_inconsistent", "coder_missing", "service_unknown"]
    assert found.outcome.cells_quarantined == len(CLAIM) + 2
    assert "the nearest are quillmarsh" in found.outcome.findings.filter(rule="service_unknown")["reason"].item()
    assert found.landed.height == 1


def test_the_message_names_row_column_and_remedy(register):
    (said,) = register("structure_register", CLAIM, CLAIM | {"valid_from": "2023-09-01"}).outcome.problems
    assert said.startswith("structure_register.csv, row 3, column tenure: FICTIONAL plan of 2023-06-30 cannot show")
    assert "To mend it: if the document announces it, the tenure is planned" in said
    assert said.endswith("[claim_before_its_day]")


def test_a_delivery_with_a_day_of_its_own_is_held_against_that_day(register):
    assert register("structure_register", CLAIM, published="2023-06-30").rules() == []
    later = CLAIM | {"source_date": "2023-07-01"}
    assert register("structure_register", later, published="2023-06-30").rules() == ["evidence_after_delivery"]


def test_a_repeated_row_lands_once(register):
    found = register("structure_register", CLAIM, CLAIM | {"page": "4"}, CLAIM)
    assert found.rules(4) == ["register_row_repeated"]
    assert found.rules(2, 3) == []
    assert found.landed["row"].to_list() == [2, 3]


UNTIL = {"valid_to": "2022-03-31", "to_precision": "day"}
DELIVERY = CLAIM | {"model": "delivery"}


@pytest.mark.parametrize(
    ("first", "second", "rules"),
    [
        (UNTIL, DELIVERY | {"valid_from": "2022-04-01"}, ([], [])),
        (UNTIL, DELIVERY | {"valid_from": "2022-03-31"}, (["claims_overlap"], ["claims_overlap"])),
        (UNTIL, DELIVERY | {"valid_from": "2021-04-01"}, (["claims_overlap"], ["claims_overlap"])),
        # An open claim ends where the same document's next begins: as in the warehouse.
        ({}, DELIVERY | {"valid_from": "2022-04-01"}, ([], [])),
        # Several levels at once.
        ({}, DELIVERY, ([], ["claim_levels_together"])),
        (UNTIL, DELIVERY | UNTIL, ([], ["claim_levels_together"])),
        (UNTIL, DELIVERY, (["claims_overlap"], ["claims_overlap"])),
        # Another document, another reader, another typology's service: a conflict or nothing, and no fault of the file.
        (UNTIL, DELIVERY | {"valid_from": "2021-04-01", "source": "FICTIONAL report"}, ([], [])),
        (UNTIL, DELIVERY | {"valid_from": "2021-04-01", "coder": "B"}, ([], [])),
        (UNTIL, DELIVERY | {"valid_from": "2021-04-01", "service": "Vellow"}, ([], [])),
        (UNTIL, DELIVERY | {"valid_from": "2021-04-01", "tenure": "planned"}, ([], [])),
        (UNTIL, CLAIM | {"valid_from": "2021-04-01", "model": "unassigned"}, ([], [])),
    ],
    ids=str,
)
def test_claims_of_one_document_beside_one_another(first, second, rules, register):
    found = register("structure_register", CLAIM | first, second)
    assert (found.rules(2), found.rules(3)) == rules


def test_ten_thousand_claims_for_one_service_are_judged_in_seconds(register):
    start = date(1990, 1, 1)
    models = ("umbrella", "delivery", "directorate")
    days = [start + timedelta(days=place) for place in range(10_000)]
    ended = CLAIM | {"to_precision": "day"}
    rows = [ended | {"model": models[n % 3], "valid_from": on, "valid_to": on} for n, on in enumerate(days)]
    began = perf_counter()
    found = register("structure_register", *rows)
    took = perf_counter() - began
    assert took < 15
    # Days before the typology's first and after the document's are told, each row once; the rest land.
    assert set(found.rules()) == {"typology_not_of_those_days"}
    assert found.landed.height + found.outcome.set_aside.height == 10_000
    assert found.landed["valid_from"].min() == date(2011, 4, 1)


def test_every_claim_of_a_crowd_that_overlaps_is_set_aside(register):
    rows = [DELIVERY | UNTIL | {"page": str(n), "valid_from": f"2021-0{1 + n % 9}-01"} for n in range(300)]
    found = register("structure_register", CLAIM | UNTIL, *rows)
    assert found.landed.is_empty()
    assert set(found.rules()) == {"claims_overlap"}
    assert found.outcome.set_aside.height == 301
