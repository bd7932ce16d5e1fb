"""A service's page, its numbers, the register of structures, what changed: each thing that a reader must find there."""

from __future__ import annotations

import re
from itertools import islice

import duckdb
import pytest

from reports import claims
from reports.page import Page, file_name, numbers_path, panel
from reports.pages import numbers_page, service_page
from reports.search import entries
from tests.unit.reports import parts
from tests.unit.reports.reading import elements, table_rows, words

FTE = "first_time_entrants_10_to_17_per_100k"
SERVICE = "services/s_001.html"


def _text(html: str) -> str:
    return words(html[html.index("<main") : html.index("</main>")])


def _with(html: str, name: str) -> list[str]:
    return [element.text for element in elements(html) if element.has(name)]


# -------------------------------------------------------------------------------------------------------- a service


def test_a_service_says_what_it_covers_and_how_it_is_and_was_organised(fictional_site):
    html = fictional_site.pages[SERVICE]

    assert "Authorities covered Borough 1" in _text(html)
    rows = table_rows(html, "How the service is and was organised")
    assert [row[1] for row in rows[1:]] == ["Standalone", rows[2][1]]
    assert "from April 2014 to" in rows[1][2] or "April 2014 to 31 March 2019" in rows[1][2]
    assert "Ended" in rows[1][2]
    assert "In force" in rows[2][2]
    assert all("last confirmed 15 January 2022" in row[3] for row in rows[1:])


def test_an_authority_that_left_is_said_with_its_days(fictional_site):
    assert "Borough 5 (from 1 April 2000 to 31 March 2019)" in _text(fictional_site.pages["services/s_005.html"])


@pytest.mark.parametrize(("service", "words"), [("s_002", "Interim"), ("s_003", "Planned, not in force")])
def test_interim_and_planned_are_said_in_words_and_never_as_in_force(fictional_site, service, words):
    rows = table_rows(fictional_site.pages[f"services/{service}.html"], "How the service is and was organised")

    assert words in rows[-1][2]
    assert "In force" not in rows[-1][2]


def test_what_cannot_be_said_stands_before_the_values_with_who_can_close_it(fictional_site):
    html = next(
        html
        for path, html in sorted(fictional_site.pages.items())
        if path.startswith("services/s_") and "Stops attribution" in html
    )

    assert html.index("What we cannot say about this service") < html.index("Latest values")
    assert "Can close it: data team" in html


def test_each_indicator_has_value_interval_comparators_trend_course_and_links_to_its_panel(fictional_site):
    html = fictional_site.pages[SERVICE]
    heading, *rows = table_rows(html, "older youth justice KPI")

    assert heading == [
        "Indicator", "Latest value", "95% interval", "Compared with", "Trend", "Course", "Quality", "Gaps",
    ]  # fmt: skip
    assert rows[0][0].startswith("First-time entrants to the youth justice system")
    assert re.fullmatch(r"[\d.]+ per 100,000", rows[0][1])
    assert re.fullmatch(r"[\d.]+ to [\d.]+", rows[0][2])
    assert f'href="../{numbers_path("s_001", FTE, "pnc_calendar_year")}"' in html
    words = [e.attributes["aria-label"] for e in elements(html) if e.has("dv-spark")]
    assert re.search(r"2 values, 1 January 2022 to 31 December 2023: between [\d.]+ and [\d.]+, last [\d.]+", words[0])


def test_a_judgement_stands_only_inside_a_declared_polarity(fictional_site):
    for path, html in fictional_site.pages.items():
        if path.startswith("services/"):
            without = re.sub(r'<span data-polarity="(?:high|low)">.*?</span>', "", html)
            assert not re.search(r"\b(?:better|worse)\b", without), path
    assert any('data-polarity="low"' in html for path, html in fictional_site.pages.items() if "services/" in path)


def test_a_percentage_never_stands_without_its_base(fictional_site):
    rows = table_rows(fictional_site.pages["services/s_002.html"], "youth justice KPI")[1:]
    shares = [row[1] for row in rows if "%" in row[1]]

    assert shares
    assert all(re.search(r"% of \d", share) for share in shares)


