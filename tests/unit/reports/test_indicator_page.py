"""What an indicator's page says beside its values: benchmarks, trend, funnel, ratios, the card, what to take away."""

import re

import duckdb
import pytest

from reports import claims
from reports.pages import indicator_page
from tests.unit.reports import parts
from tests.unit.reports.reading import elements, table_rows, words

FTE = "indicators/first_time_entrants_10_to_17_per_100k.html"
KPI_2 = "indicators/suitable_ete_at_end_percent.html"
NI_111 = "indicators/first_time_entrants_psa_per_100k.html"


def _pages(release):
    return parts.texts(release, lambda contents: indicator_page.pages(contents, parts.Tables()))


@pytest.fixture(scope="module")
def pages(fictional_release):
    return _pages(fictional_release)


@pytest.fixture
def altered(altered_release):
    return lambda *statements: _pages(altered_release(*statements))


def test_the_headlines_count_places_by_trend_and_against_the_first_benchmark(pages):
    said = [e.text for e in elements(pages[FTE]) if e.tag == "p" and e.has("dv-prose")]
    assert re.fullmatch(
        r"First-time entrants to the youth justice system: decreasing in \d+ and increasing in \d+ of \d+ places with"
        r" a five-point trend\.",
        said[1],
    )
    tested, higher, lower, similar = map(
        int, re.match(r"Of (\d+) places compared with England, (\d+) .*, (\d+) below it, and (\d+) ", said[2]).groups()
    )
    assert tested == higher + lower + similar


def test_a_place_is_lower_higher_or_similar_and_judged_only_where_a_polarity_is_declared(pages, altered):
    cells = [row[5] for row in table_rows(pages[FTE], "Youth justice service: ")[1:]]
    assert any(cell.startswith("England: higher (worse)") for cell in cells)  # fewer entrants are asked for
    assert any(cell.startswith("England: lower (better)") for cell in cells)
    assert any(cell.startswith("England: similar Neighbours") for cell in cells)
    assert any(cell.startswith("not compared no interval") for cell in cells)
    plain = altered("update indicators set polarity = 'none'")[FTE]
    assert "England: higher" in words(plain)
    assert "(worse)" not in words(plain)
    assert claims.Linter().find(FTE, plain) == []


def test_benchmarks_say_their_value_their_members_and_their_edition(pages):
    notes = " ".join(e.text for e in elements(pages[FTE]) if e.has("dv-note"))
    assert "Values of benchmarks: England 136.0, Neighbours 138.7." in notes
    assert "A place is itself part of: England." in notes
    assert "Neighbours, edition of 1 January 2024: the median of their values; 155 of 155 places lack members" in notes


def test_trend_words_stand_with_the_reason_where_there_is_none(pages):
    cells = {row[6] for row in table_rows(pages[FTE], "Youth justice service: ")[1:]}
    assert cells == {
        "Increasing", "Decreasing", "No significant change", "Cannot be calculated under five annual points",
    }  # fmt: skip


def test_every_value_leads_to_its_numbers(pages):
    links = [e.attributes["href"] for e in elements(pages[FTE]) if e.tag == "a" and "numbers/" in e.attributes["href"]]
    assert len(links) == 155 + 1
    assert links[1].startswith("../numbers/s_")
    assert all(link.endswith("#first_time_entrants_10_to_17_per_100k--pnc_calendar_year") for link in links)


def test_the_course_of_nations_and_of_places_is_drawn_with_its_table(pages):
    titles = [e.text for e in elements(pages[KPI_2]) if e.has("dv-plot-title")]
    assert titles[0] == "Fictional England: 62% in July to September 2024, 62% in January to March 2025"
    assert titles[1].startswith("Median of places: ")
    rows = table_rows(pages[KPI_2], "Median of places over time")
    assert len(rows) == 1 + 3
    assert re.fullmatch(r"\d+\.\d%, \d+ places", rows[1][2])


