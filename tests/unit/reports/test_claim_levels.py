"""A sentence is said with evidence of its level or not at all (methods.md 2.7)."""

import pytest

from reports import claim_levels, claims
from reports.claim_levels import (
    EachTested,
    EvidenceLacking,
    GroupsDiffer,
    OutsideInterval,
    PublishedStudy,
    Recorded,
    SignedProtocol,
    say,
)

OF_LEVEL = [
    Recorded(),
    OutsideInterval(lower=10, upper=12, benchmark=13),
    GroupsDiffer(q_value=0.01, smallest_group=12, coverage=0.8),
    SignedProtocol(protocol="P1", signed_by="A. Quill"),
    PublishedStudy(citation="Vellow 2031"),
]
SENTENCES = sorted(claim_levels._SENTENCES)


class _Anything(dict):
    def __missing__(self, name):
        return name


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_refused_with_evidence_of_any_lower_level_and_said_with_its_own(sentence):
    level, template = claim_levels._SENTENCES[sentence]
    for evidence in OF_LEVEL[:level]:
        with pytest.raises(EvidenceLacking, match=f"claims level {level}"):
            say(sentence, evidence)
    assert template().format_map(_Anything())


@pytest.mark.parametrize("sentence", SENTENCES)
def test_no_sentence_breaks_a_rule_of_the_linter(sentence):
    words = claim_levels._SENTENCES[sentence][1]().format_map(_Anything())
    covered = "12 of 15 services in scope are used. " + words
    assert claims.Linter().find_in_strings("sentences", [covered]) == []


def test_every_level_below_an_effect_has_a_sentence_of_ours():
    assert {level for level, _ in claim_levels._SENTENCES.values()} == {0, 1, 2, 3, 4}


def test_a_place_whose_interval_contains_the_benchmark_gives_no_evidence_that_it_differs():
    for benchmark in (10, 11, 12):
        with pytest.raises(EvidenceLacking, match="contains the benchmark"):
            OutsideInterval(lower=10, upper=12, benchmark=benchmark)


@pytest.mark.parametrize(
    "facts",
    [
        {"q_value": 0.051, "smallest_group": 10, "coverage": 0.7},
        {"q_value": 0.05, "smallest_group": 9, "coverage": 0.7},
        {"q_value": 0.05, "smallest_group": 10, "coverage": 0.699},
    ],
)
def test_groups_are_not_evidenced_to_differ_below_any_one_threshold(facts):
    assert GroupsDiffer(q_value=0.05, smallest_group=10, coverage=0.7).level == 2
    with pytest.raises(EvidenceLacking, match="may be said to differ"):
        GroupsDiffer(**facts)


def test_nothing_is_said_of_places_none_of_which_was_tested():
    with pytest.raises(EvidenceLacking):
        EachTested(0)


def test_a_sentence_lacking_evidence_stops_the_site_like_any_other_claim():
    assert issubclass(EvidenceLacking, claims.ClaimRefused)
