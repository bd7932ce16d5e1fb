"""What the page of a comparison says beside the plot: estimands, test, pairs, classes, sensitivity, courses."""

import re

import pytest

from reports import claims
from reports.pages import comparison_page
from tests.unit.reports import parts
from tests.unit.reports.reading import elements, table_rows, words

FTE = "models/first_time_entrants_10_to_17_per_100k--yjb_2024.html"
KPI_2 = "models/suitable_ete_at_end_percent--yjb_2024.html"


def _pages(release):
    return parts.texts(release, lambda contents: comparison_page.pages(contents, parts.Tables()))


@pytest.fixture(scope="module")
def pages(fictional_release):
    return _pages(fictional_release)


@pytest.fixture
def altered(altered_release):
    return lambda *statements: _pages(altered_release(*statements))


def test_three_estimands_stand_side_by_side_each_with_its_question(pages):
    rows = table_rows(pages[FTE], "First-time entrants to the youth justice system by")
    assert [rows[0][2], rows[0][5], rows[0][6]] == [
        "The typical service (median)", "All children pooled", "Partially pooled mean (95% interval)",
    ]  # fmt: skip
    assert re.fullmatch(r"\d+\.\d \d+\.\d to \d+\.\d", rows[2][6])
    said = [e.text for e in elements(pages[FTE]) if e.tag == "li" and e.text.startswith(("The typical", "All", "Part"))]
    assert [one.split(" ")[0] for one in said] == ["The", "All", "Partially"]


def test_spread_is_said_in_words_and_as_a_prediction_interval(pages):
    rows = table_rows(pages[FTE], "How far services of one model lie apart")
    assert rows[1][1] == "87%"
    assert rows[0][2] == "Standard deviation of services (tau), in the unit of the value"
    assert rows[2][2] == "0.3"
    assert rows[1][3].startswith("too few services to say")
    assert re.match(r"19 in 20 further services like these would lie between \d", rows[2][3])


def test_groups_are_said_to_differ_only_where_the_release_says_so(pages):
    assert "differ between the models they are recorded under" in words(pages[FTE])
    assert "This does not show why" in words(pages[FTE])
    assert "cannot be told apart from labels dealt at random" not in words(pages[FTE])
    assert "differ between the models they are recorded under" not in words(pages[KPI_2])
    assert "cannot be told apart from labels dealt at random" in words(pages[KPI_2])
    assert "would be missed more than one time in five" in words(pages[KPI_2]).split("being alike")[1]


@pytest.mark.parametrize(
    "weaker",
    [
        "update comparison_tests set claim_level = 0",
        "update comparisons set coverage = 0.69",
        "update comparisons set group_services = 9 where model_id = 'delivery'",
    ],
)
def test_evidence_that_falls_short_is_neither_said_to_show_that_groups_differ_nor_denied(altered, weaker):
    """A workspace may set lower thresholds: what the test found on too few services is not said to be chance either."""
    html = altered(weaker)[FTE]
    assert "differ between the models they are recorded under" not in words(html)
    assert "Whether services of different models differ is not said here" in words(html)
    assert "cannot be told apart" not in words(html)


def test_a_test_above_its_level_is_said_not_to_tell_models_apart(altered):
    html = altered("update comparison_tests set q_value = 0.06")[FTE]
    assert "cannot be told apart" in words(html)
    assert "is not said here" not in words(html)


def test_the_test_is_said_with_p_q_draws_seed_and_number_of_tests(pages):
    said = words(pages[FTE])
    assert "p = 0.002, and q = 0.008 after allowance for the 4 tests of this typology and period" in said
    assert "labels were dealt 9,999 times at random, with seed 20080404" in said
    assert "one over all models and 6 pairs" in said
    assert "standard deviation of" in said
    assert "of the variance of services lies between models" in said


def test_an_exact_test_and_one_not_run_are_said(altered):
    exact = altered("update comparison_tests set is_exact = true, draws = 1260, seed = null")[FTE]
    assert "all 1,260 ways to deal the labels were counted, so the test is exact" in words(exact)


def test_a_test_that_was_not_run_gives_its_reason(altered):
    html = altered("update comparison_tests set p_value = null, q_value = null, claim_level = 0,"
                   " not_tested_reason = 'Every service of a class has one model.'")[FTE]  # fmt: skip
    assert "No test was run: every service of a class has one model." in words(html)
    assert "p = " not in words(html)


def test_pairs_have_signed_differences_adjusted_p_and_what_could_have_been_seen(pages):
    rows = table_rows(pages[FTE], "Pairs of models")
    assert len(rows) == 1 + 6
    assert rows[1][0].startswith("Integrated at directorate level, less Integrated as part of a management portfolio")
    assert all(re.fullmatch(r"[+−]?\d+\.\d", cell) for row in rows[1:] for cell in row[2:6])
    assert rows[1][6:8] == ["0.040", "0.240"]
    assert re.fullmatch(r"\d+\.\d \d+\.\d allowing for the pairs", rows[1][8])
    assert any("point in different directions" in row[0] for row in rows[1:])


