"""What every page must have and must not have, and what stops a site: all of it appears or nothing."""

import csv
import itertools
import re
import shutil

import duckdb
import pytest

from reports import claims
from tests.unit.reports.reading import elements
from tests.unit.reports.rendering import render

FTE = "first_time_entrants_10_to_17_per_100k"
OUR_SCRIPTS = {
    f' src="{root}assets/{name}" defer' for root in ("", "../") for name in ("search-index.js", "dovetail.js")
}
COMPARISON = f"models/{FTE}--yjb_2024.html"


# ------------------------------------------------------------------------------------------------------- every page


def test_the_pages_are_those_of_the_release(fictional_site, real_like_site):
    def without_areas(site):
        return {path for path in site.rendered.pages if not path.startswith(("services/", "numbers/"))}

    assert without_areas(real_like_site) == {
        "index.html", f"indicators/{FTE}.html", COMPARISON, "gaps.html", "deliveries.html", "accessibility.html",
        "services.html", "structures.html", "changes.html", "dictionary.html", "downloads.html",
    }  # fmt: skip
    assert without_areas(fictional_site) - without_areas(real_like_site) == {
        "indicators/suitable_ete_at_end_percent.html", "indicators/first_time_entrants_psa_per_100k.html",
        "models/suitable_ete_at_end_percent--yjb_2024.html",
        "models/first_time_entrants_psa_per_100k--fielder_2007.html", "structures/yjb_2024.html",
        "differences.html",
    }  # fmt: skip
    # Every service and the authority that has numbers has a page; every place with a value has its numbers.
    of = [path.split("/")[0] for path in fictional_site.rendered.pages]
    assert (of.count("services"), of.count("numbers")) == (156, 157)


def test_no_page_asks_for_anything_outside_and_none_holds_a_script_but_the_names_of_ours(site):
    for file in site.folder.rglob("*"):
        if file.suffix not in (".html", ".css"):
            continue
        text = file.read_text(encoding="utf-8")
        scripts = re.findall(r"<script\b([^>]*)>([^<]*)</script>", text)
        assert all(not inside for _, inside in scripts), file
        assert {of for of, _ in scripts} <= OUR_SCRIPTS, file
        assert not re.search(r"javascript:|\son\w+=", text, re.IGNORECASE), file
        assert not re.search(r"@import|url\(", text), file
        for address in re.findall(r'(?:src|href|action|poster|srcset|data|xlink:href)="([^"]*)"', text):
            assert not re.match(r"[a-z]+:|//|/", address), (file, address)
        assert "//" not in re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL), file


def test_every_link_leads_somewhere(site):
    ids = {
        path: {e.attributes["id"] for e in elements(html) if "id" in e.attributes} for path, html in site.pages.items()
    }
    for path, html in site.pages.items():
        for element in elements(html):
            href = element.attributes.get("href")
            if href is None:
                continue
            file, _, anchor = href.partition("#")
            target = (site.folder / path).parent / file if file else site.folder / path
            assert target.resolve().is_file(), (path, href)
            if anchor:
                of = target.resolve().relative_to(site.folder.resolve()).as_posix()
                if of not in ids:  # one of the many pages alike
                    ids[of] = set(re.findall(r' id="([^"]*)"', target.read_text(encoding="utf-8")))
                assert anchor in ids[of], (path, href)


def test_every_page_prints_the_balance_with_figures_that_add_up(site):
    for path, html in site.pages.items():
        laws = re.findall(r"([\d,]+) in scope = ([^.<]+)\.", html)
        assert laws, path
        for whole, parts in laws:
            numbers = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", parts)]
            assert sum(numbers) == int(whole.replace(",", "")) > 0, (path, whole, parts)
            assert "attributed" in parts


def test_every_page_stands_up(site):
    for path, html in site.pages.items():
        found = elements(html)
        tags = [element.tag for element in found]
        assert html.startswith("<!DOCTYPE html>"), path
        assert tags.count("main") == 1, path
        assert tags.count("h1") == 1, path
        assert found[tags.index("html")].attributes["lang"] == "en"
        levels = [int(tag[1]) for tag in tags if re.fullmatch(r"h[1-6]", tag)]
        assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), (path, levels)
        ids = [element.attributes["id"] for element in found if "id" in element.attributes]
        assert len(ids) == len(set(ids)), (path, sorted(i for i in ids if ids.count(i) > 1))
        skip = next(element for element in found if element.has("govuk-skip-link"))
        assert skip.attributes["href"] == "#main-content"
        assert next(element for element in found if element.tag == "main").attributes["id"] == "main-content"


def test_every_table_has_a_caption_scopes_and_a_region_that_the_keyboard_reaches(site):
    for path, html in site.pages.items():
        found = elements(html)
        captions = {e.attributes["id"] for e in found if e.tag == "caption" and e.text}
        regions = [e for e in found if e.has("dv-scroll")]
        assert len([e for e in found if e.tag == "table"]) == len(captions), path
        for region in regions:
            assert region.attributes["tabindex"] == "0"
            assert region.attributes["role"] == "region"
            assert region.attributes.get("aria-label") or region.attributes["aria-labelledby"] in captions
        assert all(e.attributes.get("scope") in ("col", "row") for e in found if e.tag == "th"), path
        names = [e.attributes.get("aria-label") or e.attributes["aria-labelledby"] for e in regions]
        assert len(names) == len(set(names)), path