def test_a_single_service_is_drawn_with_its_structures_programmes_and_breaks(altered):
    html = altered(
        "delete from observations where area_type = 'country' or area_code <> 's_010'",
        "update observations set value_marker = null, value = 100, lower_95 = 90, upper_95 = 110, denominator = 500,"
        " numerator = 10",
        "update indicators set breaks = ['2023-02-01 New counting']",
        "delete from structures",
        "insert into structures (structure_id, service_id, typology_id, model_id, tenure, valid_from, is_contested)"
        " values ('x', 's_010', 'yjb_2024', 'umbrella', 'in_force', date '2020-01-01', false)",
        "create table gap_evidence as select 'S10' as kind, 'Turnaround' as statement, date '2022-01-01' as valid_from,"
        " date '2023-03-31' as valid_to, null::varchar as indicator_id, true as is_current",
        "comment on table gap_evidence is 'FICTIONAL'",
    )[FTE]
    key = next(e.text for e in elements(html) if e.has("dv-legend"))
    for mark in ("a break:", "the structural model in force", "a programme for a fixed time", "95% interval"):
        assert mark in key
    drawn = html.split('class="dv-chart"')[1].split("</svg>")[0]
    assert "Integrated in an umbrella service" in drawn
    assert "Turnaround" in drawn
    assert "Break 1: New counting (1 February 2023)" in words(html)


def test_a_funnel_states_its_dispersion_and_one_refused_its_reason(pages):
    assert "Dispersion phi 3.21 (tau² 0.0400, logarithm scale, 10% of z drawn in at each end)" in words(pages[FTE])
    rows = table_rows(pages[FTE], "Places outside the limits of the funnel")
    title = next(e.text for e in elements(pages[FTE]) if e.attributes.get("id") == "chart-funnel-1")
    assert int(title.split(" of ")[0]) == len(rows) - 1
    assert "chart-funnel" not in pages[NI_111]
    assert "no funnel is drawn: a place expects fewer than one event." in words(pages[NI_111])


def test_ratios_have_their_interval_their_difference_and_a_refusal_its_reason(pages):
    black, mixed = table_rows(pages[KPI_2], "Relative rates by group")[1:]
    assert black[2:] == [
        "custody, of sentenced", "40 of 400", "100 of 2,000", "2.00 1.41 to 2.84", "+5.0 percentage points", "20.0",
    ]  # fmt: skip
    assert mixed[5] == "not formed fewer than five events in a group"


def test_ratings_are_counted_within_one_framework_and_never_averaged(altered):
    rows = ", ".join(
        f"('suitable_ete_at_end_percent', 'end_of_order', 'yjb_2024', '{model}', '{rating}', {services}, 12, 120,"
        " date '2023-01-01', date '2024-01-01', true, null)"
        for model, rating, services in (("umbrella", 2, 8), ("umbrella", 1, 4), ("directorate", 2, 12))
    )
    html = altered(f"insert into rating_distributions values {rows}")[KPI_2]
    table = table_rows(html, "Level of integration: services by rating, framework end_of_order")
    assert table[0] == ["Structural model", "Services rated", "Rating 1", "Rating 2"]
    assert table[1:] == [
        ["Integrated at directorate level", "12", "0", "12"],
        ["Integrated in an umbrella service", "12", "4", "8"],
    ]
    caption = next(e.text for e in elements(html) if e.tag == "caption" and "services by rating" in e.text)
    assert "24 of 120 services in scope (20%) used" in caption
    assert "average" not in words(html).replace("not averaged", "")


def test_a_quarterly_indicator_has_its_signals_and_control_charts(altered):
    points = ", ".join(
        f"('youth_justice_service', '{area}', 'suitable_ete_at_end_percent', 'end_of_order', date '{end}', 'o',"
        f" {value}, 60, 50, 70, {signal})"
        for area, end, value, signal in (
            ("s_001", "2024-12-31", 60, "null"),
            ("s_001", "2025-03-31", 75, "'outside_limits'"),
            ("s_002", "2025-03-31", 61, "null"),
        )
    )
    html = altered(f"insert into control_charts values {points}")[KPI_2]
    assert "1 of 2 places with a control chart have a signal in their latest period (to March 2025)" in words(html)
    signal = table_rows(html, "Signals in the latest period")[1]
    assert signal[2:] == ["75.0%", "60.0%", "50.0% to 70.0%", "outside the limits"]
    assert html.count('id="chart-control-') == 1