def test_questions_describe_and_ask_and_never_claim(fictional_site):
    asked = [
        element.text
        for path, html in fictional_site.pages.items()
        if path.startswith("services/s_")
        for element in elements(html)
        if element.tag == "li" and "ol" in element.inside[-1:] and "section" in element.inside
    ]

    assert len(asked) > 5
    assert all(question.endswith("?") for question in asked)
    # The questions are marked as quoted, because titles stand in them: so they are read here as if they were ours.
    assert [claim for text in asked for claim in claims.Linter().find("x", f"<p>{text}</p>")] == []
    assert any("planned and no evidence shows it in force" in question for question in asked)
    assert any("Sources disagree" in question for question in asked)
    assert any(
        "latest evidence of how the service is organised is of 15 January 2022" in question for question in asked
    )


def test_neighbours_have_a_vintage_and_say_whose_data_are_missing(fictional_site):
    html = fictional_site.pages["services/FE0000001.html"]
    rows = table_rows(html, "Neighbours of")

    assert "vintage 1 April 2021" in html
    assert rows[2] == ["Nowhere held", "Very close", "no data held of it"]


def test_a_model_of_neighbours_is_named_in_words(altered_release):
    release = altered_release("update statistical_neighbours set model = 'dfe_childrens_services'")
    pages = parts.texts(release, service_page.pages)
    assert "model “Children&#39;s services statistical neighbours (DfE)”" in pages["services/FE0000001.html"]


def test_an_authority_with_numbers_of_its_own_has_the_same_page(fictional_site):
    html = fictional_site.pages["services/FE0000001.html"]

    assert "What we cannot say about this authority" in html
    assert 'href="../services/s_000.html"' in html
    assert "FE0000002.html" not in {path.rpartition("/")[2] for path in fictional_site.rendered.pages}


# ------------------------------------------------------------------------------------------------------- its numbers


def test_every_current_value_of_a_service_is_explained_with_where_it_came_from(fictional_site, fictional_release):
    html = fictional_site.pages["numbers/s_001.html"]
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        ids = connection.execute(
            "select observation_id from observations where area_code = 's_001' and is_current"
        ).fetchall()

    assert {one[0] for one in ids} == set(re.findall(r'data-observation="([^"]*)"', html))
    assert f'id="{panel(FTE, "pnc_calendar_year")}"' in html
    assert html.count('<a href="#delivery-D0001">D0001</a> row 5, column value') == len(ids)
    assert 'id="delivery-D0001"' in html
    assert "|earlier" not in html  # what was superseded is history


def test_a_panel_names_the_gaps_of_its_values_with_their_evidence(fictional_site):
    html = next(
        html for path, html in sorted(fictional_site.pages.items()) if "numbers/s_" in path and "<dt>E1</dt>" in html
    )

    assert re.search(r"<dt>E1</dt><dd>No usable evidence of a structural model. <span data-quoted>\w+", html)


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [("Two plans differ", "Two plans differ (page 4)"), ("Two plans differ, page 4", "Two plans differ, page 4")],
)
def test_where_the_evidence_stands_is_said_once(altered_release, evidence, shown):
    release = altered_release(f"update attribution_gaps set evidence = '{evidence}', evidence_locator = 'page 4'")
    pages = parts.texts(release, lambda contents: islice(numbers_page.pages(contents), 3))
    quoted = {text for html in pages.values() for text in re.findall(r"<dd>[^<]*<span data-quoted>([^<]*)", html)}
    assert quoted == {shown}


def test_a_code_that_is_no_name_of_a_file_gets_one_and_two_never_share_it():
    assert file_name("E06000001") == "E06000001"
    assert file_name("oxterby_and_vellow") == "oxterby_and_vellow"
    odd = [file_name(code) for code in ("../up", "..\\up", "a b", "a_b ", "Oxterby", "oxterby", "OXTERBY", "a" * 300)]
    assert len({name.casefold() for name in odd}) == len(odd)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,110}", name) for name in odd)


# --------------------------------------------------------------------------------------------- structures and changes


def test_the_register_counts_services_by_model_and_shows_each_with_its_evidence(fictional_site):
    html = fictional_site.pages["structures/yjb_2024.html"]
    shares = table_rows(html, "Services by model at the end of each financial year")
    changes = table_rows(html, "Changes of model")[1:]

    assert shares[0][0] == "On"
    for row in shares[1:]:
        assert sum(int(re.match(r"\d+", cell)[0]) for cell in row[1:-1]) == int(row[-1])
    assert all(row[1] == "Standalone" for row in changes)
    assert "A plan is no structure in force" in html
    assert "contested: sources disagree" in _text(html)
    assert len(_with(html, "dv-chart")) == 2  # over time, and the map


