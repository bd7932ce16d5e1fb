import random
import re

import pytest

from reports import claims


def page(inside: str) -> str:
    return f"<html><body><main>{inside}</main></body></html>"


# One planted sentence for each thing that may not be said (methods.md 2.7).
PLANTED = [
    ("causal_verb", "Moving into the directorate led to fewer entrants."),
    ("causal_verb", "The change caused a fall."),
    ("causal_verb", "Rates fell because of the new structure."),
    ("causal_verb", "Attendance improved because services were integrated."),
    ("causal_verb", "Thanks to the umbrella, more children were in school."),
    ("causal_verb", "The impact of integration is plain."),
    ("causal_verb", "The effect of the model on custody was large."),
    ("causal_verb", "Structure drives outcomes."),
    ("causal_verb", "Differences are driven by the model."),
    ("causal_verb", "This resulted in fewer returns."),
    ("causal_verb", "The umbrella model reduces custody."),
    ("what_works", "Delivery-level integration works best."),
    ("what_works", "These figures show what works."),
    ("what_works", "The most effective structure is the umbrella."),
    ("ranking", "Umbrella is the best model."),
    ("ranking", "The directorate ranks second."),
    ("ranking", "Portfolio services outperform the others."),
    ("ranking", "Ashbury is a high-performing service."),
    ("ranking", "The top model has a median of 12."),
    ("rank_without_uncertainty", "Vellow is 12th of 155 services."),
    ("rank_without_uncertainty", "Oxterby has the second highest rate."),
    ("rank_without_uncertainty", "The rate is the lowest of all services."),
    ("rank_without_uncertainty", "Its rate is higher than every other service."),
    ("rank_without_uncertainty", "Norrow tops the table."),
    ("comparison_without_coverage", "The medians of the models lie within 3 points of each other."),
    ("comparison_without_coverage", "Rates differ between models."),
    ("comparison_without_coverage", "Values are higher in the umbrella model."),
    ("comparison_without_coverage", "Services recorded as umbrella had a median of 12."),
    ("no_difference_without_power", "There is no significant difference between models."),
    ("no_difference_without_power", "Umbrella and portfolio did not differ."),
    ("no_difference_without_power", "Structure has no effect."),
    ("judgement_without_polarity", "Directorates do better than portfolios."),
    ("judgement_without_polarity", "The rate worsened in 2023."),
    ("judgement_without_polarity", "Attendance improved in 2023."),
]


@pytest.mark.parametrize(("rule", "sentence"), PLANTED, ids=[sentence for _, sentence in PLANTED])
def test_a_planted_claim_is_refused_with_its_page_and_sentence(rule, sentence):
    html = page(f"<p>All is well. {sentence} The end.</p>")

    found = claims.Linter().find("models/x.html", html)

    assert rule in {claim.rule for claim in found}
    assert {claim.sentence for claim in found} == {sentence}
    with pytest.raises(claims.ClaimRefused, match=r"models/x\.html") as refused:
        claims.refuse(found)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "html",
    [
        '<p title="The change caused a fall.">x</p>',
        '<svg role="img" aria-label="The change caused a fall."></svg>',
        "<svg><path><title>The change caused a fall.</title></path></svg>",
        "<p>The change <b>cau</b>sed a fall.</p>",
        "<p>The change cau<wbr>sed a fall.</p>",
        "<p>The change\n  caused\n a fall.</p>",
        "<p>The change &#99;aused a fall.</p>",
        "<details><summary>More</summary><p>The change caused a fall.</p></details>",
        "<td>The change caused<br>a fall.</td>",
    ],
)
def test_a_claim_is_found_wherever_a_person_would_meet_it(html):
    assert claims.Linter().find("x.html", page(html))


@pytest.mark.parametrize(
    "sentence",
    [
        "This describes; it does not judge what worked.",
        "No interval is given because the counts were not published.",
        "Integrated at delivery level has the highest level of integration in its typology.",
        "The lead authority is named.",
        "Values are higher in 2023 than in 2022.",
        "What would close it: better tracking.",
    ],
)
def test_a_plain_description_passes(sentence):
    assert claims.Linter().find("x.html", page(f"<p>{sentence}</p>")) == []


def test_words_of_two_blocks_are_not_read_as_one_sentence():
    assert claims.Linter().find("x.html", page("<p>The effect</p><p>of rounding</p>")) == []


def test_a_judgement_is_allowed_where_a_polarity_is_declared_and_never_about_models():
    html = page('<p data-polarity="low">The rate is better than in 2022.</p>')

    assert claims.Linter().find("indicators/x.html", html) == []
    assert [claim.words for claim in claims.Linter().find("models/x.html", html, about_models=True)] == ["better"]


