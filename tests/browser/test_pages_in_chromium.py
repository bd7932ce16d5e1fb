"""The pages as a browser shows them: no accessibility violation, no request but for files, nothing cut off."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

FTE = "first_time_entrants_10_to_17_per_100k"
PAGES = [
    "fictional/index.html",
    f"fictional/indicators/{FTE}.html",
    "fictional/indicators/suitable_ete_at_end_percent.html",
    f"fictional/models/{FTE}--yjb_2024.html",
    "fictional/models/suitable_ete_at_end_percent--yjb_2024.html",
    "fictional/services.html",
    "fictional/services/s_000.html",
    "fictional/numbers/s_000.html",
    "fictional/structures.html",
    "fictional/structures/yjb_2024.html",
    "fictional/gaps.html",
    "fictional/findings.html",
    "fictional/deliveries.html",
    "fictional/changes.html",
    "fictional/differences.html",
    "fictional/dictionary.html",
    "fictional/downloads.html",
    "fictional/accessibility.html",
    "fictional/services/FE0000001.html",
    "real_like/index.html",
    f"real_like/models/{FTE}--yjb_2024.html",
]
KINDS = list({path.rpartition("/")[0].removesuffix("fictional") or path: path for path in reversed(PAGES)}.values())
"""One page of each kind: the first of its folder, and each that stands in none."""
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_no_violation_with_every_detail_open(sites, page, path):
    page.goto((sites / path).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")

    violations = Axe().run(page, options=AXE).response["violations"]

    assert [(found["id"], [node["html"][:200] for node in found["nodes"][:3]]) for found in violations] == []


def test_axe_sees_what_is_wrong(page):
    """Without this, no violation might mean no look."""
    page.set_content("<html lang='en'><title>x</title><main><h1>x</h1><p style='color:#ccc'>pale</p></main></html>")

    assert [found["id"] for found in Axe().run(page, options=AXE).response["violations"]] == ["color-contrast"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_asks_for_its_own_files_only_and_all_of_them_are_there(sites, page, path):
    asked, failed, complaints = [], [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))

    page.goto((sites / path).as_uri(), wait_until="networkidle")

    assert len(asked) == 5  # the page, two stylesheets, the script and what it searches
    assert all(url.startswith(sites.as_uri()) for url in asked), asked
    assert (failed, complaints) == ([], [])
    assert page.evaluate("document.styleSheets.length") == 2


@pytest.mark.parametrize("width", [1280, 700])
def test_no_word_of_a_service_s_values_is_cut_in_two(sites, page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((sites / "real_like/services/s_000.html").as_uri())
    assert "stop attribution" in page.inner_text(".dv-rows")
    cut = page.evaluate(
        """[...document.querySelectorAll('.dv-rows td, .dv-rows td .dv-second')].filter(cell => {
            cell.style.overflowWrap = 'normal';
            return cell.textContent.trim() && cell.scrollWidth > cell.clientWidth + 1;
        }).map(cell => cell.textContent.trim())"""
    )
    assert cut == []


@pytest.mark.parametrize("path", PAGES)
def test_only_tables_and_charts_scroll_sideways_and_nothing_is_cut_off(sites, page, path):
    """At 320 too, which is what 400% leaves of a window of 1,280 pixels: WCAG 1.4.10."""
    page.goto((sites / path).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    too_wide = {}
    for width in (1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        too_wide[width] = page.evaluate("document.documentElement.scrollWidth") - width
    outside = page.evaluate("""
        [...document.querySelectorAll('main h1, main h2, main h3, main p, main li, main dt, main dd')]
            .filter(element => !element.closest('.dv-scroll, svg, .govuk-visually-hidden'))
            .filter(element => element.getBoundingClientRect().right > 321)
            .map(element => element.outerHTML.slice(0, 120))
    """)

    assert {width for width, over in too_wide.items() if over > 0} == set(), too_wide
    assert outside == []


def test_a_table_that_is_too_wide_is_reached_and_scrolled_with_the_keyboard(sites, page):
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto((sites / "fictional/index.html").as_uri())
    region = page.locator(".dv-scroll").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.dv-scroll').scrollLeft > 0", timeout=5000)

    assert region.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"


def test_the_skip_link_comes_first_and_leads_to_the_content(sites, page):
    page.goto((sites / "fictional/index.html").as_uri())
    page.keyboard.press("Tab")

    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main-content"


def test_paper_shows_what_is_folded_on_the_screen_and_no_navigation(sites, page):
    page.goto((sites / f"fictional/models/{FTE}--yjb_2024.html").as_uri())
    on_screen = page.get_by_role("rowheader", name="Ashbury", exact=True)
    assert not on_screen.is_visible()

    page.emulate_media(media="print")

    # Chromium lays out again for paper with its next frame: asked at once, a busy machine answers for the screen.
    page.wait_for_function(
        "document.querySelector('details:not([open]) td').checkVisibility({contentVisibilityAuto: true})"
    )
    assert not page.locator(".govuk-service-navigation").is_visible()


def test_a_screenshot_shows_the_comparison(sites, page, tmp_path):
    page.goto((sites / f"fictional/models/{FTE}--yjb_2024.html").as_uri())
    box = page.locator("svg.dv-chart").bounding_box()
    picture = page.screenshot(path=tmp_path / "comparison.png", full_page=True)

    assert box is not None
    assert box["width"] > 900
    assert box["height"] > 350
    assert len(picture) > 50_000  # an empty page is a tenth of that
    assert page.locator("svg.dv-chart title").count() > 140