def test_the_simpson_warning_stands_where_the_release_gives_one(pages):
    insets = [e.text for e in elements(pages[FTE]) if e.has("govuk-inset-text")]
    assert any(text.startswith("For one pair of models the median") for text in insets)
    assert "For one pair of models" not in words(pages[KPI_2])


def test_a_long_simpson_note_is_folded_under_one_sentence_and_said_once(altered):
    note = " ".join(
        f"For pair {pair} the median is higher in one and the pooled value in the other." for pair in range(9)
    )
    assert len(note) > 400
    html = altered(f"update comparison_tests set simpson_note = '{note}'")[FTE]
    found = elements(html)
    insets = [e.text for e in found if e.has("govuk-inset-text")]
    assert "The typical service and all children pooled point in different directions for a pair of models." in insets
    folded = [e.text for e in found if e.tag == "details" and "The pairs of models on which they differ" in e.text]
    assert len(folded) == 1
    assert note in folded[0]
    assert words(html).count("For pair 3 ") == 1


def test_classes_of_authority_show_medians_hide_few_and_end_with_the_adjusted_mean(pages):
    rows = table_rows(pages[FTE], "Median of services by class of authority")
    assert {row[0].split()[0] for row in rows[1:-2]} == {"London", "County", "Metropolitan", "Unitary"}
    assert any(cell.startswith("too few to show n ") for row in rows for cell in row)
    assert rows[-2][0] == "Mean of services, as they are"
    assert rows[-1][0].startswith("Mean, adjusted")
    assert rows[-1][1] == "no service in a class"


def test_sensitivity_to_single_services_and_contested_labels(pages):
    rows = table_rows(pages[FTE], "With any one service left out")
    assert re.fullmatch(r"\d+\.\d to \d+\.\d with all: \d+\.\d", rows[2][1])
    assert not rows[2][-1].startswith("s_")
    contested = table_rows(pages[FTE], "Contested labels both ways")
    assert [row[:2] for row in contested[1:]] == [
        ["Eldbury", "Integrated at directorate level"],
        ["Eldbury", "Integrated as part of a management portfolio"],
    ]
    assert contested[1][-1] == "0.390"


def test_services_over_time_are_drawn_by_model_from_three_periods_on(pages, altered):
    assert "chart-courses" not in pages[FTE]  # two periods
    html = altered("update comparisons set is_refused = false")[KPI_2]
    assert "chart-courses" in html
    chart = next(
        e.attributes["aria-label"]
        for e in elements(html)
        if e.has("dv-chart") and e.attributes["aria-label"].startswith("Line charts")
    )
    assert "Integrated at directorate level: median" in chart


def test_a_change_of_model_is_described_with_all_that_lies_between_and_never_without_a_value_on_each_side(pages):
    rows = table_rows(pages[FTE], "Services whose model changed")
    assert len(rows) == 1 + 1
    assert rows[1][1].endswith("Integrated in an umbrella service from January 2023")
    assert rows[1][2].endswith("January to December 2022")
    assert rows[1][5] == "2023-01-01 New counting Joined with its neighbour, 2023"
    assert "other things also changed" in words(pages[FTE])


def test_every_chart_has_a_name_a_title_a_statistic_and_its_words_and_table(pages):
    for path, html in pages.items():
        found = elements(html)
        figures = [e for e in found if e.tag == "figure"]
        charts = [e for e in found if e.has("dv-chart")]
        assert 1 <= len(charts) == len(figures) <= 10, path
        ids = {e.attributes.get("id"): e.text for e in found if e.tag in ("h2", "h3")}
        for figure in figures:
            assert ids[figure.attributes["aria-labelledby"]]
            assert "The chart in words and figures" in figure.text
        assert all(len(e.attributes["aria-label"]) > 60 for e in charts)


def test_an_older_release_shows_what_it_has_and_speaks_of_no_test(altered):
    html = altered(
        "drop table comparison_tests", "drop table comparison_pairs", "drop table comparison_strata",
        "drop table comparison_sensitivity",
        *(f"alter table comparisons drop column {name}" for name in (
            "mean", "random_effects_mean", "random_effects_lower_95", "random_effects_upper_95",
            "prediction_lower_95", "prediction_upper_95", "tau", "i_squared", "adjusted_mean",
            "adjusted_strata",
        )),
        *(f"alter table comparison_services drop column {name}" for name in (
            "nation", "authority_class", "stratum", "stabilised_value",
        )),
    )[FTE]  # fmt: skip
    assert "The typical service (median)" in html
    for absent in ("What may be said", "Pairs of models", "Partially pooled", "Mean, adjusted", "left out, January"):
        assert absent not in words(html)


def test_no_page_ranks_or_judges_models(pages):
    linter = claims.Linter()
    for path, html in pages.items():
        assert [claim for claim in linter.find(path, html, about_models=True) if not claim.is_quoted] == []


def test_the_coverage_of_a_comparison_may_not_be_left_out(pages):
    without = re.sub(r"\d+ of \d+ services", "services", pages[FTE])
    found = claims.Linter().find(FTE, without, about_models=True)
    assert {claim.rule for claim in found} == {"comparison_without_coverage"}