@pytest.mark.parametrize("polarity", ["none", ""])
def test_no_polarity_lifts_nothing(polarity):
    assert claims.Linter().find("x.html", page(f'<p data-polarity="{polarity}">The rate is better.</p>'))


def test_quoted_words_are_found_and_reported_as_quoted_and_do_not_stop_the_site():
    found = claims.Linter().find("gaps.html", page("<td data-quoted><span>The move led to fewer entrants.</span></td>"))

    assert [(claim.rule, claim.is_quoted) for claim in found] == [("causal_verb", True)]
    assert "quoted from data" in str(found[0])
    claims.refuse(found)


def test_a_claim_that_is_only_partly_quoted_is_ours():
    found = claims.Linter().find("x.html", page("<p>The change led to <span data-quoted>fewer entrants</span>.</p>"))
    mixed = claims.Linter().find("x.html", page("<p>The <span data-quoted>change led</span> to fewer entrants.</p>"))

    assert [claim.is_quoted for claim in found + mixed] == [False, False]


def test_text_that_was_clean_on_one_page_is_still_read_where_it_stands_beside_a_claim():
    linter = claims.Linter()
    assert linter.find("a.html", page("<p>The move</p><p>led to fewer entrants is not said.</p>")) != []
    assert linter.find("b.html", page("<p>The umbrella is the</p><p>one.</p>")) == []
    assert [c.rule for c in linter.find("c.html", page("<p>The umbrella is the <b>best</b></p><p>one.</p>"))] == [
        "ranking"
    ]
    assert [c.rule for c in linter.find("d.html", page("<p>The umbrella is the <b>best</b></p><p>one.</p>"))] == [
        "ranking"
    ]


def test_the_name_of_an_indicator_is_the_publishers_wherever_it_stands_in_full():
    named = page("<h1>Vellow index: rank of scores (all)</h1><p>Of the vellow index: rank of scores (all), 2019.</p>")
    cut = page("<p>The rank of scores</p>")
    linter = claims.Linter(["Vellow index: rank of scores (all)", "Children (all)"])
    assert [claim.is_quoted for claim in linter.find("named.html", named)] == [True, True]
    assert [claim.is_quoted for claim in linter.find("cut.html", cut)] == [False]
    assert [claim.is_quoted for claim in claims.Linter().find("named.html", named)] == [False, False]


def test_a_rank_is_said_with_its_uncertainty_in_the_same_sentence_or_not_at_all():
    with_interval = "Vellow is 12th of 155 services (95% interval 4 to 38)."
    linter = claims.Linter()

    assert linter.find("x.html", page(f"<p>{with_interval}</p>")) == []
    assert linter.find("x.html", page(f"<p>{with_interval} Oxterby is 14th of 155 services.</p>")) != []
    assert linter.find("x.html", page("<p>Vellow is 12th of 155 services.</p><p>95% interval 4 to 38</p>")) != []


def test_a_comparison_is_said_on_a_page_with_its_services_used_of_those_in_scope():
    said = "<p>Rates differ between models.</p>"
    covered = "<p>127 of 155 services in scope are used.</p>"
    linter = claims.Linter()

    assert linter.find("a.html", page(said + covered), about_models=True) == []
    assert [claim.rule for claim in linter.find("b.html", page(said), about_models=True)] == [
        "comparison_without_coverage"
    ]
    assert linter.find("c.html", page(said + "<p>127 of 155 services answered.</p>")) != []


def test_a_judgement_that_is_lifted_on_one_page_is_read_again_on_the_next():
    linter = claims.Linter()
    assert linter.find("a.html", page('<td><span data-polarity="low">The rate is worse.</span></td>')) == []
    assert linter.find("b.html", page("<td><span>The rate is worse.</span></td>")) != []
    about = linter.find(
        "c.html", page('<td><span data-polarity="low">The rate is worse.</span></td>'), about_models=True
    )
    assert [claim.rule for claim in about] == ["judgement_without_polarity"]


def test_a_polarity_hides_no_other_claim_inside_it_or_across_it():
    linter = claims.Linter()
    inside = linter.find("a.html", page('<p><span data-polarity="low">The change caused a fall.</span></p>'))
    across = linter.find("b.html", page('<p>The umbrella works <span data-polarity="low">better</span>.</p>'))

    assert [claim.rule for claim in inside] == ["causal_verb"]
    assert [claim.rule for claim in across] == ["what_works"]