def test_a_contested_service_stands_empty_on_the_map_and_so_does_an_area_of_nobody(fictional_site):
    html = fictional_site.pages["structures/yjb_2024.html"]

    assert re.search(r"Empty on the map: \d+ authorities of which nothing is shown", html)
    assert '<title data-quoted="">Off the map</title>' in html
    assert '<title data-quoted="">Borough 4</title>' in html


def test_the_crosswalk_says_what_is_lost(fictional_site):
    rows = table_rows(fictional_site.pages["structures.html"], "Crosswalks between typologies")

    assert rows[1][2] == "it does not carry over one to one"
    assert "unverified" in rows[1][3]


def test_a_release_without_a_register_says_so(real_like_site):
    assert "no dated evidence of how any service is organised" in real_like_site.pages["structures.html"]
    assert not any(path.startswith("structures/") for path in real_like_site.pages)


def test_changes_name_what_closed_and_what_was_revised_with_both_values(fictional_site):
    html = fictional_site.pages["changes.html"]
    closed = table_rows(html, "Gaps closed in this release")
    revised = table_rows(html, "Values that were revised")

    assert closed[1][3] == "a later document gives the day"
    assert len(revised) == 2
    before, now = (float(re.match(r"[\d.]+", cell)[0]) for cell in revised[1][3:5])
    assert now == pytest.approx(2 * before, abs=0.1)
    assert "revised or withdrew 1 value that" in html
    assert "1 went up, 0 went down, 0 were withdrawn, 0 changed a marker." in html


# ------------------------------------------------------------------------------------------ dictionary and downloads


def test_the_dictionary_has_every_table_and_column_of_the_file(fictional_site, fictional_release):
    html = fictional_site.pages["dictionary.html"]
    with duckdb.connect(str(fictional_release / "dovetail.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
    for table in {table for table, _ in columns}:
        shown = [row[0] for row in table_rows(html, f"Columns of {table}")[1:]]
        assert shown == [column for of, column in columns if of == table]


def test_every_file_beside_the_pages_is_on_the_downloads_page_with_its_size(fictional_site):
    html = fictional_site.pages["downloads.html"]
    listed = {e.attributes.get("href") for e in elements(html) if e.tag == "a"}
    files = {
        file.relative_to(fictional_site.folder).as_posix()
        for file in fictional_site.folder.rglob("*")
        if file.is_file() and file.suffix not in (".html", ".css", ".js")
    }

    assert files <= listed
    assert all(
        re.search(r"\d (?:bytes|kB|MB)$|\d+ MB$", row[1]) for row in table_rows(html, "Tables of these pages")[1:]
    )


# ------------------------------------------------------------------------------------------------------------- search


def test_the_index_finds_services_by_their_authorities_and_holds_no_markup(fictional_site):
    index = (fictional_site.folder / "assets" / "search-index.js").read_text(encoding="utf-8")

    assert '"services/s_001.html", "Borough 1"' in index
    assert "<" not in index
    assert index.startswith("window.dovetailIndex = [")


def test_a_page_without_a_kind_is_not_searched_for(fictional_site):
    assert entries(Page("a.html", "t", "A", "s", [])) == []
    assert entries(Page("a.html", "t", "A", "s", [], kind="Page", keywords="b")) == [("A", "Page", "a.html", "b")]


def test_a_version_is_named_only_where_an_indicator_has_several(fictional_site):
    pages = [html for path, html in fictional_site.pages.items() if path.startswith("numbers/")]
    assert pages
    for html in pages:
        titles = re.findall(r'<h2 class="govuk-heading-m" id="\w+--\w+">([^<]+)</h2>', html)
        assert titles
        stems = [title.split(", version ")[0] for title in titles]
        assert [
            title for title, stem in zip(titles, stems, strict=True) if title != stem and stems.count(stem) == 1
        ] == []


def test_services_with_numbers_come_before_those_without(fictional_site):
    shown = [
        row[4] != "0" for row in table_rows(fictional_site.pages["services.html"], "Services, and authorities")[1:]
    ]

    assert shown == sorted(shown, reverse=True)
