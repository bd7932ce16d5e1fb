"""The page of what differs from another release: it shows its document and says what cannot be compared."""

import json
import re
import shutil

import pytest

from reports.claims import ClaimRefused
from reports.site import add_differences


@pytest.fixture
def report(tmp_path):
    """A report to which a page can be added."""
    (tmp_path / "report" / "assets").mkdir(parents=True)
    (tmp_path / "report" / "assets" / "dovetail.css").write_text("")
    return tmp_path / "report"


@pytest.fixture
def document(fictional_release):
    return json.loads((fictional_release / "diff.json").read_text(encoding="utf-8"))


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_it_stands_in_the_report_and_the_page_of_changes_leads_to_it(fictional_site, real_like_site, document):
    page = text_of(fictional_site.pages["differences.html"])
    cells = document["cells"]
    assert f"{cells['changed']:,} figures changed, {cells['added']:,} came in and 0 went out" in page
    assert 'href="differences.html"' in fictional_site.pages["changes.html"]
    assert "differences.html" not in real_like_site.pages
    assert "differences" not in real_like_site.pages["changes.html"]


def test_every_part_is_there_with_both_sides(fictional_site, document):
    page = text_of(fictional_site.pages["differences.html"])
    for words in (
        "Figures that differ, by indicator",
        "Largest moves of each indicator",
        "95% interval",
        "Comparisons with another answer",
        "too few services",
        "Gaps that differ, by kind",
        "model: Unassigned →",
        "title: An older title &lt;b&gt;of it&lt;/b&gt; →",
        "columns no longer there: an_old_column",
        "program dovetail 0.0.9",
    ):
        assert words in page, words


def test_a_list_that_is_cut_says_so(report, fictional_release, document):
    document["earlier"] = "2025.4"
    document["structures"]["changed"]["count"] = 4321
    document["comparisons"]["count"] = 1234
    page = add_differences(fictional_release, report, document)
    assert page.name == "differences-from-2025.4.html"
    text = text_of(page.read_text(encoding="utf-8"))
    assert f"Comparisons with another answer: {len(document['comparisons']['listed'])} of 1,234" in text
    assert "4,321 changed" in text


def test_what_cannot_be_compared_is_said(report, fictional_release, document):
    document["cells"] = {"not_compared": "observations of the earlier release has no value"}
    page = text_of(add_differences(fictional_release, report, document).read_text(encoding="utf-8"))
    assert "cannot be compared: observations of the earlier release has no value." in page
    short = {"earlier": "2026.1", "later": "2026.2", "listed_at_most": 50, "not_compared": "it cannot be read"}
    page = text_of(add_differences(fictional_release, report, short).read_text(encoding="utf-8"))
    assert "Nothing was compared: it cannot be read." in page


def test_words_of_ours_that_claim_are_refused_and_nothing_is_left(report, fictional_release, document, monkeypatch):
    from reports import differences

    monkeypatch.setitem(differences.CHANGES, "estimate", lambda: "the better model improved outcomes")
    with pytest.raises(ClaimRefused):
        add_differences(fictional_release, report, document)
    assert [path.name for path in report.iterdir()] == ["assets"]


def test_without_a_report_the_remedy_is_said(tmp_path, fictional_release, document):
    with pytest.raises(FileNotFoundError, match=r"has no report to put the page in"):
        add_differences(fictional_release, tmp_path, document)
    shutil.rmtree(tmp_path)
