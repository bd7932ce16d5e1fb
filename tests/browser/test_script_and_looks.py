"""Search and filters by keyboard, and the pages dark, in high contrast, magnified and on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.test_pages_in_chromium import AXE

pytestmark = pytest.mark.browser

SERVICE = "fictional/services/s_002.html"
LOOKED_AT = [
    SERVICE,
    "fictional/index.html",
    "fictional/numbers/s_001.html",
    "fictional/structures/yjb_2024.html",
    "fictional/gaps.html",
]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


def test_a_service_is_found_by_its_authority_with_the_keyboard_alone(sites, page):
    page.goto((sites / "fictional/numbers/s_001.html").as_uri())
    page.get_by_label("Search these pages").focus()
    page.keyboard.type("borough 154")

    assert page.get_by_role("status").first.text_content() == "1 of 1 pages that match"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/s_154.html")


def test_a_search_never_makes_markup_of_a_title(sites, page):
    page.goto((sites / "fictional/index.html").as_uri())
    page.get_by_label("Search these pages").fill("vellow")

    assert page.locator(".dv-results a").first.text_content() == "Vellow <script>alert(1)</script> & Co"
    assert page.locator(".dv-results script").count() == 0


def test_a_filter_hides_rows_and_says_how_many_are_left(sites, page):
    page.goto((sites / "fictional/services.html").as_uri())
    page.get_by_label("Find a service or an authority").fill("ashbury")
    region = page.locator("#filter-0 ~ .dv-count")

    assert region.text_content() == "1 of 156 shown"
    assert page.locator("tbody tr:visible").count() == 1
    page.get_by_label("Find a service or an authority").fill("")
    assert region.text_content() == ""
    assert page.locator("tbody tr:visible").count() == 156


def test_a_chip_chooses_and_lets_go_and_says_so(sites, page):
    items = "".join(f"<li>{'Refused' if place % 3 else 'Accepted'} {place}</li>" for place in range(9))
    page.set_content(
        f'<html lang="en" data-shown="{{shown}} of {{all}} shown"><ul data-filter="Find" data-chips="Accepted|Refused">'
        f"{items}</ul></html>"
    )
    page.add_script_tag(path=sites / "fictional/assets/dovetail.js")
    chip = page.get_by_role("button", name="Accepted")
    chip.focus()
    page.keyboard.press("Space")

    assert chip.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("status").text_content() == "3 of 9 shown"
    assert page.locator("li:visible").count() == 3
    page.keyboard.press("Space")
    assert chip.get_attribute("aria-pressed") == "false"
    assert page.locator("li:visible").count() == 9


def test_without_a_script_no_search_box_stands_there_and_every_row_does(sites, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((sites / "fictional/services.html").as_uri())

    assert page.get_by_role("searchbox").count() == 0
    assert page.locator("tbody tr:visible").count() == 156
    context.close()


@pytest.mark.parametrize("path", LOOKED_AT[:3])
@pytest.mark.parametrize("look", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_axe_finds_no_violation_dark_or_in_high_contrast(sites, browser, path, look):
    page = browser.new_page(viewport={"width": 1280, "height": 900}, **look)
    page.goto((sites / path).as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")

    violations = Axe().run(page, options=AXE).response["violations"]
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.close()

    assert [(found["id"], [node["html"][:200] for node in found["nodes"][:3]]) for found in violations] == []
    if look.get("color_scheme") == "dark":
        assert max(map(int, re.findall(r"\d+", ground)[:3])) < 60


@pytest.mark.parametrize("path", LOOKED_AT)
def test_at_four_times_the_size_nothing_scrolls_sideways_but_tables_and_charts(sites, browser, path):
    # A window of 1280 pixels at 400% is one of 320 CSS pixels with four to each.
    page = browser.new_page(viewport={"width": 320, "height": 256}, device_scale_factor=4)
    page.goto((sites / path).as_uri())
    over = page.evaluate("document.documentElement.scrollWidth") - 320
    page.close()

    assert over <= 0


def test_a_service_prints_on_two_sheets_without_what_only_a_screen_can_use(sites, page):
    page.goto((sites / SERVICE).as_uri())
    pdf = page.pdf(prefer_css_page_size=True, print_background=True)

    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 2
    page.emulate_media(media="print")
    for hidden in (".dv-search", ".dv-filter", ".govuk-service-navigation"):
        assert not page.locator(hidden).first.is_visible(), hidden
    assert page.get_by_role("heading", name="Questions to take to the board").is_visible()