def test_the_title_the_name_of_a_chart_and_words_in_a_chart_are_read():
    for html in (
        "<html><head><title>Umbrella is the best model</title></head><body></body></html>",
        page('<svg role="img" aria-label="Umbrella is the best model"></svg>'),
        page("<svg><text><tspan>Umbrella is the best model</tspan></text></svg>"),
        page('<img alt="Umbrella is the best model">'),
    ):
        assert [claim.rule for claim in claims.Linter().find("x.html", html)] == ["ranking"]


def test_strings_of_sheets_and_headers_are_read_with_whether_they_are_quoted():
    linter = claims.Linter()
    found = linter.find_in_strings(
        "spreadsheets/release.xlsx, sheet 3",
        ["The change caused a fall.", ("The move led to fewer entrants.", True), "Services", "best_model"],
    )

    assert [(claim.rule, claim.is_quoted) for claim in found] == [
        ("causal_verb", False), ("causal_verb", True), ("ranking", False),
    ]  # fmt: skip
    assert str(found[0]).startswith("spreadsheets/release.xlsx, sheet 3: in the page's own words")
    assert linter.find_in_strings("x", ["Median", ("The median of services", False)]) == []


def test_a_quotation_on_a_page_hides_no_claim_of_ours_beside_it_and_one_inside_a_quoted_cell_is_quoted():
    quoted = "<td data-quoted>The move led to fewer entrants.</td>"
    inherited = "<td data-quoted><p>The move led to fewer entrants.</p></td>"
    ours = "<p>The change <b>caused</b> a fall.</p>"
    named = '<svg aria-label="The change caused a fall."></svg>'
    linter = claims.Linter()

    assert [claim.is_quoted for claim in linter.find("a.html", page(quoted))] == [True]
    assert [claim.is_quoted for claim in linter.find("b.html", page(inherited))] == [True]
    assert [claim.is_quoted for claim in linter.find("c.html", page(quoted + ours))] == [True, False]
    assert [claim.is_quoted for claim in linter.find("d.html", page(quoted + named))] == [True, False]
    assert [claim.is_quoted for claim in linter.find("e.html", page("\n <p>\n The move led to\n </p>" + quoted))] == [
        False, True,
    ]  # fmt: skip


def test_no_rule_asks_which_digit_it_is_and_a_claim_is_told_with_its_own_figures():
    """The quick reading has a 0 for every digit."""
    rules, _ = claims._rules()
    patterns = [one.pattern for rule in rules for one in (rule.pattern, rule.unless_page) if one]
    assert [pattern for pattern in patterns if re.search(r"\d", re.sub(r"\{[\d,]+\}", "", pattern))] == []

    quoted = page('<td data-quoted>In 2019 it was 12th&#32;of 155 services.</td><td title="34">3 of 7</td>')
    assert [claim.sentence for claim in claims.Linter().find("a.html", quoted)] == [
        "In 2019 it was 12th of 155 services."
    ]


def test_figures_that_differ_in_nothing_else_are_read_once():
    linter = claims.Linter()
    for number in range(100, 200):
        assert linter.find(f"{number}.html", page(f"<td>{number} of {number + 200}</td>")) == []

    assert {len(clean) for clean in linter._clean.values()} <= {1, 2, 3}


WRAPS = [
    "<p>{}</p>", "<p><b>{}</b> and so on.</p>", "<td data-quoted>{}</td>", "<td data-quoted><p>{}</p></td>", "{}<br>",
    '<span data-polarity="low">{}</span>', '<td><span data-polarity="high">{}</span></td>', '<p title="{}">x</p>',
    '<svg role="img" aria-label="{}"></svg>', "<li>\n  {}\n</li>", '<a href="a>b" title="{}">12.5</a>', "<td>{}</td>1%",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_the_quick_reading_finds_what_the_careful_one_finds(seed):
    """Pages put together at random, and read by one linter in turn: what was clean on one is still read on the next."""
    chosen = random.Random(seed)
    linter = claims.Linter()
    said = [sentence for _, sentence in PLANTED] + ["Rates are given.", "12", "127 of 155 services in scope are used."]
    for number in range(12):
        parts = []
        for sentence in chosen.choices(said, k=chosen.choice((1, 2, 6))):
            at = chosen.randrange(len(sentence))
            cut = chosen.choice(("{0}{1}", "{0}&#{2};{3}")).format(
                sentence[:at], sentence[at:], ord(sentence[at]), sentence[at + 1 :]
            )
            parts.append(chosen.choice(WRAPS).format(cut))
        html, about = page("".join(parts)), bool(chosen.getrandbits(1))

        found = linter.find(f"{number}.html", html, about_models=about)

        careful = linter._claims(f"{number}.html", claims._texts(html), about_models=about)
        assert {str(claim) for claim in found if not claim.is_quoted} == {
            str(claim) for claim in careful if not claim.is_quoted
        }
        assert bool(found) == bool(careful)
