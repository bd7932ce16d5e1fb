"""The page of published figures: what it says of a small register, in words that claim nothing."""

import pytest

from reports import claims
from reports.pages import findings_page
from reports.release import open_release
from tests.unit.findings import small_register
from tests.unit.reports import fake_release, parts
from tests.unit.reports.reading import elements, table_rows


@pytest.fixture(scope="module")
def html(tmp_path_factory) -> str:
    folder = fake_release.fictional(tmp_path_factory.mktemp("findings") / "2026.2")
    small_register.add_to(folder / "dovetail.duckdb")
    with parts.contents(folder) as contents:
        return parts.text(findings_page.page(contents.release, contents.balances), contents)


def test_the_first_sentence_counts(html):
    assert (
        "This release holds 4 published figures from 2 sources. 1 cannot be true as stated, and 1 set of figures "
        "cannot hold together. Our own rows give 1 of the figures again and differ from 0." in html
    )


def test_what_cannot_be_true_stands_with_its_place_and_its_working_folded(html):
    heading = html.index("Cannot be true as stated</h2>")
    part = html[heading : html.index("Cannot hold together</h2>")]
    assert "Services in Oxterby: 34%" in part
    assert "Table 1" in part
    assert '<details class="dv-working"><summary>Working of V1</summary>' in part
    assert "5 is 29.41% and 6 is 35.29%." in part


def test_a_reading_that_is_ruled_out_stands_apart_from_figures_that_cannot_hold_together(html):
    together, readings = html.index("Cannot hold together</h2>"), html.index("Readings that the figures rule out</h2>")
    assert together < html.index("test V2") < readings < html.index("test V3")


def test_rows_of_the_invented_country_are_called_fictional_and_the_figures_are_not(html):
    assert "Only what is marked “fictional rows” was counted in the invented country." in html
    assert "Every place, service and figure on this page is invented." not in html
    assert html.count(">fictional rows<") == 2  # beside the rows, and among all figures


def test_text_of_a_report_is_escaped_and_every_figure_stands_under_its_source(html):
    assert "Services &lt;north&gt;" in html
    assert "Services <north>" not in html
    for source in ("Vellow report 2031 (3 figures)", "Quillmarsh survey 2030 (1 figure)"):
        assert source in html


def test_words_of_a_report_that_claim_are_quoted_and_ours_claim_nothing(html):
    found = claims.Linter([]).find("findings.html", html)
    assert {claim.words for claim in found} >= {"best", "Improved"}
    assert [claim for claim in found if not claim.is_quoted] == []


def test_sources_are_counted_and_no_two_tables_share_a_name(html):
    assert table_rows(html, "Figures by source")[1:] == [
        ["Vellow report 2031", "3", "3", "1", "0", "0", "0", "0"],
        ["Quillmarsh survey 2030", "1", "0", "0", "0", "0", "1", "0"],
    ]
    ids = [e.attributes["id"] for e in elements(html) if "id" in e.attributes]
    assert len(ids) == len(set(ids))


def test_a_release_from_before_the_register_has_no_such_page(tmp_path):
    from reports import findings

    with open_release(fake_release.fictional(tmp_path / "2026.2")) as release:
        assert not findings.is_held(release)