def test_no_cell_of_numbers_is_blank(site):
    for path, html in site.pages.items():
        for element in elements(html):
            if element.tag == "td" and element.has("govuk-table__cell--numeric"):
                assert element.text, path
            assert "None" not in element.text or element.tag not in ("td", "th", "dd"), (path, element.text)


def test_a_fictional_release_says_so_on_every_page_and_in_every_file(fictional_site):
    for path, html in fictional_site.pages.items():
        banner = next(element for element in elements(html) if element.has("dv-fictional"))
        assert "FICTIONAL" in banner.text, path
        assert "FICTIONAL" in re.search(r"<title>(.*?)</title>", html)[1]
    for file in (fictional_site.folder / "data").iterdir():
        rows = list(csv.DictReader(file.open(encoding="utf-8")))
        assert rows, file
        assert {row["note"] for row in rows} == {"FICTIONAL"}, file


def test_a_real_release_is_not_called_fictional(real_like_site):
    assert not any("FICTIONAL" in html for html in real_like_site.pages.values())


def test_names_from_data_are_escaped(fictional_site):
    html = fictional_site.pages[f"indicators/{FTE}.html"]
    assert "&amp; Under Wold &lt;Joint&gt;" in html
    assert "<Joint>" not in html


def test_no_markup_of_ours_is_escaped_on_the_way(site):
    for path, html in site.pages.items():
        assert not re.search(r"&lt;(?!Joint|/?script|/?b&gt;)|&amp;(?:lt|amp|#)", html), path


def test_two_renders_give_the_same_bytes(fictional_site, fictional_release, assets, tmp_path):
    render(fictional_release, tmp_path / "again", assets=assets)
    assert {p.name for p in (tmp_path / "again/assets").iterdir()} == {
        "govuk-frontend.css", "dovetail.css", "dovetail.js", "search-index.js",
    }  # fmt: skip
    for path in fictional_site.pages:
        assert (tmp_path / "again" / path).read_text(encoding="utf-8") == fictional_site.pages[path], path
    for file in (fictional_site.folder / "data").iterdir():
        assert (tmp_path / "again" / "data" / file.name).read_bytes() == file.read_bytes(), file.name


# ------------------------------------------------------------------------------------------------ words, all or nothing


def test_a_claim_in_the_catalogue_stops_the_site_and_leaves_the_old_one(fictional_release, assets, tmp_path):
    release = shutil.copytree(fictional_release, tmp_path / "2026.2")
    render(release, tmp_path / "site", assets=assets)
    before = (tmp_path / "site" / "index.html").read_bytes()
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("update indicators set title = 'The effect of structure on entrants'")

    with pytest.raises(claims.ClaimRefused, match=r"index\.html: in the page's own words: 'effect of'"):
        render(release, tmp_path / "site", assets=assets)

    assert (tmp_path / "site" / "index.html").read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2026.2", "site"]


def test_a_claim_in_quoted_evidence_is_reported_and_shown_as_it_was_written(fictional_release, assets, tmp_path):
    release = shutil.copytree(fictional_release, tmp_path / "2026.2")
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("update attribution_gaps set evidence = 'The move led to fewer entrants.'")

    rendered = render(release, tmp_path / "site", assets=assets)

    # A column of a table is called rank, and the dictionary names it.
    assert {claim.words for claim in rendered.quoted_claims} == {"led to", "rank"}
    assert "gaps.html" in {claim.page for claim in rendered.quoted_claims}
    assert "The move led to fewer entrants." in (tmp_path / "site" / "gaps.html").read_text(encoding="utf-8")


def test_a_service_with_an_unlucky_name_stops_nothing(fictional_release, assets, tmp_path):
    release = shutil.copytree(fictional_release, tmp_path / "2026.2")
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        connection.execute("update services set service_name = 'Bestworks Best House' where service_id = 's_001'")

    rendered = render(release, tmp_path / "site", assets=assets)

    found = [claim for claim in rendered.quoted_claims if claim.words == "Best"]
    assert {claim.page.split("/")[0] for claim in found} >= {"indicators", "models", "services", "numbers"}
    assert {claim.words for claim in rendered.quoted_claims} == {"Best", "rank"}


def test_a_render_never_replaces_a_folder_that_is_not_a_report(fictional_release, assets, tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.docx").write_text("years of work")

    with pytest.raises(FileExistsError, match="not a report"):
        render(fictional_release, tmp_path / "thesis", assets=assets)

    assert (tmp_path / "thesis" / "chapter.docx").read_text() == "years of work"


def test_a_release_without_comparisons_or_quarantine_still_renders(real_like_release, assets, tmp_path):
    release = shutil.copytree(real_like_release, tmp_path / "2026.1")
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        for name in (
            "comparisons", "comparison_services", "quarantined_rows", "expected_deliveries", "delivery_warnings",
            "decisions",
        ):  # fmt: skip
            connection.execute(f"delete from {name}")

    rendered = render(release, tmp_path / "site", assets=assets)

    assert not [path for path in rendered.pages if path.startswith("models/")]
    html = (tmp_path / "site" / "deliveries.html").read_text(encoding="utf-8")
    for words in ("Nothing was set aside.", "Nothing was told.", "no return is known to be missing", "No decision is"):
        assert words in html