def test_the_card_is_complete_and_the_indicator_can_be_cited_and_queried(pages, fictional_release):
    found = elements(pages[KPI_2])
    names = [e.text for e in found if e.tag == "dt" and e.has("govuk-summary-list__key")]
    values = [e.text for e in found if e.tag == "dd" and e.has("govuk-summary-list__value")]
    card = dict(zip(names, values, strict=True))
    assert card["Definition version"] == "end_of_order"
    assert card["Impact level"] == "level 2 of 4"
    assert card["Next update"] == "no return is on the calendar of this release"
    assert card["Published"] == "the files do not say when"
    assert "definition version end_of_order." in words(pages[KPI_2])
    query = next(e for e in found if e.tag == "code").text
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
        held = connection.execute(
            "select count(*) from observations left join attributions using (observation_id)"
            " where observations.indicator_id = 'suitable_ete_at_end_percent' and is_current and breakdown_id = 'all'"
        ).fetchone()[0]
    assert len(rows) == held > 3 * 155


def test_an_older_release_without_what_was_computed_shows_the_values_alone(altered):
    html = altered(*(f"drop table {name}" for name in (
        "benchmarks", "trends", "funnels", "funnel_points", "control_charts", "disproportionality",
        "rating_distributions", "model_changes",
    )))[KPI_2]  # fmt: skip
    assert table_rows(html, "Youth justice service: ")[0] == [
        "Place", "Numerator", "Denominator", "Per cent", "95% interval", "Structural model",
    ]  # fmt: skip
    for absent in ("Places by size", "Disproportionality", "Quarter by quarter", "Ratings by structural model"):
        assert absent not in words(html)


def test_every_chart_is_named_and_no_page_has_more_than_ten(pages):
    for path, html in pages.items():
        found = elements(html)
        names = [e.attributes["aria-label"] for e in found if e.has("dv-chart")]
        # One period, and a funnel that is refused, give nothing to draw.
        assert (path != NI_111) <= len(names) <= 10, path
        assert all(re.match(r"(Line chart|Funnel plot|Control chart|Hexagon map)", name) for name in names)
        ids = [e.attributes["id"] for e in found if "id" in e.attributes]
        assert len(ids) == len(set(ids)), path


def test_no_page_claims_more_than_its_evidence(pages):
    linter = claims.Linter()
    for path, html in pages.items():
        assert [claim for claim in linter.find(path, html) if not claim.is_quoted] == []


def test_the_latest_values_stand_on_the_maps_that_were_loaded(pages, altered):
    assert 'id="map-1"' in pages[KPI_2]
    assert 'id="map"' not in altered("delete from area_hexes")[KPI_2]


def _titles(html):
    return [e.text for e in elements(html) if e.has("dv-plot-title")]


def test_intervals_are_spoken_of_only_where_there_are_some(pages, altered):
    assert "published values with 95% intervals" in words(pages[KPI_2])
    plain = altered("update observations set lower_95 = null, upper_95 = null")[KPI_2]
    assert "published values, definition version" in words(plain)
    assert "95% interval" not in words(plain.split("Latest values")[0])
    assert [len(row) for row in table_rows(plain, "Fictional England over time")] == [3, 3, 3, 3]


def test_a_course_has_the_digits_that_were_published(pages, altered):
    assert _titles(pages[FTE])[0].startswith("Fictional England: 136 in ")
    assert table_rows(pages[FTE], "Fictional England over time")[1][2] == "136"
    finer = altered("update observations set value = value + 0.25 where period_label = '2023'")[FTE]
    assert _titles(finer)[0].startswith("Fictional England: 136.0 in January to December 2022, 136.3 in ")


def test_no_title_sets_values_of_two_sides_of_a_break_side_by_side(altered):
    html = altered("update indicators set breaks = ['2024-11-01 New counting', '2025-03-01 And again']")[KPI_2]
    assert _titles(html)[0] == "Fictional England: 62% in January to March 2025"
    assert "Break 2: And again (1 March 2025)" in words(html)


def test_a_period_of_few_places_does_not_carry_on_the_median_of_many(altered):
    html = altered("update observations set value = null where period_label = '2024Q4' and area_code > 's_050'")[KPI_2]
    assert _titles(html)[1].endswith("in October to December 2024")
    assert len(table_rows(html, "Median of places over time")) == 1 + 2
    note = r"Not drawn, with under half of the \d+ places of the fullest period: January to March 2025 \(\d+\)"
    assert re.search(note, words(html))
