"""The catalogue of gap kinds is whole: every kind of the source document, each with a way to be found or a reason."""

from pathlib import Path

import pytest
import yaml

from sources.catalogue import load_catalogue

# attribution_gaps.md 3.4: the codes of its tables, and of its lists for size and claims.
OF_THE_DOCUMENT = {
    *(f"U{n}" for n in range(1, 10)),
    *(f"S{n}" for n in range(1, 11)),
    *(f"E{n}" for n in range(1, 9)),
    *(f"M{n}" for n in range(1, 11)),
    *(f"C{n}" for n in range(1, 10)),
    *(f"Z{n}" for n in range(1, 6)),
    *(f"K{n}" for n in range(1, 7)),
}
STATUSES = {
    "attribution_status": {"attributable_with_caveat", "shared", "transition", "planned_only", "unassigned",
                           "contested", "not_attributable"},
    "comparability_status": {"break", "definition_differs", "coverage_low", "provisional", "not_comparable"},
    "disclosure_status": {"c", "c2", "low", "z", "x", "u"},
}  # fmt: skip
KINDS = load_catalogue().gap_kinds


def test_every_kind_of_the_document_is_declared() -> None:
    assert OF_THE_DOCUMENT - KINDS.keys() == set()


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_a_kind_sets_one_value_that_its_field_has(kind) -> None:
    if kind.sets_field != "none":
        assert kind.sets_value in STATUSES[kind.sets_field]
    # Attribution alone is blocked; comparability and disclosure exclude from a comparison and never from the balance.
    blocks = kind.sets_field == "attribution_status" and kind.sets_value != "attributable_with_caveat"
    assert kind.is_blocking == blocks


def test_kinds_of_words_are_those_that_the_claim_linter_refuses() -> None:
    rules = yaml.safe_load((Path(__file__).parents[2] / "reports" / "claims.yml").read_text(encoding="utf-8"))["rules"]
    of_words = {kind.kind for kind in KINDS.values() if kind.detection == "report"}
    assert {rule["kind"] for rule in rules} == of_words


def test_few_kinds_are_left_to_the_reader() -> None:
    assert {kind.kind for kind in KINDS.values() if kind.detection == "not_detectable"} == {"Z4", "K6"}
